#include "storage/gateway/holidays.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace signboard::gateway {
namespace {

using namespace std::chrono;  // NOLINT: calendar literals

constexpr int kFirstYear = 2015;
// First days of the lunar year, as month * 100 + day.
constexpr std::array kSpringFestival = {219, 208, 128, 216, 205, 125, 212, 201, 122,
                                        210, 129, 217, 206, 126, 213, 203, 123, 211,
                                        131, 219, 208, 128, 215, 204, 124, 212};
constexpr Millis kChinaAheadOfUtc = hours(8);

// What of [from, to) lies in the `length` days from `first` on.
Millis Overlap(UnixTime from, UnixTime to, sys_days first, int length) {
  const UnixTime begin = UnixTime(time_point_cast<Millis>(first)) - kChinaAheadOfUtc;
  const UnixTime end = begin + days(length);
  return std::max(Millis(0), Millis(std::min(to, end) - std::max(from, begin)));
}

}  // namespace

Millis TimeAtWork(UnixTime from, UnixTime to) {
  if (to <= from) return Millis(0);
  Millis rest{0};
  const auto year_of = [](UnixTime t) {
    return int(year_month_day(floor<days>(t + kChinaAheadOfUtc)).year());
  };
  for (int y = std::max(year_of(from), kFirstYear); y <= year_of(to); ++y) {
    rest += Overlap(from, to, sys_days(year(y) / May / 1), 5);
    rest += Overlap(from, to, sys_days(year(y) / October / 1), 8);
    const auto index = static_cast<size_t>(y - kFirstYear);
    if (index >= kSpringFestival.size()) continue;
    const int day_of = kSpringFestival.at(index);
    const sys_days first(year(y) / (day_of / 100) / (day_of % 100));
    rest += Overlap(from, to, first - days(1), 8);
  }
  return Millis(to - from) - rest;
}

}  // namespace signboard::gateway
