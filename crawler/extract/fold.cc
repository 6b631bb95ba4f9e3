#include "crawler/extract/fold.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

static_assert(std::endian::native == std::endian::little);

using Pair = std::pair<uint16_t, uint16_t>;

constexpr Pair kSimplified[] = {
#include "crawler/extract/fold_table.inc"
};

char32_t HalfWidth(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFEE0;
  if (c == 0x3000 || c == 0x00A0 || c == 0x2002 || c == 0x2003) return ' ';
  return c;
}

// What a code point below U+10000 becomes; characters beyond are not folded.
const std::array<uint16_t, 0x10000>& Table() {
  static const auto* const kTable = [] {
    auto* table = new std::array<uint16_t, 0x10000>;
    for (char32_t c = 0; c < table->size(); ++c) (*table)[c] = static_cast<uint16_t>(HalfWidth(c));
    for (const auto& [from, to] : kSimplified) (*table)[from] = to;
    return table;
  }();
  return *kTable;
}

constexpr size_t kCharacterBytes = 3;  // Of nearly all of Chinese.

bool IsHan(char32_t c) { return (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF); }

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

// One pass over the original. What stays as it is is copied when something else comes.
class Folder {
 public:
  // `steps` may be null: nobody asks where things come from.
  Folder(std::string_view original, std::string* text, std::vector<Folded::Step>* steps)
      : original_(original), text_(*text), steps_(steps) {}

  void Run() {
    text_.reserve(original_.size());
    Step();
    while (at_ < original_.size()) {
      if (at_ - step_at_ >= kStepBytesMax) {
        Flush();
        Step();
      }
      const auto lead = static_cast<unsigned char>(original_[at_]);
      if (after_han_ && (lead == '(' || lead == 0xEF) && SkipReading()) continue;
      if (lead < 0x80) {
        Ascii();
      } else {
        Character();
      }
    }
    Flush();
  }

 private:
  void Step() {
    step_at_ = at_;
    if (steps_ == nullptr) return;
    steps_->push_back({static_cast<uint32_t>(text_.size()), static_cast<uint32_t>(at_), points_});
  }
  // What was left as it is up to here.
  void Flush() {
    text_.append(original_, kept_from_, at_ - kept_from_);
    kept_from_ = at_;
  }

  void Ascii() {
    const size_t run = std::min(base::AsciiRun(original_, at_), kStepBytesMax);
    at_ += run;  // A reading stands behind a character only: no bracket in it begins one.
    points_ += static_cast<uint32_t>(run);
    after_han_ = false;
  }

  void Character() {
    const size_t stretch = Unchanged();
    if (stretch > at_) {
      points_ += static_cast<uint32_t>((stretch - at_) / kCharacterBytes);
      at_ = stretch;
      after_han_ = IsHan(CharacterAt(at_ - kCharacterBytes));
      return;
    }
    const size_t from = at_;
    bool valid = true;
    const char32_t written = base::NextCodePoint(original_, &at_, &valid);
    const char32_t c = written < 0x10000 ? char32_t{table_[written]} : written;
    after_han_ = IsHan(c);
    ++points_;
    if (c != written || !valid) Change(from, c);
  }

  // Behind the characters of three bytes from here on that stay as they are: nearly all of Chinese.
  // A bracket, behind which a reading may stand, is none of them.
  size_t Unchanged() const {
    const char* const from = original_.data() + at_;
    const char* const end = from + std::min(original_.size() - at_, kStepBytesMax);
    const char* at = from;
    const uint16_t* const table = table_.data();
    uint32_t four = 0;
    for (; end - at >= static_cast<ptrdiff_t>(sizeof four); at += kCharacterBytes) {
      std::memcpy(&four, at, sizeof four);
      if ((four & 0xC0C0F0U) != 0x8080E0U) break;  // The first byte is the lowest.
      const uint32_t c = (four & 0x0FU) << 12 | (four >> 2 & 0xFC0U) | (four >> 16 & 0x3FU);
      // What begins with E0 or ED may be no character (Unicode table 3-7).
      if (table[c] != c || c < 0x1000U || c >> 12 == 0xDU) break;
    }
    return at_ + static_cast<size_t>(at - from);
  }
  char32_t CharacterAt(size_t at) const {
    return (static_cast<unsigned char>(original_[at]) & 0x0FU) << 12 | Low(at + 1) << 6 |
           Low(at + 2);
  }

  // The code point from `from` to here becomes `c`.
  void Change(size_t from, char32_t c) {
    text_.append(original_, kept_from_, from - kept_from_);
    const size_t before = text_.size();
    base::AppendUtf8(c, &text_);
    kept_from_ = at_;
    if (text_.size() - before != at_ - from) Step();
  }

  // Past a reading behind the character before. False: none begins here.
  bool SkipReading() {
    const size_t behind = SkipPinyin(original_, at_);
    after_han_ = false;
    if (behind == at_) return false;
    Flush();
    while (at_ < behind) {
      base::NextCodePoint(original_, &at_);
      ++points_;
    }
    kept_from_ = at_;
    Step();
    return true;
  }

  uint32_t Low(size_t at) const { return static_cast<unsigned char>(original_[at]) & 0x3FU; }

  const std::array<uint16_t, 0x10000>& table_ = Table();
  const std::string_view original_;
  std::string& text_;
  std::vector<Folded::Step>* const steps_;
  size_t at_ = 0;
  size_t kept_from_ = 0;
  size_t step_at_ = 0;
  uint32_t points_ = 0;
  bool after_han_ = false;
};

bool IsContinuation(char byte) { return (byte & '\xC0') == '\x80'; }

}  // namespace

Folded::Origin Folded::OriginOf(size_t byte) const {
  while (byte > 0 && IsContinuation(text[byte])) --byte;
  const auto behind = std::upper_bound(steps.begin(), steps.end(), byte,
                                       [](size_t at, const Step& s) { return at < s.text; });
  const Step& step = *(behind - 1);
  const auto points = std::count_if(text.begin() + step.text,
                                    text.begin() + static_cast<ptrdiff_t>(byte),
                                    [](char c) { return !IsContinuation(c); });
  return {step.original + byte - step.text, step.code_point + static_cast<uint32_t>(points)};
}

size_t Folded::PositionOf(size_t original_byte) const {
  const auto behind = std::upper_bound(steps.begin(), steps.end(), original_byte,
                                       [](size_t at, const Step& s) { return at < s.original; });
  if (behind == steps.begin()) return 0;
  const Step& step = *(behind - 1);
  const size_t end = behind == steps.end() ? text.size() : behind->text;
  size_t at = std::min(step.text + original_byte - step.original, end);
  while (at < end && IsContinuation(text[at])) ++at;
  return at;
}

Folded Fold(std::string_view text) {
  Folded folded;
  Folder(text, &folded.text, &folded.steps).Run();
  return folded;
}

std::string FoldText(std::string_view text) {
  std::string folded;
  Folder(text, &folded, nullptr).Run();
  return folded;
}

}  // namespace signboard::extract
