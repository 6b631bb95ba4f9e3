#include "storage/archive/check_capture.h"

#include <google/protobuf/arena.h>

#include <algorithm>
#include <cstdint>

#include "crawler/decode/wire_recipe.h"
#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::archive {
namespace {

constexpr size_t kShortTextBytesMax = 1'024;   // Names, versions, ids.
constexpr size_t kLongTextBytesMax = 16'384;   // Detail, redirect target.
constexpr size_t kFramingBytesMax = 65'536;    // Head and tail of a recipe.

Status Wrong(std::string_view field, std::string_view what) {
  return base::InvalidArgument("snapshot." + std::string(field) + " " + std::string(what));
}

Status CheckDigestSize(std::string_view field, std::string_view digest, size_t bytes) {
  if (digest.empty() || digest.size() == bytes) return OkStatus();
  return Wrong(field, "has " + std::to_string(digest.size()) + " bytes, not " +
                          std::to_string(bytes));
}

// An exact URL ends up in keys, ids and links: it holds no space and no control character.
Status CheckUrl(const std::string& url) {
  auto parsed = Url::Parse(url);
  if (!parsed.ok()) return base::Annotate(parsed.status(), "snapshot.url");
  const bool printable = std::none_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
  });
  return printable ? OkStatus() : Wrong("url", "holds a space or a control character");
}

Status CheckTime(const v1::Snapshot& snapshot, UnixTime now, Millis ahead_max) {
  if (snapshot.captured_ms() <= 0) return Wrong("captured_ms", "is not after 1970");
  const UnixTime captured = FromMillis(snapshot.captured_ms());
  // Compared without adding to `captured`, which may be any number.
  if (captured > now + ahead_max) {
    return Wrong("captured_ms", "is more than " + base::FormatSpan(ahead_max) +
                                    " ahead of storage's clock, which says " +
                                    base::FormatRfc3339(now));
  }
  return OkStatus();
}

Status CheckTexts(const v1::Snapshot& snapshot) {
  const auto check = [](std::string_view field, const std::string& text, size_t max) -> Status {
    if (text.size() <= max) return OkStatus();
    return Wrong(field, "is longer than " + std::to_string(max) + " bytes");
  };
  RETURN_IF_ERROR(check("method", snapshot.method(), 32));
  RETURN_IF_ERROR(check("vantage", snapshot.vantage(), kShortTextBytesMax));
  RETURN_IF_ERROR(check("http_version", snapshot.http_version(), 32));
  RETURN_IF_ERROR(check("reason_phrase", snapshot.reason_phrase(), kShortTextBytesMax));
  RETURN_IF_ERROR(check("remote_address", snapshot.remote_address(), kShortTextBytesMax));
  RETURN_IF_ERROR(check("content_type", snapshot.content_type(), kLongTextBytesMax));
  RETURN_IF_ERROR(check("truncated", snapshot.truncated(), 32));
  RETURN_IF_ERROR(check("trace_id", snapshot.trace_id(), kShortTextBytesMax));
  RETURN_IF_ERROR(check("detail", snapshot.detail(), kLongTextBytesMax));
  RETURN_IF_ERROR(check("redirect_to", snapshot.redirect_to(), kLongTextBytesMax));
  RETURN_IF_ERROR(check("revisit_of", snapshot.revisit_of(), kLongTextBytesMax));
  RETURN_IF_ERROR(check("rendered.engine", snapshot.rendered().engine(), kShortTextBytesMax));
  RETURN_IF_ERROR(check("rendered.detail", snapshot.rendered().detail(), kLongTextBytesMax));
  RETURN_IF_ERROR(check("recipe.head", snapshot.recipe().head(), kFramingBytesMax));
  return check("recipe.tail", snapshot.recipe().tail(), kFramingBytesMax);
}

