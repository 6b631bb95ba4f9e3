#include "crawler/extract/judge.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "crawler/extract/features.h"
#include "crawler/extract/implied.h"
#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

constexpr size_t kLeadSentences = 3;
// Nothing is certain.
constexpr double kScoreMax = 0.99;
// Of what is told and is no founding now.
constexpr double kPastScore = 0.1;
constexpr double kOtherScore = 0.3;
constexpr size_t kOpeningBytesMax = 9;    // 昨日(6月1日)
constexpr std::chrono::hours kChinaOffset{8};

struct YearMonth {
  int year;
  int month;
};

YearMonth OfPublication(UnixTime t) {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(t + kChinaOffset));
  return {static_cast<int>(day.year()), static_cast<int>(static_cast<unsigned>(day.month()))};
}

// 2018, 2025-06 well before the publication.
bool IsOld(const EventDateFound& found, const PageView& view) {
  if (found.days_before_publication) return *found.days_before_publication > kRetoldDays;
  const std::string& date = found.date.date;
  if (!view.published || date.size() < 4 || date[0] == '-') return false;
  const YearMonth published = OfPublication(*view.published);
  const int year = std::atoi(date.substr(0, 4).c_str());
  if (date.size() < 7) return year < published.year;
  const int month = std::atoi(date.substr(5, 2).c_str());
  return (published.year - year) * 12 + published.month - month >= 2;
}

DateContext ContextOf(const PageView& view, size_t sentence_from) {
  DateContext context;
  context.published = view.published;
  context.url = view.input.url;
  if (sentence_from > view.page.title_end()) {
    context.lead = view.page.text().substr(
        view.page.title_end(), std::min(kHeadBytesMax, sentence_from - view.page.title_end()));
  }
  return context;
}

struct Chosen {
  EventDateFound found;
  size_t offset;  // Of its sentence.
};

std::optional<Chosen> DateAt(const PageView& view, size_t sentence, size_t verb_at) {
  const Span span = view.page.sentences()[sentence];
  auto found = FindEventDate(view.page.Sentence(sentence), verb_at - span.from,
                             ContextOf(view, span.from));
  if (!found) return std::nullopt;
  return Chosen{std::move(*found), span.from};
}

// 2027 on a page of 2025, December on one of August.
bool IsFar(const EventDateFound& found, const PageView& view) {
  if (found.days_before_publication) return *found.days_before_publication < -kAheadDays;
  const std::string& date = found.date.date;
  if (!view.published || date.size() < 4 || date[0] == '-') return false;
  const YearMonth published = OfPublication(*view.published);
  const int year = std::atoi(date.substr(0, 4).c_str());
  if (date.size() < 7) return year > published.year;
  return year * 12 + std::atoi(date.substr(5, 2).c_str()) > published.year * 12 + published.month;
}

class GroupJudge {
 public:
  GroupJudge(const PageView& view, const PageShape& shape, const Group& group,
             const std::vector<ContextPart>& context, Finding* finding)
      : view_(view), shape_(shape), group_(group), context_(context), finding_(*finding) {}

  void Run() {
    const Dated& main = Main(true);
    if (main.said.implied == 0 || group_.statements.size() == 1) return RunWith(main);
    const Finding before = finding_;
    RunWith(main);
    if (finding_.is_announcement || view_.input.with_doubtful) return;
    // What shows is too little: what is told counts.
    finding_ = before;
    sum_ = weights_.bias.value;
    near_ = false;
    RunWith(Main(false));
  }

 private:
  void RunWith(const Dated& main) {
    sense_ = main.said.sense;
    const Statement& plain = PlainOf(main.said);
    finding_.event = EventOf(plain);
    finding_.quotes.push_back(view_.page.MakeQuote("event", plain.verb_from, plain.verb_to));
    ChooseDate(main);
    if (sense_ == Sense::kFounded) {
      WeighFounding(main.said);
      finding_.score = std::min(ScoreOf(sum_), kScoreMax);
    } else {
      finding_.reasons.push_back(SenseWords(main.said));
      finding_.score = sense_ == Sense::kPast ? kPastScore : kOtherScore;
    }
    const bool counts = finding_.unit_type == "centre" || finding_.unit_type == "branch";
    if (!counts) finding_.reasons.push_back("a " + finding_.unit_type + " is no centre");
    finding_.is_announcement =
        sense_ == Sense::kFounded && counts && finding_.score >= weights_.threshold;
  }

