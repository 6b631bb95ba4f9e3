// Reading the times of RFC 3339, HTTP and CDX, and spans.
#include <algorithm>
#include <array>
#include <vector>

#include "proto/base/text.h"
#include "proto/base/time.h"

namespace signboard::base {
namespace {

namespace ch = std::chrono;

constexpr size_t kTimeTextBytesMax = 64;
constexpr int64_t kSpanMillisMax = 36'525LL * 86'400'000;  // 100 years.

Status Bad(std::string_view text, std::string_view why) {
  std::string message = "time \"" + EscapeTerminal(text.substr(0, kTimeTextBytesMax)) + "\": ";
  return InvalidArgument(message.append(why));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// Of at most nine digits.
int Number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

struct Fields {
  int year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0, millis = 0;
};

// nullopt: there is no such day or time of day. Second 60 is a leap second, and counts as the
// first of the next minute.
std::optional<UnixTime> ToTime(const Fields& f) {
  const ch::year_month_day date{ch::year(f.year), ch::month(static_cast<unsigned>(f.month)),
                                ch::day(static_cast<unsigned>(f.day))};
  if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return std::nullopt;
  return ch::sys_days(date) + ch::hours(f.hour) + ch::minutes(f.minute) + ch::seconds(f.second) +
         Millis(f.millis);
}

// Takes exactly `count` digits off the front of `rest`.
bool TakeDigits(std::string_view* rest, size_t count, int* value) {
  if (rest->size() < count || !AllDigits(rest->substr(0, count))) return false;
  *value = Number(rest->substr(0, count));
  rest->remove_prefix(count);
  return true;
}

bool TakeChar(std::string_view* rest, std::string_view any_of) {
  if (rest->empty() || any_of.find(rest->front()) == std::string_view::npos) return false;
  rest->remove_prefix(1);
  return true;
}

bool TakeDate(std::string_view* rest, Fields* f) {
  return TakeDigits(rest, 4, &f->year) && TakeChar(rest, "-") && TakeDigits(rest, 2, &f->month) &&
         TakeChar(rest, "-") && TakeDigits(rest, 2, &f->day);
}

bool TakeClock(std::string_view* rest, Fields* f) {
  return TakeDigits(rest, 2, &f->hour) && TakeChar(rest, ":") && TakeDigits(rest, 2, &f->minute) &&
         TakeChar(rest, ":") && TakeDigits(rest, 2, &f->second);
}

// ".678901" -> 678 ms. False: a point with no digit after it.
bool TakeFraction(std::string_view* rest, int* millis) {
  *millis = 0;
  if (!TakeChar(rest, ".")) return true;
  int scale = 100;
  size_t count = 0;
  for (; !rest->empty() && IsDigit(rest->front()); rest->remove_prefix(1), scale /= 10, ++count)
    *millis += (rest->front() - '0') * scale;
  return count > 0;
}

// "Z" or "+08:00"; what is to be added to local time to give UTC.
bool TakeOffset(std::string_view* rest, ch::minutes* to_utc) {
  *to_utc = ch::minutes(0);
  if (TakeChar(rest, "Zz")) return true;
  if (rest->empty()) return false;
  const bool east = rest->front() == '+';
  int hours = 0;
  int minutes = 0;
  if (!TakeChar(rest, "+-") || !TakeDigits(rest, 2, &hours) || !TakeChar(rest, ":") ||
      !TakeDigits(rest, 2, &minutes) || hours > 23 || minutes > 59)
    return false;
  *to_utc = ch::minutes((hours * 60 + minutes) * (east ? -1 : 1));
  return true;
}

int MonthOf(std::string_view name) {
  constexpr std::array<std::string_view, 12> kMonths = {"jan", "feb", "mar", "apr", "may", "jun",
                                                        "jul", "aug", "sep", "oct", "nov", "dec"};
  const std::string low = ToLowerAscii(name);
  const auto at = std::find(kMonths.begin(), kMonths.end(), low);
  return at == kMonths.end() ? 0 : static_cast<int>(at - kMonths.begin()) + 1;
}

// "25", "1994", "94" into a year. RFC 9110 asks that a two-digit year not lie 50 years ahead; with
// no clock here, 70 to 99 are of the last century, as in RFC 6265 section 5.1.1.
bool YearOf(std::string_view text, int* year) {
  if (!AllDigits(text) || (text.size() != 2 && text.size() != 4)) return false;
  *year = Number(text);
  if (text.size() == 2) *year += *year >= 70 ? 1900 : 2000;
  return true;
}

std::vector<std::string_view> Tokens(std::string_view text) {
  std::vector<std::string_view> tokens;
  constexpr std::string_view kSpace = " ,-\t";
  while (true) {
    const size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return tokens;
    const size_t end = text.find_first_of(kSpace, begin);
    tokens.push_back(text.substr(begin, end - begin));
    if (end == std::string_view::npos) return tokens;
    text.remove_prefix(end);
  }
}

// The first and last value that a field of a shortened time can have: "1" of a month is 10 to 12.
struct FieldRange {
  int low, high;
};
std::optional<FieldRange> RangeOf(std::string_view digits, size_t width, int least, int most) {
  int scale = 1;
  for (size_t i = digits.size(); i < width; ++i) scale *= 10;
  const int begin = Number(digits) * scale;
  const FieldRange range{std::max(begin, least), std::min(begin + scale - 1, most)};
  if (range.low > range.high) return std::nullopt;
  return range;
}

// The instant one unit of field `index` (year, month, ..., millisecond) after `f`.
UnixTime After(const Fields& f, size_t index) {
  if (index == 0) return ch::sys_days(ch::year(f.year + 1) / 1 / 1);
  if (index == 1) {
    const auto next = ch::year(f.year) / ch::month(static_cast<unsigned>(f.month)) +
                      ch::months(1);
    return ch::sys_days(next / 1);
  }
  constexpr std::array<int64_t, 5> kUnits = {86'400'000, 3'600'000, 60'000, 1'000, 1};
  return ToTime(f).value_or(UnixTime{}) + Millis(kUnits[index - 2]);
}

int DaysIn(int year, int month) {
  const auto last = ch::year(year) / ch::month(static_cast<unsigned>(month)) / ch::last;
  return static_cast<int>(static_cast<unsigned>(ch::year_month_day(last).day()));
}

// 1 to 17 digits, as in CDX.
StatusOr<TimeRange> DigitsRange(std::string_view text) {
  struct Field {
    size_t width;
    int least, most;
    int Fields::*member;
    const char* name;
  };
  constexpr std::array<Field, 7> kFields = {{{4, 0, 9999, &Fields::year, "year"},
                                             {2, 1, 12, &Fields::month, "month"},
                                             {2, 1, 31, &Fields::day, "day"},
                                             {2, 0, 23, &Fields::hour, "hour"},
                                             {2, 0, 59, &Fields::minute, "minute"},
                                             {2, 0, 59, &Fields::second, "second"},
                                             {3, 0, 999, &Fields::millis, "millisecond"}}};
  Fields low;
  Fields high;
  std::string_view rest = text;
  size_t index = 0;
  for (; index < kFields.size() && !rest.empty(); ++index) {
    const Field& field = kFields[index];
    const std::string_view digits = rest.substr(0, field.width);
    rest.remove_prefix(digits.size());
    const int most = index == 2 ? DaysIn(low.year, low.month) : field.most;
    const auto range = RangeOf(digits, field.width, field.least, most);
    if (!range)
      return Bad(text, std::string("there is no ") + field.name + " " + std::string(digits));
    low.*field.member = range->low;
    high.*field.member = range->high;
  }
  if (!rest.empty()) return Bad(text, "more than 17 digits");
  return TimeRange{*ToTime(low), After(high, index - 1)};
}

}  // namespace

StatusOr<UnixTime> ParseRfc3339(std::string_view text) {
  if (text.size() > kTimeTextBytesMax) return Bad(text, "too long");
  std::string_view rest = text;
  Fields f;
  if (!TakeDate(&rest, &f)) return Bad(text, "expected a date such as 2025-11-18");
  ch::minutes to_utc{0};
  if (!rest.empty()) {
    if (!TakeChar(&rest, "Tt ") || !TakeClock(&rest, &f) || !TakeFraction(&rest, &f.millis))
      return Bad(text, "expected a time of day such as T03:04:05");
    if (!TakeOffset(&rest, &to_utc) || !rest.empty())
      return Bad(text, "expected an offset such as Z or +08:00");
  }
  const std::optional<UnixTime> time = ToTime(f);
  if (!time) return Bad(text, "there is no such day or time of day");
  return *time + to_utc;
}

StatusOr<UnixTime> ParseHttpDate(std::string_view text) {
  if (text.size() > kTimeTextBytesMax) return Bad(text, "too long");
  std::vector<std::string_view> t = Tokens(text);
  // The name of the day adds nothing, and is often wrong.
  if (!t.empty() && !AllDigits(t[0]) && MonthOf(t[0]) == 0) t.erase(t.begin());
  Fields f;
  std::string_view day, month, year, clock;
  if (t.size() == 5 && AllDigits(t[0]) && (t[4] == "GMT" || t[4] == "UTC")) {
    day = t[0], month = t[1], year = t[2], clock = t[3];  // IMF-fixdate and RFC 850.
  } else if (t.size() == 4 && MonthOf(t[0]) != 0) {
    month = t[0], day = t[1], clock = t[2], year = t[3];  // asctime.
  } else {
    return Bad(text, "expected a date such as Tue, 18 Nov 2025 03:04:05 GMT");
  }
  f.month = MonthOf(month);
  if (!AllDigits(day) || day.size() > 2 || f.month == 0 || !YearOf(year, &f.year))
    return Bad(text, "day, month or year is not one");
  f.day = Number(day);
  if (!TakeClock(&clock, &f) || !clock.empty())
    return Bad(text, "expected a time of day such as 03:04:05");
  const std::optional<UnixTime> time = ToTime(f);
  if (!time) return Bad(text, "there is no such day or time of day");
  return *time;
}

StatusOr<TimeRange> ParseTimeRange(std::string_view text) {
  if (text.size() > kTimeTextBytesMax) return Bad(text, "too long");
  if (AllDigits(text)) return DigitsRange(text);
  // 2025-11 and 2025-11-18 are 202511 and 20251118.
  const bool month = text.size() == 7 && text[4] == '-';
  const bool day = text.size() == 10 && text[4] == '-' && text[7] == '-';
  if (month || day) {
    std::string digits;
    for (const char c : text)
      if (c != '-') digits += c;
    if (AllDigits(digits) && digits.size() == (month ? 6 : 8)) return DigitsRange(digits);
  }
  ASSIGN_OR_RETURN(const UnixTime first, ParseRfc3339(text));
  return TimeRange{first, first + Millis(1)};
}

StatusOr<Millis> ParseSpan(std::string_view text) {
  const auto bad = [text](std::string_view why) {
    std::string message = "span \"" + EscapeTerminal(text.substr(0, kTimeTextBytesMax)) + "\": ";
    return InvalidArgument(message.append(why));
  };
  if (text.size() > kTimeTextBytesMax) return bad("too long");
  if (!text.empty() && text[0] == '-') return bad("a span cannot be negative");
  const size_t unit_at = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view number = text.substr(0, unit_at);
  const std::string_view unit = TrimAscii(text.substr(unit_at));
  int64_t scale = 0;
  if (unit == "ms") scale = 1;
  if (unit.empty() || unit == "s") scale = 1'000;
  if (unit == "m") scale = 60'000;
  if (unit == "h") scale = 3'600'000;
  if (unit == "d") scale = 86'400'000;
  const size_t point = std::min(number.find('.'), number.size());
  const std::string_view whole = number.substr(0, point);
  if (!AllDigits(whole) || (point < number.size() && !AllDigits(number.substr(point + 1))))
    return bad("expected a number and a unit such as 2s, 1.5h or 7d");
  if (scale == 0) return bad("the unit is none of ms, s, m, h, d");
  if (whole.size() > 13) return bad("more than 100 years");
  int64_t total = 0;
  for (const char c : whole) total = total * 10 + (c - '0');
  if (total > kSpanMillisMax / scale) return bad("more than 100 years");
  total *= scale;
  // Nine digits after the point are more than a millisecond can tell; the rest is dropped.
  int64_t fraction = 0;
  int64_t tens = 1;
  for (size_t i = point + 1; i < number.size() && tens < 1'000'000'000; ++i, tens *= 10)
    fraction = fraction * 10 + (number[i] - '0');
  total += fraction * scale / tens;
  if (total > kSpanMillisMax) return bad("more than 100 years");
  return Millis(total);
}

}  // namespace signboard::base
