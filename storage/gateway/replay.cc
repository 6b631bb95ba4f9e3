// /web/<digits>[mark]/<url>: a capture, as a page to read or as the bytes that came over the wire,
// with the status the site gave it (RFC 7089, a memento with its own URI).
//
// The bytes are exact, yet harmless: nothing is rewritten, so the page is locked in by headers
// instead (replay_answer.h). What there is to read is rewritten (replay_view.h).
#include "storage/gateway/memento.h"
#include "storage/gateway/replay_answer.h"
#include "storage/gateway/replay_target.h"
#include "storage/gateway/replay_view.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kReplayHint =
    "write /web/<up to 14 digits>/<url>, /web/<up to 14 digits>id_/<url>, or /web/<url>";
// An "unchanged" names a capture with a body; one more in between is already odd.
constexpr int kRevisitHopsMax = 3;

bool IsExact(const ReplayTarget& wanted, const v1::Snapshot& snapshot) {
  return wanted.digits.size() == 14 && snapshot.url() == wanted.url &&
         base::FormatDigits14(FromMillis(snapshot.captured_ms())) == wanted.digits;
}

// The capture of exactly that second, with its body on the way where it is shown as it came; else
// the nearest.
awaitable<StatusOr<std::unique_ptr<Capture>>> OpenWanted(const Backend* backend,
                                                         ReplayTarget wanted,
                                                         v1::GetRequest::Body body) {
  if (wanted.digits.size() == 14) {
    v1::GetRequest get;
    get.set_url(wanted.url);
    get.set_with_body_only(true);
    get.set_or_observed(true);
    get.set_body(body);
    get.set_at_ms(ToMillis(wanted.when.end - Millis(1)));
    get.set_nearest(v1::NEAREST_AT);
    auto exact = co_await backend->Open(std::move(get));
    if (exact.ok() && IsExact(wanted, (*exact)->snapshot)) co_return exact;
    if (!exact.ok() && exact.status().code() != StatusCode::kNotFound) co_return exact.status();
  }
  const int64_t first = ToMillis(wanted.when.first);
  auto find = wanted.digits.size() == 14 ? FindClosest(backend, wanted.url, first)
                                         : FindMemento(backend, wanted.url, first);
  auto nearest = co_await std::move(find);
  if (!nearest.ok()) co_return nearest.status();
  if (!*nearest) co_return base::NotFound("nothing is kept");
  auto capture = std::make_unique<Capture>();
  capture->snapshot = **std::move(nearest);
  co_return capture;
}

// The capture whose bytes and headers stand for `capture`: itself, or what a 304 spoke of.
awaitable<StatusOr<std::unique_ptr<Capture>>> FollowRevisit(const Backend* backend,
                                                            std::unique_ptr<Capture> capture,
                                                            v1::GetRequest::Body body) {
  for (int hop = 0; capture->snapshot.outcome() == v1::OUTCOME_UNCHANGED; ++hop) {
    if (hop == kRevisitHopsMax || capture->snapshot.revisit_of().empty())
      co_return base::DataLoss("the unchanged capture " + capture->snapshot.id() +
                               " leads to no body");
    v1::GetRequest get;
    get.set_snapshot_id(capture->snapshot.revisit_of());
    get.set_body(body);
    auto next = co_await backend->Open(std::move(get));
    if (!next.ok()) co_return next.status();
    capture = std::move(*next);
  }
  co_return capture;
}

class ReplayStream final : public net::HttpBodyStream {
 public:
  ReplayStream(std::unique_ptr<Capture> capture, std::optional<std::string> first)
      : capture_(std::move(capture)), first_(std::move(first)) {}

  awaitable<StatusOr<std::optional<std::string>>> Next() override {
    if (first_) co_return std::exchange(first_, std::nullopt);
    co_return co_await NextChunk(capture_.get());
  }

 private:
  const std::unique_ptr<Capture> capture_;
  std::optional<std::string> first_;
};

AnswerLater RawBytes(HttpServerRequest request, std::string mark, v1::Snapshot asked,
                     std::unique_ptr<Capture> shown) {
  HttpServerResponse response = RawHead(asked, shown->snapshot, SelfOf(request), mark);
  if (request.is_head) co_return response;
  // Damage at the start is still told as a problem; later it can only break the connection.
  auto first = co_await NextChunk(shown.get());
  if (!first.ok()) co_return ProblemOf(first.status(), "archive");
  response.stream = std::make_unique<ReplayStream>(std::move(shown), std::move(*first));
  co_return response;
}

// Not shown rewritten after all (an image, a redirect): it is opened with its bytes.
awaitable<StatusOr<std::unique_ptr<Capture>>> Reopen(const Backend* backend,
                                                     std::unique_ptr<Capture> shown,
                                                     v1::GetRequest::Body body) {
  if (body == v1::GetRequest::BODY_UNSPECIFIED) co_return shown;
  v1::GetRequest get;
  get.set_snapshot_id(shown->snapshot.id());
  get.set_body(body);
  co_return co_await backend->Open(std::move(get));
}

}  // namespace

AnswerLater Replay(Services* services, HttpServerRequest request) {
  auto wanted = ParseReplayTarget(request.target);
  if (!wanted.ok()) co_return BadParameter("path", base::Message(wanted.status()), kReplayHint);
  if (wanted->form == ReplayForm::kTimeGate)
    co_return co_await TimeGate(services, std::move(request), std::move(wanted->url));
  if (wanted->form == ReplayForm::kCalendar) {
    // The query is the archived URL's own: the page is the one that /archive?url= shows.
    request.path = "/archive";
    request.query = {{"url", wanted->url}};
    co_return co_await CalendarPage(services, std::move(request), std::move(wanted->url));
  }
  const Backend* backend = &services->backend;
  const auto wire = request.is_head ? v1::GetRequest::BODY_UNSPECIFIED : v1::GetRequest::WIRE;
  const bool is_raw = wanted->form == ReplayForm::kRaw;
  const auto at_once = is_raw ? wire : v1::GetRequest::BODY_UNSPECIFIED;
  auto asked = co_await OpenWanted(backend, *wanted, at_once);
  if (asked.status().code() == StatusCode::kNotFound) {
    co_return Problem{404, "not_found", "no capture of " + wanted->url + " has a body",
                      "signboard recrawl fetches it; /lookup shows what was tried", {}};
  }
  if (!asked.ok()) co_return ProblemOf(asked.status(), "archive");
  const v1::Snapshot snapshot = (*asked)->snapshot;
  if (!IsExact(*wanted, snapshot)) co_return RedirectToCapture(snapshot, wanted->mark);
  auto shown = co_await FollowRevisit(backend, std::move(*asked), at_once);
  if (!shown.ok()) co_return ProblemOf(shown.status(), "archive");
  if (IsRewritten(wanted->form, (*shown)->snapshot)) {
    co_return co_await ReplayView(services, std::move(request), wanted->form, snapshot,
                                  std::move(*shown));
  }
  if (!is_raw) shown = co_await Reopen(backend, std::move(*shown), wire);
  if (!shown.ok()) co_return ProblemOf(shown.status(), "archive");
  co_return co_await RawBytes(std::move(request), std::move(wanted->mark), snapshot,
                              std::move(*shown));
}

}  // namespace signboard::gateway
