#include "crawler/extract/ordinal.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "crawler/extract/first_chars.h"
#include "crawler/extract/number.h"
#include "crawler/extract/page_text.h"
#include "crawler/extract/place.h"
#include "crawler/extract/place_evidence.h"
#include "crawler/extract/rules.h"
#include "crawler/extract/text_scan.h"

namespace signboard::extract {
namespace {

constexpr size_t kHeadBytesMax = 150;   // From an ordinal to its head noun.
constexpr size_t kScopeBytesMax = 120;  // From a scope that is apart to its ordinal.
constexpr size_t kCandidatesMax = 32;

constexpr std::array<std::string_view, 13> kEnglishRanks = {
    "",      "first",   "second", "third", "fourth",   "fifth",  "sixth",
    "seventh", "eighth", "ninth",  "tenth", "eleventh", "twelfth"};

struct Candidate {
  int rank = 0;
  size_t from = 0;  // 第三家, first
  size_t to = 0;
  bool english = false;
};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

template <typename Words>
std::string_view PrefixOf(std::string_view text, const Words& words) {
  for (const std::string_view word : words)
    if (text.starts_with(word)) return word;
  return {};
}
template <typename Words>
std::string_view SuffixOf(std::string_view text, const Words& words) {
  for (const std::string_view word : words)
    if (text.ends_with(word)) return word;
  return {};
}

// The word of a list that the text begins, or ends, with.
std::string_view WordAt(const char* list, std::string_view text) {
  const Word* word = ListOf(list).At(text, 0);
  return word == nullptr ? std::string_view() : word->text;
}
std::string_view WordBefore(const char* list, std::string_view text) {
  const Word* word = ListOf(list).EndingAt(text, text.size());
  return word == nullptr ? std::string_view() : word->text;
}

// 第三家, 第4个, 首个, 首家, 头一家
bool ChineseOrdinal(std::string_view text, size_t at, Candidate* found) {
  static constexpr std::array<std::string_view, 4> kClassifiers = {"家", "个", "座", "块"};
  size_t end = at;
  int rank = 1;
  if (text.substr(at).starts_with("第")) {
    end += 3;
    const std::optional<int> number = SmallNumberAt(text, &end);
    if (!number) return false;
    rank = *number;
  } else if (text.substr(at).starts_with("头一")) {
    end += 6;
  } else if (text.substr(at).starts_with("首")) {
    end += 3;
  } else {
    return false;
  }
  const std::string_view classifier = PrefixOf(text.substr(end), kClassifiers);
  // 咱们排第二
  const bool placed = text.substr(0, at).ends_with("排") || text.substr(0, at).ends_with("位列") ||
                      text.substr(0, at).ends_with("排名");
  if (classifier.empty() && !placed) return false;
  *found = {rank, at, end + classifier.size(), false};
  return true;
}

// third, 3rd: whole words.
bool EnglishOrdinal(std::string_view text, size_t at, Candidate* found) {
  if (at > 0 && (IsLetter(text[at - 1]) || IsDigit(text[at - 1]))) return false;
  size_t end = at;
  int rank = 0;
  if (IsDigit(text[at])) {
    const std::optional<int> number = SmallNumberAt(text, &end);
    static constexpr std::array<std::string_view, 4> kEndings = {"st", "nd", "rd", "th"};
    if (!number || PrefixOf(text.substr(end), kEndings).empty()) return false;
    rank = *number;
    end += 2;
  } else {
    for (size_t i = 1; i < kEnglishRanks.size(); ++i)
      if (text.substr(at).starts_with(kEnglishRanks[i])) rank = static_cast<int>(i);
    if (rank == 0) return false;
    end += kEnglishRanks[static_cast<size_t>(rank)].size();
  }
  if (end < text.size() && IsLetter(text[end])) return false;
  *found = {rank, at, end, true};
  return true;
}

std::vector<Candidate> FindCandidates(std::string_view text) {
  static const FirstChars kFirst = [] {
    FirstChars first("0123456789第首头");
    for (const std::string_view rank : std::span(kEnglishRanks).subspan(1)) first.AddFirst(rank);
    return first;
  }();
  std::vector<Candidate> found;
  if (!MayHold(text, Sign::kOrdinal)) return found;
  for (size_t at = 0; at < text.size() && found.size() < kCandidatesMax;) {
    Candidate candidate;
    if (!kFirst.Has(text, at)) {
      at = NextAt(text, at);
    } else if (ChineseOrdinal(text, at, &candidate) || EnglishOrdinal(text, at, &candidate)) {
      found.push_back(candidate);
      at = candidate.to;
    } else {
      ++at;
    }
  }
  return found;
}

// [from, end) of the clause around `at`; in English only sentences part, commas do not.
std::pair<size_t, size_t> ClauseAround(std::string_view text, size_t at, bool english) {
  static constexpr std::array<std::string_view, 11> kMarks = {"，", "。", "；", "！", "？", "：",
                                                              ",",  ";",  "!",  "?",  ":"};
  size_t from = 0;
  size_t end = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t mark = english ? size_t{text[i] == ';'}
                                : PrefixOf(text.substr(i), kMarks).size();
    if (mark == 0) continue;
    if (i >= at) {
      end = i;
      break;
    }
    from = i + mark;
  }
  return {from, end};
}


enum class Head { kNone, kCentre, kOther };

// The head noun is the first of either kind behind the ordinal.
Head HeadOf(std::string_view tail) {
  tail = tail.substr(0, kHeadBytesMax);
  const WordHit hit = ListOf("counted_as").First(tail);
  if (!hit) return Head::kNone;
  return hit.word->tag == "centre" ? Head::kCentre : Head::kOther;
}

// Has `tail`, all that follows the ordinal in its clause, no noun of its own: …，系甘肃首个县区级。
bool EndsThere(std::string_view tail) {
  static constexpr std::array<std::string_view, 4> kLight = {"的", "机构", "中心", "此类"};
  for (bool more = true; more && !tail.empty();) {
    more = false;
    if (const auto level = WordAt("level", tail); !level.empty()) {
      tail.remove_prefix(level.size());
      more = true;
    } else if (const auto light = PrefixOf(tail, kLight); !light.empty()) {
      tail.remove_prefix(light.size());
      more = true;
    } else if (tail.starts_with("、") || tail.starts_with("”")) {
      return true;
    }
  }
  return tail.empty();
}

struct Scope {
  std::string words;
  size_t from = 0;  // Of raw: the scope may be apart from the ordinal, then the ordinal's own.
};

// The scope right before an ordinal: 宜春全市, 我省, 甘肃(省), with 内, 的, 范围内 and levels between.
Scope ScopeBefore(std::string_view text, size_t at, size_t not_before) {
  size_t end = at;
  const auto before = [&] { return text.substr(not_before, end - not_before); };
  for (bool more = true; more;) {
    std::string_view word = WordBefore("scope_between", before());
    // 省内, 市内 are scopes themselves.
    if (!WordBefore("scope", before()).empty()) break;
    if (word.empty()) word = WordBefore("level", before());
    if (word.empty()) word = WordBefore("scope_count", before());
    if (word.empty() && end > not_before && IsDigit(text[end - 1])) word = text.substr(end - 1, 1);
    if (word.empty() && before().ends_with(" ")) word = " ";
    end -= word.size();
    more = !word.empty();
  }
  const std::string_view deictic = WordBefore("scope", before());
  size_t from = end - deictic.size();
  for (const Mention& mention : FindMentions(text.substr(not_before, end - not_before))) {
    if (not_before + mention.to == from) from = not_before + mention.from;
    else if (deictic.empty() && not_before + mention.to == end) from = not_before + mention.from;
  }
  return {std::string(text.substr(from, end - from)), from};
}

// A scope elsewhere before the ordinal in its clause: 全省地市中的首个, 宜春市继…之后的第三家.
std::string ScopeApart(std::string_view text, size_t at, size_t not_before) {
  if (at - not_before > kScopeBytesMax) not_before = at - kScopeBytesMax;
  const std::string_view before = text.substr(not_before, at - not_before);
  size_t last = std::string_view::npos;
  std::string_view words;
  for (const Word& scope : ListOf("scope").words()) {
    const std::string_view deictic = scope.text;
    const size_t found = before.rfind(deictic);
    if (found == std::string_view::npos) continue;
    if (last != std::string_view::npos && found < last) continue;
    if (deictic == "中国" && before.substr(found).starts_with("中国日报")) continue;
    last = found;
    words = deictic;
  }
  if (!words.empty()) return std::string(words);
  for (const Mention& mention : FindMentions(before))
    if (mention.is_full || mention.regions[0]->level != Level::kCounty)
      words = before.substr(mention.from, mention.to - mention.from);
  return std::string(words);
}

// 上饶12个县市区里，我们是头一家: the clause before ends in 里.
std::string ScopeOfClauseBefore(std::string_view text, size_t clause_from) {
  static constexpr std::array<std::string_view, 4> kWithin = {"里", "中", "内", "间"};
  const size_t mark = text.substr(0, clause_from).find_last_of(",") == clause_from - 1
                          ? clause_from - 1 : text.substr(0, clause_from).rfind("，");
  if (clause_from == 0 || mark == std::string_view::npos) return {};
  const std::string_view before = text.substr(0, mark);
  if (SuffixOf(before, kWithin).empty()) return {};
  const size_t from = ClauseAround(text, mark - 1, false).first;
  const std::string words = ScopeApart(text, mark, from);
  if (!words.empty()) return words;
  const Mention first = MentionAt(text.substr(0, mark), from);
  return std::string(text.substr(from, first.to > from ? first.to - from : 0));
}

// 也是日喀则18县区里的: nothing but a place and what stands between it and its ordinal.
bool IsAlone(std::string_view front) {
  static constexpr std::array<std::string_view, 6> kIs = {"是", "为", "系", "也是", "也为", "成为"};
  const std::string_view is = PrefixOf(front, kIs);
  front.remove_prefix(is.size());
  const Mention place = MentionAt(front, 0);
  if (place.to == 0 && WordAt("scope", front).empty()) return false;
  front.remove_prefix(std::max(place.to, WordAt("scope", front).size()));
  for (bool more = true; more && !front.empty();) {
    std::string_view word = WordAt("scope_between", front);
    if (word.empty()) word = WordAt("level", front);
    if (word.empty() && IsDigit(front[0])) word = front.substr(0, 1);
    if (word.empty()) word = WordAt("scope_count", front);
    more = !word.empty();
    front.remove_prefix(word.size());
  }
  return front.empty();
}

// …'s third, the province's third
Scope EnglishScopeBefore(std::string_view text, size_t at, const Region* place) {
  std::string_view before = text.substr(0, at);
  while (before.ends_with(" ")) before.remove_suffix(1);
  // "Sanya got its first …"
  if (before.ends_with(" its") && place != nullptr)
    return {std::string(place->name_zh), at};
  for (const std::string_view possessive : {"'s", "’s"}) {
    if (!before.ends_with(possessive)) continue;
    before.remove_suffix(possessive.size());
    if (const auto deictic = WordBefore("scope", before); !deictic.empty())
      return {std::string(deictic), before.size() - deictic.size()};
    const size_t window = before.size() > 64 ? before.size() - 64 : 0;
    for (const Mention& mention : FindMentionsEn(before.substr(window)))
      if (window + mention.to == before.size())
        return {std::string(before.substr(window + mention.from)), window + mention.from};
  }
  return {{}, at};
}

// the third … in Yichun, the first in the province. `*end`: behind the scope.
std::string EnglishScopeBehind(std::string_view text, size_t at, size_t* end) {
  const std::string_view tail = text.substr(at, kHeadBytesMax);
  size_t in = tail.find(" in ");
  for (; in != std::string_view::npos; in = tail.find(" in ", in + 1)) {
    std::string_view scope = tail.substr(in + 4);
    // in southwest China's Yunnan province; in any of China's counties
    static constexpr std::array<std::string_view, 9> kSkipped = {
        "southwest ", "northwest ", "northeast ", "southeast ", "central ", "east ", "north ",
        "south ", "any of "};
    if (const auto skipped = PrefixOf(scope, kSkipped); !skipped.empty()) {
      scope.remove_prefix(skipped.size());
      for (const std::string_view china : {"China's ", "China’s "})
        if (scope.starts_with(china) && skipped != "any of ") scope.remove_prefix(china.size());
      in = static_cast<size_t>(scope.data() - tail.data()) - 4;
    }
    std::string_view words = WordAt("scope", scope);
    if (words.empty()) {
      for (const Mention& mention : FindMentionsEn(scope.substr(0, 64)))
        if (mention.from == 0) words = scope.substr(0, mention.to);
    }
    if (words.empty() && scope.starts_with("China")) words = "the country";
    if (words.empty()) continue;
    *end = at + in + 4 + (words == "the country" && scope.starts_with("China") ? 5 : words.size());
    return std::string(words);
  }
  return {};
}

class Judge {
 public:
  Judge(std::string_view sentence, size_t name_at, const Region* place, std::string_view site_code)
      : text_(sentence), name_at_(name_at), place_(place), site_code_(site_code) {}

