#include "deploy/signboard/bench_captures.h"

#include <utility>

#include "crawler/worker/page_reader.h"
#include "deploy/signboard/bench_steps.h"
#include "proto/base/digest.h"

namespace signboard::cli {
namespace {

constexpr int64_t kFirstMs = 1'730'775'600'000;  // 2024-11-05, 11:00 in China
constexpr int64_t kDayMs = 86'400'000;
constexpr int64_t kVisitMs = 1'800'000;
constexpr size_t kIdBytes = 16;
constexpr char kNotModified[] =
    "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

fetch::FetchOutcome Answered(const std::string& url, int status, UnixTime at) {
  fetch::FetchOutcome fetched;
  net::HttpResult& http = fetched.http;
  http.status = status;
  http.http_version = "HTTP/1.1";
  http.reason_phrase = status == 200 ? "OK" : "Not Modified";
  const UnixTime day = FromMillis(ToMillis(at) / kDayMs * kDayMs);
  const std::string tag = base::ToHex(base::Sha1(url + base::FormatHttpDate(day)));
  http.headers = {{"Server", "nginx"},
                  {"Date", base::FormatHttpDate(at)},
                  {"Last-Modified", base::FormatHttpDate(day)},
                  {"Connection", "keep-alive"},
                  {"ETag", "\"" + tag.substr(0, 12) + "\""}};
  const size_t host = url.find("//") + 2;
  http.request_headers = {
      {"Host", url.substr(host, url.find('/', host) - host)},
      {"User-Agent", "Signboard/1.0 (+https://signboard.example/about)"},
      {"Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
      {"Accept-Language", "zh-CN,zh;q=0.9,en;q=0.5"},
      {"Accept-Encoding", "gzip, deflate, br, zstd"}};
  http.remote_address = "192.0.2.17:80";
  http.elapsed = Millis(83);
  fetched.first_byte_at = at;
  return fetched;
}

archive::Capture Read(const std::string& url, fetch::FetchOutcome fetched) {
  worker::PageRead page = worker::ReadPage({url, kBenchPlaceCode}, std::move(fetched), {});
  v1::Snapshot* const snapshot = page.capture.header.mutable_snapshot();
  snapshot->set_capture_id(base::RandomBytes(kIdBytes));
  snapshot->set_vantage("default");
  return {std::move(page.capture.header), std::move(page.capture.decoded),
          std::move(page.capture.wire), std::move(page.capture.rendered)};
}

std::string HeadOf(std::string first,
                   const google::protobuf::RepeatedPtrField<v1::HeaderField>& fields) {
  for (const v1::HeaderField& field : fields)
    first += field.name() + ": " + field.value() + "\r\n";
  return first + "\r\n";
}

}  // namespace

UnixTime BenchTime(size_t version, size_t visit) {
  return FromMillis(kFirstMs + static_cast<int64_t>(version) * kDayMs +
                    static_cast<int64_t>(visit) * kVisitMs);
}

archive::Capture CaptureOfPage(const std::string& url, std::string html, UnixTime at) {
  fetch::FetchOutcome fetched = Answered(url, 200, at);
  fetched.outcome = v1::OUTCOME_CONTENT;
  fetched.content_type = "text/html";
  fetched.http.headers.emplace_back("Content-Type", fetched.content_type);
  fetched.http.headers.emplace_back("Content-Length", std::to_string(html.size()));
  fetched.http.body = std::move(html);
  return Read(url, std::move(fetched));
}

archive::Capture UnchangedCapture(const std::string& url, UnixTime at) {
  fetch::FetchOutcome fetched = Answered(url, 304, at);
  fetched.outcome = v1::OUTCOME_UNCHANGED;
  fetched.http.request_headers.emplace_back("If-None-Match", fetched.http.headers.back().second);
  return Read(url, std::move(fetched));
}

Status WarcFloor::Add(const archive::Capture& capture) {
  const v1::Snapshot& snapshot = capture.header.snapshot();
  const size_t path = snapshot.url().find('/', snapshot.url().find("//") + 2);
  const std::string id = warc::UuidUrn(base::RandomBytes(kIdBytes));
  RETURN_IF_ERROR(AddRecord(
      snapshot, {"request", warc::UuidUrn(base::RandomBytes(kIdBytes)), id},
      HeadOf("GET " + snapshot.url().substr(path) + " HTTP/1.1\r\n", snapshot.request_headers()),
      ""));
  const std::string head =
      HeadOf("HTTP/" + snapshot.http_version() + " " + std::to_string(snapshot.http_status()) +
                 " " + snapshot.reason_phrase() + "\r\n",
             snapshot.response_headers());
  const bool unchanged = snapshot.outcome() == v1::OUTCOME_UNCHANGED;
  RETURN_IF_ERROR(
      AddRecord(snapshot, {unchanged ? "revisit" : "response", id, ""}, head, capture.decoded));
  if (!unchanged) last_date_ = base::FormatRfc3339(FromMillis(snapshot.captured_ms()));
  return OkStatus();
}

Status WarcFloor::AddRecord(const v1::Snapshot& snapshot, const Kind& kind,
                            const std::string& head, std::string_view body) {
  warc::RecordDraft record;
  record.type = kind.type;
  record.id = kind.id;
  record.date = FromMillis(snapshot.captured_ms());
  const bool request = kind.type == "request";
  record.content_type = std::string("application/http; msgtype=") +
                        (request ? "request" : "response");
  record.fields = {{"WARC-Target-URI", snapshot.url()}};
  if (request) {
    record.fields.emplace_back("WARC-Concurrent-To", "<" + kind.concurrent_to + ">");
  } else {
    const std::string& address = snapshot.remote_address();
    record.fields.emplace_back("WARC-IP-Address", address.substr(0, address.rfind(':')));
  }
  if (kind.type == "revisit") {
    record.fields.emplace_back("WARC-Profile", kNotModified);
    record.fields.emplace_back("WARC-Refers-To-Target-URI", snapshot.url());
    record.fields.emplace_back("WARC-Refers-To-Date", last_date_);
  }
  record.head = head;
  record.body = body;
  record.has_payload = kind.type == "response";
  return writer_.Write(record).status();
}

}  // namespace signboard::cli
