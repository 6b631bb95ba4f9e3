#include "crawler/extract/statements.h"

#include <algorithm>
#include <utility>

#include "crawler/extract/rules.h"

namespace signboard::extract {
namespace {

constexpr size_t kHeadlineBytesMax = 75;  // A sentence that may be as short as a headline.
constexpr size_t kHeadlineSentences = 3;
constexpr size_t kTurnBytesMin = 6;      // 去年今天 is last year.
constexpr size_t kBeforeVerbBytes = 12;  // 尚未, 没有 stand this close.

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Only a conjunction between the two.
bool AreJoined(std::string_view text, const Name& a, const Name& b) {
  static const WordList& kConj = ListOf("join");
  if (a.from == b.from || a.anchor_to > b.anchor_from) return a.anchor_to == b.anchor_to;
  std::string_view between = text.substr(a.anchor_to, b.from - std::min(b.from, a.anchor_to));
  // 靖安国际传播中心(11月3日)、…
  if (between.starts_with("(") && between.find(')') != std::string_view::npos)
    between.remove_prefix(between.find(')') + 1);
  const Word* conj = kConj.At(between, 0);
  return conj != nullptr && conj->text.size() == between.size();
}

class SentenceReader {
 public:
  SentenceReader(const PageText& page, const std::vector<Name>& names, size_t first, size_t last,
                 bool verbs_unknown, std::vector<Statement>* out)
      : page_(page), text_(page.text()), names_(names), first_(first), last_(last),
        verbs_unknown_(verbs_unknown), out_(out),
        span_(page.sentences()[names[first].sentence]) {}

  void Read() {
    if (IsByline()) return;
    // 某某国际传播中心来啦！ as the first words of a body too.
    const bool in_title = span_.from < page_.title_end() ||
                          (span_.to - span_.from <= kHeadlineBytesMax &&
                           names_[first_].sentence <= kHeadlineSentences);
    std::vector<Verb> verbs = FindVerbs(text_, span_, names_, first_, last_, in_title);
    if (verbs_unknown_) std::erase_if(verbs, [](const Verb& v) { return IsFounding(v.event); });
    const size_t before = out_->size();
    for (const Verb& verb : verbs) ReadVerb(verb);
    for (size_t i = first_; i < last_; ++i) {
      const bool said = std::any_of(out_->begin() + static_cast<ptrdiff_t>(before), out_->end(),
                                    [i](const Statement& s) { return s.name == i && s.strong; });
      if (said || names_[i].english) continue;
      if (const auto seen = SignOf(text_, span_, names_[i])) {
        Say(*seen, i, {true, false, 0});
      } else if (const auto told = IntroducedBy(verbs, names_[i])) {
        Say(*told, i, {true, false, 0});
      } else if (const auto guess = UnknownBehind(text_.substr(0, span_.to), names_[i])) {
        if (SaysNewAt(*guess, names_[i])) Say(*guess, i, {false, false, 0});
      }
    }
  }

 private:
  static bool IsFounding(std::string_view event) {
    return event == "unveiled" || event == "established" || event == "launched";
  }

  bool IsByline() const {
    size_t at = span_.from;
    if (at < span_.to && text_[at] == '(') ++at;
    return IsBylineAt(text_.substr(0, span_.to), at);
  }

  // 成立了吗, 成立时间地址电话, 什么时候成立的: asked, not told.
  bool IsAsked(const Verb& verb) const {
    static const WordList& kAsked = ListOf("asked");
    static const WordList& kFront = ListOf("asked_front");
    const std::string_view rest = text_.substr(span_.to);
    if (rest.starts_with("？") || rest.starts_with("?")) return true;
    return kAsked.At(text_.substr(0, span_.to), verb.to) != nullptr ||
           kFront.In(text_.substr(span_.from, span_.to - span_.from));
  }

