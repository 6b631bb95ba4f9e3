// The two records of the index and their bytes. Fixed fields first, so a scan decodes a record
// without looking at the page it came from.
//
//   CaptureRecord   flags:1 outcome:1 status:2 url_hash:8 [sha1:20 sha256_head:8] [fingerprint:8]
//                   body_bytes:8 mime…                     about 60 bytes
//     flags         1 has_body, 2 revisit, 4 truncated, 8 simulated, 16 digests follow,
//                   32 a fingerprint follows, 64 rendered, 128 observed
//   UrlRecord       count:8 first:8 last:8 outcome:1 title_time:8 title…
//     outcome       with 128 added: has_findings
//
// Threads: values and pure functions.
// Errors:  decoding gives kDataLoss for bytes that no encoder wrote.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/types.pb.h"

namespace signboard::index {

inline constexpr size_t kSha256HeadBytes = 8;
inline constexpr size_t kFingerprintBytes = 8;
inline constexpr size_t kMimeBytesMax = 64;
inline constexpr size_t kTitleCharsMax = 80;

struct CaptureRecord {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  uint16_t http_status = 0;
  uint64_t url_hash = 0;     // base::Fingerprint64 of the exact URL.
  bool has_body = false;     // Content: its own, or by revisit that of an earlier capture.
  bool observed = false;     // A body that is kept and no content: of a redirect, of a 404.
  bool revisit = false;      // The digests are those of the capture it repeats.
  bool truncated = false;
  bool simulated = false;
  bool rendered = false;     // The fingerprint is of what scripts made of the bytes.
  std::string sha1;          // Of the decoded body; empty: none came.
  std::string sha256_head;   // The first kSha256HeadBytes; empty exactly when `sha1` is.
  std::string fingerprint;   // Of the content; empty: none.
  uint64_t body_bytes = 0;
  std::string mime;          // "text/html", lower case, without parameters.

  bool SameBytes(const CaptureRecord& other) const {
    return sha1 == other.sha1 && sha256_head == other.sha256_head &&
           body_bytes == other.body_bytes;
  }
};

std::string Encode(const CaptureRecord& record);
StatusOr<CaptureRecord> DecodeCaptureRecord(std::string_view bytes);

// What all captures of one exact URL come to.
struct UrlRecord {
  uint64_t count = 0;
  UnixTime first{};
  UnixTime last{};
  v1::Outcome last_outcome = v1::OUTCOME_UNSPECIFIED;
  UnixTime title_time{};  // Of the capture that `title` comes from.
  std::string title;      // Of the newest capture that has one; at most kTitleCharsMax characters.
  bool has_findings = false;  // Something was found in a capture, and it is not gone since.

  friend bool operator==(const UrlRecord&, const UrlRecord&) = default;
};

std::string Encode(const UrlRecord& record);
StatusOr<UrlRecord> DecodeUrlRecord(std::string_view bytes);

// "Text/HTML; charset=GBK" -> "text/html"; longer than kMimeBytesMax is cut.
std::string MimeEssence(std::string_view content_type);

}  // namespace signboard::index
