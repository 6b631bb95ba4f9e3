// Folds text so that one rule matches all its spellings, and remembers where each byte came from.
//
// Traditional characters become simplified ones, one code point to one (OpenCC's table, each
// character by itself: 發 and 髮 both become 发). Full-width ASCII becomes half-width, the spaces of
// typesetting become a space. Pinyin that a converter put in brackets behind a character, 開(kāi),
// is dropped. Nothing else changes: quotation marks, dashes and letter case stay.
//
// The table is made at build time by fold_table_main.cc; nothing is read at run time.
//
// Threads: Safe from any; constant data.
// Errors:  None; a broken sequence becomes U+FFFD.
// Cost:    One pass; 4 bytes to each byte and each code point.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signboard::extract {

inline constexpr size_t kPinyinBytesMax = 12;  // zhuāng with its accent decomposed.

char32_t Simplified(char32_t code_point);

struct Folded {
  std::string text;
  std::vector<uint32_t> origin;       // Of each byte, and one more: its code point in the original.
  std::vector<uint32_t> code_points;  // Of the original, and one more: the byte each begins at.

  // First byte of `text` that comes from `original_byte` or behind it.
  size_t PositionOf(size_t original_byte) const;
};

Folded Fold(std::string_view text);
// The folded text alone.
std::string FoldText(std::string_view text);

}  // namespace signboard::extract
