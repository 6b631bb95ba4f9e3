// /archive?url= and /web/*/<url>: the captures of a URL by year, month and day, and which of them
// brought something new.
#include <algorithm>
#include <map>

#include "storage/gateway/memento.h"
#include "storage/gateway/pages.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using boost::asio::awaitable;

constexpr uint32_t kCapturesMax = 5'000;  // Of one year; of more the first are shown.
constexpr size_t kShownPerDayMax = 12;
constexpr int kYearFirst = 1970;
constexpr int kYearLast = 9999;

// 20251118030405, of which the parts are cut out.
std::string DigitsOf(int64_t captured_ms) { return base::FormatDigits14(FromMillis(captured_ms)); }

int YearOf(int64_t captured_ms) { return std::stoi(DigitsOf(captured_ms).substr(0, 4)); }

StatusOr<base::TimeRange> RangeOfYear(int year) {
  return base::ParseTimeRange(std::to_string(year));
}

struct Day {
  std::vector<std::pair<v1::CaptureEntry, bool>> captures;  // And whether it is a version.
  uint64_t versions = 0;
};
using Days = std::map<std::string, Day>;  // By 20251118.

// What the archive's own lists call a version, among the captures of a year.
Days ByDay(std::vector<v1::CaptureEntry> captures, std::string sha1_before) {
  Days days;
  for (v1::CaptureEntry& entry : captures) {
    const bool is_version = entry.has_body() && entry.body_sha1() != sha1_before;
    if (entry.has_body()) sha1_before = entry.body_sha1();
    Day& day = days[DigitsOf(entry.captured_ms()).substr(0, 8)];
    day.versions += is_version ? 1 : 0;
    day.captures.emplace_back(std::move(entry), is_version);
  }
  return days;
}

PageData CaptureItem(const v1::CaptureEntry& entry, bool is_version) {
  const std::string digits = DigitsOf(entry.captured_ms());
  const bool has_bytes = entry.has_body() || entry.observed();
  PageData item;
  item.set("link", has_bytes ? PageData(ViewPath(entry.captured_ms(), entry.url()))
                             : PageData(false));
  item.set("time", ShownTime(entry.captured_ms()));
  item.set("clock", digits.substr(8, 2) + ":" + digits.substr(10, 2));
  const bool told = entry.outcome() == v1::OUTCOME_CONTENT && entry.http_status() == 200;
  item.set("what", told ? "" : OutcomeWord(entry.outcome()) +
                                   (entry.http_status() == 0
                                        ? ""
                                        : " " + std::to_string(entry.http_status())));
  item.set("is_version", is_version);
  return item;
}

PageData DayItem(const std::string& digits, const Day& day) {
  PageData shown(PageData::type::list);
  const size_t count = std::min(day.captures.size(), kShownPerDayMax);
  for (size_t i = 0; i < count; ++i)
    shown << CaptureItem(day.captures[i].first, day.captures[i].second);
  PageData item;
  item.set("day", digits.substr(0, 4) + "-" + digits.substr(4, 2) + "-" + digits.substr(6, 2));
  item.set("shown", shown);
  const size_t rest = day.captures.size() - count;
  item.set("rest", rest > 0 ? PageData(ShownCount(rest)) : PageData(false));
  return item;
}

void PutMonths(const Days& days, PageData* page) {
  PageData months(PageData::type::list);
  uint64_t captures = 0;
  uint64_t versions = 0;
  for (auto at = days.begin(); at != days.end();) {
    const std::string month = at->first.substr(0, 6);
    PageData rows(PageData::type::list);
    uint64_t month_captures = 0;
    uint64_t month_versions = 0;
    for (; at != days.end() && at->first.starts_with(month); ++at) {
      rows << DayItem(at->first, at->second);
      month_captures += at->second.captures.size();
      month_versions += at->second.versions;
    }
    PageData item;
    item.set("month", month.substr(0, 4) + "-" + month.substr(4));
    item.set("captures", ShownCount(month_captures));
    item.set("versions", ShownCount(month_versions));
    item.set("days", rows);
    months << item;
    captures += month_captures;
    versions += month_versions;
  }
  page->set("months", months);
  page->set("captures", ShownCount(captures));
  page->set("versions", ShownCount(versions));
}

HttpServerResponse Page(const HttpServerRequest& request, PageData data, std::string_view url,
                        int status = 200) {
  const bool zh = PickLanguage(request) == Language::kZh;
  data.set("asked", Shown(url, base::kUrlBytesMax));
  const std::string title = (zh ? "存档日历 " : "Calendar ") + std::string(url);
  return RenderPage(request, "calendar.html", title, std::move(data), status);
}

std::string YearLink(const HttpServerRequest& request, const std::string& url, int year) {
  std::string link = "/archive?url=" + EncodeQuery(url) + "&year=" + std::to_string(year);
  if (const auto lang = request.Param("lang")) link += "&lang=" + EncodeQuery(*lang);
  return link;
}