Status CheckSizes(const v1::Snapshot& snapshot) {
  if (snapshot.body_bytes() > kBodyBytesMax || snapshot.wire_bytes() > kBodyBytesMax) {
    return Wrong("body_bytes", "or wire_bytes is more than " + std::to_string(kBodyBytesMax));
  }
  RETURN_IF_ERROR(CheckDigestSize("body_sha256", snapshot.body_sha256(), base::kSha256Bytes));
  RETURN_IF_ERROR(CheckDigestSize("body_sha1", snapshot.body_sha1(), base::kSha1Bytes));
  RETURN_IF_ERROR(CheckDigestSize("wire_sha256", snapshot.wire_sha256(), base::kSha256Bytes));
  RETURN_IF_ERROR(CheckDigestSize("wire_sha1", snapshot.wire_sha1(), base::kSha1Bytes));
  if (snapshot.rendered().bytes() > kRenderedBytesMax) {
    return Wrong("rendered.bytes", "is more than " + std::to_string(kRenderedBytesMax));
  }
  RETURN_IF_ERROR(
      CheckDigestSize("rendered.sha256", snapshot.rendered().sha256(), base::kSha256Bytes));
  RETURN_IF_ERROR(CheckDigestSize("page.fingerprint", snapshot.page().fingerprint(), 8));
  if (static_cast<size_t>(snapshot.request_headers_size()) > kHeaderFieldsMax ||
      static_cast<size_t>(snapshot.response_headers_size()) > kHeaderFieldsMax) {
    return Wrong("response_headers", "or request_headers are more than " +
                                         std::to_string(kHeaderFieldsMax));
  }
  if (snapshot.ByteSizeLong() > kSnapshotBytesMax) {
    return base::InvalidArgument("snapshot is larger than " + std::to_string(kSnapshotBytesMax) +
                                 " bytes without its body");
  }
  return OkStatus();
}

bool IsStored(const v1::Snapshot& snapshot) {
  return snapshot.recipe().method() == v1::WireRecipe::STORED;
}

bool IsIdentity(const v1::Snapshot& snapshot) {
  return snapshot.recipe().method() == v1::WireRecipe::IDENTITY ||
         snapshot.recipe().method() == v1::WireRecipe::METHOD_UNSPECIFIED;
}

// `what` is "body" or "wire". An empty SHA-1 is filled in.
Status CheckBytes(const std::string& what, std::string_view bytes, uint64_t size,
                  const std::string& sha256, std::string* sha1) {
  if (size != bytes.size()) {
    return Wrong(what + "_bytes", "says " + std::to_string(size) + ", but " +
                                      std::to_string(bytes.size()) + " bytes came");
  }
  const std::string real = base::Sha256(bytes);
  if (real != sha256) {
    return Wrong(what + "_sha256", "is " + base::ToHex(sha256) + ", but that of the bytes is " +
                                       base::ToHex(real));
  }
  const std::string real_sha1 = base::Sha1(bytes);
  if (sha1->empty()) *sha1 = real_sha1;
  if (*sha1 == real_sha1) return OkStatus();
  return Wrong(what + "_sha1", "is " + base::ToHex(*sha1) + ", but that of the bytes is " +
                                   base::ToHex(real_sha1));
}

// What a browser made of the body: its bytes, where it made any, and nothing where it made none.
Status CheckRendered(const Capture& capture) {
  const v1::RenderedFacts& rendered = capture.header.snapshot().rendered();
  if (rendered.sha256().empty()) {
    if (capture.rendered.empty() && rendered.bytes() == 0) return OkStatus();
    return Wrong("rendered.sha256", "is missing, but a rendered document came");
  }
  std::string sha1;
  return CheckBytes("rendered", capture.rendered, rendered.bytes(), rendered.sha256(), &sha1);
}

StatusOr<decode::Recipe::Method> MethodOf(const v1::WireRecipe& recipe) {
  switch (recipe.method()) {
    case v1::WireRecipe::ZLIB: return decode::Recipe::Method::kZlib;
    case v1::WireRecipe::BROTLI: return decode::Recipe::Method::kBrotli;
    case v1::WireRecipe::ZSTD: return decode::Recipe::Method::kZstd;
    default: return base::InvalidArgument("not a recipe that recreates bytes");
  }
}

