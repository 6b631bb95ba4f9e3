#include "crawler/parse/shortening.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "proto/base/text.h"
#include "proto/base/text_runs.h"

namespace signboard::parse {
namespace {

constexpr char32_t kFirstLetter = 0xF0000;
constexpr char kLeadByte = '\xF3';  // Of planes 12 to 15.

enum Trait : unsigned char {
  kEnds = 1U << 0U,   // Ends a run wherever it stands.
  kAsks = 1U << 1U,   // Ends it together with what follows.
  kQuote = 1U << 2U,
};

constexpr std::array<unsigned char, 256> MakeTraits() {
  std::array<unsigned char, 256> traits{};
  for (unsigned c = 0; c < 256; ++c) {
    const bool control = (c < 0x20 && c != '\t' && c != '\n') || c == 0x7F;
    // Stray bytes, and all beyond the basic plane, some of which are not characters.
    const bool outside = (c >= 0x80 && c < 0xC2) || c >= 0xF0;
    if (control || outside || c == '<') traits[c] |= kEnds;
    if (c == '-' || c == ']' || c == 0xC2 || c == 0xEF) traits[c] |= kAsks;
    if (c == '"' || c == '\'') traits[c] |= kQuote;
  }
  for (unsigned c = 0x80; c < 0xC0; ++c) traits[c] = 0;  // The text is valid: these continue.
  return traits;
}
constexpr std::array<unsigned char, 256> kTraits = MakeTraits();

unsigned char TraitsOf(char c) { return kTraits[static_cast<unsigned char>(c)]; }

// Of a character that kAsks: does it end a run here?
bool EndsHere(std::string_view page, size_t at) {
  const auto byte = [&](size_t i) {
    return i < page.size() ? static_cast<unsigned char>(page[i]) : 0U;
  };
  switch (byte(at)) {
    case '-':
    case ']': return page[at] == static_cast<char>(byte(at + 1));
    case 0xC2: return byte(at + 1) < 0xA0;  // Controls, which become U+FFFD.
    default:
      if (byte(at + 1) == 0xBB && byte(at + 2) == 0xBF) return true;  // The mark of byte order.
      // The noncharacters of the basic plane.
      return (byte(at + 1) == 0xB7 && byte(at + 2) >= 0x90 && byte(at + 2) <= 0xAF) ||
             (byte(at + 1) == 0xBF && byte(at + 2) >= 0xBE);
  }
}

bool IsAlnum(char c) {
  return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// How far the run goes that begins at `at`.
size_t RunEnd(std::string_view page, size_t at, size_t to, bool is_raw) {
  for (; at < to; ++at) {
    const auto c = static_cast<unsigned char>(page[at]);
    if (c > 0xE0 && c < 0xEF && (at += base::ChineseRun(page.substr(0, to), at)) == to) break;
    const unsigned char traits = TraitsOf(page[at]);
    if ((traits & kEnds) != 0 || (!is_raw && page[at] == '&')) break;
    if ((traits & kAsks) != 0 && EndsHere(page, at)) break;
  }
  return at;
}

// Past what may not begin a run: white space, the end of a comment or section, and, behind '<' or
// '&', all that could belong to a tag or a reference.
size_t RunBegin(std::string_view page, size_t at, size_t to) {
  while (at < to) {
    const char c = page[at];
    if (c == '<' || c == '&') {
      ++at;
      while (at < to && (IsAlnum(page[at]) || page[at] == '/' || page[at] == '!' ||
                         page[at] == '#' || page[at] == ';' || page[at] == '?'))
        ++at;
      continue;
    }
    const bool continues = (c & '\xC0') == '\x80';
    const bool closes = c == '-' || c == ']' || c == '>';
    const unsigned char traits = TraitsOf(c);
    const bool ends = (traits & kEnds) != 0 || ((traits & kAsks) != 0 && EndsHere(page, at));
    if (static_cast<unsigned char>(c) > 0x20 && !continues && !closes && !ends) return at;
    ++at;
    // All of a character that no run may hold.
    if (ends) {
      while (at < to && (page[at] & '\xC0') == '\x80') ++at;
    }
  }
  return to;
}

}  // namespace

void Runs::AddText(std::string_view page, size_t from, size_t to, bool is_raw) {
  // Behind a '<' that is no tag stands what made it none.
  size_t at = from > 0 && page[from - 1] == '<' ? from - 1 : from;
  while ((at = RunBegin(page, at, to)) < to && runs_.size() < kRunsMax) {
    const size_t end = RunEnd(page, at, to, is_raw);
    if (end - at >= kRunBytesMin)
      runs_.push_back({static_cast<uint32_t>(at), static_cast<uint32_t>(end - at), false});
    at = end;
  }
}

void Runs::AddValue(std::string_view page, size_t from, size_t to) {
  if (to - from < kRunBytesMin || runs_.size() >= kRunsMax) return;
  for (size_t at = from; at < to; ++at) {
    const unsigned char traits = TraitsOf(page[at]);
    if ((traits & (kEnds | kQuote)) != 0 || page[at] == '&') return;
    if ((traits & kAsks) != 0 && EndsHere(page, at)) return;
  }
  runs_.push_back({static_cast<uint32_t>(from), static_cast<uint32_t>(to - from), true});
}

void Runs::DropFrom(size_t from) {
  while (!runs_.empty() && runs_.back().from >= from) runs_.pop_back();
}

bool MayShorten(std::string_view page) {
  if (page.find(kLeadByte) != std::string_view::npos || !base::IsValidUtf8(page)) return false;
  // A reference by number, long enough for a letter of plane 15.
  constexpr size_t kDigitsMin = 5;
  for (size_t at = 0; (at = page.find('&', at)) != std::string_view::npos;) {
    if (++at == page.size() || page[at] != '#') continue;
    ++at;
    size_t digits = 0;
    while (at + digits < page.size() && IsAlnum(page[at + digits])) ++digits;
    if (digits > kDigitsMin) return false;
  }
  return true;
}

std::string Shorten(std::string_view page, std::vector<Run>* runs) {
  size_t gone = 0;
  for (const Run& run : *runs) gone += run.bytes - kLetterBytes;
  std::string text;
  text.reserve(page.size() - gone);
  size_t at = 0;
  char32_t letter = kFirstLetter;
  for (Run& run : *runs) {
    text.append(page, at, run.from - at);
    run.letter_at = static_cast<uint32_t>(text.size());
    base::AppendUtf8(letter++, &text);
    at = run.from + run.bytes;
  }
  text.append(page, at);
  return text;
}

size_t RunAt(std::string_view text, size_t at) {
  if (text[at] != kLeadByte) return std::string_view::npos;
  const char32_t letter = base::NextCodePoint(text, &at);
  return letter < kFirstLetter ? std::string_view::npos
                               : static_cast<size_t>(letter - kFirstLetter);
}

size_t PlaceInPage(const std::vector<Run>& runs, size_t place) {
  const auto behind =
      std::upper_bound(runs.begin(), runs.end(), place,
                       [](size_t at, const Run& run) { return at < run.letter_at; });
  if (behind == runs.begin()) return place;
  const Run& last = *std::prev(behind);
  if (place == last.letter_at) return last.from;
  return last.from + last.bytes + (place - last.letter_at - kLetterBytes);
}

}  // namespace signboard::parse