// The captures of a year, one more than are shown where there are more.
awaitable<StatusOr<std::vector<v1::CaptureEntry>>> CapturesOf(const Backend* backend,
                                                              std::string url,
                                                              base::TimeRange year) {
  v1::ListCapturesRequest list;
  list.set_query(std::move(url));
  list.set_match(v1::ListUrlsRequest::EXACT);
  list.set_from_ms(ToMillis(year.first));
  list.set_to_ms(ToMillis(year.end) - 1);
  list.set_limit(kCapturesMax + 1);
  co_return co_await backend->Captures(std::move(list));
}

// The SHA-1 of what was there when the year began; empty: nothing was.
awaitable<StatusOr<std::string>> ShaBefore(const Backend* backend, std::string url,
                                           base::TimeRange year) {
  v1::GetRequest get;
  get.set_url(std::move(url));
  get.set_at_ms(ToMillis(year.first));
  get.set_nearest(v1::NEAREST_BEFORE);
  get.set_with_body_only(true);
  const auto found = co_await backend->Find(std::move(get));
  if (found.status().code() == StatusCode::kNotFound) co_return std::string();
  if (!found.ok()) co_return found.status();
  co_return found->body_sha1();
}

awaitable<StatusOr<std::optional<int64_t>>> Edge(const Backend* backend, std::string url,
                                                 bool newest) {
  v1::ListCapturesRequest list;
  list.set_query(std::move(url));
  list.set_match(v1::ListUrlsRequest::EXACT);
  list.set_newest_first(newest);
  list.set_limit(1);
  const auto found = co_await backend->Captures(std::move(list));
  if (!found.ok()) co_return found.status();
  if (found->empty()) co_return std::optional<int64_t>();
  co_return std::optional<int64_t>(found->front().captured_ms());
}

}  // namespace

AnswerLater CalendarPage(Services* services, HttpServerRequest request, std::string url) {
  const Backend* backend = &services->backend;
  auto first = co_await Edge(backend, url, false);
  if (!first.ok()) co_return ProblemOf(first.status(), "archive");
  auto last = co_await Edge(backend, url, true);
  if (!last.ok()) co_return ProblemOf(last.status(), "archive");
  const bool zh = PickLanguage(request) == Language::kZh;
  PageData page;
  page.set("message", PageData(false));
  page.set("url", Shown(url, base::kUrlBytesMax));
  page.set("command", Shown(RecrawlCommand(url), 4 * base::kUrlBytesMax));
  if (!*first || !*last) {
    page.set("message", zh ? "此网址从未抓取过。" : "This address has never been captured.");
    page.set("url", PageData(false));
    co_return Page(request, std::move(page), url, 404);
  }
  const int newest = std::clamp(YearOf(**last), kYearFirst, kYearLast);
  const int oldest = std::clamp(YearOf(**first), kYearFirst, newest);
  const auto asked = CountParam(request, "year", static_cast<uint32_t>(newest), kYearLast);
  if (!asked.ok()) co_return BadParameter("year", base::Message(asked.status()));
  const int year = std::clamp(static_cast<int>(*asked), oldest, newest);
  const auto range = RangeOfYear(year);
  if (!range.ok()) co_return BadParameter("year", base::Message(range.status()));
  auto captures = co_await CapturesOf(backend, url, *range);
  if (!captures.ok()) co_return ProblemOf(captures.status(), "archive");
  auto before = co_await ShaBefore(backend, url, *range);
  if (!before.ok()) co_return ProblemOf(before.status(), "archive");
  page.set("more", captures->size() > kCapturesMax);
  if (captures->size() > kCapturesMax) captures->resize(kCapturesMax);
  PutMonths(ByDay(*std::move(captures), *std::move(before)), &page);
  PageData years(PageData::type::list);
  for (int one = newest; one >= oldest; --one) {
    PageData item;
    item.set("year", std::to_string(one));
    item.set("is_shown", one == year);
    item.set("link", YearLink(request, url, one));
    years << item;
  }
  page.set("years", years);
  page.set("year", std::to_string(year));
  page.set("lookup", "/lookup?url=" + EncodeQuery(url));
  page.set("timemap", "/timemap/link/" + url);
  page.set("cdx", "/cdx/search/cdx?url=" + EncodeQuery(url));
  co_return Page(request, std::move(page), url);
}

AnswerLater ArchivePage(Services* services, HttpServerRequest request) {
  const std::string_view wanted = request.Param("url").value_or("");
  const bool zh = PickLanguage(request) == Language::kZh;
  PageData page;
  page.set("url", PageData(false));
  page.set("message", PageData(false));
  if (wanted.empty()) co_return Page(request, std::move(page), "");
  const auto url = ParseWebUrl(wanted);
  if (!url.ok()) {
    const std::string why(base::Message(url.status()));
    page.set("message", Shown((zh ? "网址无效：" : "This is no web address: ") + why));
    co_return Page(request, std::move(page), wanted, 400);
  }
  co_return co_await CalendarPage(services, std::move(request), url->href());
}

}  // namespace signboard::gateway
