#include "crawler/extract/dates.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr std::chrono::hours kChinaOffset{8};
constexpr int kYearMin = 1995;
constexpr int kYearMax = 2099;
constexpr size_t kLinesMax = 400;  // Of visible text that a date is looked for in.

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a time from the front of a text, piece by piece.
class TimeReader {
 public:
  explicit TimeReader(std::string_view text) : text_(text) {}

  bool Take(std::string_view literal) {
    if (!text_.substr(at_).starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }
  bool TakeSpaces() {
    const size_t from = at_;
    while (Take(" ") || Take("\t") || Take("\n") || Take("\u3000") || Take("\u00A0")) {
    }
    return at_ != from;
  }
  // Between `least` and `most` digits.
  std::optional<int> Number(size_t least, size_t most) {
    size_t count = 0;
    int value = 0;
    while (count < most && at_ + count < text_.size() && IsDigit(text_[at_ + count])) {
      value = value * 10 + (text_[at_ + count] - '0');
      ++count;
    }
    if (count < least) return std::nullopt;
    at_ += count;
    return value;
  }
  bool AtDigit() const { return at_ < text_.size() && IsDigit(text_[at_]); }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

std::optional<UnixTime> MakeTime(int year, int month, int day, std::chrono::seconds of_day,
                                 std::chrono::seconds offset) {
  if (year < kYearMin || year > kYearMax || month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return UnixTime(std::chrono::sys_days(date)) + of_day - offset;
}

// 10:20, 10:20:30, 10时20分, 10点20分30秒; nothing when there is none.
std::optional<std::chrono::seconds> TakeClock(TimeReader* in) {
  const auto hour = in->Number(1, 2);
  if (!hour || *hour > 23) return std::nullopt;
  if (!(in->Take(":") || in->Take("：") || in->Take("时") || in->Take("点"))) return std::nullopt;
  const auto minute = in->Number(1, 2);
  if (!minute || *minute > 59) return std::chrono::hours(*hour);
  auto clock = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
  std::chrono::seconds exact = clock;
  if (in->Take(":") || in->Take("：") || in->Take("分")) {
    const auto second = in->Number(1, 2);
    if (second && *second <= 60) exact += std::chrono::seconds(*second);
  }
  return exact;
}

std::chrono::seconds TakeOffset(TimeReader* in) {
  if (in->Take(".")) in->Number(1, 9);
  if (in->Take("Z")) return std::chrono::seconds(0);
  const bool plus = in->Take("+");
  if (!plus && !in->Take("-")) return kChinaOffset;
  const auto hours = in->Number(2, 2);
  if (!hours || *hours > 14) return kChinaOffset;
  in->Take(":");
  const auto minutes = in->Number(2, 2);
  const std::chrono::seconds offset =
      std::chrono::hours(*hours) + std::chrono::minutes(minutes.value_or(0));
  return plus ? offset : -offset;
}

std::optional<UnixTime> ParseTime(std::string_view text, bool* has_clock) {
  *has_clock = false;
  TimeReader in(text);
  in.TakeSpaces();
  const auto year = in.Number(4, 4);
  if (!year) return std::nullopt;
  if (in.AtDigit()) {  // 20251118, 20251118102030
    const auto month = in.Number(2, 2);
    const auto day = in.Number(2, 2);
    if (!month || !day) return std::nullopt;
    return MakeTime(*year, *month, *day, std::chrono::seconds(0), kChinaOffset);
  }
  const bool chinese = in.Take("年");
  if (!chinese && !in.Take("-") && !in.Take("/") && !in.Take(".")) return std::nullopt;
  const auto month = in.Number(1, 2);
  if (!month) return std::nullopt;
  if (!in.Take("月") && !in.Take("-") && !in.Take("/") && !in.Take(".")) return std::nullopt;
  const auto day = in.Number(1, 2);
  if (!day || in.AtDigit()) return std::nullopt;
  const bool day_mark = in.Take("日") || in.Take("号");
  const bool apart = in.TakeSpaces() || in.Take("T");
  std::chrono::seconds of_day(0);
  std::chrono::seconds offset = kChinaOffset;
  if (apart || day_mark) {
    if (const auto clock = TakeClock(&in)) {
      *has_clock = true;
      of_day = *clock;
      offset = TakeOffset(&in);
    }
  }
  return MakeTime(*year, *month, *day, of_day, offset);
}

std::optional<int> AllDigits(std::string_view text, size_t least, size_t most) {
  if (text.size() < least || text.size() > most) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (!IsDigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

std::optional<UnixTime> Day(int year, int month, int day) {
  return MakeTime(year, month, day, std::chrono::seconds(0), kChinaOffset);
}

// 20251118 as one number.
std::optional<UnixTime> PackedDay(std::optional<int> packed) {
  if (!packed) return std::nullopt;
  return Day(*packed / 10000, *packed / 100 % 100, *packed % 100);
}

// What the path says from its segment `i` on.
std::optional<UnixTime> DayAt(const std::vector<std::string_view>& segments, size_t i) {
  const std::string_view a = segments[i];
  const std::string_view b = i + 1 < segments.size() ? segments[i + 1] : "";
  const std::string_view c = i + 2 < segments.size() ? segments[i + 2] : "";
  // TRS: t20251118_1234567.html
  if (a.size() > 9 && a[0] == 't' && a[9] == '_') return PackedDay(AllDigits(a.substr(1, 8), 8, 8));
  if (const auto packed = AllDigits(a, 8, 8)) return PackedDay(packed);
  // /2025-11-18/ and /2025-11/18/
  if ((a.size() == 10 || a.size() == 7) && a[4] == '-') {
    const auto year = AllDigits(a.substr(0, 4), 4, 4);
    const auto month = AllDigits(a.substr(5, 2), 2, 2);
    const auto day = a.size() == 10 && a[7] == '-' ? AllDigits(a.substr(8), 2, 2)
                                                   : AllDigits(b, 1, 2);
    return year && month && day ? Day(*year, *month, *day) : std::nullopt;
  }
  // China Daily: /202511/18/
  if (const auto packed = AllDigits(a, 6, 6)) {
    const auto day = AllDigits(b, 1, 2);
    return day ? Day(*packed / 100, *packed % 100, *day) : std::nullopt;
  }
  const auto year = AllDigits(a, 4, 4);
  if (!year) return std::nullopt;
  if (const auto packed = AllDigits(b, 4, 4)) return Day(*year, *packed / 100, *packed % 100);
  const auto month = AllDigits(b, 1, 2);
  const auto day = AllDigits(c, 1, 2);
  return month && day ? Day(*year, *month, *day) : std::nullopt;
}

bool IsToday(std::string_view line) {
  return line.find("今天是") != std::string_view::npos ||
         line.find("今日是") != std::string_view::npos ||
         line.find("当前时间") != std::string_view::npos ||
         line.find("现在是") != std::string_view::npos;
}

// The time at `at` of `line`, past colons, brackets and spaces.
std::optional<UnixTime> TimeAfter(std::string_view line, size_t at) {
  for (int passed = 0; passed < 6 && at < line.size() && !IsDigit(line[at]); ++passed)
    base::NextCodePoint(line, &at);
  bool has_clock = false;
  return ParseTime(line.substr(at), &has_clock);
}

// Where the words end that all labels end in, 日期 and 时间.
std::vector<size_t> EndsOfLabels(std::string_view text) {
  std::vector<size_t> ends;
  for (const std::string_view word : {"日期", "时间"}) {
    for (size_t at = 0; (at = base::Find(text, word, at)) != std::string_view::npos;)
      ends.push_back(at += word.size());
  }
  std::sort(ends.begin(), ends.end());
  return ends;
}

// The time behind the first `label` of a line, in the first line that has one.
std::optional<UnixTime> LabelledTime(std::string_view text, std::string_view label,
                                     const std::vector<size_t>& ends) {
  size_t next_line = 0;
  for (const size_t at : ends) {
    if (at < next_line + label.size() || !text.substr(0, at).ends_with(label)) continue;
    const size_t begin = text.rfind('\n', at - label.size()) + 1;  // npos + 1 is 0.
    next_line = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(begin, next_line - begin);
    const auto time = TimeAfter(line, at - begin);
    if (time && !IsToday(line)) return time;
  }
  return std::nullopt;
}

// A stamp with its clock, wherever it stands in the line.
std::optional<UnixTime> StampIn(std::string_view line) {
  for (size_t i = 0; i < line.size(); ++i) {
    if (!IsDigit(line[i]) || (i > 0 && IsDigit(line[i - 1]))) continue;
    bool has_clock = false;
    const auto time = ParseTime(line.substr(i), &has_clock);
    if (time && has_clock) return time;
  }
  return std::nullopt;
}

}  // namespace

std::optional<UnixTime> ParsePageTime(std::string_view text) {
  bool has_clock = false;
  return ParseTime(text, &has_clock);
}

std::optional<UnixTime> TimeOfUrlPath(std::string_view path) {
  const std::vector<std::string_view> segments = base::SplitAscii(path, '/');
  for (size_t i = 0; i < segments.size(); ++i) {
    if (const auto day = DayAt(segments, i)) return day;
  }
  return std::nullopt;
}

std::optional<UnixTime> TimeInText(std::string_view text) {
  static constexpr std::array<std::string_view, 10> kLabels = {
      "发布时间", "发布日期", "发表时间", "发稿时间", "公开日期",
      "更新时间", "发文日期", "成文日期", "日期",     "时间"};
  text = base::FirstLines(text, kLinesMax);
  const std::vector<size_t> ends = EndsOfLabels(text);
  for (std::string_view label : kLabels)
    if (const auto time = LabelledTime(text, label, ends)) return time;
  // A stamp without a label: "2025-11-18 10:20  来源：…". A day alone may be anything.
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    at = end + 1;
    if (line.size() > 300) continue;
    const auto time = StampIn(line);
    if (time && !IsToday(line)) return time;
  }
  return std::nullopt;
}

}  // namespace signboard::extract
