// The part of bench archive that stores: new pages, then a change of each, then a 304 of each.
//
// The price ends when the bytes lie in tables and blob files, for ours as for the floor, because
// RocksDB alone compresses only then.
//
// Threads: one calls; kIngestThreads store.
// Errors:  the first capture that was not kept.
#pragma once

#include "deploy/signboard/bench_archive.h"
#include "deploy/signboard/bench_versions.h"

namespace signboard::cli {

inline constexpr size_t kIngestThreads = 8;

Status MeasureIngest(const ArchiveBenchOptions& options, const BenchVersions& versions,
                     BenchTold* told);

}  // namespace signboard::cli
