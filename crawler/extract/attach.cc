// Which names a verb can be said of: the gap between the two decides.
#include <algorithm>
#include <cctype>

#include "crawler/extract/rules.h"
#include "crawler/extract/statements.h"

namespace signboard::extract {
namespace {

constexpr size_t kGapBytesMax = 150;
constexpr size_t kGapAfterVerbBytesMax = 66;
constexpr size_t kUnknownBytesMax = 36;  // Words we do not understand, but let pass.
constexpr size_t kAdverbBytesMax = 9;    // As long as 就此, 自此, 即刻.
constexpr size_t kVerbBytesMin = 6;      // 设 and 立 begin many a word.
constexpr size_t kUnknownVerbBytesMin = 6;
constexpr size_t kUnknownVerbBytesMax = 12;
constexpr size_t kItemsMax = 8;          // Of a list before a name.
constexpr size_t kItemBytesMax = 60;

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

std::string_view WithoutFillersBehind(std::string_view gap) {
  static const WordList& kFillers = ListOf("filler");
  while (!gap.empty()) {
    const Word* filler = kFillers.EndingAt(gap, gap.size());
    if (filler == nullptr && gap.back() != ' ') break;
    gap.remove_suffix(filler == nullptr ? 1 : filler->text.size());
  }
  return gap;
}

size_t LastComma(std::string_view gap) {
  return gap.rfind(',');
}

// 在文化馆, 随茶会, 经过半年筹备: how it was done, and of nothing else. What is held, shown or given
// there has a verb of its own (在大学举行实训基地授牌).
bool IsPhrase(std::string_view rest) {
  static const WordList& kOpen = ListOf("phrase");
  static const WordList& kHeld = ListOf("held");
  if (kOpen.At(rest, 0) == nullptr) return false;
  for (WordHit held = kHeld.First(rest); held; held = kHeld.First(rest, held.to))
    if (!StripFillers(rest.substr(held.to)).empty()) return false;
  return true;
}

// 理事会, 新址, 演播厅: the last character says that it is a thing, and no adverb.
bool IsThing(std::string_view words) {
  static const WordList& kEnds = ListOf("thing_end");
  return kEnds.EndingAt(words, words.size()) != nullptr;
}

// 、和与及暨 behind the name: what follows shares the verb.
bool IsJoined(std::string_view rest) {
  static const WordList& kJoin = ListOf("join");
  return kJoin.At(rest, 0) != nullptr;
}

// (JAICC), “Hi Zhangzhou”: a remark right behind the name.
std::string_view SkipRemark(std::string_view gap) {
  static const WordList& kNouns = ListOf("noun");
  static constexpr std::pair<std::string_view, std::string_view> kMarks[] = {
      {"(", ")"}, {"“", "”"}, {"「", "」"}};
  for (const auto& [open, close] : kMarks) {
    if (!gap.starts_with(open)) continue;
    const size_t end = gap.find(close, open.size());
    if (end == std::string_view::npos) continue;
    // “海外达人工作室” is a thing of the centre's, and no other name of it.
    const std::string_view inside = gap.substr(open.size(), end - open.size());
    if (open != "(" && (IsThing(inside) || kNouns.EndingAt(inside, inside.size()) != nullptr))
      return gap;
    return gap.substr(end + close.size());
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
  if (c < 0x80) return std::isalnum(c) == 0;
  // General punctuation, CJK punctuation and full-width marks.
  const std::string_view rest = text.substr(verb_to);
  if (rest.starts_with("\xE2\x80") || rest.starts_with("\xE3\x80") || rest.starts_with("\xEF\xBC"))
    return !rest.starts_with("“") && !rest.starts_with("《");
  // 的 alone is judged below: 开门的第一天, but 推出的频道.
  const Word* after = kAfter.At(text, verb_to);
  if (after != nullptr && after->text != "的") return true;
  if (rest.starts_with("的")) return text.substr(0, verb_to).ends_with("成立");
  if (rest.starts_with("了")) {
    const size_t behind = verb_to + std::string_view("了").size();
    return behind >= text.size() || static_cast<unsigned char>(text[behind]) < 0x80 ||
           text.substr(behind).starts_with("。");
  }
  const Word* verb = kVerbs.At(text, verb_to);
  return verb != nullptr && verb->text.size() >= kVerbBytesMin;
}

// 教学点落户大学，…; 新设法语组，…: the clause at the name is about a thing of its, or its doing.
bool IsOfAnother(std::string_view clause) {
  static const WordList& kVerbs = ListOf("verb");
  const WordHit verb = kVerbs.First(clause);
  if (!verb) return false;
  if (verb.from == 0) return !TakesNoObject(clause, verb.to);
  return IsThing(WithoutFillersBehind(clause.substr(0, verb.from)));
}

// App上线, VI系统发布: something of the centre's. YICC揭牌: its short name.
bool IsLatinThing(std::string_view rest) {
  size_t end = 0;
  while (end < rest.size() && std::isalnum(static_cast<unsigned char>(rest[end])) != 0) ++end;
  if (end == 0 || std::isdigit(static_cast<unsigned char>(rest[0])) != 0) return false;
  const std::string_view word = rest.substr(0, end);
  return !word.ends_with("CC") && !word.ends_with("IC") && !word.ends_with("CO");
}

std::optional<Bond> JudgeGap(std::string_view gap) {
  static const WordList& kNouns = ListOf("noun");
  static const WordList& kFor = ListOf("for_others");
  Bond bond;
  bond.distance = gap.size();
  const std::string_view plain = SkipRemark(gap);
  if (kNouns.At(plain, 0) != nullptr) return std::nullopt;
  // 暨 is a filler before a verb (揭牌暨启动仪式) and a conjunction behind a name.
  const std::string_view rest = IsJoined(plain) ? plain : StripFillers(plain);
  if (rest.empty() || IsPhrase(rest)) {
    bond.strong = true;
    return bond;
  }
  if (IsLatinThing(rest)) return std::nullopt;
  const size_t comma = LastComma(rest);
  if (IsJoined(rest)) {
    bond.strong = comma == std::string_view::npos;
    return bond;
  }
  if (comma != std::string_view::npos) {
    const std::string_view last = StripFillers(rest.substr(comma + 1));
    if (!last.empty() && !IsPhrase(last)) return std::nullopt;
    const std::string_view first = rest.substr(0, comma);
    // 作为全省首个国际传播平台，…
    const bool is_apposition = first.starts_with("作为") || first.starts_with("是");
    if (!IsPhrase(first) && !is_apposition && (kNouns.In(first) || IsOfAnother(first)))
      return std::nullopt;
    bond.strong = first.empty();
    return bond;
  }
  // 举行了一场简短的揭牌活动
  static const WordList& kHeld = ListOf("held");
  if (kHeld.At(gap, 0) != nullptr && rest.size() <= kUnknownBytesMax && !kNouns.In(rest)) {
    bond.strong = true;
    return bond;
  }
  // …中心理事会揭牌: the noun before the verb is what it is said of.
  const std::string_view last = WithoutFillersBehind(rest);
  if (rest.size() > kUnknownBytesMax || kNouns.In(rest) || IsThing(last) ||
      kFor.At(rest, 0) != nullptr || rest.find("的") != std::string_view::npos)
    return std::nullopt;
  bond.strong = last.size() <= kAdverbBytesMax;
  return bond;
}

// 、甲, 和“乙: back over the items of a list that end in the noun of a thing.
size_t BackOverItems(std::string_view text, size_t floor, size_t at) {
  static const WordList& kJoin = ListOf("join");
  static const WordList& kMarks = ListOf("introduction");
  for (size_t items = 0; items < kItemsMax; ++items) {
    const Word* join = kJoin.EndingAt(text, at);
    if (join == nullptr || at - floor < join->text.size()) return at;
    size_t item = at - join->text.size();
    const size_t least = item - std::min(item - floor, kItemBytesMax);
    while (item > least && kJoin.EndingAt(text, item) == nullptr &&
           kMarks.EndingAt(text, item) == nullptr && text[item - 1] != ',')
      item = PreviousAt(text, item);
    at = item;
  }
  return at;
}

}  // namespace

std::optional<Verb> UnknownBehind(std::string_view text, const Name& name) {
  static const WordList& kAgents = ListOf("agent");
  static const WordList& kNot = ListOf("no_start");
  static const WordList& kOpen = ListOf("phrase");
  static const WordList& kNouns = ListOf("noun");
  static const WordList& kFor = ListOf("for_others");
  static const WordList& kAccounts = ListOf("accounts");
  if (name.anchor_to > text.size()) return std::nullopt;
  const std::string_view gap = text.substr(name.anchor_to);
  const std::string_view word = StripFillers(gap.substr(0, std::min(gap.find(','), gap.size())));
  const bool is_word = word.size() >= kUnknownVerbBytesMin && word.size() <= kUnknownVerbBytesMax &&
                       std::all_of(word.begin(), word.end(), [](char c) {
                         return static_cast<unsigned char>(c) >= 0x80;
                       });
  if (!is_word || kAgents.In(word) || kNot.In(word) || kOpen.At(word, 0) != nullptr ||
      kNouns.In(word) || kFor.At(word, 0) != nullptr || IsThing(word) || kAccounts.In(word) ||
      word.find("的") != std::string_view::npos)
    return std::nullopt;
  Verb verb;
  verb.from = static_cast<size_t>(word.data() - text.data());
  verb.to = verb.from + word.size();
  verb.event = "launched";
  verb.closed = verb.soft = verb.quoted = true;
  return verb;
}

size_t IntroductionOf(std::string_view text, size_t floor, size_t at) {
  static const WordList& kMarks = ListOf("introduction");
  static constexpr std::string_view kQuotes[] = {"“", "「", "‘"};
  if (at < floor) return std::string_view::npos;
  const std::string_view front = text.substr(0, at);
  for (const std::string_view quote : kQuotes)
    if (front.ends_with(quote)) at -= quote.size();
  at = BackOverItems(text, floor, at);
  for (const std::string_view quote : kQuotes)
    if (text.substr(0, at).ends_with(quote)) at -= quote.size();
  const Word* mark = kMarks.EndingAt(text, at);
  if (mark == nullptr || at - floor < mark->text.size()) return std::string_view::npos;
  at -= mark->text.size();
  // ，分别是
  if (at > floor && text[at - 1] == ',') --at;
  return at;
}

std::optional<Bond> NameBeforeVerb(std::string_view text, const Name& name, size_t verb_from,
                                   size_t verb_to, bool closed) {
  static const WordList& kLocative = ListOf("locative");
  static const WordList& kScene = ListOf("scene");
  static const WordList& kAccounts = ListOf("accounts");
  if (verb_from < name.anchor_to || verb_from - name.anchor_to > kGapBytesMax) return std::nullopt;
  std::string_view gap = text.substr(name.anchor_to, verb_from - name.anchor_to);
  // …宣布投入运行: of itself.
  static const WordList& kDeclared = ListOf("declared");
  if (const Word* said = kDeclared.EndingAt(gap, gap.size())) gap.remove_suffix(said->text.size());
  // 在…揭牌仪式上 tells of the founding; 在… alone is where something else happened.
  const bool of_scene = gap == "的" && kScene.At(text, verb_to) != nullptr;
  const bool told = text.substr(0, name.from).ends_with("莫过于");
  if (!name.torn && !of_scene && !told && kLocative.EndingAt(text, name.from) != nullptr &&
      (!gap.empty() || kScene.At(text, verb_to) == nullptr))
    return std::nullopt;
  // 在…的揭牌仪式上
  if (of_scene) return Bond{true, false, gap.size()};
  // 在各界嘉宾见证下揭牌: who looks on is no agent.
  const std::string_view plain = StripFillers(gap);
  const bool in_place = plain.starts_with("在") && IsPhrase(plain) &&
                        LastComma(plain) == std::string_view::npos;
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
