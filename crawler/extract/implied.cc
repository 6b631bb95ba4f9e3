#include "crawler/extract/implied.h"

#include <algorithm>
#include <string>
#include <utility>

#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

constexpr size_t kRootGapBytesMax = 48;  // Between a name and the root of a beginning.
constexpr size_t kAgentGapBytesMax = 60;
constexpr size_t kShortLineBytesMax = 75;

// The clause of a name, without the name.
struct Clause {
  std::string_view front;
  std::string_view behind;
};

class ImpliedReader {
 public:
  ImpliedReader(const PageText& page, const std::vector<Name>& names)
      : page_(page), text_(page.text()), names_(names) {}

  void Read(size_t index) {
    static const WordList& kPast = ListOf("past");
    static const WordList& kPastAfter = ListOf("past_after");
    static const WordList& kPlan = ListOf("plan");
    static const WordList& kWill = ListOf("will");
    static const WordList& kLocative = ListOf("locative");
    static const WordList& kVisit = ListOf("visit");
    const Name& name = names_[index];
    if (name.english || name.sentence >= page_.sentences().size()) return;
    const Span span = page_.sentences()[name.sentence];
    if (name.anchor_to > span.to || name.from < span.from) return;
    if (IsBylineAt(text_.substr(0, span.to), span.from)) return;
    const Clause clause = ClauseOf(index);
    const std::string_view sentence = page_.Sentence(name.sentence);
    if (kPast.In(sentence) || kPastAfter.In(sentence)) Set(Implied::kPast);
    if (kPlan.In(sentence)) Set(Implied::kPlan);
    if (kWill.In(clause.behind)) Set(Implied::kWill);
    const WordHit root = RootBehind(clause.behind);
    if (Acts(clause, root)) {
      Set(Implied::kActs);
      return;
    }
    if (kLocative.EndingAt(text_, name.from) != nullptr || kVisit.In(sentence))
      Set(Implied::kVisit);
    const bool thing = HasThing(clause.behind.substr(0, root ? root.from : kRootGapBytesMax));
    if (thing) Set(Implied::kThing);
    ReadSigns(index);
    ReadBeginning(index, clause, thing ? WordHit{} : root);
  }

  std::optional<Statement> Make() const {
    if (!best_) return std::nullopt;
    // At work, or with a thing of its in sight, and no plain word: what is new is something else.
    const bool doubtful = (bits_ & (Bit(Implied::kActs) | Bit(Implied::kThing))) != 0;
    if (doubtful && (bits_ & Bit(Implied::kRoot)) == 0) return std::nullopt;
    Statement s = *best_;
    s.implied = bits_;
    s.in_title = s.verb_from < page_.title_end();
    return s;
  }

 private:
  Clause ClauseOf(size_t index) const {
    const Name& name = names_[index];
    const Span span = page_.sentences()[name.sentence];
    const size_t from = name.torn ? name.anchor_from : name.from;
    const std::string_view before = text_.substr(span.from, from - span.from);
    std::string_view rest = text_.substr(name.anchor_to, span.to - name.anchor_to);
    for (const std::string_view close : {"”", "」", "』", "\"", "’"})
      if (rest.starts_with(close)) rest.remove_prefix(close.size());
    // A line of the name alone, the verb on the next one.
    if (rest.empty() && span.to - span.from <= kShortLineBytesMax && span.to < text_.size() &&
        text_[span.to] == '\n' && name.sentence + 1 < page_.sentences().size())
      rest = page_.Sentence(name.sentence + 1);
    return {LastClause(before), rest.substr(0, rest.find_first_of(",;"))};
  }

  // Where a part of the page stands in it.
  size_t At(std::string_view part) const {
    return static_cast<size_t>(part.data() - text_.data());
  }

  void Set(Implied bit) { bits_ = static_cast<uint16_t>(bits_ | Bit(bit)); }

  // 官方App上线, 频道开播; (YICC) is the centre's own short name.
  static bool HasThing(std::string_view gap) {
    static const WordList& kNouns = ListOf("noun");
    static const WordList& kFillers = ListOf("filler");
    static const WordList& kEnds = ListOf("thing_end");
    if (kNouns.In(gap)) return true;
    std::string_view last = gap;
    while (const Word* filler = kFillers.EndingAt(last, last.size()))
      last.remove_suffix(filler->text.size());
    if (kEnds.EndingAt(last, last.size()) != nullptr) return true;
    size_t from = 0;
    while (from < gap.size() && !IsLatin(gap[from])) ++from;
    if (from == gap.size() || gap.substr(0, from).ends_with("(")) return false;
    size_t to = from;
    while (to < gap.size() && IsLatin(gap[to])) ++to;
    return !gap.substr(from, to - from).ends_with("CC");
  }

