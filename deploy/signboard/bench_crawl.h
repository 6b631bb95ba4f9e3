// signboard bench crawl: what a page costs on its way from a socket to the archive.
//
// One run measures, on the same pages: each stage by itself, in CPU seconds (fetch: the thread that
// fetches; decode, parse, extract: the thread that runs them; store: all threads of client and
// archive, RocksDB's included, until the bytes lie in tables); the libraries below
// (bench_floors.h); and the whole story of each URL as a worker tells it, with all threads counted.
// The first run is a warm-up; of the others the median counts, cost by cost. Every run has a new
// archive.
//
// Threads: one, and the process has no other when it is called: it forks (bench_site.h).
// Errors:  the first page that did not come through.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "deploy/signboard/bench_site.h"
#include "proto/base/status.h"

namespace signboard::cli {

struct CrawlBenchOptions {
  BenchSiteOptions site;
  bool without_tls = true;
  bool with_tls = true;
  double seconds = 30;  // Each set of pages is measured again and again for that long, but
                        // kRunsMin to kRunsMax times.
};
inline constexpr size_t kRunsMin = 3;
inline constexpr size_t kRunsMax = 25;

// {"name", "machine", "figures", "floors", "ratios", "seconds"}. Names end in their unit and the
// set: pages_per_cpu_s_20k, fetch_share_tls_240k, curl_cpu_us_corpus.
StatusOr<nlohmann::ordered_json> RunCrawlBench(const CrawlBenchOptions& options);

}  // namespace signboard::cli
