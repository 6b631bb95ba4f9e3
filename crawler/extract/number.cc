#include "crawler/extract/number.h"

#include <array>
#include <cmath>

namespace signboard::extract {
namespace {

constexpr double kValueMax = 1e15;
constexpr size_t kCharacterBytes = 3;
constexpr int kDigitsMax = 15;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

bool Take(std::string_view text, size_t* at, std::string_view word) {
  if (!text.substr(*at).starts_with(word)) return false;
  *at += word.size();
  return true;
}

// 0 to 9; -1: no Chinese digit.
int ChineseDigit(std::string_view text, size_t at) {
  static constexpr std::array<std::string_view, 12> kDigits = {
      "〇", "一", "二", "三", "四", "五", "六", "七", "八", "九", "零", "两"};
  static constexpr std::array<int, 12> kValues = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 2};
  for (size_t i = 0; i < kDigits.size(); ++i)
    if (text.substr(at).starts_with(kDigits[i])) return kValues[i];
  return -1;
}

// 10 to 10^8; 0: no Chinese unit.
double ChineseUnit(std::string_view text, size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("十")) return 10;
  if (rest.starts_with("百")) return 100;
  if (rest.starts_with("千")) return 1'000;
  if (rest.starts_with("万")) return 10'000;
  if (rest.starts_with("亿")) return 100'000'000;
  return 0;
}

bool TakeAbout(std::string_view text, size_t* at) {
  return Take(text, at, "余") || Take(text, at, "多") || Take(text, at, "+") ||
         Take(text, at, "＋") || Take(text, at, "来");
}

// "million", "m", "bn": only as whole words.
double EnglishScale(std::string_view text, size_t* at) {
  struct Row {
    std::string_view word;
    double scale;
  };
  static constexpr std::array<Row, 12> kRows = {{{"thousand", 1e3}, {"Thousand", 1e3},
                                                 {"million", 1e6},  {"Million", 1e6},
                                                 {"billion", 1e9},  {"Billion", 1e9},
                                                 {"bn", 1e9},       {"K", 1e3},
                                                 {"k", 1e3},        {"M", 1e6},
                                                 {"m", 1e6},        {"B", 1e9}}};
  size_t word_at = *at;
  const bool apart = Take(text, &word_at, " ") || Take(text, &word_at, "-");
  for (const Row& row : kRows) {
    size_t end = word_at;
    if (!Take(text, &end, row.word)) continue;
    if (end < text.size() && IsLetter(text[end])) continue;
    if (apart && row.word.size() == 1) continue;
    *at = end;
    return row.scale;
  }
  return 1;
}

// 3,740.5
bool TakeDigits(std::string_view text, size_t* at, double* value) {
  int digits = 0;
  *value = 0;
  while (*at < text.size() && digits <= kDigitsMax) {
    if (IsDigit(text[*at])) {
      *value = *value * 10 + (text[*at] - '0');
      ++digits;
      ++*at;
      continue;
    }
    const bool comma = text[*at] == ',' && *at + 3 < text.size() && IsDigit(text[*at + 1]) &&
                       IsDigit(text[*at + 2]) && IsDigit(text[*at + 3]);
    if (!comma || digits == 0) break;
    ++*at;
  }
  if (digits == 0 || digits > kDigitsMax) return false;
  if (*at + 1 < text.size() && text[*at] == '.' && IsDigit(text[*at + 1])) {
    ++*at;
    for (double part = 0.1; *at < text.size() && IsDigit(text[*at]); part /= 10, ++*at)
      *value += part * (text[*at] - '0');
  }
  return true;
}

