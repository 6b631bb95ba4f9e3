#include "crawler/extract/page_text.h"

#include <algorithm>
#include <array>

#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kBylineBytesMax = 24;

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// By its first byte how long a character of valid UTF-8 is; 0: look closer, it may end a sentence.
constexpr auto kLengths = [] {
  std::array<uint8_t, 256> lengths{};
  for (size_t byte = 0; byte < lengths.size(); ++byte)
    lengths[byte] = byte < 0xC0 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
  // \n . ; ! ?, and the first bytes of 。 and …
  for (const size_t byte : {0x0A, 0x2E, 0x3B, 0x21, 0x3F, 0xE2, 0xE3}) lengths[byte] = 0;
  return lengths;
}();

// Nov. 25: a full stop that ends no sentence.
bool IsShortening(std::string_view front) {
  for (const std::string_view word : {"Jan", "Feb", "Mar", "Apr", "Aug", "Sep", "Sept", "Oct",
                                      "Nov", "Dec", "Mr", "Ms", "Mrs", "Dr", "No", "St"})
    if (front.ends_with(word) && (front.size() == word.size() ||
                                  front[front.size() - word.size() - 1] == ' '))
      return true;
  return false;
}

// How many bytes at `at` end a sentence; 0: none. An English full stop ends one only behind a
// letter or bracket and before a space. In folded text the other marks are half-width.
size_t EndAt(std::string_view text, size_t at) {
  const char c = text[at];
  if (c == '\n' || c == '!' || c == '?' || c == ';') return 1;
  if (c == '.') {
    if (at == 0 || (at + 1 < text.size() && !IsSpace(text[at + 1]))) return 0;
    const char before = text[at - 1];
    const bool ends =
        (before >= 'a' && before <= 'z') || before == ')' || (before >= '0' && before <= '9');
    return ends && !IsShortening(text.substr(0, at));
  }
  for (const std::string_view mark : {"。", "…"})
    if (text.substr(at).starts_with(mark)) return mark.size();
  return 0;
}

}  // namespace

size_t NextAt(std::string_view text, size_t at) {
  if (at < text.size()) ++at;
  while (at < text.size() && (text[at] & 0xC0) == 0x80) ++at;
  return at;
}

size_t PreviousAt(std::string_view text, size_t at) {
  if (at > 0) --at;
  while (at > 0 && (text[at] & 0xC0) == 0x80) --at;
  return at;
}

bool IsBylineAt(std::string_view text, size_t from) {
  static const WordList& kByline = ListOf("byline");
  const Word* word = kByline.At(text, from);
  if (word == nullptr) return false;
  const std::string_view rest = text.substr(from + word->text.size());
  return text.size() - from <= kBylineBytesMax || rest.starts_with(":") || rest.starts_with(" ") ||
         rest.starts_with("/") || rest.starts_with("|");
}

PageText::PageText(std::string_view original, size_t title_bytes)
    : original_(original), folded_(Fold(original)), title_end_(folded_.PositionOf(title_bytes)) {
  Split();
}

void PageText::Split() {
  const std::string_view text = folded_.text;
  size_t from = 0;
  const auto close = [&](size_t to, size_t next) {
    size_t first = from;
    while (first < to && IsSpace(text[first])) ++first;
    while (to > first && IsSpace(text[to - 1])) --to;
    if (first < to) sentences_.push_back({first, to});
    from = next;
  };
  for (size_t at = 0; at < text.size();) {
    const size_t length = kLengths[static_cast<unsigned char>(text[at])];
    if (length > 0 && at != title_end_ && at - from < kSentenceBytesMax) {
      at += length;
      continue;
    }
    const bool title_ends = at == title_end_ && at > from;
    if (const size_t end = title_ends ? 0 : EndAt(text, at); end > 0) {
      close(at, at + end);
      at += end;
      continue;
    }
    if (title_ends || at - from >= kSentenceBytesMax) close(at, at);
    at = NextAt(text, at);
  }
  close(text.size(), text.size());
}

std::string_view PageText::Sentence(size_t index) const {
  if (index >= sentences_.size()) return {};
  return text().substr(sentences_[index].from, sentences_[index].to - sentences_[index].from);
}

size_t PageText::SentenceAt(size_t at) const {
  const auto behind = std::upper_bound(sentences_.begin(), sentences_.end(), at,
                                       [](size_t a, const Span& s) { return a < s.to; });
  if (behind == sentences_.end() || at < behind->from) return sentences_.size();
  return static_cast<size_t>(behind - sentences_.begin());
}

Quote PageText::MakeQuote(std::string_view field, size_t from, size_t to) const {
  Quote quote;
  quote.field = field;
  if (from >= to || to > folded_.text.size()) return quote;
  const Folded::Origin first = folded_.OriginOf(from);
  const Folded::Origin last = folded_.OriginOf(to - 1);
  quote.from = first.code_point;
  quote.to = last.code_point + 1;
  size_t end = last.byte;
  base::NextCodePoint(original_, &end);
  quote.text = original_.substr(first.byte, end - first.byte);
  return quote;
}

std::string PageText::Written(size_t from, size_t to) const {
  std::string written;
  for (size_t at = from; at < to; at = NextAt(text(), at)) {
    if (IsSpace(folded_.text[at])) continue;
    const size_t first = folded_.OriginOf(at).byte;
    size_t end = first;
    base::NextCodePoint(original_, &end);
    written += original_.substr(first, end - first);
  }
  return written;
}

std::string_view LastClause(std::string_view front) {
  return front.substr(front.find_last_of(",:;") + 1);  // npos + 1 is 0.
}

std::string_view CutAtCharacter(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t end = bytes_max;
  while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace signboard::extract