  std::optional<OrdinalFound> Chinese(const Candidate& candidate) const {
    const auto [from, end] = ClauseAround(text_, candidate.from, false);
    const std::string_view tail = text_.substr(candidate.to, end - candidate.to);
    const Head head = HeadOf(tail);
    // “全省县级第一家”, 这块牌子是…第一块: of the centre, though the sentence does not name it.
    const bool named = name_at_ != std::string_view::npos || tail.starts_with("”") ||
                       text_.find("牌子") != std::string_view::npos ||
                       text_.find("我们") != std::string_view::npos ||
                       text_.find("咱们") != std::string_view::npos;
    // 毕节首家。是日喀则18县区里的首个: a clause of nothing else, of what was spoken of before.
    const bool alone = IsAlone(text_.substr(from, candidate.from - from));
    const bool by_name = (named || alone) && EndsThere(tail);
    if (head == Head::kOther || (head == Head::kNone && !by_name)) return std::nullopt;
    Scope scope = ScopeBefore(text_, candidate.from, from);
    size_t to = candidate.to;
    if (const auto level = WordAt("level", text_.substr(to)); !level.empty()) to += level.size();
    if (scope.words.empty()) {
      scope.words = ScopeApart(text_, candidate.from, from);
      scope.from = candidate.from;
    }
    if (scope.words.empty()) scope.words = ScopeOfClauseBefore(text_, from);
    return Make(candidate.rank, scope.words, scope.from, to);
  }

