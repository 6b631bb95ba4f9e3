#include "crawler/extract/name_edge.h"

#include <algorithm>
#include <vector>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/names.h"
#include "crawler/extract/page_text.h"
#include "crawler/extract/rules.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kInfixBytesMax = 36;    // Between the last place and the head.
constexpr size_t kThemeBytesMax = 42;    // A name without a place.
constexpr size_t kBracketBytesMax = 36;
constexpr size_t kVerbBytesMin = 6;     // 立 and 设 are in many a name.

bool IsHan(char32_t c) { return c >= 0x3400 && c <= 0x9FFF; }
bool IsLetter(char32_t c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

struct Bracket {
  std::string_view open;
  std::string_view close;
};
constexpr Bracket kBrackets[] = {{"(", ")"}, {"“", "”"}, {"「", "」"}, {"『", "』"}, {"\"", "\""},
                                 {"‘", "’"}};

// Where the bracket that closes right before `at` opens; `at`: none does.
size_t OpeningOf(std::string_view text, size_t floor, size_t at) {
  for (const Bracket& bracket : kBrackets) {
    const std::string_view front = text.substr(0, at);
    if (!front.ends_with(bracket.close)) continue;
    const size_t inside = at - bracket.close.size();
    const size_t least = std::max(floor, inside > kBracketBytesMax ? inside - kBracketBytesMax : 0);
    if (inside <= least) continue;
    const size_t open = text.substr(least, inside - least).rfind(bracket.open);
    if (open != std::string_view::npos) return least + open;
  }
  return at;
}

// Back over letters, brackets and quotes that a name may hold.
size_t LettersBefore(std::string_view text, size_t floor, size_t head) {
  size_t at = head;
  if (at > floor && text[at - 1] == ' ') --at;
  while (at > floor) {
    const size_t open = OpeningOf(text, floor, at);
    if (open != at) {
      at = open;
      continue;
    }
    const size_t before = PreviousAt(text, at);
    size_t i = before;
    const char32_t c = base::NextCodePoint(text, &i);
    if (!IsHan(c) && !IsLetter(c) && c != 0xB7 && c != 0x30FB && c != '-') break;
    at = before;
  }
  while (at < head && text[at] == ' ') ++at;
  return at;
}

bool Overlaps(const std::vector<Mention>& mentions, size_t from, size_t to) {
  return std::any_of(mentions.begin(), mentions.end(),
                     [&](const Mention& m) { return m.from < to && from < m.to; });
}

// Behind the last stop word in `part` that is part of no place and not protected.
size_t BehindStops(std::string_view part, const std::vector<Mention>& mentions) {
  static const WordList& kStops = ListOf("stop");
  static const WordList& kVerbs = ListOf("verb");
  static const WordList& kProtect = ListOf("protect");
  size_t edge = 0;
  for (size_t at = 0; at < part.size();) {
    if (const Word* kept = kProtect.At(part, at)) {
      at += kept->text.size();
      continue;
    }
    const Word* stop = kStops.At(part, at);
    if (stop == nullptr || stop->text.size() < kVerbBytesMin) {
      const Word* verb = kVerbs.At(part, at);
      if (verb != nullptr && verb->text.size() >= kVerbBytesMin) stop = verb;
    }
    // The longest stop may reach into a place where a shorter one does not: 是|日照.
    size_t size = stop == nullptr ? 0 : stop->text.size();
    if (size > 3 && Overlaps(mentions, at, at + size)) {
      size = 3;
      if (!kStops.Has(part.substr(at, 3))) size = 0;
    }
    if (size > 0 && !Overlaps(mentions, at, at + size)) {
      at += size;
      edge = at;
      continue;
    }
    at = NextAt(part, at);
  }
  return edge;
}

// The opening of a bracket that `at` stands in and that closes within the part; else `at`.
size_t OutOfBracket(std::string_view part, size_t at) {
  for (const Bracket& bracket : kBrackets) {
    const size_t close = part.find(bracket.close, at);
    if (close == std::string_view::npos || at == 0) continue;
    const size_t open = part.rfind(bracket.open, at - 1);
    if (open == std::string_view::npos) continue;
    if (bracket.open != bracket.close && part.substr(open, at - open).find(bracket.close) !=
                                             std::string_view::npos)
      continue;
    return open;
  }
  return at;
}

size_t ToPlace(std::string_view part, size_t edge, const std::vector<Mention>& mentions) {
  static const WordList& kPrefixes = ListOf("prefix");
  const auto first = std::find_if(mentions.begin(), mentions.end(),
                                  [&](const Mention& m) { return m.from >= edge; });
  if (first == mentions.end()) return edge;
  // 宁夏|盐池县: the province stands before the name to say where it is.
  const auto next = first + 1;
  const bool pair = next != mentions.end() && !first->is_full && next->is_full &&
                    next->from == first->to;
  if (pair && first->regions[0]->level == Level::kProvince &&
      IsWithin(*next->regions[0], *first->regions[0]))
    return next->from;
  const size_t place = OutOfBracket(part, first->from);
  if (place <= edge || place < first->from) return edge;  // 长城(延庆)
  const Word* prefix = kPrefixes.EndingAt(part, place);
  if (prefix != nullptr && place - prefix->text.size() >= edge) return place - prefix->text.size();
  return place;
}

}  // namespace

size_t FindNameEdge(std::string_view text, size_t floor, size_t head) {
  floor = std::max(floor, head > kNameBytesMax ? head - kNameBytesMax : 0);
  while (floor < head && (text[floor] & 0xC0) == 0x80) ++floor;
  const size_t letters = LettersBefore(text, floor, head);
  const std::string_view part = text.substr(letters, head - letters);
  if (part.empty()) return head;
  const std::vector<Mention> mentions = FindMentions(part);
  const size_t behind = BehindStops(part, mentions);
  const size_t edge = ToPlace(part, behind, mentions);
  const size_t places_end = mentions.empty() || mentions.back().to <= edge ? edge
                                                                          : mentions.back().to;
  const bool named = places_end > edge;
  if (part.size() - places_end > (named ? kInfixBytesMax : kThemeBytesMax)) return head;
  return letters + edge;
}

}  // namespace signboard::extract
