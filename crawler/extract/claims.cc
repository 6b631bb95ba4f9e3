#include "crawler/extract/claims.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "crawler/extract/first_chars.h"
#include "crawler/extract/number.h"
#include "crawler/extract/page_text.h"
#include "crawler/extract/rules.h"
#include "crawler/extract/text_scan.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kBehindBytesMax = 36;  // Between a number and the word it counts.
constexpr size_t kClausesCarriedMax = 4;
constexpr size_t kHitsMax = 96;         // Of a clause.

enum class Kind {
  kFollowers,
  kUsers,      // Followers, weakly.
  kReach,
  kViews,
  kSubject,    // Whose numbers are claims.
  kOther,      // Whose numbers are none.
  kCountries,  // Right behind a number.
  kPeople,     // Measure words that reach and views share.
  kSpread,     // 覆盖, 来自: what ties countries to an audience.
};

struct Hit {
  size_t from;
  size_t to;
  Kind kind;
};

Kind KindOf(std::string_view tag) {
  static constexpr std::pair<std::string_view, Kind> kKinds[] = {
      {"followers", Kind::kFollowers}, {"users", Kind::kUsers},         {"reach", Kind::kReach},
      {"views", Kind::kViews},         {"subject", Kind::kSubject},     {"other", Kind::kOther},
      {"countries", Kind::kCountries}, {"people", Kind::kPeople},       {"spread", Kind::kSpread}};
  for (const auto& [word, kind] : kKinds)
    if (word == tag) return kind;
  return Kind::kOther;
}

