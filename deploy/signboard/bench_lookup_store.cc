#include "deploy/signboard/bench_lookup_store.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>
#include <vector>

#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_machine.h"
#include "deploy/signboard/bench_rig.h"
#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/mutex.h"
#include "storage/kv/read_floor.h"

namespace signboard::cli {
namespace {

using Steady = std::chrono::steady_clock;

constexpr size_t kFoldersOfHost = 50;
constexpr size_t kLoaders = 4;
constexpr size_t kUrlsOfSync = 64;
constexpr int64_t kFirstMs = 1'717'200'000'000;  // 2024-06-01
constexpr int64_t kBetweenMs = 2'000'000'003;    // About 23 days.
constexpr size_t kIdBytes = 16;
constexpr size_t kCacheBytes = size_t{64} << 20;

archive::Capture CaptureOf(size_t url, size_t number) {
  archive::Capture capture;
  v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
  snapshot.set_url(BenchLookupStore::UrlOf(url));
  snapshot.set_capture_id(base::RandomBytes(kIdBytes));
  snapshot.set_captured_ms(ToMillis(BenchLookupStore::TimeOf(url, number)));
  snapshot.set_method("GET");
  snapshot.set_vantage("default");
  snapshot.set_outcome(number % 2 == 0 ? v1::OUTCOME_CONTENT : v1::OUTCOME_UNCHANGED);
  snapshot.set_http_status(number % 2 == 0 ? 200 : 304);
  if (number % 2 != 0) return capture;
  capture.decoded = "<title>" + std::to_string(url) + "</title><p>" + std::to_string(number);
  snapshot.set_content_type("text/html");
  snapshot.set_body_sha256(base::Sha256(capture.decoded));
  snapshot.set_body_bytes(capture.decoded.size());
  std::string fingerprint;
  base::AppendU64(&fingerprint, base::Fingerprint64(capture.decoded));
  snapshot.mutable_page()->set_fingerprint(fingerprint);
  return capture;
}

// URLs first..end-1, durable when it returns.
Status StoreUrls(archive::Archive& archive, size_t first, size_t end) {
  std::shared_ptr<kv::Shard> shard;  // There is one.
  for (size_t url = first; url < end; ++url) {
    for (size_t number = 0; number < kCapturesOfUrl; ++number) {
      ASSIGN_OR_RETURN(archive::Archive::Written written, archive.Write(CaptureOf(url, number)));
      shard = std::move(written.shard);
    }
  }
  return shard ? archive.Sync(*shard, 0) : OkStatus();
}

Status StoreAll(archive::Archive& archive, size_t urls) {
  std::atomic<size_t> next{0};
  base::Mutex mutex;
  Status failed;
  std::vector<std::thread> loaders;
  for (size_t i = 0; i < kLoaders; ++i) {
    loaders.emplace_back([&] {
      for (size_t first = next.fetch_add(kUrlsOfSync); first < urls;
           first = next.fetch_add(kUrlsOfSync)) {
        Status status = StoreUrls(archive, first, std::min(first + kUrlsOfSync, urls));
        if (status.ok()) continue;
        base::MutexLock lock(mutex);
        failed = std::move(status);
        next = urls;
      }
    });
  }
  for (std::thread& loader : loaders) loader.join();
  return failed;
}

}  // namespace

std::string BenchLookupStore::FolderOf(size_t url) {
  const size_t folder = url / kUrlsOfFolder;
  return "http://www.town" + std::to_string(folder / kFoldersOfHost) + ".example/xwzx/" +
         std::to_string(1'000 + folder % kFoldersOfHost) + "/";
}

std::string BenchLookupStore::UrlOf(size_t url) {
  return FolderOf(url) + "t20240601_" + std::to_string(5'000'000 + url) + ".html";
}

UnixTime BenchLookupStore::TimeOf(size_t url, size_t capture) {
  return FromMillis(kFirstMs + static_cast<int64_t>(url) * 7'919 % kBetweenMs +
                    static_cast<int64_t>(capture) * kBetweenMs);
}

StatusOr<std::unique_ptr<BenchLookupStore>> BenchLookupStore::Load(
    const ArchiveBenchOptions& options, BenchTold* told) {
  const size_t urls = std::max<size_t>(1, options.captures / kCapturesOfUrl);
  std::unique_ptr<BenchLookupStore> store(new BenchLookupStore(urls));
  ASSIGN_OR_RETURN(store->directory_, BenchDirectory::Make());
  const base::SystemClock clock;
  const auto captures = static_cast<double>(urls * kCapturesOfUrl);
  {
    ASSIGN_OR_RETURN(const auto archive, BenchArchive::StartIn(store->path(), clock));
    const double cpu = ProcessCpuSeconds();
    const auto wall = Steady::now();
    RETURN_IF_ERROR(StoreAll(archive->archive(), urls));
    told->figures["load_captures_per_s"] =
        captures / std::chrono::duration<double>(Steady::now() - wall).count();
    RETURN_IF_ERROR(archive->Settle());
    told->figures["load_captures_per_cpu_s"] = captures / (ProcessCpuSeconds() - cpu);
    told->figures["load_rss_mib"] = StatusMib("VmRSS");
  }
  ASSIGN_OR_RETURN(const auto files, kv::RocksReadFloor::Open(
                                         store->path(), archive::ArchiveFamilies(), kCacheBytes));
  ASSIGN_OR_RETURN(const uint64_t index, files->FamilyBytes(index::kIndexFamily));
  ASSIGN_OR_RETURN(const uint64_t exact_urls, files->FamilyBytes(index::kUrlFamily));
  told->figures["captures_count"] = captures;
  told->figures["index_bytes_per_capture"] = static_cast<double>(index) / captures;
  told->figures["index_and_url_bytes_per_capture"] =
      static_cast<double>(index + exact_urls) / captures;
  return store;
}

}  // namespace signboard::cli