// The sender made the wire bytes by the recipe, with the library that we would do it with. What it
// says of them is complete: nothing is left to be found out by making them once more.
bool WasTried(const v1::StoreRequest::Header& header) {
  const v1::Snapshot& snapshot = header.snapshot();
  const auto method = MethodOf(snapshot.recipe());
  return method.ok() && !header.recipe_tried_with().empty() &&
         header.recipe_tried_with() == decode::RecipeLibrary(*method) &&
         !snapshot.wire_sha1().empty() && snapshot.body_bytes() <= decode::kRecipeBytesMax;
}

Status CheckWire(Capture* capture) {
  v1::Snapshot& snapshot = *capture->header.mutable_snapshot();
  if (IsIdentity(snapshot)) {
    snapshot.mutable_recipe()->Clear();
    snapshot.mutable_recipe()->set_method(v1::WireRecipe::IDENTITY);
    if (!snapshot.wire_sha256().empty() && snapshot.wire_sha256() != snapshot.body_sha256()) {
      return Wrong("wire_sha256", "differs from body_sha256, but the recipe says IDENTITY");
    }
    snapshot.set_wire_sha256(snapshot.body_sha256());
    snapshot.set_wire_sha1(snapshot.body_sha1());
    snapshot.set_wire_bytes(snapshot.body_bytes());
    return OkStatus();
  }
  if (snapshot.wire_sha256().empty()) return Wrong("wire_sha256", "is missing");
  if (IsStored(snapshot)) {
    snapshot.mutable_recipe()->set_wire_body_sha256(snapshot.wire_sha256());
    return CheckBytes("wire", capture->wire, snapshot.wire_bytes(), snapshot.wire_sha256(),
                      snapshot.mutable_wire_sha1());
  }
  if (WasTried(capture->header)) return OkStatus();
  auto wire = RecreateWire(snapshot.recipe(), capture->decoded);
  if (!wire.ok()) return base::Annotate(wire.status(), "snapshot.recipe");
  return base::Annotate(CheckBytes("wire", *wire, snapshot.wire_bytes(), snapshot.wire_sha256(),
                                   snapshot.mutable_wire_sha1()),
                        "the recipe does not give the wire bytes, send them as STORED");
}

bool MayBeObserved(const v1::Snapshot& snapshot) {
  return snapshot.outcome() == v1::OUTCOME_REDIRECT || snapshot.outcome() == v1::OUTCOME_GONE;
}

// Its bytes are here, and few enough. Those of an empty body always are.
bool CameObserved(const Capture& capture) {
  const v1::Snapshot& snapshot = capture.header.snapshot();
  return MayBeObserved(snapshot) && !snapshot.body_sha256().empty() &&
         capture.decoded.size() == snapshot.body_bytes() &&
         snapshot.body_bytes() <= kObservedBytesMax && snapshot.wire_bytes() <= kObservedBytesMax;
}

}  // namespace

Status CheckHeader(const v1::StoreRequest::Header& header, UnixTime now, Millis ahead_max) {
  const v1::Snapshot& snapshot = header.snapshot();
  RETURN_IF_ERROR(CheckUrl(snapshot.url()));
  if (snapshot.capture_id().size() != kCaptureIdBytes) {
    return Wrong("capture_id", "has " + std::to_string(snapshot.capture_id().size()) +
                                   " bytes, not " + std::to_string(kCaptureIdBytes));
  }
  RETURN_IF_ERROR(CheckTime(snapshot, now, ahead_max));
  if (snapshot.outcome() == v1::OUTCOME_UNSPECIFIED || !v1::Outcome_IsValid(snapshot.outcome())) {
    return Wrong("outcome", "is missing or unknown");
  }
  if (!v1::WireRecipe::Method_IsValid(snapshot.recipe().method())) {
    return Wrong("recipe.method", "is unknown");
  }
  if (snapshot.http_status() < 0 || snapshot.http_status() > 999) {
    return Wrong("http_status", "is not between 0 and 999");
  }
  RETURN_IF_ERROR(CheckTexts(snapshot));
  RETURN_IF_ERROR(CheckSizes(snapshot));
  if (IsContent(snapshot) && snapshot.body_sha256().empty()) {
    return Wrong("body_sha256", "is missing, but the outcome is content");
  }
  if (static_cast<size_t>(header.findings_size()) > kFindingsMax) {
    return base::InvalidArgument("more than " + std::to_string(kFindingsMax) + " findings");
  }
  size_t findings_bytes = 0;
  for (const v1::Finding& finding : header.findings()) findings_bytes += finding.ByteSizeLong();
  if (findings_bytes > kFindingsBytesMax) {
    return base::InvalidArgument("findings are larger than " + std::to_string(kFindingsBytesMax) +
                                 " bytes");
  }
  if (header.text().size() > kTextBytesMax) {
    return base::InvalidArgument("text is longer than " + std::to_string(kTextBytesMax) +
                                 " bytes");
  }
  if (header.recipe_tried_with().size() > kShortTextBytesMax) {
    return base::InvalidArgument("recipe_tried_with is longer than " +
                                 std::to_string(kShortTextBytesMax) + " bytes");
  }
  // What does not decode is found out before it is kept, not when it is asked for.
  google::protobuf::Arena arena;
  auto* const decoded = google::protobuf::Arena::CreateMessage<v1::StoreRequest::Header>(&arena);
  if (!decoded->ParseFromString(header.SerializeAsString())) {
    return base::InvalidArgument("a text field of snapshot or findings is not UTF-8");
  }
  return OkStatus();
}