// 三千万, 七十, 一亿两千万, 百: sums of digits times units, twice nested (万, 亿).
bool TakeChinese(std::string_view text, size_t* at, double* value) {
  double total = 0;
  double section = 0;
  double digit = -1;
  double large = 0;  // The last 万 or 亿: 万万 is no number, 万亿 is.
  int characters = 0;
  bool unit_seen = false;
  while (*at < text.size()) {
    if (const int d = ChineseDigit(text, *at); d >= 0) {
      if (digit > 0) return false;  // 二〇二五: a row of digits is a year or a telephone.
      digit = d;
    } else if (const double unit = ChineseUnit(text, *at); unit > 0) {
      unit_seen = true;
      if (unit >= 10'000) {
        if (digit < 0 && section == 0 && large >= unit) return false;
        large = unit;
        section += digit > 0 ? digit : 0;
        if (section == 0) section = total == 0 && characters == 0 ? 1 : 0;
        total = unit >= 1e8 ? (total + section) * unit : total + section * unit;
        section = 0;
      } else {
        section += (digit > 0 ? digit : 1) * unit;
      }
      digit = -1;
    } else {
      break;
    }
    *at += kCharacterBytes;
    if (++characters > kDigitsMax) return false;
  }
  *value = total + section + (digit > 0 ? digit : 0);
  return unit_seen && *value > 0;
}

// 3万8千: digits with a smaller unit go on a number.
void TakeRest(std::string_view text, double scale, size_t* at, double* value) {
  if (scale < 10'000 || *at >= text.size() || !IsDigit(text[*at])) return;
  size_t end = *at;
  double more = 0;
  if (!TakeDigits(text, &end, &more)) return;
  const double unit = ChineseUnit(text, end);
  if (unit == 0 || unit >= scale) return;
  *value += more * unit;
  *at = end + kCharacterBytes;
}

// 近万, 逾百
bool IsAbout(std::string_view front) {
  static constexpr std::array<std::string_view, 7> kWords = {"近", "逾", "超", "过", "破", "上", "达"};
  for (const std::string_view word : kWords)
    if (front.ends_with(word)) return true;
  return false;
}

}  // namespace

std::optional<Number> NumberAt(std::string_view text, size_t at) {
  const size_t from = at;
  text = text.substr(0, from + kNumberBytesMax);
  if (from >= text.size()) return std::nullopt;
  double value = 0;
  if (IsDigit(text[at])) {
    if (!TakeDigits(text, &at, &value)) return std::nullopt;
    TakeAbout(text, &at);
    double scale = 1;
    for (double unit = ChineseUnit(text, at); unit > 0; unit = ChineseUnit(text, at)) {
      scale *= unit;
      at += kCharacterBytes;
      if (scale > kValueMax) return std::nullopt;
    }
    if (scale == 1) scale = EnglishScale(text, &at);
    value *= scale;
    TakeRest(text, scale, &at, &value);
    TakeAbout(text, &at);
  } else {
    if (!TakeChinese(text, &at, &value)) return std::nullopt;
    const size_t before = at;
    // 七十多万: the unit behind 多 counts all before it.
    if (TakeAbout(text, &at)) {
      const double unit = ChineseUnit(text, at);
      if (unit >= 10'000 && value < 10'000) {
        value *= unit;
        at += kCharacterBytes;
      }
    }
    // 百, 万 alone are words, unless about so many are meant: 百余, 近万.
    if (before - from == kCharacterBytes && at == before && !IsAbout(text.substr(0, from)))
      return std::nullopt;
  }
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("%") || rest.starts_with("％") || rest.starts_with("‰")) return std::nullopt;
  if (value > kValueMax) return std::nullopt;
  return Number{std::llround(value), from, at};
}

std::optional<int> SmallNumberAt(std::string_view text, size_t* at) {
  size_t end = *at;
  int value = 0;
  if (end < text.size() && IsDigit(text[end])) {
    while (end < text.size() && IsDigit(text[end]) && end - *at < 3) value = value * 10 +
                                                                             (text[end++] - '0');
    if (end - *at > 2) return std::nullopt;
  } else {
    const int tens = ChineseDigit(text, end);
    if (tens >= 0) end += kCharacterBytes;
    const bool ten = Take(text, &end, "十");
    const int ones = ten ? ChineseDigit(text, end) : -1;
    if (tens < 0 && !ten) return std::nullopt;
    if (ones >= 0) end += kCharacterBytes;
    value = ten ? (tens > 0 ? tens : 1) * 10 + (ones > 0 ? ones : 0) : tens;
    if (!ten && ChineseDigit(text, end) >= 0) return std::nullopt;  // 二〇二五
  }
  if (value < 1) return std::nullopt;
  *at = end;
  return value;
}

}  // namespace signboard::extract