bool IsAsciiLetter(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

bool IsWholeWord(std::string_view text, size_t from, size_t to) {
  if (!IsAsciiLetter(text[from])) return true;
  return (from == 0 || !IsAsciiLetter(text[from - 1])) &&
         (to >= text.size() || !IsAsciiLetter(text[to]));
}

// Every keyword in the clause, the longest at each place, in order.
std::vector<Hit> HitsIn(std::string_view clause) {
  static const WordList& kClaims = ListOf("claim");
  std::vector<Hit> hits;
  for (WordHit hit = kClaims.First(clause); hit && hits.size() < kHitsMax;
       hit = kClaims.First(clause, hit.to)) {
    const Kind kind = KindOf(hit.word->tag);
    if (kind == Kind::kSpread && !IsWholeWord(clause, hit.from, hit.to)) continue;
    hits.push_back({hit.from, hit.to, kind});
  }
  return hits;
}

bool IsMetric(Kind kind) {
  return kind == Kind::kFollowers || kind == Kind::kUsers || kind == Kind::kReach ||
         kind == Kind::kViews;
}

// What a number counts, by its own measure word: 70多个国家和地区, 3000万人次, 800万粉丝, 200名记者.
const Hit* Counted(std::string_view clause, const std::vector<Hit>& hits, const Number& number) {
  const Hit* best = nullptr;
  for (const Hit& hit : hits) {
    if (hit.from < number.to) continue;
    if (hit.from - number.to > kBehindBytesMax) break;
    const std::string_view between = clause.substr(number.to, hit.from - number.to);
    if (hit.kind == Kind::kCountries || hit.kind == Kind::kPeople) {
      // Right behind, but for a measure word and blanks.
      if (between.empty() || between == "个" || between == "名" || between == "位" ||
          between == " " || between == "个 " || between == " different " || between == " overseas ")
        return best == nullptr ? &hit : best;
    } else if (IsMetric(hit.kind) || hit.kind == Kind::kOther) {
      if (best == nullptr) best = &hit;
    }
  }
  return best;
}

// Units of things that are counted in the same sentences: 36家媒体, 12个账号, 8种语言, 300条视频.
bool CountsThings(std::string_view behind) {
  static constexpr std::array<std::string_view, 31> kUnits = {
      "年", "月", "日", "号", "时", "点", "分", "届", "期", "家", "条", "部", "篇", "种", "项", "件",
      "场", "座", "所", "处", "幅", "集", "吨", "公里", "平方", "亩", "元", "美元", "余家", "周年",
      "岁"};
  return std::any_of(kUnits.begin(), kUnits.end(),
                     [&](std::string_view u) { return behind.starts_with(u); });
}

struct Carried {
  std::optional<Kind> subject;  // kSubject or kOther, of the sentence so far.
  std::string word;
  std::optional<Kind> metric;   // Of the clause before.
  bool goal = false;            // 力争三年内，粉丝…
};

// Is what is counted behind `text` a goal? The word nearest before decides: 力争, or 目前.
bool IsGoal(std::string_view text, bool carried) {
  static const WordList& kGoals = ListOf("goal");
  bool goal = carried;
  for (WordHit hit = kGoals.First(text); hit; hit = kGoals.First(text, hit.to)) {
    // "claims" does not aim.
    if (IsWholeWord(text, hit.from, hit.to)) goal = hit.word->tag != "reached";
  }
  return goal;
}

// One clause: its numbers are judged against the words around them.
class Clause {
 public:
  Clause(std::string_view text, size_t offset)
      : text_(text), offset_(offset), hits_(HitsIn(text)) {}

  void Collect(Carried* carried, std::vector<ClaimFound>* claims) const {
    size_t behind = 0;  // The end of the number before.
    Carried now = *carried;
    static const FirstChars kNumerals("0123456789〇一二三四五六七八九零两十百千万亿");
    for (size_t at = 0; at < text_.size() && claims->size() < kClaimsMax;) {
      if (!kNumerals.Has(text_, at)) {
        ++at;
        continue;
      }
      const std::optional<Number> number = NumberAt(text_, at);
      if (!number) {
        // A row of digits is passed as a whole.
        const bool digit = text_[at] >= '0' && text_[at] <= '9';
        ++at;
        while (digit && at < text_.size() && text_[at] >= '0' && text_[at] <= '9') ++at;
        continue;
      }
      at = number->to;
      if (text_.substr(0, number->from).ends_with("第") || IsPartOfName(number->from)) continue;
      if (IsGoal(text_.substr(0, number->from), carried->goal)) continue;
      if (auto claim = Judge(*number, behind, now)) {
        // 触达3000万人、70多个国家: the second has the first one's subject.
        now.subject = Kind::kSubject;
        now.word = claim->subject;
        claims->push_back(std::move(*claim));
      }
      behind = number->to;
    }
    Carry(carried);
  }

 private:
  // “Zhengding 1600”: of an account's name.
  bool IsPartOfName(size_t at) const {
    if (at < 2 || text_[at - 1] != ' ') return false;
    const char before = text_[at - 2];
    if ((before | 0x20) < 'a' || (before | 0x20) > 'z') return false;
    const size_t open = text_.rfind("“", at);
    return open != std::string_view::npos && text_.substr(open, at - open).find("”") == text_.npos;
  }
  const Hit* LastBefore(size_t at, size_t not_before, bool metric) const {
    const Hit* last = nullptr;
    for (const Hit& hit : hits_) {
      if (hit.to > at) break;
      if (hit.from < not_before) continue;
      const bool fits = metric ? IsMetric(hit.kind)
                               : hit.kind == Kind::kSubject || hit.kind == Kind::kOther;
      if (fits) last = &hit;
    }
    return last;
  }
  bool HasOtherBehind(size_t at) const {
    return std::any_of(hits_.begin(), hits_.end(), [&](const Hit& hit) {
      return hit.from >= at && hit.kind == Kind::kOther;
    });
  }
  bool Has(Kind kind) const {
    return std::any_of(hits_.begin(), hits_.end(), [&](const Hit& h) { return h.kind == kind; });
  }
  std::string_view Word(const Hit& hit) const {
    return text_.substr(hit.from, hit.to - hit.from);
  }

  // The metric: the counted noun's own, else the word before the number, else the clause's before.
  std::optional<Kind> MetricOf(const Number& number, size_t behind, const Hit* counted,
                               const Carried& carried) const {
    if (counted != nullptr && IsMetric(counted->kind)) {
      // 触达800万粉丝 counts followers, 粉丝800万，触达… the word before.
      const Hit* before = LastBefore(number.from, behind, true);
      const bool near = counted->from - number.to <= 12;
      if (before == nullptr || near) return counted->kind;
      return before->kind;
    }
    if (counted != nullptr && counted->kind == Kind::kPeople)
      for (const Hit& hit : hits_)
        if (hit.from == counted->to && IsMetric(hit.kind)) return hit.kind;
    if (const Hit* before = LastBefore(number.from, behind, true)) return before->kind;
    if (counted != nullptr && counted->kind == Kind::kPeople && behind == 0 && carried.metric)
      return carried.metric;
    return std::nullopt;
  }

  std::optional<ClaimFound> Judge(const Number& number, size_t behind,
                                  const Carried& carried) const {
    const std::string_view rest = text_.substr(number.to);
    if (CountsThings(rest) || number.value < 2) return std::nullopt;
    const Hit* counted = Counted(text_, hits_, number);
    if (counted != nullptr && counted->kind == Kind::kOther) return std::nullopt;
    const bool countries = counted != nullptr && counted->kind == Kind::kCountries;
    // 4.2万个关注 counts them, 12个账号 does not.
    const bool followed = rest.starts_with("个关注") || rest.starts_with("个粉丝");
    if (!countries && !followed && (rest.starts_with("个") || rest.starts_with("多个")))
      return std::nullopt;
    std::optional<Kind> metric = MetricOf(number, behind, counted, carried);
    // 一万粉, 52万人关注
    if (rest.starts_with("粉")) metric = Kind::kFollowers;
    if (countries && (number.value > 250 || HasOtherBehind(number.to))) return std::nullopt;
    if (countries && !metric && !Has(Kind::kSpread)) return std::nullopt;
    if (!countries && (!metric || number.value < 100)) return std::nullopt;

    const Hit* subject = LastBefore(number.from, 0, false);
    const Hit* metric_before = LastBefore(number.from, behind, true);
    const bool own_metric = metric && *metric == Kind::kFollowers;
    // 粉丝 are an account's, whatever else the clause names; reach may be anybody's.
    const bool followers_after = subject != nullptr && metric_before != nullptr && own_metric &&
                                 metric_before->from > subject->from;
    ClaimFound found;
    if (subject != nullptr && subject->kind == Kind::kOther && !followers_after)
      return std::nullopt;
    if (subject != nullptr && subject->kind == Kind::kSubject) {
      found.subject = Word(*subject);
    } else if (own_metric) {
      found.subject = "粉丝";
    } else if (carried.subject == Kind::kSubject) {
      found.subject = carried.word;
    } else if (carried.subject == Kind::kOther) {
      return std::nullopt;
    } else if (const Hit* after = FirstSubject()) {
      found.subject = Word(*after);
    } else if (metric_before != nullptr && *metric == Kind::kReach &&
               (!countries || metric_before->from == 0)) {
      found.subject = Word(*metric_before);
    } else {
      return std::nullopt;
    }
    found.claim.metric = countries ? "countries" : NameOf(*metric);
    found.claim.value = number.value;
    found.claim.raw = std::string(text_.substr(number.from, number.to - number.from));
    found.from = offset_ + number.from;
    found.to = offset_ + number.to;
    found.strong = countries || *metric != Kind::kUsers;
    return found;
  }

  const Hit* FirstSubject() const {
    for (const Hit& hit : hits_)
      if (hit.kind == Kind::kSubject) return &hit;
    return nullptr;
  }

  static std::string NameOf(Kind metric) {
    return metric == Kind::kReach ? "reach" : metric == Kind::kViews ? "views" : "followers";
  }

  void Carry(Carried* carried) const {
    for (const Hit& hit : hits_) {
      if (hit.kind == Kind::kSubject || hit.kind == Kind::kOther) {
        carried->subject = hit.kind;
        carried->word = Word(hit);
      } else if (hit.kind == Kind::kFollowers) {
        carried->subject = Kind::kSubject;
        carried->word = Word(hit);
      }
    }
    carried->goal = IsGoal(text_, carried->goal);
    carried->metric.reset();
    if (const Hit* last = LastBefore(text_.size(), 0, true)) carried->metric = last->kind;
  }

  std::string_view text_;
  size_t offset_;
  std::vector<Hit> hits_;
};

constexpr size_t kLabelBytesMax = 18;

enum class Break { kNone, kClause, kSentence };

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// What ends at `at`, and how many bytes it has.
std::pair<Break, size_t> BreakAt(std::string_view text, size_t at) {
  static const FirstChars kMarks("\n.,:;!?。！？，；：");
  if (!kMarks.Has(text, at)) return {Break::kNone, 1};
  const std::string_view rest = text.substr(at);
  for (const std::string_view mark : {"。", "！", "？"})
    if (rest.starts_with(mark)) return {Break::kSentence, mark.size()};
  if (rest[0] == '\n') return {Break::kSentence, 1};
  if (rest.starts_with(". ") || rest.starts_with(".\n")) return {Break::kSentence, 1};
  // Folded text has half-width marks; 1,000 and 9:30 are numbers.
  if (rest[0] == '!' || rest[0] == '?') return {Break::kSentence, 1};
  if (rest[0] == ';') return {Break::kClause, 1};
  const bool in_number = at > 0 && rest.size() > 1 && IsDigit(text[at - 1]) && IsDigit(rest[1]);
  if ((rest[0] == ',' || rest[0] == ':') && !in_number) return {Break::kClause, 1};
  for (const std::string_view mark : {"，", "；", "："})
    if (rest.starts_with(mark)) return {Break::kClause, mark.size()};
  return {Break::kNone, 1};
}

// 三十国, 70多个国家: might a number stand right before what is counted at `at`?
bool MayBeCounted(std::string_view passage, size_t at) {
  static const FirstChars kBefore("〇一二三四五六七八九零两十百千万亿余多来个名位＋");
  if (at == 0) return false;
  const size_t before = PreviousAt(passage, at);
  return static_cast<unsigned char>(passage[before]) < 0x80 || kBefore.Has(passage, before);
}

// Without a metric or countries no number is a claim.
bool MayClaim(std::string_view passage) {
  static const WordList& kClaims = ListOf("claim");
  if (passage.size() >= kClauseBytesMax) return true;  // A word may be cut where a clause is.
  for (WordHit hit = kClaims.First(passage); hit; hit = kClaims.First(passage, hit.to)) {
    const Kind kind = KindOf(hit.word->tag);
    if (IsMetric(kind)) return true;
    if (kind == Kind::kCountries && MayBeCounted(passage, hit.from)) return true;
  }
  return base::Find(passage, "粉") != passage.npos;
}

// Where the last digit or unit stands that a number may have; npos: there is none.
size_t LastNumeral(std::string_view passage) {
  static const FirstChars kNumerals("0123456789十百千万亿");
  if (!MayHold(passage, Sign::kNumeral)) return passage.npos;
  for (size_t at = passage.size(); at > 0;) {
    at = PreviousAt(passage, at);
    if (kNumerals.Has(passage, at)) return at;
  }
  return passage.npos;
}

}  // namespace

