#include "deploy/signboard/brought_page.h"

#include <algorithm>
#include <utility>

#include "crawler/fetch/judge.h"
#include "deploy/signboard/capture_facts.h"
#include "deploy/signboard/fetching.h"
#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "storage/gateway/brought_by.h"

namespace signboard::cli {
namespace {

constexpr size_t kCaptureIdBytes = 16;
constexpr std::string_view kNotModified = "server-not-modified";
constexpr char kVantage[] = "import";
constexpr int kAnsweredOk = 200;

std::string IdOf(const Brought& brought) {
  auto id = warc::BytesOfUuidUrn(brought.header.id());
  return id ? std::move(*id) : IdOfContent(brought);
}

std::string MethodOf(const Brought& brought) {
  if (!brought.request) return "GET";
  const std::string& line = brought.request->first;
  return line.substr(0, line.find(' '));
}

// The bytes were counted at the body's bound, or whoever wrote the record cut them.
void SetTruncation(const Brought& brought, net::HttpResult* http) {
  const std::string said = base::ToLowerAscii(brought.header.Field("WARC-Truncated"));
  if (!said.empty()) {
    http->truncation = said == "time" || said == "disconnect" ? said : "length";
    http->body_truncated = true;
    if (said == "time") http->kind = net::HttpKind::kTimeout;
    if (said == "disconnect") http->kind = net::HttpKind::kCutShort;
  }
  if (!brought.cut && http->body.size() <= kBroughtBytesMax) return;
  http->body.resize(std::min(http->body.size(), kBroughtBytesMax));
  http->body_truncated = true;
  http->truncation = "length";
}

// Writers keep the chunks of a transfer coding, or undo them; we keep what was sent in them.
void UndoChunks(net::HttpResult* http) {
  const std::string coding =
      base::ToLowerAscii(net::JoinHeader(http->headers, "Transfer-Encoding"));
  if (coding.find("chunked") == std::string::npos) return;
  if (auto whole = warc::Unchunk(http->body)) http->body = std::move(*whole);
}

void TakeHead(const warc::HttpHead& head, net::HttpResult* http) {
  http->status = head.status;
  http->http_version = "HTTP/" + head.version;
  http->reason_phrase = head.reason;
  http->headers = head.fields;
}

void TakeRequest(const Brought& brought, net::HttpResult* http) {
  if (brought.request) http->request_headers = brought.request->fields;
  http->remote_address = base::ToValidUtf8(brought.header.Field("WARC-IP-Address"));
}

StatusOr<net::HttpResult> ResponseOf(Brought* brought) {
  net::HttpResult http;
  http.kind = net::HttpKind::kOk;
  const auto head = warc::ParseResponseHead(brought->block);
  if (!head) return base::InvalidArgument("its block is no HTTP response");
  TakeHead(*head, &http);
  http.body = std::move(brought->block);
  http.body.erase(0, head->bytes);
  SetTruncation(*brought, &http);
  if (!http.body_truncated) UndoChunks(&http);
  return http;
}

// What somebody kept of a file, not of an answer.
net::HttpResult ResourceOf(Brought* brought) {
  net::HttpResult http;
  http.kind = net::HttpKind::kOk;
  http.status = kAnsweredOk;
  const std::string type = brought->header.Field("Content-Type");
  if (!type.empty()) http.headers.emplace_back("Content-Type", type);
  http.body = std::move(brought->block);
  SetTruncation(*brought, &http);
  return http;
}

net::HttpResult RepeatedAnswer(const Brought& brought, const Original& original) {
  net::HttpResult http;
  http.kind = net::HttpKind::kOk;
  http.status = original.snapshot.http_status();
  http.http_version = "HTTP/" + original.snapshot.http_version();
  for (const auto& field : original.snapshot.response_headers())
    http.headers.emplace_back(field.name(), field.value());
  const std::string coding = net::JoinHeader(http.headers, "Content-Encoding");
  if (const auto head = warc::ParseResponseHead(brought.block)) {
    TakeHead(*head, &http);
    // The bytes are coded as they are, whether it says so again or not.
    if (!coding.empty() && net::JoinHeader(http.headers, "Content-Encoding").empty())
      http.headers.emplace_back("Content-Encoding", coding);
  }
  http.body = original.wire;
  return http;
}

StatusOr<net::HttpResult> AnswerOf(Brought* brought, const Original* original) {
  if (brought->kind == Brought::Kind::kFacts) return net::HttpResult();
  if (brought->kind == Brought::Kind::kResource) return ResourceOf(brought);
  if (original == nullptr) return ResponseOf(brought);
  if (IsIdenticalPayload(*brought)) return RepeatedAnswer(*brought, *original);
  net::HttpResult http;
  http.kind = net::HttpKind::kOk;
  http.status = 304;
  http.http_version = "HTTP/1.1";
  if (const auto head = warc::ParseResponseHead(brought->block)) TakeHead(*head, &http);
  return http;
}

// What our own export tells of a capture stands over what its bytes look like today.
void JudgeAs(const v1::Snapshot& facts, net::HttpResult* http, fetch::FetchOutcome* fetched) {
  for (auto& [name, value] : http->headers)
    if (name == kOrigTransferEncoding) name = "Transfer-Encoding";
  if (!facts.http_version().empty()) http->http_version = "HTTP/" + facts.http_version();
  http->reason_phrase = facts.reason_phrase();
  if (!facts.remote_address().empty()) http->remote_address = facts.remote_address();
  http->truncation = facts.truncated();
  http->body_truncated = !facts.truncated().empty();
  fetched->outcome = facts.outcome();
  fetched->reason = facts.reason();
  fetched->detail = facts.detail();
  fetched->redirect_to = facts.redirect_to();
  fetched->judge_text = false;
}

void Keep(const v1::Snapshot& facts, v1::Snapshot* snapshot) {
  if (!facts.method().empty()) snapshot->set_method(facts.method());
  if (!facts.vantage().empty()) snapshot->set_vantage(facts.vantage());
  if (facts.has_tls()) *snapshot->mutable_tls() = facts.tls();
  if (facts.has_elapsed()) *snapshot->mutable_elapsed() = facts.elapsed();
  snapshot->set_simulated(facts.simulated());
  snapshot->set_trace_id(facts.trace_id());
  if (facts.outcome() == v1::OUTCOME_UNCHANGED) {
    // So that it repeats a capture with these bytes, or none.
    snapshot->set_body_sha256(facts.body_sha256());
    return;
  }
  if (facts.body_sha256().empty() && facts.wire_sha256().empty()) return;
  // The body was not kept: what was known of it still is.
  snapshot->set_body_sha256(facts.body_sha256());
  snapshot->set_body_sha1(facts.body_sha1());
  snapshot->set_body_bytes(facts.body_bytes());
  snapshot->set_wire_sha256(facts.wire_sha256());
  snapshot->set_wire_sha1(facts.wire_sha1());
  snapshot->set_wire_bytes(facts.wire_bytes());
  snapshot->clear_recipe();
  if (facts.has_page()) *snapshot->mutable_page() = facts.page();
  if (facts.has_charset()) *snapshot->mutable_charset() = facts.charset();
}

void KeepRendered(const v1::Snapshot& facts, const worker::PageOrigin& origin,
                  const worker::ReadLimits& limits, std::string document,
                  worker::PageRead* page) {
  if (!facts.has_rendered() || facts.outcome() != v1::OUTCOME_CONTENT) return;
  v1::Snapshot* snapshot = page->capture.header.mutable_snapshot();
  *snapshot->mutable_rendered() = facts.rendered();
  if (!document.empty()) worker::ReadRendered(origin, std::move(document), limits, page);
}

worker::PageOrigin OriginOf(const std::string& url, const v1::Snapshot* facts,
                            const Bringing& bringing) {
  std::string code = facts != nullptr ? facts->detection().place_code() : "";
  if (code.empty() && bringing.place_code) code = bringing.place_code(url);
  return {url, std::move(code), bringing.templates};
}

}  // namespace

bool IsRevisit(const Brought& brought) {
  if (brought.kind == Brought::Kind::kRevisit) return true;
  const auto head = brought.kind == Brought::Kind::kResponse
                        ? warc::ParseResponseHead(brought.block)
                        : std::nullopt;
  return head && head->status == 304;
}

bool IsIdenticalPayload(const Brought& brought) {
  return brought.kind == Brought::Kind::kRevisit &&
         brought.header.Field("WARC-Profile").find(kNotModified) == std::string::npos;
}

std::string IdOfContent(const Brought& brought) {
  base::Hasher hasher(base::DigestKind::kSha256);
  for (const std::string& part :
       {brought.header.id(), brought.url, base::FormatDigits17(brought.date), brought.block}) {
    hasher.Update(std::to_string(part.size()) + ":");
    hasher.Update(part);
  }
  return hasher.Finish().substr(0, kCaptureIdBytes);
}

StatusOr<worker::Capture> ReadBrought(Brought brought, const Original* original,
                                      const Bringing& bringing) {
  const std::string method = MethodOf(brought);
  const std::string id = IdOf(brought);
  const auto facts = FactsOf(brought.metadata);
  const worker::PageOrigin origin = OriginOf(brought.url, facts ? &*facts : nullptr, bringing);
  fetch::FetchOutcome fetched;
  ASSIGN_OR_RETURN(fetched.http, AnswerOf(&brought, original));
  TakeRequest(brought, &fetched.http);
  fetched.first_byte_at = brought.date;
  // As a fetch with validators would be: a 304 is one to such.
  fetch::Judge(brought.url, true, true, DecodeBody, brought.date, &fetched);
  if (facts) JudgeAs(*facts, &fetched.http, &fetched);
  worker::PageRead page = worker::ReadPage(origin, std::move(fetched), bringing.limits);
  v1::Snapshot* snapshot = page.capture.header.mutable_snapshot();
  snapshot->set_capture_id(id);
  snapshot->set_method(method);
  snapshot->set_vantage(bringing.who.empty() ? kVantage : gateway::VantageOf(bringing.who));
  if (facts) {
    Keep(*facts, snapshot);
    KeepRendered(*facts, origin, bringing.limits, std::move(brought.rendered), &page);
  }
  if (snapshot->outcome() == v1::OUTCOME_UNCHANGED && original != nullptr)
    snapshot->set_revisit_of(original->snapshot.id());
  return std::move(page.capture);
}

worker::Capture ReadBroughtFile(BroughtFile file, const Bringing& bringing) {
  Brought brought;
  brought.kind = Brought::Kind::kResource;
  brought.url = file.url;
  brought.date = file.date;
  brought.block = std::move(file.bytes);
  brought.header.fields = {{"Content-Type", file.content_type}};
  // A resource is never refused.
  auto capture = ReadBrought(std::move(brought), nullptr, bringing);
  v1::Snapshot* snapshot = capture->header.mutable_snapshot();
  snapshot->set_capture_id(base::RandomBytes(kCaptureIdBytes));
  return std::move(*capture);
}

}  // namespace signboard::cli
