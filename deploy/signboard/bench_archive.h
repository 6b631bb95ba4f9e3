// signboard bench archive: what keeping, reading and finding captures costs, beside floors.
//
//   ingest    new, changed and unchanged captures through Archive::Store, by several threads that
//             each wait until theirs is durable    floor: the same bytes in as many synced batches,
//             written raw to RocksDB by as many threads
//   sizes     bytes for each version of articles, hubs and home pages (bench_versions.h), and for
//             each unchanged visit                 floor: a WARC of the same captures
//   reads     any version by its age, its digest checked, as ReadBody does
//                                                  floor: RocksDB giving the same bodies
//   lookups   exact, closest and by prefix, in the core, through gRPC and through HTTP
//                                                  floors: the raw seeks, an empty unary call, an
//                                                  empty answer of Beast alone
//
// Everything is CPU time of the server's side: what the clients' threads spend is taken off. Only
// latencies, and what is said to be so by its name (_per_s), are real time.
//
// Threads: one calls; it makes its own.
// Errors:  kNotFound: the sample pages. kUnavailable: no directory. kInternal: an answer that is
//          not what it must be.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "proto/base/status.h"

namespace signboard::cli {

struct ArchiveBenchOptions {
  std::string sites;          // Folder of the sample sites, which pages are made of.
  size_t pages = 12;          // Of each kind.
  size_t versions = 30;       // Of each page.
  size_t visits = 5;          // Unchanged ones after each version.
  size_t ingest = 1'500;      // Captures of each sort.
  size_t captures = 100'000;  // That are looked up.
  size_t lookups = 1'500;     // Of each sort on each way.
};

// {"name", "machine", "figures", "floors", "ratios", "seconds"}.
StatusOr<nlohmann::ordered_json> RunArchiveBench(const ArchiveBenchOptions& options);

// What the parts of a benchmark tell.
struct BenchTold {
  nlohmann::ordered_json figures, floors, ratios;
};

}  // namespace signboard::cli
