#include "proto/base/percent.h"

namespace signboard::base {

bool InPercentSet(PercentSet set, char byte) {
  if (static_cast<uint8_t>(byte) < 0x20 || static_cast<uint8_t>(byte) > 0x7E) return true;
  const auto any_of = [byte](std::string_view characters) {
    return characters.find(byte) != std::string_view::npos;
  };
  switch (set) {
    case PercentSet::kC0Control: return false;
    case PercentSet::kFragment: return any_of(" \"<>`");
    case PercentSet::kQuery: return any_of(" \"#<>");
    case PercentSet::kSpecialQuery: return any_of(" \"#<>'");
    case PercentSet::kPath: return any_of(" \"#<>?^`{}");
    case PercentSet::kUserinfo: return any_of(" \"#<>?^`{}/:;=@[\\]|");
  }
  return true;
}

void AppendPercent(char byte, std::string* out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  *out += '%';
  *out += kDigits[static_cast<uint8_t>(byte) >> 4];
  *out += kDigits[static_cast<uint8_t>(byte) & 15];
}

void AppendPercentEncoded(PercentSet set, std::string_view bytes, std::string* out) {
  for (const char byte : bytes) {
    if (InPercentSet(set, byte)) {
      AppendPercent(byte, out);
    } else {
      *out += byte;
    }
  }
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsEscape(std::string_view text, size_t at) {
  return at + 2 < text.size() && text[at] == '%' && HexDigit(text[at + 1]) >= 0 &&
         HexDigit(text[at + 2]) >= 0;
}

std::string PercentDecode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (IsEscape(text, i)) {
      out += static_cast<char>(HexDigit(text[i + 1]) << 4 | HexDigit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace signboard::base
