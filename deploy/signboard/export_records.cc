#include "deploy/signboard/export_records.h"

#include <utility>

#include "deploy/signboard/capture_facts.h"
#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/span.h"
#include "proto/base/text.h"
#include "proto/base/url.h"
#include "storage/gateway/words.h"

namespace signboard::cli {
namespace {

constexpr size_t kIdBytes = 16;
constexpr char kConformsTo[] =
    "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/";
constexpr char kIdentical[] = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
constexpr char kNotModified[] = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

std::string IdOf(const v1::Snapshot& snapshot) { return warc::UuidUrn(snapshot.capture_id()); }

// Of another record of the capture.
std::string IdBeside(const v1::Snapshot& snapshot, const std::string& which) {
  return warc::UuidUrn(base::Sha256(which + ":" + snapshot.capture_id()).substr(0, kIdBytes));
}

// "192.0.2.1:80" -> "192.0.2.1"; "[2001:db8::1]:443" -> "2001:db8::1".
std::string AddressOf(const std::string& remote) {
  if (remote.starts_with('[')) return remote.substr(1, remote.find(']') - 1);
  const size_t colon = remote.find(':');
  const bool is_ipv6 =
      colon != std::string::npos && remote.find(':', colon + 1) != std::string::npos;
  return is_ipv6 ? remote : remote.substr(0, colon);
}

// Nothing in a line of ours ends it.
std::string OneLine(std::string_view text) {
  std::string line(text);
  for (char& c : line)
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  return line;
}

template <class Headers>
void AppendHeaders(const Headers& headers, std::string* head) {
  for (const auto& field : headers) {
    const bool transfer = base::EqualsIgnoreCaseAscii(field.name(), "Transfer-Encoding");
    warc::AppendField(head, transfer ? kOrigTransferEncoding : OneLine(field.name()),
                      field.value());
  }
  head->append("\r\n");
}

// HTTP/2 has no lines: those who read WARC files know those of HTTP/1.1.
std::string ResponseHead(const v1::Snapshot& snapshot) {
  const bool is_old = snapshot.http_version() == "1.0";
  std::string head = is_old ? "HTTP/1.0 " : "HTTP/1.1 ";
  head += std::to_string(snapshot.http_status()) + " " + OneLine(snapshot.reason_phrase()) + "\r\n";
  AppendHeaders(snapshot.response_headers(), &head);
  return head;
}

std::string RequestHead(const v1::Snapshot& snapshot) {
  const auto url = base::Url::Parse(snapshot.url());
  std::string target = url.ok() ? std::string(url->path()) : "/";
  if (url.ok() && url->query()) target += "?" + std::string(*url->query());
  const std::string method = snapshot.method().empty() ? "GET" : OneLine(snapshot.method());
  std::string head = method + " " + OneLine(target) + " HTTP/1.1\r\n";
  AppendHeaders(snapshot.request_headers(), &head);
  return head;
}

void AddTarget(const v1::Snapshot& snapshot, warc::Fields* fields) {
  fields->emplace_back("WARC-Target-URI", snapshot.url());
}

void AddConnection(const v1::Snapshot& snapshot, warc::Fields* fields) {
  const std::string address = AddressOf(snapshot.remote_address());
  if (!address.empty()) fields->emplace_back("WARC-IP-Address", address);
  if (snapshot.http_version() == "2") fields->emplace_back("WARC-Protocol", "h2");
  if (!snapshot.tls().cipher().empty())
    fields->emplace_back("WARC-Cipher-Suite", snapshot.tls().cipher());
}

// The capture that a revisit repeats, always by URL and instant.
void AddReference(const std::string& snapshot_id, warc::Fields* fields) {
  const auto id = base::ParseSnapshotId(snapshot_id);
  if (!id.ok()) return;
  fields->emplace_back("WARC-Refers-To-Target-URI", id->url);
  fields->emplace_back("WARC-Refers-To-Date", base::FormatRfc3339(id->time));
}

void AddRevisit(const Exported& exported, warc::Fields* fields) {
  const v1::Snapshot& snapshot = exported.snapshot;
  fields->emplace_back("WARC-Profile", exported.identical ? kIdentical : kNotModified);
  AddReference(exported.refers_to_id, fields);
  if (!snapshot.wire_sha1().empty())
    fields->emplace_back("WARC-Payload-Digest", warc::Sha1Name(snapshot.wire_sha1()));
  // The block is the head of an answer that had a body.
  if (exported.identical) fields->emplace_back("WARC-Truncated", "length");
}

// A file that somebody brought: nothing answered with it.
bool IsFile(const v1::Snapshot& snapshot) {
  return snapshot.http_version().empty() && snapshot.http_status() == 200;
}

bool IsRevisit(const Exported& exported) {
  return exported.identical || exported.snapshot.outcome() == v1::OUTCOME_UNCHANGED;
}

}  // namespace

bool HasBytes(const v1::Snapshot& snapshot) { return gateway::HasBody(snapshot); }

warc::CdxjEntry IndexEntryOf(const v1::Snapshot& snapshot) {
  warc::CdxjEntry entry;
  entry.url = snapshot.url();
  entry.date = base::FromMillis(snapshot.captured_ms());
  entry.status = IsFile(snapshot) ? 0 : snapshot.http_status();
  const bool revisit = snapshot.outcome() == v1::OUTCOME_UNCHANGED;
  entry.mime = revisit ? "warc/revisit" : warc::CdxjMime(snapshot.content_type());
  if (!snapshot.wire_sha1().empty()) entry.digest = warc::Sha1Name(snapshot.wire_sha1());
  return entry;
}

Status ExportRecords::WriteInfo(const std::string& software, const std::string& query,
                                UnixTime now) {
  std::string body;
  warc::AppendField(&body, "software", software);
  warc::AppendField(&body, "format", "WARC File Format 1.1");
  warc::AppendField(&body, "conformsTo", kConformsTo);
  warc::AppendField(&body, "description", query);
  warc::RecordDraft record;
  record.type = "warcinfo";
  record.id = warc::UuidUrn(base::RandomBytes(kIdBytes));
  record.date = now;
  record.content_type = "application/warc-fields";
  record.fields = {{"WARC-Filename", filename_}};
  record.body = body;
  return writer_.Write(record).status();
}

Status ExportRecords::WriteMain(const Exported& exported) {
  const v1::Snapshot& snapshot = exported.snapshot;
  const bool revisit = IsRevisit(exported);
  const bool is_file = IsFile(snapshot) && !revisit;
  warc::RecordDraft record;
  record.type = revisit ? "revisit" : is_file ? "resource" : "response";
  record.id = IdOf(snapshot);
  record.date = base::FromMillis(snapshot.captured_ms());
  AddTarget(snapshot, &record.fields);
  AddConnection(snapshot, &record.fields);
  const std::string head = is_file ? "" : ResponseHead(snapshot);
  record.head = head;
  record.content_type = is_file ? snapshot.content_type() : "application/http; msgtype=response";
  if (revisit) {
    AddRevisit(exported, &record.fields);
  } else {
    record.body = exported.wire;
    record.has_payload = true;
    const bool whole = exported.has_wire;
    const std::string cut = whole ? snapshot.truncated() : "unspecified";
    if (!cut.empty()) record.fields.emplace_back("WARC-Truncated", cut);
  }
  ASSIGN_OR_RETURN(const warc::Writer::Place place, writer_.Write(record));
  if (!index_) return OkStatus();
  warc::CdxjEntry entry = IndexEntryOf(snapshot);
  if (revisit) entry.mime = "warc/revisit";
  // Of what stands in the record: of a body that is not there too.
  if (!revisit && !exported.has_wire) entry.digest = warc::Sha1Name(base::Sha1(""));
  entry.bytes = place.bytes;
  entry.offset = place.offset;
  entry.filename = filename_;
  entry.record_digest = place.record_digest;
  return index_(entry);
}

// The records that no index has.
Status ExportRecords::WriteBeside(const Exported& exported) {
  const v1::Snapshot& snapshot = exported.snapshot;
  warc::RecordDraft record;
  record.date = base::FromMillis(snapshot.captured_ms());
  AddTarget(snapshot, &record.fields);
  const bool answered = snapshot.http_status() != 0;
  if (answered) record.fields.emplace_back("WARC-Concurrent-To", "<" + IdOf(snapshot) + ">");
  if (snapshot.request_headers_size() > 0) {
    const std::string head = RequestHead(snapshot);
    record.type = "request";
    record.id = IdBeside(snapshot, "request");
    record.content_type = "application/http; msgtype=request";
    record.head = head;
    RETURN_IF_ERROR(writer_.Write(record).status());
  }
  const bool with_body = exported.has_wire || IsRevisit(exported);
  std::string facts;
  const auto elapsed = base::SpanOf(snapshot.elapsed());
  if (snapshot.has_elapsed())
    warc::AppendField(&facts, "fetchTimeMs", std::to_string(elapsed.count()));
  warc::AppendField(&facts, kFactsField, FactsText(snapshot, with_body));
  record.type = "metadata";
  // Where nothing answered it is the capture's only record.
  record.id = answered ? IdBeside(snapshot, "metadata") : IdOf(snapshot);
  record.content_type = "application/warc-fields";
  record.head = {};
  record.body = facts;
  RETURN_IF_ERROR(writer_.Write(record).status());
  if (exported.rendered.empty()) return OkStatus();
  record.type = "conversion";
  record.id = IdBeside(snapshot, "rendered");
  record.fields.back() = {"WARC-Refers-To", "<" + IdOf(snapshot) + ">"};
  record.content_type = "text/html; charset=utf-8";
  record.body = exported.rendered;
  record.has_payload = true;
  return writer_.Write(record).status();
}

Status ExportRecords::Write(const Exported& exported) {
  if (exported.snapshot.http_status() != 0) RETURN_IF_ERROR(WriteMain(exported));
  return WriteBeside(exported);
}

}  // namespace signboard::cli
