#include "storage/gateway/archive_links.h"

#include <utility>

#include "proto/base/time.h"

namespace signboard::gateway {
namespace {

// As long as links that are followed: a base that is longer must not swell every link of a page.
constexpr size_t kReferenceBytesMax = 2'048;

std::string_view MarkOf(ReferenceKind kind) {
  switch (kind) {
    case ReferenceKind::kImage: return "im_/";
    case ReferenceKind::kStyle: return "cs_/";
    case ReferenceKind::kPage: break;
  }
  return "/";
}

}  // namespace

ArchiveLinks::ArchiveLinks(int64_t captured_ms, Url base)
    : digits_(base::FormatDigits14(FromMillis(captured_ms))), base_(std::move(base)) {}

std::string ArchiveLinks::Of(std::string_view reference, ReferenceKind kind) const {
  if (reference.size() > kReferenceBytesMax) return "";
  const auto url = Url::Parse(reference, &base_);
  if (!url.ok() || !url->is_http() || url->href().size() > kReferenceBytesMax) return "";
  return "/web/" + digits_ + std::string(MarkOf(kind)) +
         (kind == ReferenceKind::kPage ? url->href() : url->HrefWithoutFragment());
}

ArchiveLinks ArchiveLinks::WithBase(std::string_view reference) const {
  ArchiveLinks other = *this;
  if (reference.size() > kReferenceBytesMax) return other;
  auto url = Url::Parse(reference, &base_);
  if (url.ok() && url->is_http()) other.base_ = *std::move(url);
  return other;
}

void AppendEscaped(std::string_view text, std::string* out) {
  for (const char c : text) {
    switch (c) {
      case '&': *out += "&amp;"; break;
      case '"': *out += "&quot;"; break;
      case '<': *out += "&lt;"; break;
      case '>': *out += "&gt;"; break;
      default: *out += c;
    }
  }
}

}  // namespace signboard::gateway
