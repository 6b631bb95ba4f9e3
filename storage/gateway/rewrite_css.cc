#include "storage/gateway/rewrite_css.h"

#include "crawler/extract/style_references.h"
#include "proto/base/text.h"

namespace signboard::gateway {
namespace {

// An image within a style sheet. Longer ones are pictures of some size, and seldom.
constexpr size_t kDataBytesMax = 256 << 10;

bool IsData(std::string_view value) {
  return value.size() <= kDataBytesMax &&
         base::EqualsIgnoreCaseAscii(value.substr(0, 5), "data:");
}

// Between double quotes, whatever it holds; nothing in it ends a style element either.
void AppendQuoted(std::string_view value, std::string* out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  if (value.empty()) value = "about:invalid";
  *out += '"';
  for (const char c : value) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\' || c == '<' || c == '>' || u < 0x20 || u == 0x7f) {
      out->append({'\\', kHex[u >> 4], kHex[u & 15], ' '});
    } else {
      *out += c;
    }
  }
  *out += '"';
}

}  // namespace

bool RewriteCss(std::string_view css, const ArchiveLinks& links, size_t bytes_max,
                std::string* out) {
  const size_t end = out->size() + bytes_max;
  extract::StyleScanner scanner(css);
  size_t copied = 0;
  while (const auto reference = scanner.Next()) {
    if (out->size() >= end) return false;
    out->append(css.substr(copied, reference->from - copied));
    copied = reference->to;
    if (reference->is_function) *out += "url(";
    AppendQuoted(!reference->is_import && IsData(reference->value)
                     ? reference->value
                     : links.Of(reference->value, reference->is_import ? ReferenceKind::kStyle
                                                                       : ReferenceKind::kImage),
                 out);
    if (reference->is_function) *out += ')';
  }
  if (out->size() >= end) return false;
  out->append(css.substr(copied));
  return true;
}

}  // namespace signboard::gateway
