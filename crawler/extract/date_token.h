// Dates as words of a sentence, not yet resolved: 11月18日, 28日, 昨日, 上周一, 去年2月, "on Nov. 18".
//
// Threads:  Safe from any; no state.
// Cost:     Linear in the sentence; at most kDateTokensMax.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace signboard::extract {

inline constexpr size_t kDateTokensMax = 64;

enum class DateShape {
  kCalendar,  // Any of year, month, day; 0: not said. At least one is.
  kDays,      // `days` after the publication: 昨日 -1.
  kWeekday,   // `weekday`, 1 Monday to 7, in the week `weeks` away; `loose`: the latest one.
  kSameDay,   // 当天, 同日
  kVague,     // 近日, 日前, this week
};

struct DateToken {
  DateShape shape = DateShape::kCalendar;
  int year = 0;
  int month = 0;
  int day = 0;
  int years = 0;   // kCalendar: year counted from the publication's, 去年 -1. Only if `counted`.
  int months = 0;  // kCalendar: the same of the month, 上月 -1. Only if `counted_month`.
  bool counted = false;
  bool counted_month = false;
  int days = 0;
  int weekday = 0;
  int weeks = 0;
  bool loose = false;
  bool strictly_before = false;  // last Tuesday: not today.
  bool dateline = false;         // …日电, …日讯: when the story was filed.
  bool in_brackets = false;      // 上星期一(9月2日)
  size_t from = 0;
  size_t to = 0;
};

// In the order of the text.
std::vector<DateToken> FindDateTokens(std::string_view text);

}  // namespace signboard::extract
