#include "storage/gateway/replay_answer.h"

#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "proto/base/time.h"
#include "proto/base/url.h"
#include "storage/gateway/memento.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

// Python's http.client reads no more than 100 headers.
constexpr size_t kOriginalHeadersMax = 80;
constexpr size_t kOriginalHeaderBytesMax = 32 << 10;
// An opaque origin, no scripts, no forms, no windows; nothing is asked for but what is said here.
constexpr std::string_view kSandbox =
    "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; ";
constexpr std::string_view kRawSources = "style-src 'unsafe-inline'; img-src data:; font-src data:";

void AddOriginalHeaders(const v1::Snapshot& snapshot, bool all, HttpServerResponse* response) {
  size_t count = 0;
  size_t bytes = 0;
  for (const v1::HeaderField& field : snapshot.response_headers()) {
    const bool repeated = base::EqualsIgnoreCaseAscii(field.name(), "Content-Type") ||
                          base::EqualsIgnoreCaseAscii(field.name(), "Content-Encoding");
    bytes += field.name().size() + field.value().size();
    if (repeated && !all) continue;
    if (++count > kOriginalHeadersMax || bytes > kOriginalHeaderBytesMax) return;
    response->headers.emplace_back("X-Archive-Orig-" + field.name(), field.value());
  }
}

void AddLocation(const v1::Snapshot& asked, const v1::Snapshot& shown, std::string_view mark,
                 HttpServerResponse* response) {
  const std::string location = JoinedHeader(shown, "Location");
  auto base_url = Url::Parse(shown.url());
  if (location.empty() || !base_url.ok()) return;
  const auto to = Url::Parse(location, &*base_url);
  if (to.ok() && to->is_http())
    response->SetHeader("Location",
                        MarkedPath(asked.captured_ms(), mark, to->HrefWithoutFragment()));
}

HttpServerResponse Head(const v1::Snapshot& asked, const v1::Snapshot& shown,
                        const std::string& self, std::string_view sources) {
  HttpServerResponse response;
  const bool sendable = shown.http_status() >= 200 && shown.http_status() < 600 &&
                        shown.http_status() != 204 && shown.http_status() != 304;
  response.status = sendable ? shown.http_status() : 200;
  if (!sendable)
    response.SetHeader("X-Archive-Orig-Status", std::to_string(shown.http_status()));
  response.SetHeader("Memento-Datetime", base::FormatHttpDate(FromMillis(asked.captured_ms())));
  response.SetHeader("Link", LinksOf(self, asked.url()) + ", " +
                                 MementoLink(self, asked.captured_ms(), asked.url(), "memento"));
  response.SetHeader("Content-Security-Policy", std::string(kSandbox) + std::string(sources));
  response.SetHeader("X-Content-Type-Options", "nosniff");
  response.SetHeader("Referrer-Policy", "no-referrer");
  response.SetHeader("Access-Control-Allow-Origin", "*");
  response.SetHeader("Cache-Control", "no-cache, no-transform");
  return response;
}

}  // namespace

std::string JoinedHeader(const v1::Snapshot& snapshot, std::string_view name) {
  std::string all;
  for (const v1::HeaderField& field : snapshot.response_headers()) {
    if (!base::EqualsIgnoreCaseAscii(field.name(), name)) continue;
    if (!all.empty()) all += ", ";
    all += field.value();
  }
  return all;
}

std::string ContentTypeOf(const v1::Snapshot& snapshot) {
  const std::string type = JoinedHeader(snapshot, "Content-Type");
  return type.empty() ? snapshot.content_type() : type;
}

HttpServerResponse RawHead(const v1::Snapshot& asked, const v1::Snapshot& shown,
                           const std::string& self, std::string_view mark) {
  HttpServerResponse response = Head(asked, shown, self, kRawSources);
  const std::string type = ContentTypeOf(shown);
  response.SetHeader("Content-Type", type.empty() ? "application/octet-stream" : type);
  if (const std::string coding = JoinedHeader(shown, "Content-Encoding"); !coding.empty())
    response.SetHeader("Content-Encoding", coding);
  response.SetHeader("Content-Length", std::to_string(shown.wire_bytes()));
  response.SetHeader("ETag", "\"" + base::ToHex(shown.wire_sha256()) + "\"");
  if (response.status >= 300 && response.status < 400)
    AddLocation(asked, shown, mark, &response);
  AddOriginalHeaders(shown, false, &response);
  return response;
}

HttpServerResponse RewrittenHead(const v1::Snapshot& asked, const v1::Snapshot& shown,
                                 const std::string& self, std::string_view content_type) {
  const std::string archive = self + "/web/";
  HttpServerResponse response = Head(
      asked, shown, self, "style-src 'unsafe-inline' " + archive + "; img-src data: " + archive);
  response.SetHeader("Content-Type", content_type);
  AddOriginalHeaders(shown, true, &response);
  return response;
}

HttpServerResponse RedirectToCapture(const v1::Snapshot& snapshot, std::string_view mark) {
  HttpServerResponse response;
  response.status = 302;
  response.SetHeader("Location", MarkedPath(snapshot.captured_ms(), mark, snapshot.url()));
  response.SetHeader("Link", "<" + LinkTarget(snapshot.url()) + ">; rel=\"original\"");
  response.SetHeader("Access-Control-Allow-Origin", "*");
  response.SetHeader("Cache-Control", "no-cache");
  return response;
}

}  // namespace signboard::gateway
