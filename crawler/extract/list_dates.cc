#include "crawler/extract/list_dates.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "crawler/extract/dates.h"

namespace signboard::extract {
namespace {

constexpr size_t kHeadlineCharsMin = 5;  // A menu's words are shorter, and so is 详细.
constexpr int kLevelsMax = 4;            // From a link up to the element it shares with its date.

bool HasDigit(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

constexpr std::chrono::days kUrlApartMax{62};  // Of the day shown and the day in the URL.

// The day in a link's URL, which is canonical.
std::optional<UnixTime> UrlTime(const std::string& url) {
  const size_t host = url.find("://");
  const size_t path = host == std::string::npos ? host : url.find('/', host + 3);
  if (path == std::string::npos) return std::nullopt;
  const std::string_view rest = std::string_view(url).substr(path);
  return TimeOfUrlPath(rest.substr(0, rest.find('?')));
}

// `day` in the year that brings it next to `near`; as it is when that is not near.
ListDay WithYearNear(ListDay day, UnixTime near) {
  const int middle = ListDayOf(near).year;
  for (int year = middle - 1; year <= middle + 1; ++year) {
    ListDay tried = day;
    tried.year = static_cast<int16_t>(year);
    const auto time = TimeOf(tried);
    if (time && *time >= near - kUrlApartMax && *time <= near + kUrlApartMax) return tried;
  }
  return day;
}

bool HasDay(ListDay day) { return day.month != 0 && day.day != 0; }

}  // namespace

void ListDates::Up(int depth) {
  since_last_ = std::min(since_last_, depth);
  since_wait_ = std::min(since_wait_, depth);
}

void ListDates::Open(size_t link, size_t text_chars, int depth) {
  open_ = link;
  if (text_chars < kHeadlineCharsMin) return;
  const ListDay day = Settle(depth);
  Link& entry = sink_->at(link);
  if (entry.listed.empty()) entry.listed = day;
  last_ = link;
  last_depth_ = depth;
  since_last_ = depth;
}

void ListDates::Close() {
  // A number in a link that became no date: its rank, perhaps.
  if (open_ != kNone && !HasDay(sink_->at(open_).listed)) sink_->at(open_).listed = {};
  open_ = kNone;
}

void ListDates::EndItem() {
  Settle(std::nullopt);
  last_ = kNone;
}

void ListDates::Text(std::string_view text, int depth) {
  if (text.size() > kListDayBytesMax || !HasDigit(text)) return;
  if (const auto day = ParseListDay(text)) Found(*day, depth);
}

void ListDates::Found(ListDay day, int depth) {
  if (open_ != kNone && open_ == last_) {
    // In the link itself, perhaps piece by piece.
    ListDay& listed = sink_->at(open_).listed;
    if (const auto joined = JoinListDays(listed, day)) {
      listed = *joined;
    } else if (!HasDay(listed)) {
      listed = day;
    }
    return;
  }
  if (wait_) {
    if (const auto joined = JoinListDays(*wait_, day)) {
      wait_ = joined;
      return;
    }
    Settle(std::nullopt);
  }
  wait_ = day;
  wait_to_last_ = since_last_;
  since_wait_ = depth;
}

ListDay ListDates::Settle(std::optional<int> next_depth) {
  if (!wait_) return {};
  const ListDay day = *wait_;
  wait_.reset();
  if (!HasDay(day)) return {};
  const bool near_last = last_ != kNone && wait_to_last_ + kLevelsMax >= last_depth_ &&
                         sink_->at(last_).listed.empty();
  const bool near_next = next_depth && since_wait_ + kLevelsMax >= *next_depth;
  if (!near_last && !near_next) return {};
  went_on_ = near_next && (!near_last || since_wait_ > wait_to_last_ ||
                           (since_wait_ == wait_to_last_ && went_on_));
  if (went_on_) return day;
  sink_->at(last_).listed = day;
  return {};
}

void FindYears(Links* links) {
  ListDay newest;
  bool is_missing = false;
  for (Link& link : links->links) {
    if (!HasDay(link.listed)) continue;
    link.place = LinkPlace::kList;
    if (!link.listed.whole()) {
      if (const auto time = UrlTime(link.url)) link.listed = WithYearNear(link.listed, *time);
      is_missing = is_missing || !link.listed.whole();
    }
    if (link.listed.whole()) newest = std::max(newest, link.listed);
  }
  if (!is_missing) return;
  if (!newest.whole()) {
    for (const Link& link : links->links)
      if (const auto time = UrlTime(link.url)) newest = std::max(newest, ListDayOf(*time));
  }
  for (Link& link : links->links)
    if (HasDay(link.listed)) link.listed = WithYear(link.listed, newest);
}

ListDay DayOfLink(const Link& link) {
  if (link.listed.whole()) return link.listed;
  const auto time = UrlTime(link.url);
  return time ? ListDayOf(*time) : ListDay();
}

ListSpan SpanOfList(const Links& links) {
  ListSpan span;
  for (const Link& link : links.links) {
    if (!link.listed.whole()) continue;
    span.newest = std::max(span.newest, link.listed);
    if (span.oldest.empty() || link.listed < span.oldest) span.oldest = link.listed;
  }
  return span;
}

}  // namespace signboard::extract
