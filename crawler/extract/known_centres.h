// Centres known before a page was read: a founding told of one that has long existed is retold, not
// announced.
//
// A table with a header that names at least `name` (or `name_zh`) and `established`; `code` (GB/T
// 2260) where it is known. Founding days as precise as they are known: 2024-11-07, 2024-11, 2024,
// <=2024-06-15 (existed by then), ????-02-16 (year not stated); anything else says nothing. A name
// may carry an older one: 西部国际传播中心（原重庆国际传播中心）.
//
// Threads: Safe from any once made.
// Errors:  kInvalidArgument names the line.
// Cost:    Linear in the table; a lookup is a binary search.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/finding.h"
#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::extract {

inline constexpr size_t kKnownBytesMax = size_t{16} << 20;
inline constexpr int kKnownDays = 30;  // Known longer than this before the page: retold.

class KnownCentres {
 public:
  static StatusOr<KnownCentres> Parse(std::string_view csv);

  // Takes `is_announcement` from findings of centres that had long been founded by `page_date` (the
  // finding's own date where the page has none), and says why.
  void Apply(std::optional<UnixTime> page_date, std::vector<Finding>* findings) const;

  size_t size() const { return size_; }

 private:
  void Add(const std::string& name, const std::string& code, const std::string& established);

  std::map<std::string, std::string, std::less<>> established_;  // By centre key.
  size_t size_ = 0;
};

// The last day that `established` may mean, as days since 1970; for ????-02-16 the last such day up
// to `by`. Nothing: it says nothing.
std::optional<std::chrono::sys_days> LatestFounding(std::string_view established,
                                                    std::chrono::sys_days by);

}  // namespace signboard::extract