std::vector<ClaimFound> FindClaims(std::string_view passage) {
  passage = passage.substr(0, kClaimBytesMax);
  std::vector<ClaimFound> claims;
  const size_t last = LastNumeral(passage);
  if (last == std::string_view::npos || !MayClaim(passage)) return claims;
  Carried carried;
  size_t carried_clauses = 0;
  size_t from = 0;
  // Behind the last number no clause is read.
  for (size_t at = 0; at <= passage.size() && from <= last && claims.size() < kClaimsMax;) {
    auto [what, size] = at == passage.size() ? std::pair{Break::kSentence, size_t{1}}
                                             : BreakAt(passage, at);
    // 关注者：15万余
    if (what == Break::kClause && passage[at] == ':' && at - from <= kLabelBytesMax)
      what = Break::kNone;
    const bool too_long = at - from >= kClauseBytesMax &&
                          (at == passage.size() || (passage[at] & '\xC0') != '\x80');
    if (what == Break::kNone && !too_long) {
      at = at < passage.size() ? NextAt(passage, at) : at + 1;
      continue;
    }
    Clause(passage.substr(from, at - from), from).Collect(&carried, &claims);
    if (what == Break::kSentence || ++carried_clauses > kClausesCarriedMax) {
      carried = {};
      carried_clauses = 0;
    }
    at += what == Break::kNone ? 0 : size;
    from = at;
  }
  return claims;
}

}  // namespace signboard::extract