  // 一个新机构悄然亮相——…, 同时揭了牌：甲、乙和…: the verb of the clause that the mark ends.
  std::optional<Verb> IntroducedBy(const std::vector<Verb>& verbs, const Name& name) const {
    const size_t mark = IntroductionOf(text_.substr(0, span_.to), span_.from, name.from);
    if (mark == std::string_view::npos) return std::nullopt;
    size_t start = ClauseStart(mark);
    // 昨天揭牌的，是…——
    if (text_.substr(start).starts_with("是") && start > span_.from) start = ClauseStart(start - 1);
    std::optional<Verb> last;
    for (const Verb& verb : verbs)
      if (verb.from >= start && verb.to <= mark && !verb.given) last = verb;
    static const WordList& kNewborn = ListOf("newborn");
    const Word* newborn = kNewborn.EndingAt(text_, mark);
    if (last || newborn == nullptr) return last;
    Verb verb;
    verb.from = mark - newborn->text.size();
    verb.to = mark;
    verb.event = "established";
    verb.soft = true;
    return verb;
  }

  // 首日运行, 就此运转: words between, or right before a verb with its centre behind it.
  bool SaysNewAt(const Verb& verb, const Name& name) const {
    const size_t from = name.anchor_to <= verb.from ? name.anchor_to : ClauseStart(verb.from);
    if (SaysNew(text_.substr(from, verb.from - from))) return true;
    // 17日，…运转
    const size_t begin = name.from > span_.from ? ClauseStart(name.from - 1) : name.from;
    return name.anchor_to <= verb.from && SaysNew(text_.substr(begin, name.from - begin));
  }

  void ReadVerb(const Verb& verb) {
    if (IsAsked(verb)) return;
    if (verb.event == "planned" &&
        IsDone(text_.substr(span_.from, span_.to - span_.from),
               {nullptr, verb.from - span_.from, verb.to - span_.from}))
      return;
    std::optional<Bond> best;
    size_t chosen = 0;
    for (size_t i = first_; i < last_; ++i) {
      const Name& name = names_[i];
      if (name.english) continue;
      std::optional<Bond> bond =
          NameBeforeVerb(text_, name, verb.from, verb.to, verb.closed);
      if (bond && verb.show && IsShown(name, verb)) bond.reset();
      if (bond && (verb.torn || verb.gets)) bond.reset();
      if (verb.fresh && !SaysNewAt(verb, name)) continue;
      if (bond && verb.given && !IsReceiver(name, &*bond)) bond.reset();
      const bool may_follow = !verb.given && !verb.quoted && (!verb.torn || name.torn);
      if (!bond && may_follow) bond = VerbBeforeName(text_, name, verb.from, verb.to);
      if (!bond) continue;
      if (verb.quoted) bond->strong = false;
      if (!best || std::pair(!bond->strong, bond->distance) <
                       std::pair(!best->strong, best->distance)) {
        best = bond;
        chosen = i;
      }
    }
    if (!best) return;
    Say(verb, chosen, *best);
    // 甲更名为乙: said of both.
    if (verb.event == "renamed")
      for (size_t i = first_; i < last_; ++i)
        if (i != chosen && !names_[i].english &&
            VerbBeforeName(text_, names_[i], verb.from, verb.to))
          Say(verb, i, Bond{true, false, 0});
    for (size_t i = chosen; i > first_ && AreJoined(text_, names_[i - 1], names_[i]); --i)
      Say(verb, i - 1, *best);
    for (size_t i = chosen; i + 1 < last_ && AreJoined(text_, names_[i], names_[i + 1]); ++i)
      Say(verb, i + 1, *best);
  }

  // 为宁国国际传播中心授牌: likely, not sure.
  bool IsReceiver(const Name& name, Bond* bond) const {
    const std::string_view front = text_.substr(0, name.from);
    const bool quoted = front.ends_with("“") || front.ends_with("「");
    const std::string_view before = quoted ? front.substr(0, front.size() - 3) : front;
    if (!before.ends_with("为") && !before.ends_with("向") && !before.ends_with("给")) return false;
    bond->strong = false;
    return true;
  }

  // 宁波国际传播中心在文博会上亮相, …亮相进博会
  bool IsShown(const Name& name, const Verb& verb) const {
    static const WordList& kStages = ListOf("stage");
    const std::string_view clause = text_.substr(0, span_.to).substr(name.anchor_to);
    return kStages.In(clause.substr(0, clause.find(',', verb.to - name.anchor_to)));
  }