  // Which statement speaks for the centre: renamed before founded before signed, …; among equals
  // the headline's, then the surest.
  // `implied`: what is only shown may speak too.
  const Dated& Main(bool implied) const {
    const auto rank = [implied](const Dated& d) {
      static constexpr int kOrder[] = {1, 4, 5, 2, 0, 3};  // By Sense.
      return std::tuple(!implied && d.said.implied != 0, kOrder[static_cast<int>(d.said.sense)],
                        !d.said.in_title, !d.said.strong);
    };
    return *std::min_element(group_.statements.begin(), group_.statements.end(),
                             [&](const Dated& a, const Dated& b) { return rank(a) < rank(b); });
  }

  // 亮相 in the headline, 揭牌 in the text: the plain word says what happened.
  const Statement& PlainOf(const Statement& main) const {
    if (!main.soft) return main;
    for (const Dated& other : group_.statements)
      if (other.said.sense == main.sense && !other.said.soft) return other.said;
    return main;
  }

  static std::string EventOf(const Statement& s) {
    if (s.sense == Sense::kPlanned) return "planned";
    return std::string(s.event);
  }

  static std::string SenseWords(const Statement& s) {
    switch (s.sense) {
      case Sense::kFounded: return "founded: " + s.why;
      case Sense::kPlanned: return "planned: " + s.why;
      case Sense::kPast: return "founded earlier: " + s.why;
      case Sense::kSigned: return "an agreement, no founding: " + s.why;
      case Sense::kRenamed: return "a known centre renamed or upgraded: " + s.why;
      case Sense::kAccounts: return "its accounts, not the centre: " + s.why;
    }
    return s.why;
  }

  void Weigh(Feature feature, std::string words = "") {
    const double weight = weights_.Of(feature);
    if (words.empty()) words = InfoOf(feature).words;
    char number[16];
    std::snprintf(number, sizeof number, " (%+.2f)", weight);
    finding_.reasons.push_back(std::move(words) + number);
    finding_.features.push_back(feature);
    sum_ += weight;
  }

  // By what shows of it, not by what is told.
  void WeighImplied(const Statement& main) {
    Weigh(Feature::kImplied, SenseWords(main));
    for (const Feature feature : ImpliedFeatures(main)) Weigh(feature);
    if (finding_.event_date && finding_.event_date->precision == "day" &&
        (near_ || finding_.event_date->basis == "inferred"))
      Weigh(Feature::kImpliedDay);
    const auto named = [&](auto in) {
      return std::any_of(group_.names.begin(), group_.names.end(),
                         [&](size_t i) { return in(view_.names[i]); });
    };
    if (named([&](const Name& n) { return n.from < view_.page.title_end(); }))
      Weigh(Feature::kImpliedTitle);
    if (named([&](const Name& n) {
          return n.from >= view_.page.title_end() &&
                 n.sentence < FirstBodySentence() + kLeadSentences;
        }))
      Weigh(Feature::kImpliedLead);
    if (finding_.ordinal) Weigh(Feature::kImpliedOrdinal);
    if (HasOrgans()) Weigh(Feature::kImpliedOrgans);
    WeighAgainst(main);
  }

  void WeighFounding(const Statement& main) {
    if (main.implied != 0) return WeighImplied(main);
    Weigh(main.guess ? Feature::kGuess : main.strong ? Feature::kStrong : Feature::kSoft,
          SenseWords(main));
    if (main.in_title) Weigh(Feature::kTitle);
    const auto& said = group_.statements;
    const auto founded = std::count_if(said.begin(), said.end(), [&](const Dated& d) {
      return d.said.sense == Sense::kFounded && d.said.sentence != main.sentence;
    });
    if (founded > 0) Weigh(Feature::kSaidMore);
    if (std::any_of(said.begin(), said.end(), [&](const Dated& d) { return InLead(d.said); }))
      Weigh(Feature::kLead);
    if (const size_t ceremony = CeremonySentence(); ceremony < view_.page.sentences().size())
      Weigh(Feature::kCeremony);
    WeighDate(main);
    if (!group_.place.code.empty()) Weigh(Feature::kPlaceKnown);
    else if (group_.place.level != "other") Weigh(Feature::kPlaceUnknown);
    if (finding_.ordinal) Weigh(Feature::kOrdinal);
    if (HasOrgans()) Weigh(Feature::kOrgans);
    WeighAgainst(main);
  }

