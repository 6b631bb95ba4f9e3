// The part of bench archive that looks captures up, four ways, the same questions each time:
//
//   exact     all eight captures of a URL
//   closest   the one nearest to an instant
//   prefix    those of a folder, at most 100
//
//   raw       RocksDB alone: an iterator on the index, one on the URLs
//   core      archive::ListCaptures, in one thread
//   grpc      Archive.ListCaptures, by as many clients as there are lanes
//   http      /cdx/search/cdx?url= and, for the closest, /cdx?url=&closest=; gateway and archive in
//             one process, which talk by gRPC as they do in a node
//
// Floors beside them: an empty unary call, and an empty answer of Beast alone, by as many clients.
// Latencies are of one client that asks on and on.
//
// Threads: one calls.
// Errors:  kInternal: an answer has not the rows that it must have.
#pragma once

#include "deploy/signboard/bench_archive.h"

namespace signboard::cli {

Status MeasureLookups(const ArchiveBenchOptions& options, BenchTold* told);

}  // namespace signboard::cli
