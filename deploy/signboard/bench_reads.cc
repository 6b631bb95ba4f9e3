#include "deploy/signboard/bench_reads.h"

#include <algorithm>
#include <chrono>
#include <random>
#include <utility>

#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_files.h"
#include "deploy/signboard/bench_rig.h"
#include "proto/base/digest.h"
#include "storage/kv/floor.h"

namespace signboard::cli {
namespace {

using Steady = std::chrono::steady_clock;

constexpr unsigned kSeed = 17;
constexpr size_t kVersionsOfPut = 64;
// What is no longer the newest, but one of a few; what is further back; the rest.
constexpr std::array<std::pair<size_t, const char*>, 4> kAgesFrom = {
    {{0, "age_0"}, {1, "age_1_3"}, {4, "age_4_15"}, {16, "age_16_up"}}};

size_t AgeOf(size_t age) {
  size_t at = 0;
  while (at + 1 < kAgesFrom.size() && age >= kAgesFrom[at + 1].first) ++at;
  return at;
}

// What a reader waits for, in milliseconds.
StatusOr<double> Read(archive::Archive& archive, const KeptVersion& version) {
  const auto from = Steady::now();
  v1::GetRequest request;
  request.set_snapshot_id(version.snapshot_id);
  ASSIGN_OR_RETURN(const v1::Snapshot snapshot, archive.Find(request));
  ASSIGN_OR_RETURN(const std::string body, archive.ReadBody(snapshot, v1::GetRequest::DECODED));
  const double ms = std::chrono::duration<double, std::milli>(Steady::now() - from).count();
  if (body == version.body) return ms;
  return base::Internal(version.snapshot_id + " is not read as it was stored");
}

}  // namespace

Status BenchReads::Add(const std::string& directory, std::vector<KeptVersion> versions) {
  std::shuffle(versions.begin(), versions.end(), std::mt19937_64(kSeed));
  RETURN_IF_ERROR(ReadCold(directory, versions));
  RETURN_IF_ERROR(ReadWarm(directory, versions));
  RETURN_IF_ERROR(ReadRaw(versions));
  count_ += versions.size();
  return OkStatus();
}

Status BenchReads::ReadCold(const std::string& directory,
                            const std::vector<KeptVersion>& versions) {
  const base::SystemClock clock;
  ASSIGN_OR_RETURN(const auto store, BenchArchive::StartIn(directory, clock));
  RETURN_IF_ERROR(DropFromMemory(directory));
  ASSIGN_OR_RETURN(const double resident, ResidentShare(directory));
  resident_share_ = std::max(resident_share_, resident);
  for (const KeptVersion& version : versions) {
    RETURN_IF_ERROR(DropFromMemory(directory));
    ASSIGN_OR_RETURN(const double ms, Read(store->archive(), version));
    cold_[AgeOf(version.age)].push_back(ms);
  }
  return OkStatus();
}

Status BenchReads::ReadWarm(const std::string& directory,
                            const std::vector<KeptVersion>& versions) {
  const base::SystemClock clock;
  ASSIGN_OR_RETURN(const auto store, BenchArchive::StartIn(directory, clock));
  for (const KeptVersion& version : versions)
    RETURN_IF_ERROR(Read(store->archive(), version).status());
  for (const KeptVersion& version : versions) {
    const auto ms = Timed(&cpu_s_, [&] { return Read(store->archive(), version); });
    RETURN_IF_ERROR(ms.status());
    warm_[AgeOf(version.age)].push_back(*ms);
  }
  return OkStatus();
}

// The same bodies, which RocksDB checks and unpacks by itself.
Status BenchReads::ReadRaw(const std::vector<KeptVersion>& versions) {
  ASSIGN_OR_RETURN(const auto directory, BenchDirectory::Make());
  ASSIGN_OR_RETURN(const auto floor, kv::RocksFloor::Open(directory->path() + "/floor"));
  std::vector<std::pair<std::string_view, std::string_view>> entries;
  for (const KeptVersion& version : versions) {
    entries.emplace_back(version.snapshot_id, version.body);
    if (entries.size() < kVersionsOfPut && &version != &versions.back()) continue;
    RETURN_IF_ERROR(floor->Put(entries));
    entries.clear();
  }
  RETURN_IF_ERROR(floor->CompactAll());
  double unheard = 0;
  for (double* const cost : {&unheard, &raw_cpu_s_}) {
    for (const KeptVersion& version : versions) {
      const auto body = Timed(cost, [&] { return floor->Get(version.snapshot_id); });
      RETURN_IF_ERROR(body.status());
    }
  }
  return OkStatus();
}

void BenchReads::Tell(BenchTold* told) const {
  for (const auto& [name, latencies] : {std::pair("warm", &warm_), std::pair("cold", &cold_)}) {
    std::vector<double> all;
    const auto put = [&](const std::string& what, const std::vector<double>& ms) {
      if (ms.empty()) return;
      const std::string prefix = std::string(name) + "_read_";
      told->figures[prefix + "p50_ms_" + what] = Percentile(ms, 0.5);
      told->figures[prefix + "p99_ms_" + what] = Percentile(ms, 0.99);
    };
    for (size_t age = 0; age < kAges; ++age) {
      put(kAgesFrom[age].second, (*latencies)[age]);
      all.insert(all.end(), (*latencies)[age].begin(), (*latencies)[age].end());
    }
    put("all", all);
  }
  const auto count = static_cast<double>(count_);
  told->figures["cold_resident_share"] = resident_share_;
  told->figures["read_cpu_us"] = cpu_s_ / count * 1e6;
  told->floors["raw_read_cpu_us"] = raw_cpu_s_ / count * 1e6;
  told->ratios["read_over_raw"] = cpu_s_ / raw_cpu_s_;
}

}  // namespace signboard::cli
