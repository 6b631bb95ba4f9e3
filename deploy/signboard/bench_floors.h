// What the libraries below the crawl cost by themselves, on the bytes of the same pages: the floors
// that no work of ours can go below.
//
//   curl    one handle fetching one page after the other               proto/net/floor.h
//   gumbo   tree built and freed, with its own allocator               crawler/parse/floor.h
//   hash    SHA-256 and SHA-1 of the decoded page, by OpenSSL
//   zstd    the decoded page at level 3, which is what blob files have
//   grpc    the messages of Store to a service that reads and drops them
//   rocksdb bodies and snapshots in synced batches, settled            storage/kv/floor.h
//
// Threads: one calls.
// Errors:  what the library said.
#pragma once

#include <string>
#include <vector>

#include "crawler/worker/archive_client.h"
#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_site.h"
#include "proto/base/status.h"

namespace signboard::cli {

// The same pages, before and after our own stages.
struct FloorInput {
  const BenchSite* site = nullptr;
  bool tls = false;
  const std::vector<std::string>* urls = nullptr;
  const std::vector<std::string>* texts = nullptr;  // Decoded, in UTF-8.
  const std::vector<worker::Capture>* captures = nullptr;
};

// Adds the CPU seconds of each floor under its name.
Status MeasureFloors(const FloorInput& input, Costs* costs);

}  // namespace signboard::cli
