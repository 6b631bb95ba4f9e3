// The part of bench archive that weighs: each kind of page in a store of its own, all its versions,
// whole as Store keeps them and then packed into chains, and then all unchanged visits, beside a
// WARC of the same captures.
//
// Ours is what the store's tables and blob files grow by, all families, once everything is in them
// and the store was closed and opened again, so that nothing superseded lies about. The log is left
// out: it is bounded, however much is kept.
//
// Threads: one calls.
// Errors:  those of the archive; kInternal: a version was not kept as one.
#pragma once

#include "deploy/signboard/bench_archive.h"
#include "deploy/signboard/bench_reads.h"
#include "deploy/signboard/bench_versions.h"

namespace signboard::cli {

// The versions of each store are then read into `reads`.
Status MeasureSizes(const ArchiveBenchOptions& options, const BenchVersions& versions,
                    BenchReads* reads, BenchTold* told);

}  // namespace signboard::cli
