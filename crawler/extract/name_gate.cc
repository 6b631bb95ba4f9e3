// Might a text hold a name of a centre at all? Most do not, and are not read further.
#include <algorithm>
#include <array>

#include "crawler/extract/names.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

// Gaps: 心, 家 and other characters of a name written by a converter are found by the fold later.
constexpr std::string_view kRawSigns[] = {"传播", "傳播", "国传中心", "國傳中心", "媒体中心",
                                          "媒體中心", "传(", "傳(", "传（", "傳（",
                                          "播(", "播（", "传媒中心", "傳媒中心",
                                          "融媒中心", "媒体(", "媒體(", "媒体（", "媒體（"};
// Names in Latin and Cyrillic letters, Hangul and kana (english.txt, foreign.txt).
constexpr std::string_view kLetterSigns[] = {
    "ommunication", "nternational Media Cent", "ommunikation", "omunicac", "omunicaç", "omunikac",
    "оммуникаци", "еждународного распр", "コミュニケーション", "播センター", "커뮤니케이션", "전파",
    "소통"};

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

}  // namespace

bool MayHoldName(std::string_view text) {
  // Every sign in Chinese holds one of four characters, which are looked for by their last byte.
  static constexpr std::string_view kLetters[] = {"传", "傳", "播", "媒"};
  static constexpr auto kLast = [] {
    std::array<bool, 256> last{};
    for (const std::string_view letter : kLetters)
      last[static_cast<unsigned char>(letter[2])] = true;
    return last;
  }();
  bool has_sign = false;
  bool has_place = false;
  for (size_t at = 2; at < text.size() && !(has_sign && has_place); ++at) {
    if (!kLast[static_cast<unsigned char>(text[at])]) continue;
    const std::string_view letter = text.substr(at - 2, 3);
    if (std::find(std::begin(kLetters), std::end(kLetters), letter) == std::end(kLetters)) continue;
    const std::string_view before = text.substr(0, at - 2);
    has_sign = has_sign || SignAt(before, letter, text.substr(at - 2));
    has_place = has_place || MayBeInHead(before, letter);
  }
  return (has_sign && has_place) ||
         std::any_of(std::begin(kLetterSigns), std::end(kLetterSigns), [&](std::string_view sign) {
           return base::Find(text, sign) != std::string_view::npos;
         });
}

}  // namespace signboard::extract
