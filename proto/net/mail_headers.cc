#include "proto/net/mail_headers.h"

#include <algorithm>

#include "proto/base/digest.h"
#include "proto/base/text.h"

namespace signboard::net {
namespace {

constexpr size_t kPlainBytesMax = 60;
// In base64, with =?UTF-8?B? and ?= around it: 64 characters, so that a line has room for the
// field's name (RFC 2047 section 2: at most 76).
constexpr size_t kWordBytesMax = 39;
constexpr size_t kLocalPartBytesMax = 64;
constexpr size_t kLabelBytesMax = 63;

bool IsAlnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool IsDotAtom(std::string_view text, std::string_view beside, size_t atom_max) {
  for (const std::string_view atom : base::SplitAscii(text, '.')) {
    if (atom.empty() || atom.size() > atom_max) return false;
    const auto fits = [beside](char c) {
      return IsAlnum(c) || beside.find(c) != std::string_view::npos;
    };
    if (!std::all_of(atom.begin(), atom.end(), fits)) return false;
  }
  return true;
}

bool IsPlain(std::string_view text) {
  return text.size() <= kPlainBytesMax && text.find("=?") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; });
}

}  // namespace

bool IsMailAddress(std::string_view text) {
  const size_t at = text.find('@');
  if (at == std::string_view::npos || text.size() > kMailAddressBytesMax) return false;
  const std::string_view domain = text.substr(at + 1);
  return at <= kLocalPartBytesMax &&
         IsDotAtom(text.substr(0, at), "!#$%'*+-/=^_`{|}~", kLocalPartBytesMax) &&
         IsDotAtom(domain, "-", kLabelBytesMax) && !domain.starts_with('-') &&
         !domain.ends_with('-');
}

std::string EncodeMailText(std::string_view text) {
  std::string clean = base::ToValidUtf8(text);
  for (char& c : clean)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) c = ' ';
  if (IsPlain(clean)) return clean;
  std::string encoded;
  for (size_t at = 0; at < clean.size();) {
    size_t end = at;
    for (size_t next = at; next < clean.size();) {
      base::NextCodePoint(clean, &next);
      if (next - at > kWordBytesMax) break;
      end = next;
    }
    // Space between two encoded words is no part of the text (RFC 2047 section 6.2).
    encoded += encoded.empty() ? "" : "\r\n ";
    encoded += "=?UTF-8?B?" + base::ToBase64(std::string_view(clean).substr(at, end - at)) + "?=";
    at = end;
  }
  return encoded;
}

}  // namespace signboard::net
