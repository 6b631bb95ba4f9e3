#include "crawler/extract/verbs.h"

#include <algorithm>

#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

constexpr size_t kBeforeSignBytesMax = 15;  // Of what kind it is: 的中英文铜牌.
constexpr size_t kMoveBytesMax = 120;       // Between a sign and what is done with it.
constexpr size_t kQuotedBytesMin = 6;
constexpr size_t kQuotedBytesMax = 12;
constexpr size_t kCoverBytesMax = 36;       // Between 红绸 and 滑落.

// Behind the quotation mark that closes the name and 的.
size_t BehindName(std::string_view text, size_t at) {
  for (const std::string_view mark : {"”", "」", "』", "\"", "’"})
    if (text.substr(at).starts_with(mark)) at += mark.size();
  if (text.substr(at).starts_with("的")) at += std::string_view("的").size();
  return at;
}

// 的牌子, ”字样, 的神秘面纱: what is the name's own.
WordHit OwnSign(std::string_view part, const Name& name) {
  static const WordList& kSigns = ListOf("sign");
  static const WordList& kVerbs = ListOf("verb");
  size_t at = BehindName(part, name.anchor_to);
  const size_t most = std::min(part.size(), at + kBeforeSignBytesMax);
  while (at < most) {
    if (const Word* sign = kSigns.At(part, at)) return {sign, at, at + sign->text.size()};
    if (static_cast<unsigned char>(part[at]) < 0x80 || kVerbs.At(part, at) != nullptr) break;
    at = NextAt(part, at);
  }
  return {};
}

// 写着“…”的牌子: behind the words, at the name.
bool IsWrittenOn(std::string_view part, const Name& name) {
  static const WordList& kWritten = ListOf("written");
  std::string_view front = part.substr(0, name.from);
  for (const std::string_view mark : {"“", "「", "『", "\"", "‘"})
    if (front.ends_with(mark)) front.remove_suffix(mark.size());
  return kWritten.EndingAt(front, front.size()) != nullptr;
}

// 挂着 is how things stand, and nothing that happened.
bool IsState(std::string_view text, size_t to) { return text.substr(to).starts_with("着"); }

WordHit MoveIn(std::string_view part, size_t from, size_t to) {
  static const WordList& kMoves = ListOf("move");
  part = part.substr(0, std::min(part.size(), to));
  for (WordHit hit = kMoves.First(part, from); hit; hit = kMoves.First(part, hit.to))
    if (!IsState(part, hit.to)) return hit;
  return {};
}

Verb Seen(size_t from, size_t to, std::string_view event) {
  Verb verb;
  verb.from = from;
  verb.to = to;
  verb.event = event;
  verb.closed = true;
  return verb;
}

// 随着红绸滑落，…: a cover is drawn off in the clause right before the name's, or for the name.
std::optional<Verb> CoverBefore(std::string_view part, size_t floor, const Name& name) {
  static const WordList& kCovers = ListOf("cover");
  static const WordList& kAgents = ListOf("agent");
  if (kAgents.At(part, name.anchor_to) != nullptr) return std::nullopt;
  const std::string_view front = part.substr(0, name.from);
  const WordHit cover = kCovers.First(front, floor);
  if (!cover || front.substr(cover.to).find(',') == std::string_view::npos) return std::nullopt;
  const size_t from = cover.from - std::min(cover.from - floor, kCoverBytesMax);
  const WordHit move = MoveIn(front, from, cover.to + kCoverBytesMax);
  if (!move) return std::nullopt;
  return Seen(std::min(cover.from, move.from), std::max(cover.to, move.to), "unveiled");
}

// 点亮了LOGO, 挂出新牌匾: what is done with a sign, as one verb.
Verb SignMovedAt(std::string_view part, size_t from, const WordHit& move) {
  static const WordList& kSigns = ListOf("sign");
  size_t at = move.to;
  if (part.substr(at).starts_with("了")) at += std::string_view("了").size();
  const size_t most = std::min(part.size(), at + kBeforeSignBytesMax);
  while (at < most) {
    if (const Word* sign = kSigns.At(part, at))
      return Seen(from, at + sign->text.size(), sign->tag);
    const auto c = static_cast<unsigned char>(part[at]);
    if (c < 0xE3 || c > 0xE9) break;
    at = NextAt(part, at);
  }
  return {};
}

