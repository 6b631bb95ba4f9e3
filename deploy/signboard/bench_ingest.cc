#include "deploy/signboard/bench_ingest.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "deploy/signboard/bench_captures.h"
#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_rig.h"
#include "proto/base/mutex.h"
#include "storage/kv/floor.h"

namespace signboard::cli {
namespace {

using Steady = std::chrono::steady_clock;

struct Cost {
  double cpu_s = 0;
  double wall_s = 0;  // Until all is acknowledged.
};

// Gives out 0..count-1 to the threads; `settle` comes after the last.
StatusOr<Cost> Spread(size_t count, const std::function<Status(size_t)>& one,
                      const std::function<Status()>& settle) {
  std::atomic<size_t> next{0};
  base::Mutex mutex;
  Status failed;
  const double cpu = ProcessCpuSeconds();
  const auto wall = Steady::now();
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kIngestThreads; ++t) {
    threads.emplace_back([&] {
      for (size_t i = next++; i < count; i = next++) {
        if (Status status = one(i); !status.ok()) {
          base::MutexLock lock(mutex);
          failed = std::move(status);
          next = count;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  Cost cost;
  cost.wall_s = std::chrono::duration<double>(Steady::now() - wall).count();
  RETURN_IF_ERROR(failed);
  RETURN_IF_ERROR(settle());
  cost.cpu_s = ProcessCpuSeconds() - cpu;
  return cost;
}

// Captures of one sort, and what is written of them raw.
struct Batch {
  std::string name;
  std::vector<archive::Capture> captures;
  std::vector<std::string> records;
  std::vector<std::string> bodies;
  size_t bytes = 0;
};

void Add(archive::Capture capture, Batch* batch) {
  batch->records.push_back(capture.header.snapshot().SerializeAsString());
  batch->bodies.push_back(capture.decoded);
  batch->bytes += batch->records.back().size() + capture.decoded.size();
  batch->captures.push_back(std::move(capture));
}

std::vector<Batch> MakeBatches(const BenchVersions& versions, size_t count) {
  std::vector<Batch> batches(3);
  batches[0].name = "new";
  batches[1].name = "changed";
  batches[2].name = "unchanged";
  for (size_t i = 0; i < count; ++i) {
    const std::string url = BenchVersions::UrlOf(PageKind::kArticle, i);
    std::vector<std::string> made = versions.Make(PageKind::kArticle, i, 2);
    for (size_t v = 0; v < 2; ++v)
      Add(CaptureOfPage(url, std::move(made[v]), BenchTime(v)), &batches[v]);
    Add(UnchangedCapture(url, BenchTime(1, 1)), &batches[2]);
  }
  return batches;
}

// As the archive does it: a body under its digest, and the record beside it, in one synced batch.
Status PutRaw(kv::RocksFloor& floor, const Batch& batch, size_t i) {
  const std::string key = batch.name + std::to_string(i);
  std::vector<std::pair<std::string_view, std::string_view>> entries = {{key, batch.records[i]}};
  const std::string body_key = "body of " + key;
  if (!batch.bodies[i].empty()) entries.emplace_back(body_key, batch.bodies[i]);
  return floor.Put(entries);
}

void Tell(const Batch& batch, const Cost& ours, const Cost& raw, BenchTold* told) {
  const auto count = static_cast<double>(batch.records.size());
  const double mb = static_cast<double>(batch.bytes) / 1e6;
  const auto put = [&](nlohmann::ordered_json& into, const std::string& name, const Cost& cost) {
    into[name + "_cpu_us"] = cost.cpu_s / count * 1e6;
    into[name + "_captures_per_cpu_s"] = count / cost.cpu_s;
    into[name + "_mb_per_cpu_s"] = mb / cost.cpu_s;
    into[name + "_captures_per_s"] = count / cost.wall_s;
    into[name + "_mb_per_s"] = mb / cost.wall_s;
  };
  put(told->figures, "ingest_" + batch.name, ours);
  put(told->floors, "raw_" + batch.name, raw);
  told->ratios["ingest_" + batch.name + "_of_raw"] = raw.cpu_s / ours.cpu_s;
}

}  // namespace

Status MeasureIngest(const ArchiveBenchOptions& options, const BenchVersions& versions,
                     BenchTold* told) {
  const base::SystemClock clock;
  ASSIGN_OR_RETURN(const auto directory, BenchDirectory::Make());
  ASSIGN_OR_RETURN(const auto archive, BenchArchive::Start(clock));
  ASSIGN_OR_RETURN(const auto floor, kv::RocksFloor::Open(directory->path() + "/floor"));
  std::vector<Batch> batches = MakeBatches(versions, options.ingest);
  for (Batch& batch : batches) {
    const size_t count = batch.captures.size();
    ASSIGN_OR_RETURN(
        const Cost ours,
        Spread(
            count,
            [&](size_t i) {
              return archive->archive().Store(std::move(batch.captures[i])).status();
            },
            [&] { return archive->Settle(); }));
    ASSIGN_OR_RETURN(const Cost raw,
                     Spread(
                         count, [&](size_t i) { return PutRaw(*floor, batch, i); },
                         [&] { return floor->CompactAll(); }));
    Tell(batch, ours, raw, told);
  }
  return OkStatus();
}

}  // namespace signboard::cli
