// Which announcements are asked for, in the words of a query string or a command line.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/register.pb.h"

namespace signboard::gateway {

struct FilterWords {
  std::string since = {};  // 7d, 2025-03, 2025-03-01, 2025-03-01.., 2025-03-01..2025-03-31
  std::string until = {};  // 2025-03-31: to the end of that day.
  std::string province = {};
  std::string place = {};
  std::string level = {};
  std::string min_score = {};
};

// Empty words filter nothing. kInvalidArgument begins with the word's name: "since: …".
StatusOr<v1::AnnouncementFilter> MakeFilter(const FilterWords& words, UnixTime now);

// The first instant of a day, month or year, the instant itself, or "7d" before `now`; no range.
// "since: …".
StatusOr<int64_t> StartOf(std::string_view name, std::string_view text, UnixTime now);

// The last instant of a day, month or year, or the instant itself. "as_of: …".
StatusOr<int64_t> EndOf(std::string_view name, std::string_view text);

// The code of a province and a place, of which the narrower counts; empty: neither is asked for.
StatusOr<std::string> PlaceCode(std::string_view province, std::string_view place);

// OK: empty, or one of province, prefecture, county, other.
Status CheckLevel(std::string_view level);

}  // namespace signboard::gateway
