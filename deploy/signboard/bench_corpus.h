// Real pages for benchmarks: the HTML files below a folder, as a server with gzip on sends them.
//
// Threads: safe from any.
// Errors:  FindCorpus: kNotFound names a folder without pages.
#pragma once

#include <string>
#include <vector>

#include "deploy/signboard/bench_pages.h"
#include "proto/base/status.h"

namespace signboard::cli {

// Larger files are no pages, and empty ones neither.
inline constexpr size_t kCorpusPageBytesMax = size_t{4} << 20;

// At most `pages_max` files, taken evenly from all there are in the order of their names.
StatusOr<std::vector<std::string>> FindCorpus(const std::string& folder, size_t pages_max);

// What declares no charset in Content-Type, as most servers do not; the page may.
BenchPage ReadCorpusPage(const std::string& file);

}  // namespace signboard::cli
