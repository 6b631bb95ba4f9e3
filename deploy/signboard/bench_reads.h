// The part of bench archive that reads: every version of a store by its snapshot id, as a reader
// asks for it, its digest checked. By age: how many versions of its page are newer. The bodies lie
// in chains, so that an age is read at all depths of them.
//
// Warm: everything was read before. Cold: the store was opened again, so its own cache is empty at
// first, and before each read the system is told to drop all pages of the store's files
// (posix_fadvise); `resident_share` says how much of them was still in memory after that.
//
// Threads: one calls.
// Errors:  those of the archive; kInternal: a body is not what was stored.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "deploy/signboard/bench_archive.h"

namespace signboard::cli {

// One version that was kept.
struct KeptVersion {
  std::string snapshot_id;
  std::string body;
  size_t age = 0;
};

class BenchReads {
 public:
  // Reads all, of the store in `directory`, which nobody has open.
  Status Add(const std::string& directory, std::vector<KeptVersion> versions);
  void Tell(BenchTold* told) const;

 private:
  static constexpr size_t kAges = 4;
  // Milliseconds, by age.
  using Latencies = std::array<std::vector<double>, kAges>;

  Status ReadWarm(const std::string& directory, const std::vector<KeptVersion>& versions);
  Status ReadCold(const std::string& directory, const std::vector<KeptVersion>& versions);
  Status ReadRaw(const std::vector<KeptVersion>& versions);

  Latencies warm_, cold_;
  size_t count_ = 0;
  double cpu_s_ = 0;
  double raw_cpu_s_ = 0;
  double resident_share_ = 0;  // The greatest of all stores.
};

}  // namespace signboard::cli
