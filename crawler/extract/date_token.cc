#include "crawler/extract/date_token.h"

#include <array>
#include <cstdlib>
#include <optional>
#include <string>

#include "crawler/extract/first_chars.h"
#include "crawler/extract/gazetteer.h"
#include "crawler/extract/number.h"
#include "crawler/extract/page_text.h"
#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr int kYearMin = 1949;
constexpr int kYearMax = 2099;
constexpr int kDaysOfMonth[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool DayExists(int month, int day) {
  return month >= 1 && month <= 12 && day >= 1 && day <= kDaysOfMonth[month];
}

// Reads one token from a place of the text; what a step does not find it leaves untouched.
class Reader {
 public:
  Reader(std::string_view text, size_t at) : text_(text), at_(at) {}

  size_t at() const { return at_; }
  std::string_view rest() const { return text_.substr(at_); }
  bool Take(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  bool TakeAny(std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words)
      if (Take(word)) return true;
    return false;
  }
  std::optional<int> Digits(size_t least, size_t most) {
    size_t count = 0;
    int value = 0;
    while (count < rest().size() && count <= most && IsDigit(rest()[count]))
      value = value * 10 + (rest()[count++] - '0');
    if (count < least || count > most) return std::nullopt;
    at_ += count;
    return value;
  }
  // A number of one or two places and the word behind it: 11月.
  std::optional<int> Unit(std::initializer_list<std::string_view> units, int most) {
    Reader ahead = *this;
    ahead.Take(" ");
    size_t at = ahead.at_;
    const std::optional<int> value = SmallNumberAt(text_, &at);
    if (!value || *value > most) return std::nullopt;
    ahead.at_ = at;
    ahead.Take(" ");
    if (!ahead.TakeAny(units)) return std::nullopt;
    *this = ahead;
    return value;
  }
  // 2025年, 二〇二五年
  std::optional<int> Year() {
    Reader ahead = *this;
    std::optional<int> year = ahead.Digits(4, 4);
    if (!year) year = ahead.ChineseYear();
    ahead.Take(" ");
    if (!year || *year < kYearMin || *year > kYearMax || !ahead.Take("年")) return std::nullopt;
    if (ahead.rest().starts_with("度") || ahead.rest().starts_with("代")) return std::nullopt;
    *this = ahead;
    return year;
  }

 private:
  std::optional<int> ChineseYear() {
    static constexpr std::array<std::string_view, 11> kDigits = {
        "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "零"};
    int year = 0;
    for (int place = 0; place < 4; ++place) {
      int value = -1;
      for (size_t i = 0; i < kDigits.size() && value < 0; ++i)
        if (Take(kDigits[i])) value = static_cast<int>(i) % 10;
      if (value < 0) return std::nullopt;
      year = year * 10 + value;
    }
    return year;
  }

  std::string_view text_;
  size_t at_;
};

bool DayUnit(Reader* reader, DateToken* token) {
  Reader ahead = *reader;
  const std::optional<int> day = ahead.Unit({"日", "号"}, 31);
  // 3号楼, 5号线, 一日游
  for (const std::string_view thing : {"线", "楼", "厅", "馆", "院", "文", "机", "口", "游"})
    if (day && ahead.rest().starts_with(thing)) return false;
  if (!day) return false;
  token->day = *day;
  *reader = ahead;
  return true;
}

// 531日: the 月 was lost on the way.
bool BrokenDay(Reader* reader, DateToken* token) {
  Reader ahead = *reader;
  const std::optional<int> digits = ahead.Digits(3, 4);
  if (!digits || !ahead.Take("日")) return false;
  if (!DayExists(*digits / 100, *digits % 100)) return false;
  token->month = *digits / 100;
  token->day = *digits % 100;
  *reader = ahead;
  return true;
}

// 2025-11-18, 2025/11/18, 2025.11.18
bool PunctuatedDate(Reader* reader, DateToken* token) {
  for (const std::string_view mark : {"-", "/", "."}) {
    Reader ahead = *reader;
    const std::optional<int> year = ahead.Digits(4, 4);
    if (!year || *year < kYearMin || *year > kYearMax || !ahead.Take(mark)) continue;
    const std::optional<int> month = ahead.Digits(1, 2);
    if (!month || !ahead.Take(mark)) continue;
    const std::optional<int> day = ahead.Digits(1, 2);
    if (!day || !DayExists(*month, *day)) continue;
    token->year = *year;
    token->month = *month;
    token->day = *day;
    *reader = ahead;
    return true;
  }
  return false;
}

// [去年|2025年][11月][18日], each part optional, and the forms above.
bool CalendarDate(Reader* reader, DateToken* token) {
  if (PunctuatedDate(reader, token)) return true;
  if (reader->Take("去年")) {
    token->counted = true;
    token->years = -1;
  } else if (reader->Take("今年")) {
    token->counted = true;
  } else if (reader->Take("明年")) {
    token->counted = true;
    token->years = 1;
  } else if (reader->TakeAny({"上个月", "上月"})) {
    token->counted_month = true;
    token->months = -1;
  } else if (reader->TakeAny({"本月", "这个月"})) {
    token->counted_month = true;
  } else if (const std::optional<int> year = reader->Year()) {
    token->year = *year;
  } else if (BrokenDay(reader, token)) {
    return true;
  }
  if (!token->counted_month) {
    if (const std::optional<int> month = reader->Unit({"月"}, 12)) token->month = *month;
  }
  const bool has_month = token->month > 0 || token->counted_month;
  const bool has_year = token->year > 0 || token->counted;
  if (has_month || !has_year) DayUnit(reader, token);
  if (token->month > 0 && token->day > 0 && !DayExists(token->month, token->day)) return false;
  return has_month || has_year || token->day > 0;
}

// 今日靖安, 今日中国: names of media.
bool IsBrand(std::string_view behind) {
  const Mention mention = MentionAt(behind, 0);
  return mention.to > mention.from || behind.starts_with("中国") || behind.starts_with("头条") ||
         behind.starts_with("关注") || behind.starts_with("要闻");
}

bool ChineseWeekday(Reader* reader, std::string_view before, DateToken* token) {
  Reader ahead = *reader;
  token->loose = false;
  if (ahead.TakeAny({"上上"})) return false;
  if (ahead.TakeAny({"上个", "上"})) {
    token->weeks = -1;
  } else if (ahead.TakeAny({"下个", "下"})) {
    token->weeks = 1;
  } else if (!ahead.TakeAny({"本", "这个", "这"})) {
    token->loose = true;
  }
  if (!ahead.TakeAny({"星期", "礼拜", "周"})) return false;
  if (token->loose && (before.ends_with("每") || before.ends_with("一"))) return false;
  static constexpr std::array<std::string_view, 8> kDays = {"一", "二", "三", "四",
                                                            "五", "六", "日", "天"};
  for (size_t i = 0; i < kDays.size(); ++i) {
    if (!ahead.Take(kDays[i])) continue;
    if (token->loose && (ahead.rest().starts_with("次") || ahead.rest().starts_with("个")))
      return false;  // 周一次: once a week.
    token->shape = DateShape::kWeekday;
    token->weekday = i == 7 ? 7 : static_cast<int>(i) + 1;
    *reader = ahead;
    return true;
  }
  return false;
}

// A word of letters at the reader, with the dot of an abbreviation.
std::string_view EnglishWord(const Reader& reader) {
  size_t size = 0;
  const std::string_view rest = reader.rest();
  while (size < rest.size() && size < 12 && IsLetter(rest[size])) ++size;
  return rest.substr(0, size);
}

// 1 to 12, or 1 to 7; 0: none. Abbreviations have three letters or four (Sept, Tues).
int NameIn(std::string_view word, const auto& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names[i];
    const bool short_form = (word.size() == 3 || word.size() == 4) && name.starts_with(word);
    if (word == name || short_form) return static_cast<int>(i) + 1;
  }
  return 0;
}

int MonthNamed(std::string_view word) {
  static constexpr std::array<std::string_view, 12> kNames = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  return NameIn(word, kNames);
}

int WeekdayNamed(std::string_view word) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
  return word.size() < 4 ? 0 : NameIn(word, kNames);
}

