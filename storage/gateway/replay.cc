// /web/<1-14 digits>id_/<url>: the bytes of a capture as they came over the wire, content coding
// and all, with the status the site gave them (RFC 7089, a memento with its own URI).
//
// Byte-exact, yet harmless: nothing is rewritten, so the page is locked in by headers instead. An
// opaque origin, no scripts, no network, no guessing of types. Only Content-Type and
// Content-Encoding of the site are ours to repeat; everything it said is shown as X-Archive-Orig-*.
#include <algorithm>

#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "storage/gateway/memento.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using boost::asio::awaitable;

constexpr std::string_view kPrefix = "/web/";
constexpr std::string_view kRawMark = "id_/";
constexpr std::string_view kReplayHint = "write /web/<up to 14 digits>id_/<url>, or /web/<url>";
// An "unchanged" names a capture with a body; one more in between is already odd.
constexpr int kRevisitHopsMax = 3;
// Python's http.client reads no more than 100 headers.
constexpr size_t kOriginalHeadersMax = 80;
constexpr size_t kOriginalHeaderBytesMax = 32 << 10;
constexpr std::string_view kSandbox =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

struct Wanted {
  std::string digits;  // None: a TimeGate is asked.
  base::TimeRange when;
  bool is_raw = false;  // A capture is shown raw; its URI without the mark leads there.
  std::string url;
};

// From the raw target: the URL's own escapes and its query are part of it. Digits that no mark
// follows belong to the URL: /web/360.cn/.
StatusOr<Wanted> ParseTarget(std::string_view target) {
  target.remove_prefix(kPrefix.size());
  const size_t digits = std::min(target.find_first_not_of("0123456789"), target.size());
  std::string_view rest = target.substr(digits);
  Wanted wanted;
  if (digits == 0 && rest.starts_with(kRawMark))
    return base::InvalidArgument("1 to 14 digits are needed");
  if (digits > 0 && (rest.starts_with(kRawMark) || rest.starts_with("/"))) {
    if (digits > 14) return base::InvalidArgument("1 to 14 digits are needed");
    wanted.digits = std::string(target.substr(0, digits));
    wanted.is_raw = rest.starts_with(kRawMark);
    rest.remove_prefix(wanted.is_raw ? kRawMark.size() : 1);
    target = rest;
    ASSIGN_OR_RETURN(wanted.when, base::ParseTimeRange(wanted.digits));
  }
  ASSIGN_OR_RETURN(const Url parsed, ParseReplayUrl(target));
  wanted.url = parsed.href();
  return wanted;
}

bool IsExact(const Wanted& wanted, const v1::Snapshot& snapshot) {
  return wanted.digits.size() == 14 && snapshot.url() == wanted.url &&
         base::FormatDigits14(FromMillis(snapshot.captured_ms())) == wanted.digits;
}

// The capture of exactly that second, else the closest.
awaitable<StatusOr<std::unique_ptr<Capture>>> OpenWanted(const Backend* backend, Wanted wanted,
                                                         bool head) {
  v1::GetRequest get;
  get.set_url(wanted.url);
  get.set_with_body_only(true);
  get.set_body(head ? v1::GetRequest::BODY_UNSPECIFIED : v1::GetRequest::WIRE);
  if (wanted.digits.size() == 14) {
    get.set_at_ms(ToMillis(wanted.when.end - Millis(1)));
    get.set_nearest(v1::NEAREST_AT);
    auto exact = co_await backend->Open(get);
    if (exact.ok() && IsExact(wanted, (*exact)->snapshot)) co_return exact;
    if (!exact.ok() && exact.status().code() != StatusCode::kNotFound) co_return exact.status();
  }
  get.set_at_ms(ToMillis(wanted.when.first));
  get.set_nearest(v1::NEAREST_CLOSEST);
  get.set_body(v1::GetRequest::BODY_UNSPECIFIED);
  co_return co_await backend->Open(std::move(get));
}

