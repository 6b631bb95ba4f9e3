// signboard bench frontier: what a URL costs in the frontier, put, leased and acked, beside floors.
//
// Measured on a store of its own on this machine's disk, first in the core and then over gRPC, as a
// URLFrontier client sees it. What the client's threads spend is taken off: figures and floors are
// of the server's side. The floors of the same run: the same keys and values in the same batches
// written raw to RocksDB, and the same messages over the same stream to a service that acks them
// and does nothing. Last, while all those URLs are due, recrawls are asked for and lent.
//
// Threads: one calls; it makes its own.
// Errors:  kUnavailable: no directory. kInternal: an answer that is not what it must be.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

#include "proto/base/status.h"

namespace signboard::cli {

struct FrontierBenchOptions {
  size_t urls = 1'000'000;
  size_t hosts = 10'000;
  size_t gets = 1'000;      // GetURLs calls of 100 queues and one URL each.
  size_t recrawls = 1'000;
};

// {"name", "machine", "figures", "floors", "ratios", "seconds"}.
StatusOr<nlohmann::ordered_json> RunFrontierBench(const FrontierBenchOptions& options);

}  // namespace signboard::cli