bool EnglishYear(Reader* reader, DateToken* token) {
  Reader ahead = *reader;
  ahead.Take(",");
  ahead.Take(" ");
  const std::optional<int> year = ahead.Digits(4, 4);
  if (!year || *year < kYearMin || *year > kYearMax) return false;
  token->year = *year;
  *reader = ahead;
  return true;
}

// Nov. 18, 2025; November 18; November 2025; 18 November 2025
// `in`: behind "in" a month alone is a date.
bool EnglishCalendar(Reader* reader, DateToken* token, bool in = false) {
  Reader ahead = *reader;
  std::optional<int> day;
  if (!ahead.rest().empty() && IsDigit(ahead.rest()[0])) {
    day = ahead.Digits(1, 2);
    ahead.TakeAny({"st", "nd", "rd", "th"});
    if (!day || !ahead.Take(" ")) return false;
  }
  const std::string_view word = EnglishWord(ahead);
  const int month = word.size() < 3 ? 0 : MonthNamed(word);
  if (month == 0) return false;
  ahead.Take(word);
  ahead.Take(".");
  Reader behind = ahead;
  if (!day && behind.Take(" ")) {
    day = behind.Digits(1, 2);
    if (day) {
      behind.TakeAny({"st", "nd", "rd", "th"});
      ahead = behind;
    }
  }
  const bool year = EnglishYear(&ahead, token);
  // "May" and "March" alone are words.
  if ((!day && !year && !in) || (day && !DayExists(month, *day))) return false;
  token->month = month;
  token->day = day.value_or(0);
  *reader = ahead;
  return true;
}

