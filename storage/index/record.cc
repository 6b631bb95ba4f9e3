#include "storage/index/record.h"

#include "proto/base/key_codec.h"
#include "proto/base/text.h"

namespace signboard::index {
namespace {

// DO NOT CHANGE: bytes on disk.
enum Flag : uint8_t {
  kHasBody = 1,
  kRevisit = 2,
  kTruncated = 4,
  kSimulated = 8,
  kDigests = 16,
  kFingerprint = 32,
  kRendered = 64,
  kObserved = 128,
};
constexpr uint8_t kHasFindings = 128;  // Beside the outcome of a UrlRecord.

StatusOr<uint8_t> Byte(base::KeyReader* reader) {
  ASSIGN_OR_RETURN(const std::string_view byte, reader->Bytes(1));
  return static_cast<uint8_t>(byte[0]);
}

Status Text(base::KeyReader* reader, size_t count, std::string* out) {
  ASSIGN_OR_RETURN(*out, reader->Bytes(count));
  return OkStatus();
}

StatusOr<v1::Outcome> OutcomeOf(unsigned number) {
  if (!v1::Outcome_IsValid(static_cast<int>(number))) {
    return base::DataLoss("index record with unknown outcome " + std::to_string(number));
  }
  return static_cast<v1::Outcome>(number);
}

}  // namespace

std::string Encode(const CaptureRecord& record) {
  unsigned flags = 0;
  if (record.has_body) flags |= kHasBody;
  if (record.revisit) flags |= kRevisit;
  if (record.truncated) flags |= kTruncated;
  if (record.simulated) flags |= kSimulated;
  if (!record.sha1.empty()) flags |= kDigests;
  if (!record.fingerprint.empty()) flags |= kFingerprint;
  if (record.rendered) flags |= kRendered;
  if (record.observed) flags |= kObserved;
  std::string out;
  out.push_back(static_cast<char>(flags));
  out.push_back(static_cast<char>(record.outcome));
  base::AppendU16(&out, record.http_status);
  base::AppendU64(&out, record.url_hash);
  out += record.sha1;
  out += record.sha256_head;
  out += record.fingerprint;
  base::AppendU64(&out, record.body_bytes);
  out += record.mime;
  return out;
}

StatusOr<CaptureRecord> DecodeCaptureRecord(std::string_view bytes) {
  base::KeyReader reader(bytes);
  CaptureRecord record;
  ASSIGN_OR_RETURN(const uint8_t flags, Byte(&reader));
  const bool observed = (flags & kObserved) != 0;
  if (observed && ((flags & kHasBody) != 0 || (flags & kDigests) == 0)) {
    return base::DataLoss("index record with flags that no encoder sets, " +
                          std::to_string(flags));
  }
  record.has_body = (flags & kHasBody) != 0;
  record.revisit = (flags & kRevisit) != 0;
  record.truncated = (flags & kTruncated) != 0;
  record.simulated = (flags & kSimulated) != 0;
  record.rendered = (flags & kRendered) != 0;
  record.observed = observed;
  ASSIGN_OR_RETURN(const uint8_t outcome, Byte(&reader));
  ASSIGN_OR_RETURN(record.outcome, OutcomeOf(outcome));
  ASSIGN_OR_RETURN(record.http_status, reader.U16());
  ASSIGN_OR_RETURN(record.url_hash, reader.U64());
  if ((flags & kDigests) != 0) {
    RETURN_IF_ERROR(Text(&reader, 20, &record.sha1));
    RETURN_IF_ERROR(Text(&reader, kSha256HeadBytes, &record.sha256_head));
  }
  if ((flags & kFingerprint) != 0) {
    RETURN_IF_ERROR(Text(&reader, kFingerprintBytes, &record.fingerprint));
  }
  ASSIGN_OR_RETURN(record.body_bytes, reader.U64());
  record.mime = reader.rest();
  return record;
}

std::string Encode(const UrlRecord& record) {
  std::string out;
  base::AppendU64(&out, record.count);
  base::AppendTime(&out, record.first);
  base::AppendTime(&out, record.last);
  out.push_back(static_cast<char>(record.last_outcome | (record.has_findings ? kHasFindings : 0)));
  base::AppendTime(&out, record.title_time);
  out += record.title;
  return out;
}

StatusOr<UrlRecord> DecodeUrlRecord(std::string_view bytes) {
  base::KeyReader reader(bytes);
  UrlRecord record;
  ASSIGN_OR_RETURN(record.count, reader.U64());
  ASSIGN_OR_RETURN(record.first, reader.Time());
  ASSIGN_OR_RETURN(record.last, reader.Time());
  ASSIGN_OR_RETURN(const uint8_t outcome, Byte(&reader));
  record.has_findings = (outcome & kHasFindings) != 0;
  ASSIGN_OR_RETURN(record.last_outcome, OutcomeOf(outcome & ~unsigned{kHasFindings}));
  ASSIGN_OR_RETURN(record.title_time, reader.Time());
  record.title = reader.rest();
  return record;
}

std::string MimeEssence(std::string_view content_type) {
  const std::string_view essence =
      base::TrimAscii(content_type.substr(0, content_type.find_first_of(";,")));
  return base::ToLowerAscii(essence.substr(0, kMimeBytesMax));
}

}  // namespace signboard::index