// The capture whose bytes and headers stand for `capture`: itself, or what a 304 spoke of.
awaitable<StatusOr<std::unique_ptr<Capture>>> FollowRevisit(const Backend* backend,
                                                            std::unique_ptr<Capture> capture,
                                                            bool head) {
  for (int hop = 0; capture->snapshot.outcome() == v1::OUTCOME_UNCHANGED; ++hop) {
    if (hop == kRevisitHopsMax || capture->snapshot.revisit_of().empty())
      co_return base::DataLoss("the unchanged capture " + capture->snapshot.id() +
                               " leads to no body");
    v1::GetRequest get;
    get.set_snapshot_id(capture->snapshot.revisit_of());
    get.set_body(head ? v1::GetRequest::BODY_UNSPECIFIED : v1::GetRequest::WIRE);
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

// All values of a header as one, as RFC 9110 section 5.3 allows.
std::string Joined(const v1::Snapshot& snapshot, std::string_view name) {
  std::string all;
  for (const v1::HeaderField& field : snapshot.response_headers()) {
    if (!base::EqualsIgnoreCaseAscii(field.name(), name)) continue;
    if (!all.empty()) all += ", ";
    all += field.value();
  }
  return all;
}

void AddOriginalHeaders(const v1::Snapshot& snapshot, HttpServerResponse* response) {
  size_t count = 0;
  size_t bytes = 0;
  for (const v1::HeaderField& field : snapshot.response_headers()) {
    const bool repeated = base::EqualsIgnoreCaseAscii(field.name(), "Content-Type") ||
                          base::EqualsIgnoreCaseAscii(field.name(), "Content-Encoding");
    bytes += field.name().size() + field.value().size();
    if (repeated) continue;
    if (++count > kOriginalHeadersMax || bytes > kOriginalHeaderBytesMax) return;
    response->headers.emplace_back("X-Archive-Orig-" + field.name(), field.value());
  }
}

void AddLocation(const v1::Snapshot& asked, const v1::Snapshot& shown,
                 HttpServerResponse* response) {
  const std::string location = Joined(shown, "Location");
  auto base_url = Url::Parse(shown.url());
  if (location.empty() || !base_url.ok()) return;
  const auto to = Url::Parse(location, &*base_url);
  if (to.ok() && to->is_http())
    response->SetHeader("Location", ReplayPath(asked.captured_ms(), to->HrefWithoutFragment()));
}

// `asked` is the capture of the URI, `shown` the one whose bytes stand for it.
HttpServerResponse MementoHead(const v1::Snapshot& asked, const v1::Snapshot& shown) {
  HttpServerResponse response;
  const bool sendable = shown.http_status() >= 200 && shown.http_status() < 600 &&
                        shown.http_status() != 204 && shown.http_status() != 304;
  response.status = sendable ? shown.http_status() : 200;
  if (!sendable)
    response.SetHeader("X-Archive-Orig-Status", std::to_string(shown.http_status()));
  std::string type = Joined(shown, "Content-Type");
  if (type.empty()) type = shown.content_type();
  response.SetHeader("Content-Type", type.empty() ? "application/octet-stream" : type);
  if (const std::string coding = Joined(shown, "Content-Encoding"); !coding.empty())
    response.SetHeader("Content-Encoding", coding);
  response.SetHeader("Content-Length", std::to_string(shown.wire_bytes()));
  if (response.status >= 300 && response.status < 400) AddLocation(asked, shown, &response);
  response.SetHeader("Memento-Datetime", base::FormatHttpDate(FromMillis(asked.captured_ms())));
  response.SetHeader("ETag", "\"" + base::ToHex(shown.wire_sha256()) + "\"");
  response.SetHeader("Content-Security-Policy", kSandbox);
  response.SetHeader("X-Content-Type-Options", "nosniff");
  response.SetHeader("Referrer-Policy", "no-referrer");
  response.SetHeader("Cache-Control", "no-cache, no-transform");
  AddOriginalHeaders(shown, &response);
  return response;
}

HttpServerResponse RedirectTo(const v1::Snapshot& snapshot) {
  HttpServerResponse response;
  response.status = 302;
  response.SetHeader("Location", ReplayPath(snapshot.captured_ms(), snapshot.url()));
  response.SetHeader("Link", "<" + LinkTarget(snapshot.url()) + ">; rel=\"original\"");
  response.SetHeader("Cache-Control", "no-cache");
  return response;
}

}  // namespace

AnswerLater Replay(Services* services, HttpServerRequest request) {
  auto wanted = ParseTarget(request.target);
  if (!wanted.ok()) co_return BadParameter("path", base::Message(wanted.status()), kReplayHint);
  if (wanted->digits.empty())
    co_return co_await TimeGate(services, std::move(request), std::move(wanted->url));
  const Backend* backend = &services->backend;
  auto asked = co_await OpenWanted(backend, *wanted, request.is_head);
  if (asked.status().code() == StatusCode::kNotFound) {
    co_return Problem{404, "not_found", "no capture of " + wanted->url + " has a body",
                      "signboard recrawl fetches it; /lookup shows what was tried", {}};
  }
  if (!asked.ok()) co_return ProblemOf(asked.status(), "archive");
  const v1::Snapshot snapshot = (*asked)->snapshot;
  if (!IsExact(*wanted, snapshot) || !wanted->is_raw) co_return RedirectTo(snapshot);
  auto shown = co_await FollowRevisit(backend, std::move(*asked), request.is_head);
  if (!shown.ok()) co_return ProblemOf(shown.status(), "archive");
  HttpServerResponse response = MementoHead(snapshot, (*shown)->snapshot);
  const std::string self = SelfOf(request);
  response.SetHeader("Link", LinksOf(self, snapshot.url()) + ", " +
                                 MementoLink(self, snapshot.captured_ms(), snapshot.url(),
                                             "memento"));
  if (request.is_head) co_return response;
  // Damage at the start is still told as a problem; later it can only break the connection.
  auto first = co_await NextChunk(shown->get());
  if (!first.ok()) co_return ProblemOf(first.status(), "archive");
  response.stream = std::make_unique<ReplayStream>(std::move(*shown), std::move(*first));
  co_return response;
}

}  // namespace signboard::gateway
