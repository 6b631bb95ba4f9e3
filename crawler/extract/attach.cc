// Which names a verb can be said of: the gap between the two decides.
#include <algorithm>

#include "crawler/extract/rules.h"
#include "crawler/extract/statements.h"

namespace signboard::extract {
namespace {

constexpr size_t kGapBytesMax = 150;
constexpr size_t kGapAfterVerbBytesMax = 66;
constexpr size_t kNounBytesMin = 9;
constexpr size_t kUnknownBytesMax = 36;  // Words we do not understand, but let pass.

std::string_view StripFillers(std::string_view gap) {
  static const WordList& kFillers = ListOf("filler");
  size_t at = 0;
  while (at < gap.size()) {
    if (gap[at] == ' ') {
      ++at;
      continue;
    }
    const Word* filler = kFillers.At(gap, at);
    if (filler == nullptr) break;
    at += filler->text.size();
  }
  return gap.substr(at);
}

size_t LastComma(std::string_view gap) {
  return gap.rfind(',');
}

bool IsPlacePhrase(std::string_view rest) {
  if (!rest.starts_with("在") && !rest.starts_with("于") && !rest.starts_with("落户")) return false;
  return rest.find("举行的") == std::string_view::npos &&
         rest.find("举办的") == std::string_view::npos;
}

// 、和与及暨 behind the name: what follows shares the verb.
bool IsJoined(std::string_view rest) {
  static const WordList& kJoin = ListOf("join");
  return kJoin.At(rest, 0) != nullptr;
}

// (JAICC), “Hi Zhangzhou”: a remark right behind the name.
std::string_view SkipRemark(std::string_view gap) {
  static constexpr std::pair<std::string_view, std::string_view> kMarks[] = {
      {"(", ")"}, {"“", "”"}, {"「", "」"}};
  for (const auto& [open, close] : kMarks) {
    if (!gap.starts_with(open)) continue;
    const size_t end = gap.find(close, open.size());
    if (end != std::string_view::npos) return gap.substr(end + close.size());
  }
  return gap;
}

// 当天, 刚刚, 18日 right before a verb: it is news.
bool IsFresh(std::string_view front) {
  static const WordList& kFresh = ListOf("fresh");
  static const WordList& kBetween = ListOf("fresh_between");
  while (const Word* word = kBetween.EndingAt(front, front.size()))
    front.remove_suffix(word->text.size());
  return kFresh.EndingAt(front, front.size()) != nullptr;
}

bool HasAgent(std::string_view gap) {
  static const WordList& kAgents = ListOf("agent");
  // 由县委宣传部牵头组建，…揭牌: the centre is not the agent.
  static const WordList& kHosts = ListOf("host");
  return gap.starts_with("由") ? kHosts.In(gap) : kAgents.In(gap);
}

// A transitive verb founds what follows it, unless nothing follows. 中心推出的频道 is the channel's;
// 中心成立的消息 is not.
bool TakesNoObject(std::string_view text, size_t verb_to) {
  static const WordList& kAfter = ListOf("after");
  static const WordList& kVerbs = ListOf("verb");
  if (verb_to >= text.size()) return true;
  const auto c = static_cast<unsigned char>(text[verb_to]);
  if (c < 0x80) return true;
  // General punctuation, CJK punctuation and full-width marks.
  const std::string_view rest = text.substr(verb_to);
  if (rest.starts_with("\xE2\x80") || rest.starts_with("\xE3\x80") || rest.starts_with("\xEF\xBC"))
    return !rest.starts_with("“") && !rest.starts_with("《");
  if (rest.starts_with("的")) return text.substr(0, verb_to).ends_with("成立");
  if (rest.starts_with("了")) {
    const size_t behind = verb_to + std::string_view("了").size();
    return behind >= text.size() || static_cast<unsigned char>(text[behind]) < 0x80 ||
           text.substr(behind).starts_with("。");
  }
  return kAfter.At(text, verb_to) != nullptr || kVerbs.At(text, verb_to) != nullptr;
}

std::optional<Bond> JudgeGap(std::string_view gap) {
  static const WordList& kNouns = ListOf("noun");
  Bond bond;
  bond.distance = gap.size();
  const std::string_view plain = SkipRemark(gap);
  if (kNouns.At(plain, 0) != nullptr) return std::nullopt;
  // 暨 is a filler before a verb (揭牌暨启动仪式) and a conjunction behind a name.
  const std::string_view rest = IsJoined(plain) ? plain : StripFillers(plain);
  if (rest.empty() || IsPlacePhrase(rest)) {
    bond.strong = true;
    return bond;
  }
  const size_t comma = LastComma(rest);
  if (IsJoined(rest)) {
    bond.strong = comma == std::string_view::npos;
    return bond;
  }
  if (comma != std::string_view::npos) {
    const std::string_view last = StripFillers(rest.substr(comma + 1));
    if (!last.empty() && !IsPlacePhrase(last)) return std::nullopt;
    const std::string_view first = rest.substr(0, comma);
    // 作为全省首个国际传播平台，…
    const bool is_apposition = first.starts_with("作为") || first.starts_with("是");
    if (!IsPlacePhrase(first) && !is_apposition && kNouns.In(first)) return std::nullopt;
    bond.strong = first.empty();
    return bond;
  }
  // 举行了一场简短的揭牌活动
  static const WordList& kHeld = ListOf("held");
  if (kHeld.At(gap, 0) != nullptr && rest.size() <= kUnknownBytesMax && !kNouns.In(rest)) {
    bond.strong = true;
    return bond;
  }
  // …中心理事会揭牌: a noun right behind the name is what it is said of.
  const bool is_noun = rest.size() >= kNounBytesMin && rest.data() == plain.data() &&
                       !IsPlacePhrase(rest) && static_cast<unsigned char>(rest[0]) >= 0xE3;
  if (is_noun || rest.size() > kUnknownBytesMax || kNouns.In(rest) ||
      rest.find("的") != std::string_view::npos)
    return std::nullopt;
  return bond;
}

}  // namespace

std::optional<Bond> NameBeforeVerb(std::string_view text, const Name& name, size_t verb_from,
                                   size_t verb_to, bool closed) {
  static const WordList& kLocative = ListOf("locative");
  static const WordList& kScene = ListOf("scene");
  static const WordList& kAccounts = ListOf("accounts");
  if (verb_from < name.anchor_to || verb_from - name.anchor_to > kGapBytesMax) return std::nullopt;
  const std::string_view gap = text.substr(name.anchor_to, verb_from - name.anchor_to);
  // 在…揭牌仪式上 tells of the founding; 在… alone is where something else happened.
  const bool of_scene = gap == "的" && kScene.At(text, verb_to) != nullptr;
  if (!name.torn && !of_scene && kLocative.EndingAt(text, name.from) != nullptr &&
      (!gap.empty() || kScene.At(text, verb_to) == nullptr))
    return std::nullopt;
  // 在…的揭牌仪式上
  if (of_scene) return Bond{true, false, gap.size()};
  // 在各界嘉宾见证下揭牌: who looks on is no agent.
  const std::string_view plain = StripFillers(gap);
  const bool in_place = IsPlacePhrase(plain) && LastComma(plain) == std::string_view::npos;
  if ((!in_place && HasAgent(gap)) || (!closed && !TakesNoObject(text, verb_to)))
    return std::nullopt;
  if (kAccounts.In(gap) && !IsJoined(gap)) return Bond{true, true, gap.size()};
  return JudgeGap(gap);
}

std::optional<Bond> VerbBeforeName(std::string_view text, const Name& name, size_t verb_from,
                                   size_t verb_to) {
  static const WordList& kNouns = ListOf("noun");
  static const WordList& kAgents = ListOf("agent");
  static const WordList& kBefore = ListOf("never_before");
  if (name.anchor_from < verb_to || name.anchor_from - verb_to > kGapAfterVerbBytesMax)
    return std::nullopt;
  if (kBefore.Has(text.substr(verb_from, verb_to - verb_from))) return std::nullopt;
  const std::string_view gap = text.substr(verb_to, name.anchor_from - verb_to);
  if (LastComma(gap) != std::string_view::npos || gap.find("、") != std::string_view::npos)
    return std::nullopt;
  // 新成立的…中心主任: said in passing; 刚刚成立的…: told.
  const bool fresh = IsFresh(text.substr(0, verb_from));
  if (!fresh && kAgents.At(text, name.anchor_to) != nullptr) return std::nullopt;
  Bond bond;
  bond.distance = gap.size();
  const std::string_view rest = StripFillers(gap);
  bond.strong = !gap.ends_with("的") || fresh || gap.find("首") != std::string_view::npos;
  if (rest.empty() || name.torn || name.generic) {
    if (!rest.empty() && kNouns.In(rest)) return std::nullopt;
    return bond;
  }
  if (kNouns.In(rest) || kAgents.In(rest) || rest.size() > kUnknownBytesMax) return std::nullopt;
  bond.strong = false;
  return bond;
}

}  // namespace signboard::extract
