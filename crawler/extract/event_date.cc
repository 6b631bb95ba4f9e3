#include "crawler/extract/event_date.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "crawler/extract/date_token.h"
#include "crawler/extract/dates.h"

namespace signboard::extract {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr std::chrono::hours kChinaOffset{8};
constexpr int kLateDays = 1;
constexpr int kFutureDays = 14;
constexpr int kFuturePastDays = 183;  // 将于12月20日 is not last year's.
constexpr size_t kGapBytesMax = 9;    // Between a date and its own verb: 于, 正式.

// The day that the page's own marks give, and which mark.
struct Base {
  std::optional<sys_days> day;  // What relative words count from.
  std::optional<sys_days> published;
  std::string basis;            // Of a year taken from it: url, stamp.
};

sys_days ChinaDay(UnixTime time) { return std::chrono::floor<days>(time + kChinaOffset); }

std::optional<sys_days> Day(int year, int month, int day) {
  const year_month_day date{std::chrono::year(year),
                            std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return sys_days(date);
}

int YearOf(sys_days day) { return static_cast<int>(year_month_day(day).year()); }
int MonthOf(sys_days day) {
  return static_cast<int>(static_cast<unsigned>(year_month_day(day).month()));
}
int DayOf(sys_days day) {
  return static_cast<int>(static_cast<unsigned>(year_month_day(day).day()));
}

std::string Two(int value) {
  std::string text = std::to_string(value);
  return text.size() < 2 ? "0" + text : text;
}

std::string DayText(sys_days day) {
  return std::to_string(YearOf(day)) + "-" + Two(MonthOf(day)) + "-" + Two(DayOf(day));
}

// The latest such day not after `limit`. A 29 February looks back up to eight years.
std::optional<sys_days> LatestBy(int month, int day, sys_days limit) {
  for (int year = YearOf(limit); year > YearOf(limit) - 9; --year) {
    const std::optional<sys_days> found = Day(year, month, day);
    if (found && *found <= limit) return found;
  }
  return std::nullopt;
}

std::string_view PathOf(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t path = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return path == std::string_view::npos ? std::string_view() : url.substr(path);
}

bool HasMonthAndDay(const DateToken& t) {
  return t.shape == DateShape::kCalendar && t.month > 0 && t.day > 0;
}

// The day of publication: the URL's, else the stamp's; the dateline corrects it.
Base BaseOf(const DateContext& context, const std::vector<DateToken>& lead,
            const std::vector<DateToken>& sentence) {
  Base base;
  if (const auto from_url = TimeOfUrlPath(PathOf(context.url))) {
    base.published = ChinaDay(*from_url);
    base.basis = "url";
  } else if (context.published) {
    base.published = ChinaDay(*context.published);
    base.basis = "stamp";
  }
  base.day = base.published;
  for (const auto* tokens : {&lead, &sentence}) {
    for (const DateToken& token : *tokens) {
      if (!token.dateline || !HasMonthAndDay(token)) continue;
      if (token.year > 0) {
        base.day = Day(token.year, token.month, token.day);
        base.basis = "text";
        if (!base.published) base.published = base.day;
      } else if (base.published) {
        base.day = LatestBy(token.month, token.day, *base.published + days(kLateDays));
      }
      return base;
    }
  }
  return base;
}

bool HasFutureWord(std::string_view text) {
  static constexpr std::array<std::string_view, 14> kWords = {
      "将于", "将在", "拟于", "定于",     "即将",   "计划于", "预计", "明天",
      "明日", "后天", "下周", "will be ", " will ", "is to be "};
  return std::any_of(kWords.begin(), kWords.end(), [&](std::string_view w) {
    return text.find(w) != std::string_view::npos;
  });
}

class Resolver {
 public:
  Resolver(std::string_view sentence, size_t verb_at, const DateContext& context)
      : sentence_(sentence),
        verb_at_(std::min(verb_at, sentence.size())),
        context_(context),
        tokens_(FindDateTokens(sentence)) {}

  std::optional<EventDateFound> Find() {
    const DateToken* token = Choose();
    if (token == nullptr) return std::nullopt;
    lead_ = FindDateTokens(context_.lead.substr(0, kDateBytesMax));
    base_ = BaseOf(context_, lead_, tokens_);
    EventDateFound found;
    found.from = token->from;
    found.to = token->to;
    found.future = IsFuture(*token);
    found.relative = token->shape == DateShape::kDays || token->shape == DateShape::kWeekday;
    if (!Resolve(*token, found.future, &found.date, &day_)) return std::nullopt;
    if (day_ && base_.published) {
      found.days_before_publication = static_cast<int>((*base_.published - *day_).count());
      found.future = found.future || *found.days_before_publication < 0;
    }
    return found;
  }

 private:
  static int Precision(const DateToken& t) {
    if (t.shape != DateShape::kCalendar) return t.shape == DateShape::kVague ? 0 : 3;
    return t.day > 0 ? 3 : t.month > 0 || t.counted_month ? 2 : 1;
  }
  bool Touches(const DateToken& t) const {
    if (t.to > verb_at_ || verb_at_ - t.to > kGapBytesMax) return false;
    const std::string_view gap = sentence_.substr(t.to, verb_at_ - t.to);
    return gap.find("，") == std::string_view::npos && gap.find(',') == std::string_view::npos;
  }
  // Smaller is better: directly at the verb; then exact days; absolute ones; before the verb; near.
  std::array<size_t, 5> Rank(const DateToken& t) const {
    const bool before = t.from < verb_at_;
    const bool absolute = t.shape == DateShape::kCalendar;
    const size_t gap = before ? verb_at_ - t.from : t.from - verb_at_;
    const bool near_absolute = absolute && (t.in_brackets || t.month > 0);
    return {Touches(t) && Precision(t) > 0 && absolute && !t.in_brackets ? 0U : 1U,
            static_cast<size_t>(3 - Precision(t)), near_absolute ? 0U : 1U, before ? 0U : 1U, gap};
  }
  // 记者17日从市委获悉: the day it was learned.
  bool IsOfReporter(const DateToken& t) const {
    const std::string_view front = sentence_.substr(0, t.from);
    const std::string_view rest = sentence_.substr(t.to);
    for (const std::string_view word : {"从", "上午从", "下午从", "获悉", "了解到", "召开的", "举行的新闻"})
      if (rest.starts_with(word)) return true;
    return front.ends_with("记者");
  }
  const DateToken* Choose() const {
    const DateToken* best = nullptr;
    for (const DateToken& token : tokens_) {
      if (token.dateline || IsOfReporter(token)) continue;
      if (best == nullptr || Rank(token) < Rank(*best)) best = &token;
    }
    return best == nullptr || best->shape == DateShape::kVague ? nullptr : best;
  }
  bool IsFuture(const DateToken& t) const {
    if (t.shape == DateShape::kDays && t.days > 0) return true;
    const size_t to = std::max(t.to, verb_at_);
    size_t from = std::min(t.from, verb_at_);
    from = from < 12 ? 0 : from - 12;
    return HasFutureWord(sentence_.substr(from, to - from));
  }

  static bool SetDay(std::optional<sys_days> day, std::string basis, EventDate* date,
                     std::optional<sys_days>* resolved) {
    if (!day || YearOf(*day) < 1949 || YearOf(*day) > 2099) return false;
    *date = {DayText(*day), "day", std::move(basis)};
    *resolved = day;
    return true;
  }

  bool Resolve(const DateToken& t, bool future, EventDate* date,
               std::optional<sys_days>* day) const {
    switch (t.shape) {
      case DateShape::kCalendar: return ResolveCalendar(t, future, date, day);
      case DateShape::kDays:
        if (!base_.day) return false;
        return SetDay(*base_.day + days(t.days), "inferred", date, day);
      case DateShape::kWeekday:
        if (!base_.day) return false;
        return SetDay(Weekday(t, future), "inferred", date, day);
      case DateShape::kSameDay: return ResolveSameDay(t, date, day);
      case DateShape::kVague: break;
    }
    return false;
  }

  bool ResolveCalendar(const DateToken& t, bool future, EventDate* date,
                       std::optional<sys_days>* day) const {
    if (t.counted || t.counted_month) return ResolveCounted(t, date, day);
    if (t.year > 0) {
      if (t.day > 0) return SetDay(Day(t.year, t.month, t.day), "text", date, day);
      *date = {std::to_string(t.year), "year", "text"};
      if (t.month > 0) *date = {date->date + "-" + Two(t.month), "month", "text"};
      return true;
    }
    if (t.month > 0 && t.day > 0) return ResolveMonthDay(t, future, date, day);
    if (t.day > 0) return ResolveBareDay(t, future, date, day);
    if (!base_.day) {
      *date = {"--" + Two(t.month), "month", "text"};
      return true;
    }
    int year = YearOf(*base_.day);
    if (t.month > MonthOf(*base_.day) && !future) --year;
    *date = {std::to_string(year) + "-" + Two(t.month), "month", base_.basis};
    return true;
  }

  bool ResolveCounted(const DateToken& t, EventDate* date, std::optional<sys_days>* day) const {
    if (!base_.day) return false;
    int year = YearOf(*base_.day) + t.years;
    int month = t.month;
    if (t.counted_month) {
      month = MonthOf(*base_.day) + t.months;
      if (month < 1) {
        month += 12;
        --year;
      }
    }
    if (month > 0 && t.day > 0) return SetDay(Day(year, month, t.day), "inferred", date, day);
    *date = {std::to_string(year), "year", "inferred"};
    if (month > 0) *date = {date->date + "-" + Two(month), "month", "inferred"};
    return true;
  }

  bool ResolveMonthDay(const DateToken& t, bool future, EventDate* date,
                       std::optional<sys_days>* day) const {
    if (!base_.published) {
      *date = {"--" + Two(t.month) + "-" + Two(t.day), "day", "text"};
      return true;
    }
    const sys_days published = *base_.published;
    auto found = LatestBy(t.month, t.day, published + days(future ? kFutureDays : kLateDays));
    if (future && found && published - *found > days(kFuturePastDays)) {
      if (const auto next = Day(YearOf(*found) + 1, t.month, t.day)) found = next;
    }
    return SetDay(found, base_.basis, date, day);
  }

  // 28日: in the month of a date named before it, else of the dateline, else of the publication.
  bool ResolveBareDay(const DateToken& t, bool future, EventDate* date,
                      std::optional<sys_days>* day) const {
    const DateToken* named = NamedBefore(t, false);
    if (named == nullptr) named = DatelineToken();
    if (!base_.day) {
      if (named == nullptr) return false;
      int month = named->month;
      if (!future && t.day > named->day + kLateDays && named->dateline)
        month = month > 1 ? month - 1 : 12;
      *date = {"--" + Two(month) + "-" + Two(t.day), "day", "text"};
      return true;
    }
    sys_days limit = *base_.day + days(future ? kFutureDays : kLateDays);
    if (named != nullptr && !named->dateline) {
      EventDate unused;
      std::optional<sys_days> at;
      if (ResolveCalendar(*named, future, &unused, &at) && at) {
        const auto same = Day(YearOf(*at), MonthOf(*at), t.day);
        if (same && *same <= limit) return SetDay(same, "inferred", date, day);
      }
    }
    // Back to the last such day; a month may lack it.
    for (int back = 0; back < 62; ++back, limit -= days(1))
      if (DayOf(limit) == t.day) return SetDay(limit, "inferred", date, day);
    return false;
  }

  bool ResolveSameDay(const DateToken& t, EventDate* date, std::optional<sys_days>* day) const {
    const DateToken* named = NamedBefore(t, true);
    if (named == nullptr && DatelineToken() != nullptr && base_.day)
      return SetDay(*base_.day, "inferred", date, day);
    if (named == nullptr) return false;
    return Resolve(*named, false, date, day);
  }

  std::optional<sys_days> Weekday(const DateToken& t, bool future) const {
    const sys_days at = *base_.day;
    const int today = static_cast<int>(std::chrono::weekday(at).iso_encoding());
    if (!t.loose) return at + days(7 * t.weeks + t.weekday - today);
    int back = (today - t.weekday + 7) % 7;
    if (future) return at + days((7 - back) % 7);
    if (back == 0 && t.strictly_before) back = 7;
    return at - days(back);
  }

  // The last date before `t` that has a day (`any_day`), or a month and a day of its own; in the
  // sentence, else in the lead.
  const DateToken* NamedBefore(const DateToken& t, bool any_day) const {
    const auto fits = [any_day](const DateToken& c) {
      if (c.dateline) return false;
      if (HasMonthAndDay(c)) return true;
      return any_day && (c.shape == DateShape::kDays || c.shape == DateShape::kWeekday ||
                         (c.shape == DateShape::kCalendar && c.day > 0));
    };
    for (auto c = tokens_.rbegin(); c != tokens_.rend(); ++c)
      if (c->to <= t.from && fits(*c)) return &*c;
    for (auto c = lead_.rbegin(); c != lead_.rend(); ++c)
      if (fits(*c)) return &*c;
    return nullptr;
  }
  const DateToken* DatelineToken() const {
    for (const auto* tokens : {&tokens_, &lead_})
      for (const DateToken& token : *tokens)
        if (token.dateline && HasMonthAndDay(token)) return &token;
    return nullptr;
  }

  std::string_view sentence_;
  size_t verb_at_;
  const DateContext& context_;
  std::vector<DateToken> tokens_;
  std::vector<DateToken> lead_;  // Read once a date is chosen, as is the base.
  Base base_;
  std::optional<sys_days> day_;
};

}  // namespace

std::optional<EventDateFound> FindEventDate(std::string_view sentence, size_t verb_at,
                                            const DateContext& context) {
  // Of a sentence without an end, what stands around the verb.
  size_t cut = 0;
  verb_at = std::min(verb_at, sentence.size());
  if (sentence.size() > kDateBytesMax) {
    cut = verb_at > kDateBytesMax / 2 ? verb_at - kDateBytesMax / 2 : 0;
    sentence = sentence.substr(cut, kDateBytesMax);
  }
  auto found = Resolver(sentence, verb_at - cut, context).Find();
  if (found) {
    found->from += cut;
    found->to += cut;
  }
  return found;
}

}  // namespace signboard::extract
