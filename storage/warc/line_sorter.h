// LineSorter gives lines back in the order of their bytes, however many they are: beyond
// kSortedBytesMax they wait, sorted, in files without names in $TMPDIR.
//
// Threads: one at a time.
// Errors:  kUnavailable: the disk refused.
// Cost:    n log n comparisons; each line is written and read once.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/warc/source.h"

namespace signboard::warc {

inline constexpr size_t kSortedBytesMax = size_t{32} << 20;

class LineSorter {
 public:
  explicit LineSorter(size_t bytes_max = kSortedBytesMax) : bytes_max_(bytes_max) {}

  // Without a line end.
  Status Add(std::string line);
  // All of them, once.
  Status Give(const std::function<Status(const std::string&)>& take);

 private:
  Status Spill();

  const size_t bytes_max_;
  std::vector<std::string> lines_;
  size_t bytes_ = 0;
  std::vector<std::unique_ptr<Spool>> runs_;
};

}  // namespace signboard::warc