  void WeighDate(const Statement& main) {
    static const WordList& kNear = ListOf("near_words");
    if (finding_.event_date && finding_.event_date->precision == "day" && near_)
      Weigh(Feature::kDayNear);
    else if (kNear.In(view_.page.Sentence(main.sentence)))
      Weigh(Feature::kTheseDays);
  }

  void WeighAgainst(const Statement& main) {
    const bool past = std::any_of(group_.statements.begin(), group_.statements.end(),
                                  [](const Dated& d) { return d.said.sense == Sense::kPast; });
    if (past && !main.in_title) Weigh(Feature::kAlsoPast);
    const auto on_a_day = [](const Dated& d) {
      return d.said.sense == Sense::kPast && d.said.strong && d.date && !d.date->relative;
    };
    const bool passing = main.soft || view_.names[main.name].generic;
    if (passing && std::any_of(group_.statements.begin(), group_.statements.end(), on_a_day))
      Weigh(Feature::kPastDay);
    if (group_.weak) Weigh(Feature::kPressRoom);
    const bool is_private = FoundersArePrivate(view_, group_);
    if (group_.is_private || is_private) Weigh(Feature::kPrivate);
    if ((group_.is_private || is_private) && shape_.business) Weigh(Feature::kBusiness);
    if (shape_.tender) Weigh(Feature::kTender);
    if (shape_.company) Weigh(Feature::kCompany);
    if (shape_.headlines) Weigh(Feature::kHeadlines);
    if (shape_.recruiting) Weigh(Feature::kVacancy);
    if (shape_.gone) Weigh(Feature::kGone);
    if (shape_.denied) Weigh(Feature::kDenied);
    if (shape_.reference) Weigh(Feature::kReference);
    if (shape_.spam) Weigh(Feature::kSpam);
    if (shape_.repeats) Weigh(Feature::kRepeats);
    if (shape_.retold && !main.in_title)
      Weigh(near_ ? Feature::kRetoldNear : Feature::kRetold);
    if (shape_.list && !near_) Weigh(Feature::kListed);
    if (!main.in_title && !IsRunningText(view_, main.sentence)) Weigh(Feature::kOwnLine);
  }

  bool HasOrgans() const {
    return !finding_.lead_organ.empty() || !finding_.operator_organ.empty() ||
           !finding_.guiding_organ.empty();
  }

  bool InLead(const Statement& s) const {
    if (s.in_title || s.sense != Sense::kFounded) return false;
    const size_t first = view_.page.SentenceAt(view_.page.title_end()) <
                                 view_.page.sentences().size()
                             ? view_.page.SentenceAt(view_.page.title_end())
                             : FirstBodySentence();
    return s.sentence < first + kLeadSentences;
  }

  size_t FirstBodySentence() const {
    const auto& sentences = view_.page.sentences();
    size_t first = 0;
    while (first < sentences.size() && sentences[first].from < view_.page.title_end()) ++first;
    return first;
  }

  size_t CeremonySentence() const {
    static const WordList& kCeremony = ListOf("ceremony");
    for (const ContextPart& part : context_)
      if (kCeremony.In(view_.page.Sentence(part.sentence))) return part.sentence;
    return view_.page.sentences().size();
  }

  // The main statement's date, else another's of the same sense, else that of the ceremony.
  void ChooseDate(const Dated& main) {
    static const WordList& kCeremony = ListOf("ceremony");
    if (main.date) return SetDate({*main.date, SentenceFrom(main.said.sentence)});
    for (const Dated& other : group_.statements)
      if (other.said.sense == sense_ && other.date)
        return SetDate({*other.date, SentenceFrom(other.said.sentence)});
    if (sense_ != Sense::kFounded) return;
    for (const ContextPart& part : context_) {
      const size_t i = part.sentence;
      const WordHit hit = kCeremony.First(view_.page.Sentence(i));
      if (!hit) continue;
      const auto date = DateAt(view_, i, SentenceFrom(i) + hit.from);
      if (date && !IsOld(date->found, view_)) return SetDate(*date);
    }
    if (!IsVague(main)) InferDate(main);
  }

