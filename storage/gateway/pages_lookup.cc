// /lookup: the kept versions of one URL, as a page.
#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "storage/gateway/brought_by.h"
#include "storage/gateway/compare_view.h"
#include "storage/gateway/pages.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr uint32_t kCapturesPerPage = 200;

// `before`: the id of the change before it; empty: there is none.
PageData VersionRow(const v1::Version& version, const std::string& before) {
  const v1::Snapshot& snapshot = version.snapshot();
  const bool has_body = HasBody(snapshot);
  PageData row;
  row.set("link", has_body ? PageData(ViewPath(snapshot.captured_ms(), snapshot.url()))
                           : PageData(false));
  row.set("time", ShownTime(snapshot.captured_ms()));
  row.set("outcome", OutcomeWord(snapshot.outcome()));
  row.set("reason",
          snapshot.reason() == v1::REASON_UNSPECIFIED ? "" : ReasonWord(snapshot.reason()));
  row.set("status", snapshot.http_status() == 0 ? "" : std::to_string(snapshot.http_status()));
  row.set("title", Shown(snapshot.page().title(), 120));
  row.set("size", has_body ? ShownBytes(snapshot.body_bytes()) : "");
  const std::string digest = base::ToHex(snapshot.body_sha256());
  row.set("sha256", digest);
  row.set("short", digest.substr(0, 12));
  row.set("changed", version.is_change());
  const bool has_diff = version.is_change() && !before.empty();
  row.set("diff", has_diff ? PageData(DiffPath(before, snapshot.id())) : PageData(false));
  row.set("differs", version.is_version() && !version.is_change());
  const std::string_view by = BroughtBy(snapshot);
  row.set("by", by.empty() ? PageData(false) : PageData(Shown(by, 120)));
  return row;
}

HttpServerResponse Page(const HttpServerRequest& request, PageData data, int status = 200) {
  const bool zh = PickLanguage(request) == Language::kZh;
  const auto url = request.Param("url");
  std::string title = zh ? "查询" : "Look up";
  if (url && !url->empty()) title += " " + std::string(*url);
  return RenderPage(request, "lookup.html", title, std::move(data), status);
}

HttpServerResponse Message(const HttpServerRequest& request, PageData data, int status,
                           std::string_view zh, std::string_view en) {
  const bool is_zh = PickLanguage(request) == Language::kZh;
  data.set("message", Shown(is_zh ? zh : en));
  return Page(request, std::move(data), status);
}

PageData AtRow(const v1::Snapshot& snapshot) {
  PageData row;
  row.set("link", ViewPath(snapshot.captured_ms(), snapshot.url()));
  row.set("time", ShownTime(snapshot.captured_ms()));
  row.set("outcome", OutcomeWord(snapshot.outcome()));
  return row;
}

void PutVersions(const HttpServerRequest& request, const Url& url,
                 std::vector<v1::Version> versions, PageData* page) {
  const bool more = versions.size() > kCapturesPerPage;
  if (more) versions.resize(kCapturesPerPage);
  PageData rows(PageData::type::list);
  std::string change;
  for (const v1::Version& version : versions) {
    rows << VersionRow(version, change);
    if (version.is_change()) change = version.snapshot().id();
  }
  page->set("has_versions", !versions.empty());
  page->set("versions", rows);
  const std::string query = "?url=" + EncodeQuery(url.href());
  page->set("json", "/api/v1/versions" + query + "&all=1");
  std::string next;
  if (more) {
    next = "/lookup" + query + "&cursor=" + EncodeQuery(versions.back().snapshot().id());
    if (const auto lang = request.Param("lang")) next += "&lang=" + EncodeQuery(*lang);
  }
  page->set("next", more ? PageData(next) : PageData(false));
}

// What a reader had seen by `at`.
boost::asio::awaitable<StatusOr<PageData>> AskAt(const Backend* backend, std::string url,
                                                 UnixTime at) {
  v1::GetRequest get;
  get.set_url(std::move(url));
  get.set_at_ms(ToMillis(at));
  get.set_nearest(v1::NEAREST_AT);
  get.set_with_body_only(true);
  const auto then = co_await backend->Find(std::move(get));
  if (!then.ok()) co_return then.status();
  co_return AtRow(*then);
}

}  // namespace

AnswerLater LookupPage(Services* services, HttpServerRequest request) {
  PageData page;
  page.set("url", PageData(false));
  page.set("at", PageData(false));
  page.set("message", PageData(false));
  const std::string_view wanted = request.Param("url").value_or("");
  if (wanted.empty()) co_return Page(request, std::move(page));
  const auto url = ParseWebUrl(wanted);
  if (!url.ok()) {
    const std::string why(base::Message(url.status()));
    co_return Message(request, std::move(page), 400, "网址无效：" + why,
                      "This is no web address: " + why);
  }
  page.set("url", Shown(url->href(), base::kUrlBytesMax));
  page.set("command", Shown(RecrawlCommand(url->href()), 4 * base::kUrlBytesMax));
  if (const auto at = request.Param("at"); at && !at->empty()) {
    const auto range = base::ParseTimeRange(*at);
    if (!range.ok()) {
      const std::string why(base::Message(range.status()));
      co_return Message(request, std::move(page), 400, "日期无效：" + why,
                        "This is no date: " + why);
    }
    auto then = co_await AskAt(&services->backend, url->href(), range->end - Millis(1));
    if (!then.ok() && then.status().code() != StatusCode::kNotFound)
      co_return ProblemOf(then.status(), "archive");
    if (then.ok()) {
      page.set("at", std::move(*then));
    } else {
      const bool zh = PickLanguage(request) == Language::kZh;
      page.set("message", zh ? "截至该日期没有保存过内容。" : "Nothing had been kept by that date.");
    }
  }
  v1::ListVersionsRequest list;
  list.set_url(url->href());
  list.set_all(true);
  list.set_limit(kCapturesPerPage + 1);
  list.set_after_id(std::string(request.Param("cursor").value_or("")));
  if (!base::IsValidUtf8(list.after_id())) co_return BadParameter("cursor", "it is none of ours");
  auto versions = co_await services->backend.Versions(std::move(list));
  if (versions.status().code() == StatusCode::kNotFound) {
    co_return Message(request, std::move(page), 404, "此网址从未抓取过。",
                      "This address has never been captured.");
  }
  if (!versions.ok()) co_return ProblemOf(versions.status(), "archive");
  PutVersions(request, *url, std::move(*versions), &page);
  co_return Page(request, std::move(page));
}

}  // namespace signboard::gateway