  void Say(const Verb& verb, size_t i, const Bond& bond) {
    if (out_->size() >= kStatementsMax) return;
    Statement s;
    s.name = i;
    s.sentence = names_[i].sentence;
    s.verb_from = verb.from;
    s.verb_to = verb.to;
    s.event = verb.event;
    s.strong = bond.strong;
    s.soft = verb.soft;
    s.guess = verb.quoted;
    s.in_title = verb.from < page_.title_end();
    if (bond.accounts) {
      s.sense = Sense::kAccounts;
      s.event = "accounts_launched";
    } else if (verb.event == "planned") {
      s.sense = Sense::kPlanned;
    } else if (verb.event == "signed") {
      s.sense = Sense::kSigned;
    } else if (verb.event == "renamed") {
      s.sense = Sense::kRenamed;
    }
    const Name& name = names_[i];
    const size_t start = ClauseStart(std::min(verb.from, name.from));
    if (IsNegated(start, verb) || IsOfOthers(start, verb, name)) return;
    if (s.sense != Sense::kRenamed || !s.strong) JudgeTime(start, verb, name, &s);
    const std::string verb_text(text_.substr(verb.from, verb.to - verb.from));
    s.why = verb_text + (s.strong ? "" : " (some words between)") +
            (s.in_title ? " in the headline" : "") + s.why;
    out_->push_back(std::move(s));
  }

  size_t ClauseStart(size_t at) const {
    const std::string_view front = text_.substr(span_.from, at - span_.from);
    size_t start = 0;
    if (const size_t mark = front.find_last_of(",: "); mark != std::string_view::npos)
      start = mark + 1;
    return span_.from + start;
  }

  bool IsNegated(size_t start, const Verb& verb) const {
    static const WordList& kNot = ListOf("not");
    static const WordList& kUntrue = ListOf("untrue");
    if (kUntrue.In(text_.substr(span_.from, span_.to - span_.from))) return true;
    const size_t from = std::max(start, verb.from > kBeforeVerbBytes ? verb.from - kBeforeVerbBytes
                                                                     : 0);
    const std::string_view near = text_.substr(from, verb.from - from);
    const WordHit hit = kNot.First(near);
    return hit && !near.substr(hit.from).starts_with("未来");
  }

  // 外面已经有县成立了国际传播中心: whose it is the page does not say.
  bool IsOfOthers(size_t start, const Verb& verb, const Name& name) const {
    static const WordList& kOthers = ListOf("others");
    if (!name.generic || name.pronoun || name.torn) return false;
    const size_t end = std::max(verb.from, name.anchor_from);
    return kOthers.In(text_.substr(start, end - start));
  }

  // The clause up to the verb, without names of centres.
  std::string Front(size_t start, size_t end) const {
    std::string front;
    size_t at = start;
    for (size_t i = first_; i < last_; ++i) {
      const Name& n = names_[i];
      const size_t from = n.torn ? n.anchor_from : n.from;
      if (from < at || from >= end) continue;
      front += text_.substr(at, from - at);
      front += ' ';
      at = std::min(end, n.anchor_to);
    }
    if (at < end) front += text_.substr(at, end - at);
    return front;
  }

  void JudgeTime(size_t start, const Verb& verb, const Name& name, Statement* s) {
    static const WordList& kPlan = ListOf("plan");
    static const WordList& kPlanNo = ListOf("plan_no");
    static const WordList& kPast = ListOf("past");
    const std::string front = Front(start, verb.from);
    const std::string whole = Front(span_.from, verb.from);
    if (const WordHit past = kPast.First(whole); past && !HasDayBehind(whole, past.to)) {
      s->sense = Sense::kPast;
      s->dated_past = past.word->tag == "date";
      s->why = ", but " + std::string(past.word->text);
      return;
    }
    const bool happened = s->sense != Sense::kPlanned && s->sense != Sense::kSigned;
    if (const std::string after = PastBehind(verb, name); happened && !after.empty()) {
      s->sense = Sense::kPast;
      s->why = ", but " + after;
      return;
    }
    const bool object = name.anchor_from >= verb.to;
    const Word* asked = ListOf("plan_after").At(text_.substr(0, span_.to), name.anchor_to);
    // 启动…建设: the building begins.
    if (asked == nullptr && object)
      asked = ListOf("plan_object").At(text_.substr(0, span_.to), name.anchor_to);
    if (asked != nullptr) {
      if (s->sense != Sense::kAccounts) s->sense = Sense::kPlanned;
      s->why = ", but " + std::string(asked->text);
      return;
    }
    std::string far = FarPlan(whole);
    const WordHit thought = ListOf("plan_if").First(whole);
    if (thought && far.empty()) far = thought.word->text;
    if (!far.empty()) {
      if (s->sense != Sense::kAccounts) s->sense = Sense::kPlanned;
      s->why = ", but " + far;
      return;
    }
    for (WordHit plan = kPlan.First(front); plan; plan = kPlan.First(front, plan.to)) {
      if (IsDone(front, plan)) continue;
      if (const Word* no = kPlanNo.At(front, plan.from)) {
        plan.to = plan.from + no->text.size();
        continue;
      }
      s->sense = s->sense == Sense::kAccounts ? s->sense : Sense::kPlanned;
      s->dated_plan = plan.word->tag == "day";
      s->why = ", but " + std::string(plan.word->text);
      if (!s->dated_plan) return;
    }
  }

