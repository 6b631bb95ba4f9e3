#include "crawler/extract/fold.h"

#include <algorithm>
#include <array>
#include <utility>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

using Pair = std::pair<uint16_t, uint16_t>;

constexpr Pair kSimplified[] = {
#include "crawler/extract/fold_table.inc"
};

// Indexed by code point below U+10000; characters beyond it are not folded.
const std::array<uint16_t, 0x10000>& Table() {
  static const auto* const kTable = [] {
    auto* table = new std::array<uint16_t, 0x10000>;
    for (size_t i = 0; i < table->size(); ++i) (*table)[i] = static_cast<uint16_t>(i);
    for (const auto& [from, to] : kSimplified) (*table)[from] = to;
    return table;
  }();
  return *kTable;
}

bool IsHan(char32_t c) { return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF); }

char32_t HalfWidth(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  if (c == 0x3000 || c == 0x00A0 || c == 0x2002 || c == 0x2003) return ' ';
  return c;
}

// a to z, the accented vowels of pinyin, combining accents.
bool IsPinyin(char32_t c) {
  if ((c >= 'a' && c <= 'z') || (c >= 0x0300 && c <= 0x030C)) return true;
  return (c >= 0x00E0 && c <= 0x00FC && c != 0x00F7) || (c >= 0x0100 && c <= 0x01DC) || c == 0x0261;
}

// Behind a bracketed reading that begins at `at`; `at` itself where none does.
size_t SkipPinyin(std::string_view text, size_t at) {
  // An opening bracket, or what begins a full-width one.
  if (at >= text.size() || (text[at] != '(' && text[at] != '\xEF')) return at;
  size_t i = at;
  const char32_t open = base::NextCodePoint(text, &i);
  if (open != '(' && open != 0xFF08) return at;
  const size_t first = i;
  while (i < text.size() && i - first <= kPinyinBytesMax) {
    const size_t here = i;
    const char32_t c = base::NextCodePoint(text, &i);
    if (c == ')' || c == 0xFF09) return here > first ? i : at;
    if (!IsPinyin(c)) return at;
  }
  return at;
}

}  // namespace

char32_t Simplified(char32_t code_point) {
  return code_point < 0x10000 ? Table()[code_point] : code_point;
}

size_t Folded::PositionOf(size_t original_byte) const {
  const auto point = std::lower_bound(code_points.begin(), code_points.end(), original_byte);
  const auto index = static_cast<uint32_t>(point - code_points.begin());
  const auto byte = std::lower_bound(origin.begin(), origin.end(), index);
  return std::min(static_cast<size_t>(byte - origin.begin()), text.size());
}

namespace {

// Appends without asking for room: what is folded has at most as many bytes, but for broken ones.
class Writer {
 public:
  Writer(size_t bytes_max, Folded* folded) : folded_(*folded) {
    folded_.text.resize(bytes_max);
    folded_.origin.resize(bytes_max + 1);
    folded_.code_points.resize(bytes_max + 1);
  }

  // One more code point of the original, which begins at `at`.
  void Read(size_t at) { folded_.code_points[points_++] = static_cast<uint32_t>(at); }
  // `bytes` come from the code point read last.
  void Put(std::string_view bytes) {
    for (const char byte : bytes) {
      folded_.text[bytes_] = byte;
      folded_.origin[bytes_++] = static_cast<uint32_t>(points_ - 1);
    }
  }
  void End(size_t original_bytes) {
    folded_.origin[bytes_] = static_cast<uint32_t>(points_);
    Read(original_bytes);
    folded_.text.resize(bytes_);
    folded_.origin.resize(bytes_ + 1);
    folded_.code_points.resize(points_);
  }

 private:
  Folded& folded_;
  size_t bytes_ = 0;
  size_t points_ = 0;
};

}  // namespace

Folded Fold(std::string_view text) {
  Folded folded;
  // A broken byte becomes three.
  Writer writer(base::IsValidUtf8(text) ? text.size() : 3 * text.size(), &folded);
  bool after_han = false;
  std::string changed;
  for (size_t at = 0; at < text.size();) {
    const size_t behind = after_han ? SkipPinyin(text, at) : at;
    while (at < behind) {
      writer.Read(at);
      base::NextCodePoint(text, &at);
    }
    after_han = false;
    if (at >= text.size()) break;
    const size_t from = at;
    writer.Read(at);
    bool valid = true;
    const char32_t written = base::NextCodePoint(text, &at, &valid);
    const char32_t c = Simplified(HalfWidth(written));
    after_han = IsHan(c);
    if (c == written && valid) {
      writer.Put(text.substr(from, at - from));
    } else {
      changed.clear();
      base::AppendUtf8(c, &changed);
      writer.Put(changed);
    }
  }
  writer.End(text.size());
  return folded;
}

std::string FoldText(std::string_view text) { return Fold(text).text; }

}  // namespace signboard::extract
