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
// Cost:    One pass, which copies what stays as it is in stretches; a step is kept for each place
//          where text and original run apart, and at least every kStepBytesMax bytes. Tracing a
//          byte back is a binary search and a count over one step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signboard::extract {

inline constexpr size_t kPinyinBytesMax = 12;  // zhuāng with its accent decomposed.
inline constexpr size_t kStepBytesMax = 512;

struct Folded {
  // From here to the next step each code point of the text is one of the original, and equally far
  // from where the step begins.
  struct Step {
    uint32_t text;        // Bytes.
    uint32_t original;    // Bytes.
    uint32_t code_point;  // Of the original.
  };

  std::string text;
  std::vector<Step> steps;  // The first begins at 0.

  // What the code point that `byte` of the text belongs to comes from: where it begins, and how
  // many code points of the original stand before it. `byte` is below text.size().
  struct Origin {
    size_t byte;
    uint32_t code_point;
  };
  Origin OriginOf(size_t byte) const;
  // First byte of `text` that comes from `original_byte` or behind it.
  size_t PositionOf(size_t original_byte) const;
};

Folded Fold(std::string_view text);
// The folded text alone.
std::string FoldText(std::string_view text);

}  // namespace signboard::extract
