// A page read as worker::ReadPage reads it, step by step, so that each step's cost is known.
//
// Threads: safe from any.
// Errors:  none: a page that does not parse gives nothing to extract.
#pragma once

#include <string>

#include "crawler/extract/detector.h"
#include "crawler/extract/extract.h"
#include "deploy/signboard/bench_clock.h"

namespace signboard::cli {

// Of the place that every page's site is of.
inline constexpr char kBenchPlaceCode[] = "360925";

struct BenchWire {
  const std::string& url;
  const std::string& body;
  std::string content_encoding;
  std::string content_type;
};

struct BenchRead {
  std::string decoded;  // Without its content coding.
  std::string text;     // In UTF-8.
  extract::Extracted extracted;
};

// Adds to "coding", "charset", "parse" (with freeing the tree) and "extract".
BenchRead ReadPageBySteps(const BenchWire& wire, Costs* costs);

// What a worker does to find announcements in it.
extract::DetectorInput DetectorInputOf(const BenchRead& read, const std::string& url);
// How many findings there are.
size_t DetectIn(const BenchRead& read, const std::string& url);

}  // namespace signboard::cli
