#include "proto/base/time.h"

#include <algorithm>
#include <array>

namespace signboard::base {
namespace {

namespace ch = std::chrono;

// Four-digit years are all that RFC 3339 and CDX can write; instants beyond are pulled inside.
constexpr int64_t kFirstMillis = -62'167'219'200'000;  // 0000-01-01T00:00:00Z
constexpr int64_t kLastMillis = 253'402'300'799'999;   // 9999-12-31T23:59:59.999Z

struct Civil {
  int year, month, day, hour, minute, second, millis;
  unsigned weekday;  // 0: Sunday.
};

Civil ToCivil(UnixTime t) {
  t = FromMillis(std::clamp(ToMillis(t), kFirstMillis, kLastMillis));
  const auto day = ch::floor<ch::days>(t);
  const ch::year_month_day date(day);
  const ch::hh_mm_ss<Millis> clock(t - day);
  return {static_cast<int>(date.year()),
          static_cast<int>(static_cast<unsigned>(date.month())),
          static_cast<int>(static_cast<unsigned>(date.day())),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count()),
          ch::weekday(day).c_encoding()};
}

// `value` in `width` decimal digits.
void Digits(int value, int width, std::string* out) {
  const size_t begin = out->size();
  out->resize(begin + static_cast<size_t>(width));
  for (size_t i = out->size(); i > begin; value /= 10)
    (*out)[--i] = static_cast<char>('0' + value % 10);
}

void ClockTime(const Civil& c, std::string* out) {
  Digits(c.hour, 2, out);
  *out += ':';
  Digits(c.minute, 2, out);
  *out += ':';
  Digits(c.second, 2, out);
}

}  // namespace

UnixTime SystemClock::Now() const { return ch::floor<Millis>(ch::system_clock::now()); }

std::string FormatRfc3339(UnixTime t) {
  const Civil c = ToCivil(t);
  std::string out;
  Digits(c.year, 4, &out);
  out += '-';
  Digits(c.month, 2, &out);
  out += '-';
  Digits(c.day, 2, &out);
  out += 'T';
  ClockTime(c, &out);
  if (c.millis != 0) {
    out += '.';
    Digits(c.millis, 3, &out);
  }
  out += 'Z';
  return out;
}

std::string FormatDigits17(UnixTime t) {
  const Civil c = ToCivil(t);
  std::string out;
  Digits(c.year, 4, &out);
  for (const int part : {c.month, c.day, c.hour, c.minute, c.second}) Digits(part, 2, &out);
  Digits(c.millis, 3, &out);
  return out;
}

std::string FormatDigits14(UnixTime t) { return FormatDigits17(t).substr(0, 14); }

std::string FormatHttpDate(UnixTime t) {
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const Civil c = ToCivil(t);
  std::string out = kDays[c.weekday];
  out += ", ";
  Digits(c.day, 2, &out);
  out += ' ';
  out += kMonths[static_cast<size_t>(c.month - 1)];
  out += ' ';
  Digits(c.year, 4, &out);
  out += ' ';
  ClockTime(c, &out);
  out += " GMT";
  return out;
}

std::string FormatSpan(Millis span) {
  struct Unit {
    int64_t millis;
    const char* name;
  };
  constexpr std::array<Unit, 4> kUnits = {
      {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "m"}, {1'000, "s"}}};
  const int64_t ms = span.count();
  if (ms == 0) return "0s";
  for (const Unit& unit : kUnits)
    if (ms % unit.millis == 0) return std::to_string(ms / unit.millis) + unit.name;
  return std::to_string(ms) + "ms";
}

}  // namespace signboard::base
