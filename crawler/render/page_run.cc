#include "crawler/render/page_run.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/text.h"

namespace signboard::render {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

constexpr size_t kParallel = 6;
constexpr Millis kQuiet{500};
constexpr Millis kLook{25};
// Of the page's time, kept for reading the document.
constexpr Millis kReadTime{2'000};
constexpr Millis kDisposeTime{3'000};
constexpr size_t kDocumentCharsMax = 10'000'000;

// Half a character can not be sent: toWellFormed.
constexpr char kSerialise[] =
    "(() => { const e = document.documentElement; const h = e ? e.outerHTML : '';"
    " return [h.length, h.slice(0, 10000000).toWellFormed()]; })()";
static_assert(kDocumentCharsMax == 10'000'000);

}  // namespace

PageRun::PageRun(std::shared_ptr<DevTools> tools, RequestGate* gate, PageLimits limits,
                 RenderRequest request)
    : tools_(std::move(tools)),
      gate_(gate),
      limits_(limits),
      request_(std::move(request)),
      answers_(tools_->executor()) {}

Millis PageRun::Left() const {
  return std::max(Millis(1), std::chrono::duration_cast<Millis>(end_ - Steady::now()));
}

asio::awaitable<StatusOr<Json>> PageRun::Ask(std::string method, Json params,
                                             std::string session) {
  auto call = tools_->Call(std::move(method), std::move(params), std::move(session), Left());
  auto answer = co_await std::move(call);
  // Whatever broke the page explains better than the call that it broke.
  if (!answer.ok() && !broken_.empty()) co_return base::Unavailable(broken_);
  co_return answer;
}

asio::awaitable<Rendered> PageRun::Run(std::shared_ptr<PageRun> self, TimePoint end) {
  const auto begin = Steady::now();
  self->end_ = end;
  self->serialise_by_ = end - kReadTime;
  self->tools_->Listen([weak = std::weak_ptr<PageRun>(self)](Event event) {
    if (const auto run = weak.lock()) run->OnEvent(event);
  });
  self->clean_ = false;
  Status status = co_await self->Open();
  if (status.ok()) status = co_await self->Settle();
  if (status.ok()) status = co_await self->ReadDocument();
  Rendered& rendered = self->rendered_;
  rendered.ok = status.ok();
  if (!status.ok()) rendered.detail = std::string(base::Message(status));
  rendered.elapsed = std::chrono::duration_cast<Millis>(Steady::now() - begin);
  self->queue_.clear();
  self->answers_.Cancel();
  co_await self->answers_.Join();
  co_await self->Dispose();
  self->tools_->Listen({});
  co_return std::move(rendered);
}

asio::awaitable<Status> PageRun::Open() {
  Json none = Json::object();
  Json context = {{"disposeOnDetach", true}};
  auto making = Ask("Target.createBrowserContext", std::move(context), "");
  CO_ASSIGN_OR_RETURN(const Json made, co_await std::move(making));
  context_ = TextAt(made, "browserContextId");
  tools_->Post("Browser.setDownloadBehavior",
               {{"behavior", "deny"}, {"browserContextId", context_}}, "");
  // None granted is all denied.
  tools_->Post("Browser.grantPermissions",
               {{"permissions", Json::array()}, {"browserContextId", context_}}, "");
  // No empty tab first: there would be a way back to it.
  Json tab = {{"url", request_.url}, {"browserContextId", context_}};
  auto creating = Ask("Target.createTarget", std::move(tab), "");
  CO_ASSIGN_OR_RETURN(const Json target, co_await std::move(creating));
  target_ = TextAt(target, "targetId");
  Json which = {{"targetId", target_}, {"flatten", true}};
  auto attaching = Ask("Target.attachToTarget", std::move(which), "");
  CO_ASSIGN_OR_RETURN(const Json attached, co_await std::move(attaching));
  session_ = TextAt(attached, "sessionId");
  if (context_.empty() || target_.empty() || session_.empty()) {
    co_return base::Internal("the browser gave no tab");
  }
  auto enabling = Ask("Page.enable", std::move(none), session_);
  CO_RETURN_IF_ERROR((co_await std::move(enabling)).status());
  // Only now, when no event of it can be missed.
  watched_ = true;
  if (!held_.empty()) ServePage();
  co_return OkStatus();
}

asio::awaitable<Status> PageRun::Settle() {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  last_activity_ = Steady::now();
  while (broken_.empty() && tools_->open()) {
    const auto now = Steady::now();
    const bool quiet = loaded_ && in_flight_ == 0 && queue_.empty() &&
                       now - last_activity_ >= kQuiet;
    if (quiet) co_return OkStatus();
    if (now >= serialise_by_ && !arrived_) co_return base::Internal("the page does not load");
    if (now >= serialise_by_) {
      // What it asked for too much of is why it is not quiet.
      if (rendered_.detail.empty()) rendered_.detail = "read before it was quiet";
      co_return OkStatus();
    }
    timer.expires_after(kLook);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return base::Unavailable(broken_.empty() ? "the browser died" : broken_);
}

asio::awaitable<Status> PageRun::ReadDocument() {
  Json frame = {{"frameId", target_}, {"worldName", "signboard"}};
  auto making = Ask("Page.createIsolatedWorld", std::move(frame), session_);
  auto world = co_await std::move(making);
  if (world.status().code() == StatusCode::kDeadlineExceeded) {
    co_return base::DeadlineExceeded("the page's scripts do not end");
  }
  CO_RETURN_IF_ERROR(world.status());
  Json script = {{"expression", kSerialise},
                 {"contextId", At(*world, "executionContextId")},
                 {"returnByValue", true}};
  auto reading = Ask("Runtime.evaluate", std::move(script), session_);
  auto read = co_await std::move(reading);
  if (read.status().code() == StatusCode::kDeadlineExceeded) {
    co_return base::DeadlineExceeded("the page's scripts do not end");
  }
  CO_RETURN_IF_ERROR(read.status());
  const Json& value = At(At(*read, "result"), "value");
  if (!value.is_array() || value.size() != 2 || !value[0].is_number() || !value[1].is_string()) {
    co_return base::Internal("the page gave no document");
  }
  rendered_.document = base::ToValidUtf8(value[1].get_ref<const std::string&>());
  rendered_.truncated = value[0].get<double>() > kDocumentCharsMax ||
                        rendered_.document.size() > limits_.document_bytes_max;
  if (rendered_.document.size() > limits_.document_bytes_max) {
    size_t keep = limits_.document_bytes_max;
    while (keep > 0 && (rendered_.document[keep] & 0xC0) == 0x80) --keep;
    rendered_.document.resize(keep);
  }
  if (rendered_.document.empty()) co_return base::Internal("the page gave an empty document");
  co_return OkStatus();
}

asio::awaitable<void> PageRun::Dispose() {
  if (context_.empty() || !tools_->open() || !broken_.empty()) co_return;
  Json which = {{"browserContextId", context_}};
  auto ending = tools_->Call("Target.disposeBrowserContext", std::move(which), "", kDisposeTime);
  const auto ended = co_await std::move(ending);
  clean_ = ended.ok();
}

void PageRun::GiveUp(std::string why) {
  if (broken_.empty()) broken_ = std::move(why);
  tools_->Close();
}

void PageRun::OnEvent(const Event& event) {
  if (event.method == "Fetch.requestPaused") return OnPaused(event.params);
  if (event.method == "Inspector.targetCrashed" || event.method == "Target.targetCrashed") {
    // What waits for the tab would wait in vain.
    return GiveUp("the page crashed");
  }
  if (event.session != session_) return;
  if (event.method == "Page.loadEventFired") {
    loaded_ = true;
    last_activity_ = Steady::now();
  } else if (event.method == "Page.frameNavigated") {
    OnNavigated(TextAt(At(event.params, "frame"), "id"));
  } else if (event.method == "Page.javascriptDialogOpening") {
    tools_->Post("Page.handleJavaScriptDialog", {{"accept", false}}, session_);
  }
}

void PageRun::OnNavigated(const std::string& frame) {
  if (frame != target_) return;
  if (std::exchange(arrived_, true) && broken_.empty()) broken_ = "the page went elsewhere";
}

void PageRun::OnPaused(const Json& params) {
  last_activity_ = Steady::now();
  const std::string id = TextAt(params, "requestId");
  if (TextAt(params, "resourceType") == "Document") {
    // The first is the tab's own; frames come with the document.
    if (held_.empty()) {
      held_ = id;
      if (watched_) ServePage();
      return;
    }
    ++rendered_.requests_refused;
    // Aborted, the main frame stays where it is.
    return Fail(id, "Aborted");
  }
  if (asked_ >= limits_.requests_max || bytes_ >= limits_.bytes_max) {
    rendered_.detail = asked_ >= limits_.requests_max ? "asked for too much" : "loaded too much";
    ++rendered_.requests_refused;
    return Fail(id, "BlockedByClient");
  }
  ++asked_;
  queue_.push_back(params);
  Pump();
}

void PageRun::Pump() {
  while (in_flight_ < kParallel && !queue_.empty()) {
    Json next = std::move(queue_.front());
    queue_.pop_front();
    ++in_flight_;
    answers_.Spawn("render_request", AnswerOne(shared_from_this(), std::move(next)));
  }
}

asio::awaitable<void> PageRun::AnswerOne(std::shared_ptr<PageRun> self, Json params) {
  const std::string id = TextAt(params, "requestId");
  const Json& asked = At(params, "request");
  SubRequest request;
  request.method = TextAt(asked, "method");
  request.url = TextAt(asked, "url");
  request.type = TextAt(params, "resourceType");
  if (const Json& headers = At(asked, "headers"); headers.is_object()) {
    for (const auto& [name, value] : headers.items())
      if (value.is_string()) request.headers.emplace_back(name, value.get<std::string>());
  }
  const uint64_t room = self->limits_.bytes_max - std::min(self->bytes_, self->limits_.bytes_max);
  auto asking = self->gate_->Ask(std::move(request), self->Left(), room);
  const SubAnswer answer = co_await std::move(asking);
  --self->in_flight_;
  self->last_activity_ = Steady::now();
  self->bytes_ += answer.body.size();
  if (answer.fetched) ++self->rendered_.requests_made;
  if (answer.refused) {
    if (!answer.fetched) ++self->rendered_.requests_refused;
    self->Fail(id, answer.fetched ? "Failed" : "BlockedByClient");
  } else {
    self->Fulfill(id, answer);
  }
  self->Pump();
}

void PageRun::ServePage() {
  SubAnswer page;
  page.status = 200;
  page.headers = {{"Content-Type", request_.content_type}};
  page.body = std::move(request_.body);
  Fulfill(held_, page);
}

void PageRun::Fail(const std::string& id, const char* reason) {
  tools_->Post("Fetch.failRequest", {{"requestId", id}, {"errorReason", reason}}, "");
}

void PageRun::Fulfill(const std::string& id, const SubAnswer& answer) {
  Json headers = Json::array();
  for (const auto& [name, value] : answer.headers)
    headers.push_back({{"name", name}, {"value", value}});
  tools_->Post("Fetch.fulfillRequest",
               {{"requestId", id},
                {"responseCode", answer.status},
                {"responseHeaders", std::move(headers)},
                {"body", base::ToBase64(answer.body)}},
               "");
}

}  // namespace signboard::render
