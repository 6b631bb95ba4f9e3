// What text looks like on a terminal: its width, and a form that cannot do harm.
#include <unicode/uchar.h>

#include <cstdio>

#include "proto/base/text.h"

namespace signboard::base {
namespace {

size_t Columns(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return 0;
  if (c < 0x300) return 1;
  const auto point = static_cast<UChar32>(c);
  switch (u_charType(point)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return 0;
    default:
      break;
  }
  const auto width = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// Moves the cursor, ends a line, or turns the direction of what follows.
bool IsDangerous(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return true;
  if (c < 0x300) return c == 0xAD;
  switch (u_charType(static_cast<UChar32>(c))) {
    case U_FORMAT_CHAR:  // Bidirectional controls, zero-width characters, tags.
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
    case U_PRIVATE_USE_CHAR:
      return true;
    default:
      return false;
  }
}

void AppendEscape(char32_t c, std::string* out) {
  switch (c) {
    case '\n': *out += "\\n"; return;
    case '\r': *out += "\\r"; return;
    case '\t': *out += "\\t"; return;
    default: break;
  }
  char buffer[16];
  const char* form = c < 0x80 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
  std::snprintf(buffer, sizeof buffer, form, static_cast<unsigned>(c));
  *out += buffer;
}

}  // namespace

size_t DisplayWidth(std::string_view text) {
  size_t columns = 0;
  for (size_t at = 0; at < text.size();) columns += Columns(NextCodePoint(text, &at));
  return columns;
}

std::string EscapeTerminal(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    bool valid = true;
    const char32_t c = NextCodePoint(text, &at, &valid);
    if (valid && !IsDangerous(c)) {
      out.append(text, begin, at - begin);
    } else if (valid) {
      AppendEscape(c, &out);
    } else {
      for (size_t i = begin; i < at; ++i) {
        char buffer[8];
        std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<uint8_t>(text[i]));
        out += buffer;
      }
    }
  }
  return out;
}

}  // namespace signboard::base
