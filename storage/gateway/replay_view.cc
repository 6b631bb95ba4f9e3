#include "storage/gateway/replay_view.h"

#include <atomic>
#include <utility>

#include "crawler/decode/charset.h"
#include "crawler/decode/content_type.h"
#include "proto/base/digest.h"
#include "storage/gateway/memento.h"
#include "storage/gateway/pages.h"
#include "storage/gateway/replay_answer.h"
#include "storage/gateway/rewrite_css.h"
#include "storage/gateway/rewrite_html.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using boost::asio::awaitable;

constexpr uint64_t kViewBytesMax = uint64_t{10} << 20;  // Larger bodies are shown as they came.
constexpr uint32_t kUrlsMax = 20;

// One of those that may be made at once, for as long as it lives.
class Place {
 public:
  explicit Place(std::atomic<size_t>* count) : count_(count), before_(count->fetch_add(1)) {}
  ~Place() { count_->fetch_sub(1); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  bool IsWithin(size_t places_max) const { return before_ < places_max; }

 private:
  std::atomic<size_t>* const count_;
  const size_t before_;
};

bool IsStyleType(const v1::Snapshot& shown) {
  return decode::ParseContentType(ContentTypeOf(shown)).type == "text/css";
}

bool IsPageType(const v1::Snapshot& shown) {
  const std::string type = decode::ParseContentType(ContentTypeOf(shown)).type;
  return type == "text/html" || type == "application/xhtml+xml" ||
         (type.empty() && shown.has_charset());
}

bool IsRendered(const v1::Snapshot& shown) { return !shown.rendered().sha256().empty(); }

awaitable<StatusOr<std::string>> ReadAll(const Backend* backend, const v1::Snapshot* shown) {
  v1::GetRequest get;
  get.set_snapshot_id(shown->id());
  get.set_body(IsRendered(*shown) ? v1::GetRequest::RENDERED : v1::GetRequest::DECODED);
  auto capture = co_await backend->Open(std::move(get));
  if (!capture.ok()) co_return capture.status();
  std::string body;
  while (true) {
    auto chunk = co_await NextChunk(capture->get());
    if (!chunk.ok()) co_return chunk.status();
    if (!*chunk) co_return body;
    if (body.size() + (*chunk)->size() > kViewBytesMax)
      co_return base::Internal("the archive sent more than it announced");
    body += **chunk;
  }
}

// How often exactly this URL was captured; 0: the archive does not say.
awaitable<uint64_t> CountCaptures(const Backend* backend, std::string url) {
  v1::ListUrlsRequest list;
  list.set_query(url);
  list.set_match(v1::ListUrlsRequest::EXACT);
  list.set_limit(kUrlsMax);
  const auto urls = co_await backend->Urls(std::move(list));
  if (!urls.ok()) co_return 0;
  for (const v1::UrlEntry& entry : *urls)
    if (entry.url() == url) co_return entry.capture_count();
  co_return 0;
}

// What the rewriting thread is given.
struct Work {
  ReplayForm form;
  v1::Snapshot asked;
  v1::Snapshot shown;
  std::string body;
  uint64_t count = 0;
  bool zh = false;
};

std::string Banner(const Work& work, bool is_cut) {
  const int status = work.shown.http_status();
  PageData data;
  data.set("lang", work.zh ? "zh" : "en");
  data.set("zh", work.zh);
  data.set("en", !work.zh);
  data.set("time", ShownTime(work.asked.captured_ms()));
  data.set("status", status == 200 ? PageData(false) : PageData(std::to_string(status)));
  data.set("rendered", IsRendered(work.shown));
  data.set("cut", is_cut || !work.shown.truncated().empty());
  data.set("calendar", "/web/*/" + work.asked.url());
  data.set("count", ShownCount(work.count));
  data.set("raw", ReplayPath(work.asked.captured_ms(), work.asked.url()));
  data.set("sha256", base::ToHex(work.shown.body_sha256()));
  data.set("url", Shown(work.asked.url(), base::kUrlBytesMax));
  kainjow::mustache::mustache banner{std::string(FindPageFile("banner.html"))};
  return banner.render(data);
}

std::string ToText(const Work& work, bool is_html) {
  if (IsRendered(work.shown)) return work.body;  // Kept as UTF-8.
  const std::string& used = work.shown.charset().used();
  if (!used.empty()) return decode::ToUtf8(work.body, used, nullptr);
  return decode::DecodeText(work.body, ContentTypeOf(work.shown), is_html).utf8;
}

std::string RewriteBody(const Work& work) {
  auto base = Url::Parse(work.shown.url());
  if (!base.ok()) return "";
  const ArchiveLinks links(work.asked.captured_ms(), *std::move(base));
  if (work.form == ReplayForm::kStyle) {
    std::string css;
    RewriteCss(ToText(work, false), links, kRewrittenBytesMax, &css);
    return css;
  }
  // Whether it is cut is known in the end, and so is the banner. Before all styles stand ours: of
  // two layers' !important the first one's holds.
  Rewritten page = RewriteHtml(ToText(work, true), links);
  page.text.insert(page.banner_at, Banner(work, page.is_cut));
  page.text.insert(page.head_at, FindPageFile("banner_guard.html"));
  return std::move(page.text);
}

}  // namespace

bool IsRewritten(ReplayForm form, const v1::Snapshot& shown) {
  if (form == ReplayForm::kRaw || shown.body_bytes() > kViewBytesMax ||
      shown.rendered().bytes() > kViewBytesMax)
    return false;
  const bool leads_on = shown.http_status() >= 300 && shown.http_status() < 400;
  if (leads_on && !JoinedHeader(shown, "Location").empty()) return false;
  return form == ReplayForm::kStyle || IsStyleType(shown) || IsPageType(shown);
}

AnswerLater ReplayView(Services* services, HttpServerRequest request, ReplayForm form,
                       v1::Snapshot asked, std::unique_ptr<Capture> shown) {
  const Place place(&services->views_count);
  if (!place.IsWithin(services->options.views_max))
    co_return ProblemOf(base::ResourceExhausted("many pages are being made ready"), "replay");
  const Backend* backend = &services->backend;
  Work work{form, std::move(asked), std::move(shown->snapshot), ""};
  if (form == ReplayForm::kPage && IsStyleType(work.shown)) work.form = ReplayForm::kStyle;
  const bool is_page = work.form == ReplayForm::kPage;
  auto body = co_await ReadAll(backend, &work.shown);
  if (!body.ok()) co_return ProblemOf(body.status(), "archive");
  work.body = *std::move(body);
  request.query.clear();  // It is the archived URL's own.
  work.zh = PickLanguage(request) == Language::kZh;
  if (is_page) work.count = co_await CountCaptures(backend, work.asked.url());
  HttpServerResponse response =
      RewrittenHead(work.asked, work.shown, SelfOf(request),
                    is_page ? "text/html; charset=utf-8" : "text/css; charset=utf-8");
  auto rewriting = base::OnPool(services->rewriting, [&work, &response] {
    response.body = RewriteBody(work);
    response.SetHeader("ETag", ETagOf(response.body));
  });
  co_await std::move(rewriting);
  if (is_page) response.SetHeader("Vary", "Accept-Language");
  co_return response;
}

}  // namespace signboard::gateway