bool EnglishRelative(Reader* reader, DateToken* token) {
  struct Row {
    std::string_view word;
    DateShape shape;
    int days;
  };
  static constexpr std::array<Row, 10> kRows = {{{"yesterday", DateShape::kDays, -1},
                                                 {"Yesterday", DateShape::kDays, -1},
                                                 {"today", DateShape::kDays, 0},
                                                 {"Today", DateShape::kDays, 0},
                                                 {"tomorrow", DateShape::kDays, 1},
                                                 {"recently", DateShape::kVague, 0},
                                                 {"Recently", DateShape::kVague, 0},
                                                 {"earlier this week", DateShape::kVague, 0},
                                                 {"this week", DateShape::kVague, 0},
                                                 {"last week", DateShape::kVague, 0}}};
  for (const Row& row : kRows) {
    if (!reader->Take(row.word)) continue;
    token->shape = row.shape;
    token->days = row.days;
    return true;
  }
  Reader ahead = *reader;
  token->strictly_before = ahead.TakeAny({"last ", "Last "});
  const std::string_view word = EnglishWord(ahead);
  token->weekday = WeekdayNamed(word);
  if (token->weekday == 0) return false;
  ahead.Take(word);
  token->shape = DateShape::kWeekday;
  token->loose = true;
  *reader = ahead;
  return true;
}

// 昨天, 当天, 近日; 昨 and 今 alone before what happened then: 昨在…成立.
bool DayWord(Reader* reader, DateToken* token) {
  Reader ahead = *reader;
  const Word* word = ListOf("day_word").At(ahead.rest(), 0);
  const bool bare = word == nullptr;
  if (bare) word = ListOf("day_word_bare").At(ahead.rest(), 0);
  if (word == nullptr) return false;
  ahead.Take(word->text);
  if (bare && ListOf("day_word_then").At(ahead.rest(), 0) == nullptr) return false;
  if (word->text == "今日" && IsBrand(ahead.rest())) return false;
  token->shape = word->tag == "same"    ? DateShape::kSameDay
                 : word->tag == "vague" ? DateShape::kVague
                                        : DateShape::kDays;
  if (token->shape == DateShape::kDays) token->days = std::atoi(std::string(word->tag).c_str());
  *reader = ahead;
  return true;
}

// Whether a form above can begin here. A blank may stand before a number.
bool MayBegin(std::string_view text, size_t at) {
  static const WordList& kDays = ListOf("day_word");
  static const WordList& kBare = ListOf("day_word_bare");
  static const FirstChars kNumerals("0123456789〇一二三四五六七八九零两十");
  static const FirstChars kOthers = [] {
    FirstChars chars("ADFJLMNORSTWYelrty上下本这星礼周今明去");
    for (const WordList* list : {&kDays, &kBare})
      for (const Word& word : list->own_words()) chars.AddFirst(word.text);
    return chars;
  }();
  if (text[at] == ' ') return at + 1 < text.size() && kNumerals.Has(text, at + 1);
  if (kNumerals.Has(text, at) || kOthers.Has(text, at)) return true;
  // The words of other rules may begin with other characters.
  return lists_in_force != nullptr &&
         (kDays.At(text, at) != nullptr || kBare.At(text, at) != nullptr);
}

bool TokenAt(std::string_view text, size_t at, Reader* reader, DateToken* token) {
  const std::string_view before = text.substr(0, at);
  if (IsLetter(text[at])) {
    if (at > 0 && IsLetter(text[at - 1])) return false;
    return EnglishCalendar(reader, token, before.ends_with("in ")) ||
           EnglishRelative(reader, token);
  }
  // 十 behind 二 is the rest of a number that was no date; so is a digit behind a digit.
  if (IsDigit(text[at])) {
    if (at > 0 && (IsDigit(text[at - 1]) || text[at - 1] == '.')) return false;
    if (before.ends_with("第")) return false;
    return CalendarDate(reader, token) || EnglishCalendar(reader, token);
  }
  if (ChineseWeekday(reader, before, token)) return true;
  *token = DateToken{};
  if (DayWord(reader, token)) return true;
  return !before.ends_with("第") && CalendarDate(reader, token);
}

// 至20日, -20日: the end of a span that began before.
bool EndsASpan(std::string_view text, const std::vector<DateToken>& tokens, size_t at) {
  if (tokens.empty()) return false;
  const std::string_view between = text.substr(tokens.back().to, at - tokens.back().to);
  return between == "至" || between == "到" || between == "-" || between == "—" ||
         between == "——" || between == "～" || between == "~" || between == "和";
}

}  // namespace

std::vector<DateToken> FindDateTokens(std::string_view text) {
  std::vector<DateToken> tokens;
  for (size_t at = 0; at < text.size() && tokens.size() < kDateTokensMax;) {
    Reader reader(text, at);
    DateToken token;
    if (!MayBegin(text, at) || !TokenAt(text, at, &reader, &token)) {
      at = NextAt(text, at);
      continue;
    }
    token.from = at;
    token.to = reader.at();
    const std::string_view before = text.substr(0, at);
    token.in_brackets = before.ends_with("(") || before.ends_with("（");
    token.dateline = reader.TakeAny({"电", "讯", "消息"});
    if (!EndsASpan(text, tokens, at)) tokens.push_back(token);
    at = token.to;
  }
  return tokens;
}

}  // namespace signboard::extract