  // 经过半年筹备, 按照要求; 筹备了半年: it lies behind.
  static bool IsDone(std::string_view text, const WordHit& plan) {
    static const WordList& kDone = ListOf("done");
    static const WordList& kDoneAfter = ListOf("done_after");
    return kDone.In(LastClause(text.substr(0, plan.from))) ||
           kDoneAfter.At(text, plan.to) != nullptr;
  }

  // 委员建议，整合资源成立…: what was wished for, behind a mark.
  static std::string FarPlan(std::string_view whole) {
    static const WordList& kFar = ListOf("plan_far");
    for (WordHit hit = kFar.First(whole); hit; hit = kFar.First(whole, hit.to)) {
      const std::string_view rest = whole.substr(hit.to);
      if (IsDone(whole, hit)) continue;
      if (rest.starts_with(",") || rest.starts_with(":") || rest.starts_with("“"))
        return std::string(hit.word->text);
    }
    return "";
  }

  // 去年以来试运行，11月17日正式揭牌: a day stands between.
  static bool HasDayBehind(std::string_view whole, size_t at) {
    for (size_t day = whole.find("日", at); day != std::string_view::npos;
         day = whole.find("日", day + 3))
      if (IsDigit(whole[day - 1]) && whole.substr(at, day - at).find(',') != whole.npos)
        return true;
    // 去年提出的设想今天变成现实
    const WordHit now = ListOf("near_words").First(whole, at);
    return now && now.from - at >= kTurnBytesMin;
  }

  // 以来, 七周年, 近两年, 于2018年 right behind the verb; or behind the name that follows it.
  std::string PastBehind(const Verb& verb, const Name& name) const {
    static const WordList& kPastAfter = ListOf("past_after");
    static const WordList& kAbout = ListOf("about");
    for (size_t at : {verb.to, name.anchor_from >= verb.to ? name.anchor_to : verb.to}) {
      if (const Word* word = kPastAfter.At(text_.substr(0, span_.to), at))
        return std::string(word->text);
      for (int i = 0; i < 3; ++i)
        if (const Word* about = kAbout.At(text_, at)) at += about->text.size();
      if (const Word* word = kPastAfter.At(text_.substr(0, span_.to), at))
        return std::string(word->text);
      size_t digits = at;
      while (digits < span_.to && IsDigit(text_[digits])) ++digits;
      if (digits > at && digits - at < 3)
        for (const std::string_view unit : {"周年", "年来", "年多", "个多月", "个月来", "余年", "年,"})
          if (text_.substr(digits).starts_with(unit)) return std::string(unit);
    }
    return "";
  }

  const PageText& page_;
  const std::string_view text_;
  const std::vector<Name>& names_;
  const size_t first_;
  const size_t last_;
  const bool verbs_unknown_;
  std::vector<Statement>* const out_;
  const Span span_;
};

}  // namespace

std::vector<Statement> FindStatements(const PageText& page, const std::vector<Name>& names,
                                      bool verbs_unknown) {
  std::vector<Statement> statements;
  for (size_t first = 0; first < names.size();) {
    size_t last = first;
    while (last < names.size() && names[last].sentence == names[first].sentence &&
           names[last].english == names[first].english)
      ++last;
    if (!names[first].english)
      SentenceReader(page, names, first, last, verbs_unknown, &statements).Read();
    first = last;
  }
  FindEnglishStatements(page, names, &statements);
  return statements;
}

}  // namespace signboard::extract