  static bool IsLatin(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

  // 挂上“文明岗”的牌子 does that to another, 挂着 is how things stand, 亮相文博会 is a show.
  static WordHit RootBehind(std::string_view behind) {
    static const WordList& kRoots = ListOf("root");
    static const WordList& kStages = ListOf("stage");
    const WordHit root = kRoots.First(behind.substr(0, kRootGapBytesMax));
    if (!root) return root;
    std::string_view rest = behind.substr(root.to);
    if (rest.starts_with("着") || kStages.In(behind)) return {};
    if (rest.starts_with("了")) rest.remove_prefix(std::string_view("了").size());
    return rest.starts_with("“") || rest.starts_with("《") ? WordHit{} : root;
  }

  // 中心主办…; but 中心在湖畔发布, where nothing is done to anything.
  static bool Acts(const Clause& clause, const WordHit& root) {
    static const WordList& kAgents = ListOf("agent");
    static const WordList& kForOthers = ListOf("for_others");
    if (kForOthers.At(clause.behind, 0) != nullptr) return true;
    const WordHit agent = kAgents.First(clause.behind.substr(0, kAgentGapBytesMax));
    if (!agent) return false;
    if (root && root.from <= agent.from && root.to > agent.from) return false;
    const bool told = clause.front.find("由") == std::string_view::npos &&
                      clause.front.find("据") == std::string_view::npos;
    return !told || agent.to < clause.behind.size();
  }

  // In the sentence of the name, or what covers its plaque in the one before.
  void ReadSigns(size_t index) {
    static const WordList& kSigns = ListOf("sign");
    static const WordList& kCeremonies = ListOf("ceremony");
    static const WordList& kWritten = ListOf("written");
    static const WordList& kCovers = ListOf("cover");
    const size_t sentence = names_[index].sentence;
    WordHit sign = kSigns.First(page_.Sentence(sentence));
    if (!sign) sign = kCeremonies.First(page_.Sentence(sentence));
    if (!sign) sign = kWritten.First(page_.Sentence(sentence));
    const bool covered = sentence > 0 && kCovers.In(page_.Sentence(sentence - 1));
    if (!sign && !covered) return;
    Set(Implied::kSign);
    const size_t from = page_.sentences()[sentence].from;
    if (sign) return Take(index, from + sign.from, from + sign.to, 0);
    Take(index, names_[index].from, names_[index].to, 0);
  }

  void ReadBeginning(size_t index, const Clause& clause, const WordHit& behind) {
    static const WordList& kRoots = ListOf("root");
    static const WordList& kBegin = ListOf("begin");
    const Name& name = names_[index];
    if (behind) {
      Set(behind.word->tag == "weak" ? Implied::kRootWeak : Implied::kRoot);
      const size_t at = At(clause.behind);
      Take(index, at + behind.from, at + behind.to, 3);
    }
    const std::string_view near =
        clause.front.substr(clause.front.size() - std::min(clause.front.size(), kRootGapBytesMax));
    const WordHit root = kRoots.First(near);
    if (root && !near.substr(root.to).starts_with("着")) {
      Set(root.word->tag == "weak" ? Implied::kRootWeak : Implied::kRoot);
      const size_t at = At(near);
      Take(index, at + root.from, at + root.to, 2);
    }
    const size_t from = page_.sentences()[name.sentence].from;
    if (const WordHit begin = kBegin.First(page_.Sentence(name.sentence))) {
      Set(Implied::kBegin);
      Take(index, from + begin.from, from + begin.to, 1);
    }
  }

  void Take(size_t index, size_t from, size_t to, int rank) {
    static const WordList& kSigns = ListOf("sign");
    if (best_ && rank_ >= rank) return;
    rank_ = rank;
    Statement s;
    s.name = index;
    s.sentence = names_[index].sentence;
    s.verb_from = from;
    s.verb_to = to;
    s.guess = true;
    s.soft = true;
    s.strong = false;
    const WordHit sign = kSigns.First(page_.Sentence(s.sentence));
    s.event = sign ? sign.word->tag : "launched";
    s.why = std::string(text_.substr(from, to - from)) + " (not told by a verb)";
    best_ = std::move(s);
  }

  const PageText& page_;
  const std::string_view text_;
  const std::vector<Name>& names_;
  std::optional<Statement> best_;
  int rank_ = -1;
  uint16_t bits_ = 0;
};

}  // namespace

std::optional<Statement> ImpliedFounding(const PageText& page, const std::vector<Name>& names,
                                         std::span<const size_t> mentions) {
  ImpliedReader reader(page, names);
  for (const size_t i : mentions.first(std::min(mentions.size(), kImpliedNamesMax)))
    reader.Read(i);
  return reader.Make();
}

std::vector<Feature> ImpliedFeatures(const Statement& said) {
  static constexpr std::pair<Implied, Feature> kSigns[] = {
      {Implied::kRoot, Feature::kImpliedRoot},
      {Implied::kRootWeak, Feature::kImpliedRootWeak},
      {Implied::kBegin, Feature::kImpliedBegin},
      {Implied::kSign, Feature::kImpliedSign},
      {Implied::kWill, Feature::kImpliedWill},
      {Implied::kActs, Feature::kImpliedActs},
      {Implied::kThing, Feature::kImpliedThing},
      {Implied::kVisit, Feature::kImpliedVisit},
      {Implied::kPast, Feature::kImpliedPast},
      {Implied::kPlan, Feature::kImpliedPlan},
      {Implied::kOther, Feature::kImpliedOther},
      {Implied::kSigned, Feature::kImpliedSigned},
      {Implied::kPlanned, Feature::kImpliedPlanned}};
  std::vector<Feature> features;
  for (const auto& [sign, feature] : kSigns)
    if ((said.implied & Bit(sign)) != 0) features.push_back(feature);
  return features;
}

}  // namespace signboard::extract
