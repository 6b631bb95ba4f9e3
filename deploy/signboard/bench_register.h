// signboard bench register: what merging one source costs, from the first to the last of many.
//
// Announcements of synthetic centres with reprints each, in a register of its own on this machine's
// disk: the sources of one founding come after each other, as reprints do. What the calling thread
// spends on Apply is measured by tenths of the log; their ratio is how flat the cost is. The floor
// is one synced write of an entry's own bytes to the same kind of shard.
//
// Threads: one.
// Errors:  kUnavailable: no directory. Others are the shard's.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

#include "proto/base/status.h"

namespace signboard::cli {

struct RegisterBenchOptions {
  size_t announcements = 10'000;
  size_t reprints = 20;
};

// {"name", "machine", "figures", "floors", "ratios", "seconds"}
StatusOr<nlohmann::ordered_json> RunRegisterBench(const RegisterBenchOptions& options);

}  // namespace signboard::cli
