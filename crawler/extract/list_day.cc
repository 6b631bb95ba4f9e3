#include "crawler/extract/list_day.h"

#include <array>
#include <chrono>
#include <initializer_list>

#include "crawler/extract/first_chars.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr std::chrono::hours kChinaOffset{8};
constexpr int kYearMin = 1995;
constexpr int kYearMax = 2099;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads a text from its front.
class Reader {
 public:
  explicit Reader(std::string_view rest) : rest_(rest) {}

  bool Take(std::string_view token) {
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }
  bool TakeAny(std::initializer_list<std::string_view> tokens) {
    for (const std::string_view token : tokens)
      if (Take(token)) return true;
    return false;
  }
  // All of `characters`, and those of two bytes that are in `others`.
  void Skip(const FirstChars& characters, std::initializer_list<std::string_view> others) {
    while (!rest_.empty()) {
      if (characters.Has(rest_, 0)) {
        rest_.remove_prefix((rest_[0] & 0x80) == 0 ? 1 : 3);
      } else if ((rest_[0] & 0xE0) != 0xC0 || !TakeAny(others)) {
        return;
      }
    }
  }
  // A run of one to four digits; `width` is how many.
  std::optional<int> Number(size_t* width) {
    size_t count = 0;
    int value = 0;
    while (count < rest_.size() && IsDigit(rest_[count])) {
      if (count == 4) return std::nullopt;
      value = value * 10 + (rest_[count++] - '0');
    }
    *width = count;
    if (count == 0) return std::nullopt;
    rest_.remove_prefix(count);
    return value;
  }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

// And spaces.
void SkipBrackets(Reader* in) {
  static const FirstChars characters(" \n\t\r\u3000[]()<>（）【】〔〕「」［］|");
  in->Skip(characters, {"·", "\u00A0"});
}

void SkipLabel(Reader* in) {
  const bool labelled = in->TakeAny({"发布时间", "发布日期", "发表时间", "更新时间", "时间", "日期",
                                     "發佈時間", "發布時間"});
  if (labelled) in->TakeAny({":", "："});
}

// 10:20, 10:20:30, 10时20分
void SkipClock(Reader* in) {
  size_t width = 0;
  Reader ahead = *in;
  if (!ahead.Number(&width) || width > 2) return;
  for (int part = 0; part < 2; ++part) {
    if (!ahead.TakeAny({":", "：", "时", "点", "分"})) break;
    *in = ahead;
    if (!ahead.Number(&width) || width > 2) return;
    ahead.TakeAny({"秒"});
    *in = ahead;
  }
  in->TakeAny({"分", "秒"});
}

void SkipWeekday(Reader* in) {
  if (!in->TakeAny({"星期", "周", "礼拜"})) return;
  in->TakeAny({"一", "二", "三", "四", "五", "六", "日", "天"});
}

std::optional<ListDay> Made(int year, int month, int day) {
  if (year != 0 && (year < kYearMin || year > kYearMax)) return std::nullopt;
  if (month > 12 || day > 31) return std::nullopt;
  if (month != 0 && day != 0) {
    // Without a year the 29th of February may be.
    const std::chrono::year_month_day date{
        std::chrono::year(year == 0 ? 2000 : year),
        std::chrono::month(static_cast<unsigned>(month)),
        std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
  }
  ListDay made;
  made.year = static_cast<int16_t>(year);
  made.month = static_cast<int8_t>(month);
  made.day = static_cast<int8_t>(day);
  return made;
}

// The numbers of a date and what stands behind each.
struct Pieces {
  std::array<int, 3> value{};
  std::array<size_t, 3> width{};
  std::array<char, 3> mark{};  // '-', or 'y', 'm', 'd' of 年月日; 0: nothing.
  size_t count = 0;
};

Pieces ReadPieces(Reader* in) {
  Pieces pieces;
  while (pieces.count < 3) {
    size_t width = 0;
    const auto number = in->Number(&width);
    if (!number) break;
    const size_t i = pieces.count++;
    pieces.value[i] = *number;
    pieces.width[i] = width;
    if (in->Take("年")) {
      pieces.mark[i] = 'y';
    } else if (in->Take("月")) {
      pieces.mark[i] = 'm';
    } else if (in->TakeAny({"日", "号"})) {
      pieces.mark[i] = 'd';
      break;
    } else if (in->TakeAny({"-", "/", ".", "－", "—"})) {
      pieces.mark[i] = '-';
    } else {
      break;
    }
  }
  return pieces;
}

std::optional<ListDay> DayOfThree(const Pieces& p) {
  const bool last = p.mark[2] == 0 || p.mark[2] == 'd';
  if (!last || p.width[1] > 2 || p.width[2] > 2 || p.value[1] == 0 || p.value[2] == 0)
    return std::nullopt;
  if (p.width[0] == 4) return Made(p.value[0], p.value[1], p.value[2]);
  if (p.width[0] == 2) return Made(2000 + p.value[0], p.value[1], p.value[2]);  // 25-11-18
  return std::nullopt;
}

std::optional<ListDay> DayOfTwo(const Pieces& p) {
  if (p.value[0] == 0 || p.value[1] == 0) return std::nullopt;
  const bool chinese = p.mark[0] == 'm' || p.mark[0] == 'y';
  // 1-8 is a range, 1/20 a page of twenty.
  if (!chinese && p.width[1] != 2) return std::nullopt;
  if (p.width[0] == 4) {
    const bool last = p.mark[1] == 0 || p.mark[1] == 'm';
    return last && p.width[1] <= 2 ? Made(p.value[0], p.value[1], 0) : std::nullopt;
  }
  const bool last = p.mark[1] == 0 || p.mark[1] == 'd';
  if (!last || p.width[0] > 2 || p.width[1] > 2 || (!chinese && p.width[0] != 2))
    return std::nullopt;
  return Made(0, p.value[0], p.value[1]);
}

std::optional<ListDay> DayOfOne(const Pieces& p) {
  if (p.value[0] == 0) return std::nullopt;
  if (p.width[0] == 4 && (p.mark[0] == 0 || p.mark[0] == 'y')) return Made(p.value[0], 0, 0);
  if (p.width[0] > 2) return std::nullopt;
  if (p.mark[0] == 'm') return Made(0, p.value[0], 0);
  return p.mark[0] == 0 || p.mark[0] == 'd' ? Made(0, 0, p.value[0]) : std::nullopt;
}

}  // namespace

std::optional<ListDay> ParseListDay(std::string_view text) {
  if (text.size() > kListDayBytesMax) return std::nullopt;
  Reader in(text);
  SkipBrackets(&in);
  SkipLabel(&in);
  SkipBrackets(&in);
  const Pieces pieces = ReadPieces(&in);
  SkipBrackets(&in);
  SkipWeekday(&in);
  SkipBrackets(&in);
  SkipClock(&in);
  SkipBrackets(&in);
  if (!in.done()) return std::nullopt;
  switch (pieces.count) {
    case 3: return DayOfThree(pieces);
    case 2: return DayOfTwo(pieces);
    case 1: return DayOfOne(pieces);
    default: return std::nullopt;
  }
}

std::optional<ListDay> JoinListDays(ListDay a, ListDay b) {
  const bool clash =
      (a.year != 0 && b.year != 0) || (a.month != 0 && b.month != 0) || (a.day != 0 && b.day != 0);
  if (clash) return std::nullopt;
  return Made(a.year + b.year, a.month + b.month, a.day + b.day);
}

ListDay WithYear(ListDay day, ListDay newest) {
  if (day.year != 0 || !newest.whole() || day.month == 0 || day.day == 0) return day;
  const auto limit = std::chrono::sys_days(std::chrono::year_month_day{
                         std::chrono::year(newest.year),
                         std::chrono::month(static_cast<unsigned>(newest.month)),
                         std::chrono::day(static_cast<unsigned>(newest.day))}) +
                     std::chrono::days(1);
  // The 29th of February may need some years.
  for (int year = newest.year + 1; year >= newest.year - 8; --year) {
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(day.month)),
                                           std::chrono::day(static_cast<unsigned>(day.day))};
    if (!date.ok() || std::chrono::sys_days(date) > limit) continue;
    day.year = static_cast<int16_t>(year);
    break;
  }
  return day;
}

ListDay ListDayOf(UnixTime time) {
  const std::chrono::year_month_day date{
      std::chrono::floor<std::chrono::days>(time + kChinaOffset)};
  ListDay day;
  day.year = static_cast<int16_t>(static_cast<int>(date.year()));
  day.month = static_cast<int8_t>(static_cast<unsigned>(date.month()));
  day.day = static_cast<int8_t>(static_cast<unsigned>(date.day()));
  return day;
}

std::optional<UnixTime> TimeOf(ListDay day) {
  if (!day.whole()) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(day.year),
                                         std::chrono::month(static_cast<unsigned>(day.month)),
                                         std::chrono::day(static_cast<unsigned>(day.day))};
  return UnixTime(std::chrono::sys_days(date)) - kChinaOffset;
}

}  // namespace signboard::extract