// “点灯”, “出道”: a short word in quotation marks with nothing behind it.
Verb QuotedAt(std::string_view part, size_t open) {
  static const WordList& kNot = ListOf("no_start");
  constexpr std::string_view kOpen = "“";
  constexpr std::string_view kClose = "”";
  const size_t from = open + kOpen.size();
  const size_t to = part.find(kClose, from);
  if (to == std::string_view::npos || to - from < kQuotedBytesMin || to - from > kQuotedBytesMax)
    return {};
  const size_t behind = to + kClose.size();
  const bool ends = behind >= part.size() || part[behind] == ',' || part[behind] == ' ';
  if (!ends || kNot.In(part.substr(from, to - from))) return {};
  Verb verb = Seen(from, to, "launched");
  verb.soft = true;
  verb.quoted = true;
  return verb;
}

// What the lists do not have: signs moved, words in quotation marks.
void AddSeen(std::string_view part, size_t from, std::vector<Verb>* verbs) {
  static const WordList& kMoves = ListOf("move");
  const auto known = [verbs](const Verb& verb) {
    return std::any_of(verbs->begin(), verbs->end(),
                       [&](const Verb& v) { return v.from < verb.to && verb.from < v.to; });
  };
  for (WordHit hit = kMoves.First(part, from); hit && verbs->size() < kVerbsMax;
       hit = kMoves.First(part, hit.to)) {
    const Verb verb = SignMovedAt(part, hit.from, hit);
    if (verb.to > 0 && !known(verb)) verbs->push_back(verb);
  }
  for (size_t at = part.find("“", from); at != std::string_view::npos && verbs->size() < kVerbsMax;
       at = part.find("“", at + 1)) {
    const Verb verb = QuotedAt(part, at);
    if (verb.to > 0 && !known(verb)) verbs->push_back(verb);
  }
}

}  // namespace

std::vector<Verb> FindVerbs(std::string_view text, Span span, const std::vector<Name>& names,
                            size_t first, size_t last, bool in_title) {
  static const WordList& kVerbs = ListOf("verb");
  std::vector<Verb> verbs;
  const std::string_view part = text.substr(0, span.to);
  for (WordHit hit = kVerbs.First(part, span.from); hit && verbs.size() < kVerbsMax;
       hit = kVerbs.First(part, hit.to)) {
    const bool inside = std::any_of(
        names.begin() + static_cast<ptrdiff_t>(first), names.begin() + static_cast<ptrdiff_t>(last),
        [&](const Name& n) { return hit.from >= n.anchor_from && hit.from < n.anchor_to; });
    const std::string_view tag = hit.word->tag;
    const auto has = [tag](std::string_view word) {
      return tag.find(word) != std::string_view::npos;
    };
    if (inside || (!in_title && has("title"))) continue;
    verbs.push_back({hit.from, hit.to, tag.substr(0, tag.find(' ')), has("closed"), has("show"),
                     has("soft"), has("torn"), has("for"), has("gets"),
                     has("fresh"), false});
  }
  AddSeen(part, span.from, &verbs);
  static const WordList& kParts = ListOf("part");
  std::erase_if(verbs, [&](const Verb& v) { return kParts.At(part, v.to) != nullptr; });
  std::sort(verbs.begin(), verbs.end(),
            [](const Verb& a, const Verb& b) { return a.from < b.from; });
  return verbs;
}

std::optional<Verb> SignOf(std::string_view text, Span span, const Name& name) {
  const std::string_view part = text.substr(0, span.to);
  if (name.from < span.from || name.anchor_to > span.to) return std::nullopt;
  const WordHit sign = OwnSign(part, name);
  if (!sign) {
    if (!IsWrittenOn(part, name)) return CoverBefore(part, span.from, name);
  }
  const size_t behind = sign ? sign.to : name.anchor_to;
  const std::string_view event = sign ? sign.word->tag : "unveiled";
  if (const WordHit move = MoveIn(part, name.anchor_to, behind + kMoveBytesMax))
    return Seen(move.from, move.to, event);
  const size_t from = name.from - std::min(name.from - span.from, kMoveBytesMax);
  if (!sign) return std::nullopt;
  if (const WordHit move = MoveIn(part, from, name.from))
    return Seen(move.from, move.to, event);
  return std::nullopt;
}

bool SaysNew(std::string_view words) {
  static const WordList& kFresh = ListOf("fresh");
  static const WordList& kOnset = ListOf("onset");
  return kFresh.In(words) || kOnset.In(words);
}

}  // namespace signboard::extract
