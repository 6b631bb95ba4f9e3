#include "storage/register/founding_day.h"

#include <algorithm>

namespace signboard::registry {
namespace {

constexpr Millis kChina{int64_t{8} * 3'600'000};  // +08:00: a day begins that much earlier.

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return '0' <= c && c <= '9'; });
}

constexpr std::string_view kNoYear = "\?\?\?\?-";

// "05-29"
bool IsMonthDay(std::string_view text) {
  return text.size() == 5 && text[2] == '-' && AllDigits(text.substr(0, 2)) &&
         AllDigits(text.substr(3));
}

// 2025, 2025-11, 2025-11-18 and nothing longer.
bool IsDate(std::string_view text) {
  if (text.size() < 4 || !AllDigits(text.substr(0, 4))) return false;
  if (text.size() == 4) return true;
  if (text[4] != '-') return false;
  const std::string_view rest = text.substr(5);
  return (rest.size() == 2 && AllDigits(rest)) || IsMonthDay(rest);
}

}  // namespace

FoundingDay ParseFoundingDay(std::string_view text) {
  FoundingDay day;
  if (text.starts_with(kNoYear) && IsMonthDay(text.substr(5))) {
    day.month_day = text.substr(5);
    return day;
  }
  if (text.starts_with("--") && IsMonthDay(text.substr(2))) {
    day.month_day = text.substr(2);
    return day;
  }
  const bool at_most = text.starts_with("<=");
  if (at_most) text.remove_prefix(2);
  if (!IsDate(text)) return day;
  const auto range = base::ParseTimeRange(text);
  if (!range.ok()) return day;
  if (!at_most) day.first = range->first - kChina;
  day.last = range->end - kChina;
  return day;
}

bool IsRetold(const FoundingDay& known, const FoundingDay& said, UnixTime published) {
  if (known.last) return published >= *known.last + kNewsSpan;
  // It was founded, nobody says when. A page that names the same day of the year, and no day long
  // past, is the report itself.
  if (known.month_day.empty()) return true;
  if (said.last && published >= *said.last + kNewsSpan) return true;
  std::string same_day = said.month_day;
  if (said.first && *said.last - *said.first == Millis(86'400'000))
    same_day = base::FormatRfc3339(*said.first + kChina).substr(5, 5);
  return same_day != known.month_day;
}

}  // namespace signboard::registry
