// signboard bench detect: what looking for announcements costs beside decoding and parsing.
//
// Every second page holds a candidate name, and all are read as articles, also those that a worker
// would take for lists and not search. Sets: pages made in each of the sizes, and "sample": the
// sample sites' articles as they are. One run measures, on the same pages: decoding (content coding
// and charset), parsing and extraction; detection as a worker calls it, apart for pages with a name
// and without; the gate that it begins with, alone; and the floors: gumbo alone, and one pass of
// memchr over the decoded bytes. The first run is a warm-up; of the others the median counts, cost
// by cost.
//
// Threads: one.
// Errors:  kNotFound: nothing to make pages of.
#pragma once

#include <nlohmann/json.hpp>

#include "deploy/signboard/bench_site.h"
#include "proto/base/status.h"

namespace signboard::cli {

struct DetectBenchOptions {
  BenchSiteOptions site;  // Without a corpus: what has names in it is not known of that.
  double seconds = 10;    // Each set is measured again and again for that long, but kRunsMin
                          // times at least (bench_crawl.h).
};

// {"name", "machine", "figures", "floors", "ratios", "seconds"}. Names end in their unit and the
// set: detect_cpu_us_20k, detect_over_decode_parse_sample.
StatusOr<nlohmann::ordered_json> RunDetectBench(const DetectBenchOptions& options);

}  // namespace signboard::cli
