#include "proto/base/url_canonical.h"

#include "proto/base/percent.h"

namespace signboard::base {
namespace {

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// Escapes of unreserved characters decoded, all others in upper case.
void AppendNormalized(std::string_view text, std::string* out) {
  // Where a '%' stands that begins no escape: a digit decoded just behind it would make it one.
  size_t stray = std::string::npos;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!IsEscape(text, i)) {
      if (text[i] == '%') stray = out->size();
      *out += text[i];
      continue;
    }
    const char byte =
        static_cast<char>(HexDigit(text[i + 1]) << 4 | HexDigit(text[i + 2]));
    i += 2;
    const bool joins = stray != std::string::npos && out->size() - stray <= 2 &&
                       HexDigit(byte) >= 0;
    if (IsUnreserved(byte) && !joins) {
      *out += byte;
    } else {
      AppendPercent(byte, out);
    }
  }
}

}  // namespace

std::string Canonical(const Url& url) {
  if (url.host().empty()) return url.HrefWithoutFragment();
  std::string out = url.scheme() + "://";
  if (!url.username().empty() || !url.password().empty()) {
    out += url.username();
    if (!url.password().empty()) out.append(":").append(url.password());
    out += '@';
  }
  out += QueueKey(url);
  AppendNormalized(url.path(), &out);
  if (url.query() && !url.query()->empty()) {
    out += '?';
    AppendNormalized(*url.query(), &out);
  }
  return out;
}

std::string QueueKey(const Url& url) {
  return url.port() ? url.host() + ":" + std::to_string(*url.port()) : url.host();
}

std::string_view QueueKeyOfCanonical(std::string_view canonical) {
  canonical.remove_prefix(canonical.find("://") + 3);
  const std::string_view authority = canonical.substr(0, canonical.find('/'));
  return authority.substr(authority.rfind('@') + 1);  // npos + 1 is 0.
}

}  // namespace signboard::base
