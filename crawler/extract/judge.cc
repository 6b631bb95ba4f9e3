#include "crawler/extract/judge.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <utility>

#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

constexpr size_t kLeadSentences = 3;
constexpr size_t kHeadlineLines = 6;
constexpr size_t kShapeBytesMax = 64 * 1'024;
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

class GroupJudge {
 public:
  GroupJudge(const PageView& view, const PageShape& shape, const Group& group,
             const std::vector<size_t>& context, Finding* finding)
      : view_(view), shape_(shape), group_(group), context_(context), finding_(*finding) {}

  void Run() {
    const Dated& main = Main();
    sense_ = main.said.sense;
    finding_.event = EventOf(main.said);
    finding_.quotes.push_back(
        view_.page.MakeQuote("event", main.said.verb_from, main.said.verb_to));
    Reason(SenseWords(main.said), Base(main.said));
    ChooseDate(main);
    if (sense_ == Sense::kFounded) WeighFounding(main.said);
    finding_.score = std::clamp(sum_, 0.0, 0.99);
    const bool counts = finding_.unit_type == "centre" || finding_.unit_type == "branch";
    if (!counts) finding_.reasons.push_back("a " + finding_.unit_type + " is no centre");
    finding_.is_announcement =
        sense_ == Sense::kFounded && counts && finding_.score >= kAnnouncementScore;
  }

