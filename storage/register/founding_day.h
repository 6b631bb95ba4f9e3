// When a centre was founded, as loosely as pages and lists say it: 2025-11-18, 2025-11, 2025,
// --11-18 and ????-05-29 (no year), <=2023-05 (not later), unknown.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/time.h"

namespace signboard::registry {

// A founding is news for so long.
inline constexpr Millis kNewsSpan{int64_t{30} * 86'400'000};

struct FoundingDay {
  std::optional<UnixTime> first;  // No date before it fits; absent: any may.
  std::optional<UnixTime> last;   // Its end, exclusive: by then it was founded. Absent: unknown.
  std::string month_day;          // "05-29" where no year is known.
};
// Days are those of +08:00. What does not parse is unknown in every part.
FoundingDay ParseFoundingDay(std::string_view text);

// Was a page published at `published` too late to report that founding as news? `said` is the day
// that the page itself gives: where only month and day are known, the same day is the founding.
bool IsRetold(const FoundingDay& known, const FoundingDay& said, UnixTime published);

}  // namespace signboard::registry