bool IsContent(const v1::Snapshot& snapshot) { return snapshot.outcome() == v1::OUTCOME_CONTENT; }

bool IsObserved(const v1::Snapshot& snapshot) {
  return MayBeObserved(snapshot) &&
         snapshot.recipe().method() != v1::WireRecipe::METHOD_UNSPECIFIED;
}

size_t DecodedBytes(const v1::Snapshot& snapshot) { return snapshot.body_bytes(); }

size_t RenderedBytes(const v1::Snapshot& snapshot) { return snapshot.rendered().bytes(); }

size_t WireBytes(const v1::Snapshot& snapshot) {
  return IsStored(snapshot) ? snapshot.wire_bytes() : 0;
}

Status CheckBodies(Capture* capture) {
  v1::Snapshot& snapshot = *capture->header.mutable_snapshot();
  if (!IsStored(snapshot) && !capture->wire.empty()) {
    return base::InvalidArgument("wire bytes came, but snapshot.recipe is not STORED");
  }
  if (IsContent(snapshot)) {
    RETURN_IF_ERROR(CheckBytes("body", capture->decoded, snapshot.body_bytes(),
                               snapshot.body_sha256(), snapshot.mutable_body_sha1()));
    RETURN_IF_ERROR(CheckRendered(*capture));
    return CheckWire(capture);
  }
  if (snapshot.outcome() == v1::OUTCOME_UNCHANGED && !capture->decoded.empty()) {
    return Wrong("outcome", "is unchanged, but a body came");
  }
  const bool observed = CameObserved(*capture);
  if (observed || !capture->decoded.empty()) {
    RETURN_IF_ERROR(CheckBytes("body", capture->decoded, snapshot.body_bytes(),
                               snapshot.body_sha256(), snapshot.mutable_body_sha1()));
  }
  snapshot.clear_rendered();
  capture->rendered.clear();
  if (observed) return CheckWire(capture);
  snapshot.clear_recipe();
  capture->decoded.clear();
  capture->wire.clear();
  return OkStatus();
}

StatusOr<std::string> RecreateWire(const v1::WireRecipe& recipe, std::string_view decoded) {
  decode::Recipe plain;
  ASSIGN_OR_RETURN(plain.method, MethodOf(recipe));
  if (decoded.size() > decode::kRecipeBytesMax) {
    return base::InvalidArgument("a recipe for more than " +
                                 std::to_string(decode::kRecipeBytesMax) + " bytes");
  }
  plain.level = recipe.level();
  plain.window_bits = recipe.window_bits();
  plain.mem_level = recipe.mem_level();
  plain.strategy = recipe.strategy();
  plain.head = recipe.head();
  plain.tail = recipe.tail();
  return decode::Recreate(plain, decoded);
}

}  // namespace signboard::archive