  // 日前揭牌: the page means not to say when.
  bool IsVague(const Dated& main) const {
    static const WordList& kVague = ListOf("vague");
    for (const Dated& d : group_.statements)
      if (d.said.sense == main.said.sense && kVague.In(view_.page.Sentence(d.said.sentence)))
        return true;
    return false;
  }

  // 11月17日，…开幕。…开幕式上，…揭牌: the day told last before it, where that is near the
  // publication. It does not count for the score: the page does not tie the two together.
  void InferDate(const Dated& main) {
    const size_t told = BodySentence(main);
    for (size_t i = told; i-- > FirstBodySentence();)
      if (InferFrom(i)) return;
    if (told + 1 < view_.page.sentences().size()) InferFrom(told + 1, true);
  }

  // False: the sentence has no day, or one to come. `first`: only what the sentence begins with.
  bool InferFrom(size_t i, bool first = false) {
    const Span span = view_.page.sentences()[i];
    auto date = DateAt(view_, i, span.from);
    if (!date || date->found.date.precision != "day") return false;
    if (date->found.days_before_publication.value_or(0) < 0) return false;
    // 今天更要以文会友 is no date; 今天上午，… is.
    const std::string_view front = view_.page.Sentence(i).substr(0, date->found.from);
    const bool opens = front.size() <= kOpeningBytesMax || front.ends_with(")") ||
                       front.ends_with(" ");
    if ((date->found.relative || first) && !opens) return false;
    if (IsOld(date->found, view_)) return true;
    date->found.date.basis = "inferred";
    SetDate(*date);
    near_ = false;
    return true;
  }

  // Where the text tells what the headline said; what the headline alone says, in the lead.
  size_t BodySentence(const Dated& main) const {
    if (!main.said.in_title) return main.said.sentence;
    for (const Dated& d : group_.statements)
      if (!d.said.in_title && d.said.sense == main.said.sense) return d.said.sentence;
    return std::min(FirstBodySentence() + kLeadSentences, view_.page.sentences().size());
  }

  size_t SentenceFrom(size_t sentence) const { return view_.page.sentences()[sentence].from; }

  void SetDate(const Chosen& chosen) {
    finding_.event_date = chosen.found.date;
    finding_.quotes.push_back(view_.page.MakeQuote("date", chosen.offset + chosen.found.from,
                                                   chosen.offset + chosen.found.to));
    near_ = !IsOld(chosen.found, view_);
  }

  const PageView& view_;
  const PageShape& shape_;
  const Group& group_;
  const std::vector<ContextPart>& context_;
  Finding& finding_;
  Sense sense_ = Sense::kFounded;
  const Weights& weights_ = WeightsInForce();
  double sum_ = weights_.bias.value;
  bool near_ = false;
};

}  // namespace

void DateStatements(const PageView& view, Group* group) {
  for (Dated& dated : group->statements) {
    Statement& said = dated.said;
    if (auto date = DateAt(view, said.sentence, said.verb_from)) dated.date = date->found;
    const bool dated_day = dated.date && dated.date->date.precision == "day";
    if (said.sense == Sense::kPlanned && said.dated_plan && dated_day &&
        dated.date->days_before_publication.value_or(0) >= -kAheadDays &&
        !IsOld(*dated.date, view)) {
      said.sense = Sense::kFounded;
      said.why += " (on a day near)";
      continue;
    }
    if (said.sense == Sense::kPast && said.dated_past && dated_day &&
        !dated.date->relative && dated.date->days_before_publication &&
        !IsOld(*dated.date, view)) {
      said.sense = Sense::kFounded;
      said.why += " (on a day near)";
      continue;
    }
    if (said.sense != Sense::kFounded || !dated.date) continue;
    if (IsOld(*dated.date, view)) {
      said.sense = Sense::kPast;
      said.why += ", but on " + dated.date->date.date;
    } else if (IsFar(*dated.date, view)) {
      said.sense = Sense::kPlanned;
      said.why += ", but not before " + dated.date->date.date;
    }
  }
}

void Judge(const PageView& view, const PageShape& shape, const Group& group,
           const std::vector<ContextPart>& context, Finding* finding) {
  GroupJudge(view, shape, group, context, finding).Run();
}

}  // namespace signboard::extract