 private:
  // Which statement speaks for the centre: renamed before founded before signed, …; among equals
  // the headline's, then the surest.
  const Dated& Main() const {
    const auto rank = [](const Dated& d) {
      static constexpr int kOrder[] = {1, 4, 5, 2, 0, 3};  // By Sense.
      return std::tuple(kOrder[static_cast<int>(d.said.sense)], !d.said.in_title, !d.said.strong);
    };
    return *std::min_element(group_.statements.begin(), group_.statements.end(),
                             [&](const Dated& a, const Dated& b) { return rank(a) < rank(b); });
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

  static double Base(const Statement& s) {
    if (s.sense != Sense::kFounded) return s.sense == Sense::kPast ? 0.1 : 0.3;
    return (s.strong ? 0.45 : 0.25) + (s.in_title ? 0.2 : 0);
  }

  void Reason(std::string what, double weight) {
    char number[16];
    std::snprintf(number, sizeof number, " (%+.2f)", weight);
    finding_.reasons.push_back(std::move(what) + number);
    sum_ += weight;
  }

  void WeighFounding(const Statement& main) {
    const auto& said = group_.statements;
    const auto founded = std::count_if(said.begin(), said.end(), [&](const Dated& d) {
      return d.said.sense == Sense::kFounded && d.said.sentence != main.sentence;
    });
    if (founded > 0) Reason("said more than once", 0.1);
    if (std::any_of(said.begin(), said.end(), [&](const Dated& d) { return InLead(d.said); }))
      Reason("in the lead", 0.1);
    if (const size_t ceremony = CeremonySentence(); ceremony < view_.page.sentences().size())
      Reason("a ceremony is told", 0.05);
    WeighDate(main);
    if (!group_.place.code.empty()) Reason("place known", 0.05);
    else if (group_.place.level != "other") Reason("place unknown", -0.1);
    if (finding_.ordinal) Reason("an ordinal", 0.05);
    if (!finding_.lead_organ.empty() || !finding_.operator_organ.empty() ||
        !finding_.guiding_organ.empty())
      Reason("its organs are named", 0.05);
    WeighAgainst(main);
  }

  void WeighDate(const Statement& main) {
    static const WordList& kNear = ListOf("near_words");
    if (finding_.event_date && finding_.event_date->precision == "day" && near_)
      Reason("a day near the publication", 0.15);
    else if (kNear.In(view_.page.Sentence(main.sentence)))
      Reason("in these days", 0.05);
  }

  void WeighAgainst(const Statement& main) {
    const bool past = std::any_of(group_.statements.begin(), group_.statements.end(),
                                  [](const Dated& d) { return d.said.sense == Sense::kPast; });
    if (past && !main.in_title) Reason("also told as past", -0.15);
    if (group_.weak) Reason("may be the press room of a conference", -0.25);
    if (group_.is_private) Reason("an association, company or university", -0.4);
    if (shape_.headlines) Reason("headlines without sentences", -0.45);
    if (shape_.recruiting) Reason("a vacancy", -0.5);
    if (shape_.retold && !main.in_title) Reason("a review, visit or award", -0.3);
    if (shape_.list && !near_) Reason("one of a list of centres", -0.5);
    if (!main.in_title && !InSentences(main)) Reason("a line by itself", -0.2);
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

  // A statement in running text has a comma or a full stop.
  bool InSentences(const Statement& s) const {
    const Span span = view_.page.sentences()[s.sentence];
    const std::string_view text = view_.page.text();
    const std::string_view rest = text.substr(span.to);
    if (rest.starts_with("。") || rest.starts_with("！") || rest.starts_with("；") ||
        rest.starts_with(".") || rest.starts_with("!") || rest.starts_with(";"))
      return true;
    const std::string_view own = view_.page.Sentence(s.sentence);
    return own.find("，") != std::string_view::npos || own.find(',') != std::string_view::npos;
  }

  size_t CeremonySentence() const {
    static const WordList& kCeremony = ListOf("ceremony");
    for (const size_t i : context_)
      if (kCeremony.In(view_.page.Sentence(i))) return i;
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
    for (const size_t i : context_) {
      const WordHit hit = kCeremony.First(view_.page.Sentence(i));
      if (!hit) continue;
      const auto date = DateAt(view_, i, SentenceFrom(i) + hit.from);
      if (date && !IsOld(date->found, view_)) return SetDate(*date);
    }
    InferDate(main);
  }

  // 11月17日，…开幕。…开幕式上，…揭牌: the day told last before it, where that is near the
  // publication. It does not count for the score: the page does not tie the two together.
  void InferDate(const Dated& main) {
    for (size_t i = main.said.sentence; i-- > FirstBodySentence();) {
      auto date = DateAt(view_, i, view_.page.sentences()[i].to);
      if (!date || date->found.date.precision != "day") continue;
      if (!IsOld(date->found, view_) && date->found.days_before_publication.value_or(0) >= 0) {
        date->found.date.basis = "inferred";
        SetDate(*date);
        near_ = false;
      }
      return;
    }
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
  const std::vector<size_t>& context_;
  Finding& finding_;
  Sense sense_ = Sense::kFounded;
  double sum_ = 0;
  bool near_ = false;
};

}  // namespace

PageShape ShapeOf(const PageView& view, const std::vector<Group>& groups) {
  PageShape shape;
  const std::string_view body = view.page.text().substr(view.page.title_end(), kShapeBytesMax);
  size_t lines = 0;
  size_t stops = 0;
  size_t commas = 0;
  for (size_t at = 0; at < body.size(); at = NextAt(body, at)) {
    const std::string_view rest = body.substr(at);
    if (rest[0] == '\n' && at > 0 && rest.size() > 1 && body[at - 1] != '\n') ++lines;
    if (rest.starts_with("。") || rest.starts_with(". ") || rest == ".") ++stops;
    if (rest.starts_with("，") || rest[0] == ',') ++commas;
  }
  ++lines;
  shape.headlines = stops == 0 ? commas * 2 < lines
                               : lines >= kHeadlineLines && (stops + commas) * 3 < lines;
  shape.recruiting = ListOf("recruit").In(view.Title()) ||
                     (view.Title().empty() && ListOf("recruit").In(view.Lead().substr(0, 300)));
  shape.retold = ListOf("retold").In(view.Title());
  const auto in_title = std::any_of(groups.begin(), groups.end(), [](const Group& g) {
    return std::any_of(g.statements.begin(), g.statements.end(),
                       [](const Dated& d) { return d.said.in_title; });
  });
  shape.list = groups.size() >= kListedCentres && !in_title;
  return shape;
}

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
    if (said.sense != Sense::kFounded || !dated.date) continue;
    if (IsOld(*dated.date, view)) {
      said.sense = Sense::kPast;
      said.why += ", but on " + dated.date->date.date;
    } else if (dated.date->days_before_publication.value_or(0) < -kAheadDays) {
      said.sense = Sense::kPlanned;
      said.why += ", but not before " + dated.date->date.date;
    }
  }
}

void Judge(const PageView& view, const PageShape& shape, const Group& group,
           const std::vector<size_t>& context, Finding* finding) {
  GroupJudge(view, shape, group, context, finding).Run();
}

}  // namespace signboard::extract
