// Might a text hold a name of a centre at all? Most do not, and are not read further.
#include <algorithm>
#include <array>
#include <string>

#include "crawler/extract/first_chars.h"
#include "crawler/extract/fold.h"
#include "crawler/extract/name_heads.h"
#include "crawler/extract/names.h"
#include "crawler/extract/text_scan.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

// Gaps: 心, 家 and other characters of a name written by a converter are found by the fold later.
constexpr std::string_view kRawSigns[] = {"传播", "傳播", "国传中心", "國傳中心", "媒体中心",
                                          "媒體中心", "传(", "傳(", "传（", "傳（",
                                          "播(", "播（", "传媒中心", "傳媒中心",
                                          "融媒中心", "媒体(", "媒體(", "媒体（", "媒體（"};

// A name in Latin and Cyrillic letters, Hangul and kana (english.txt, foreign.txt), and the byte in
// it that is rare in other texts: where that byte stands, the sign is compared.
struct LetterSign {
  std::string_view text;
  size_t rare;
};
constexpr LetterSign kLetterSigns[] = {
    {"ommunication", 3}, {"nternational Media Cent", 13}, {"ommunikation", 3}, {"omunicac", 2},
    {"omunicaç", 2}, {"omunikac", 2}, {"оммуникаци", 6}, {"еждународного распр", 2},
    {"コミュニケーション", 1}, {"播センター", 4}, {"커뮤니케이션", 3}, {"전파", 0}, {"소통", 0}};

// Of each byte whether a sign has it as its rare one.
constexpr auto kRare = [] {
  std::array<bool, 256> rare{};
  for (const LetterSign& sign : kLetterSigns)
    rare[static_cast<unsigned char>(sign.text[sign.rare])] = true;
  return rare;
}();

bool LetterSignAt(std::string_view text, size_t at) {
  return std::any_of(std::begin(kLetterSigns), std::end(kLetterSigns), [&](const LetterSign& sign) {
    return sign.rare <= at && text[at] == sign.text[sign.rare] &&
           text.substr(at - sign.rare).starts_with(sign.text);
  });
}

// A sign that holds `letter`, which begins `rest`.
bool SignAt(std::string_view before, std::string_view letter, std::string_view rest) {
  return std::any_of(std::begin(kRawSigns), std::end(kRawSigns), [&](std::string_view sign) {
    const size_t inside = sign.find(letter);
    return inside != std::string_view::npos && before.ends_with(sign.substr(0, inside)) &&
           rest.starts_with(sign.substr(inside));
  });
}

// 融媒体中心 and 传播 alone stand on every other page. In a head (names.txt) 传 follows 国际, 海外,
// 全球, 对外 or 国, and 媒 follows 国际; a reading in brackets may stand between.
bool MayBeInHead(std::string_view before, std::string_view letter) {
  const auto ends = [before](std::string_view end) { return before.ends_with(end); };
  if (ends(")") || ends("）") || ends("际") || ends("際")) return true;
  if (letter == "媒") return ends("际融") || ends("際融");  // 国际融媒体中心
  return (ends("外") || ends("球") || ends("国") || ends("國"));
}

// Only what stands around a 中心 is folded, for each that a name may end in.
bool HoldsHead(std::string_view text) {
  static constexpr std::string_view kLast = "心";
  static constexpr std::string_view kFirst = "中";
  constexpr size_t kCharacterBytes = 3;
  // Behind each character a reading may stand, in brackets of full width.
  constexpr size_t kReadingBytes = kPinyinBytesMax + 4 * kCharacterBytes;
  const size_t reach =
      HeadBytesMax() / kCharacterBytes * (kCharacterBytes + kReadingBytes) + kReadingBytes;
  for (size_t at = base::Find(text, kLast); at != text.npos;
       at = base::Find(text, kLast, at + kLast.size())) {
    const std::string_view before = text.substr(0, at);
    if (!before.ends_with(kFirst) && !before.ends_with(")") && !before.ends_with("）")) continue;
    size_t from = at - std::min(at, reach);
    while (from < at && (text[from] & '\xC0') == '\x80') ++from;
    if (EndsInHead(FoldText(text.substr(from, at + kLast.size() - from)))) return true;
  }
  return false;
}

// Letters of a name in another script: five in a row, or a byte that begins no Chinese text.
bool HoldsLetters(std::string_view text) {
  size_t letters = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    letters = (byte | 0x20U) >= 'a' && (byte | 0x20U) <= 'z' ? letters + 1 : 0;
    const bool chinese = byte < 0xC3 || (byte >= 0xE2 && byte <= 0xE9) || byte == 0xEF;
    if (letters == kWordLetters || !chinese) return true;
  }
  return false;
}

enum class Signs { kNone, kChinese, kLetters };

Signs SignsIn(std::string_view text) {
  static const FirstChars kLetters("传傳播媒");
  bool has_sign = false;
  bool has_place = false;
  for (size_t at = 0; at < text.size(); ++at) {
    if (kRare[static_cast<unsigned char>(text[at])] && LetterSignAt(text, at))
      return Signs::kLetters;
    if ((text[at] & '\xF0') != '\xE0' || !kLetters.Has(text, at)) continue;
    const std::string_view letter = text.substr(at, 3);
    const std::string_view before = text.substr(0, at);
    has_sign = has_sign || SignAt(before, letter, text.substr(at));
    has_place = has_place || MayBeInHead(before, letter);
    if (has_sign && has_place) return Signs::kChinese;
  }
  return Signs::kNone;
}

}  // namespace

bool HoldsNameSigns(std::string_view text) { return SignsIn(text) != Signs::kNone; }

bool MayHoldName(std::string_view text) {
  const Signs signs = SignsIn(text);
  return signs == Signs::kLetters ||
         (signs == Signs::kChinese && (HoldsHead(text) || HoldsLetters(text)));
}

}  // namespace signboard::extract