  std::optional<OrdinalFound> English(const Candidate& candidate) const {
    const auto [from, end] = ClauseAround(text_, candidate.from, true);
    const std::string_view tail = text_.substr(candidate.to, end - candidate.to);
    const Head head = HeadOf(tail);
    Scope scope = EnglishScopeBefore(text_, candidate.from, place_);
    size_t to = candidate.to;
    if (scope.words.empty()) scope.words = EnglishScopeBehind(text_, candidate.to, &to);
    if (scope.words.empty() || head == Head::kOther) return std::nullopt;
    if (head == Head::kNone && name_at_ == std::string_view::npos) return std::nullopt;
    return Make(candidate.rank, scope.words, scope.from, to);
  }

 private:
  OrdinalFound Make(int rank, std::string_view scope, size_t from, size_t to) const {
    OrdinalFound found;
    found.ordinal.rank = rank;
    found.ordinal.scope_code = scope.empty() ? "" : ScopeOf(scope, place_, site_code_);
    found.ordinal.raw = std::string(text_.substr(from, to - from));
    found.from = from;
    found.to = to;
    return found;
  }

  std::string_view text_;
  size_t name_at_;
  const Region* place_;
  std::string_view site_code_;
};

}  // namespace

std::optional<OrdinalFound> FindOrdinal(std::string_view sentence, size_t name_at,
                                        const Region* place, std::string_view site_code) {
  sentence = sentence.substr(0, kOrdinalBytesMax);
  const Judge judge(sentence, name_at, place, site_code);
  std::optional<OrdinalFound> best;
  for (const Candidate& candidate : FindCandidates(sentence)) {
    auto found = candidate.english ? judge.English(candidate) : judge.Chinese(candidate);
    // The first with a scope; else the first.
    if (!found || (best && found->ordinal.scope_code.empty())) continue;
    if (best && !best->ordinal.scope_code.empty()) break;
    best = std::move(found);
  }
  return best;
}

}  // namespace signboard::extract
