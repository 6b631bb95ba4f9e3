#include "crawler/extract/script_text.h"

#include <array>
#include <optional>
#include <utility>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kCalleeBytesMax = 32;

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '$';
}

size_t SkipSpaces(std::string_view text, size_t at) {
  while (at < text.size() && static_cast<unsigned char>(text[at]) <= ' ') ++at;
  return at;
}

std::optional<char32_t> HexNumber(std::string_view digits, size_t count) {
  if (digits.size() < count) return std::nullopt;
  char32_t value = 0;
  for (const char c : digits.substr(0, count)) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

bool IsHigh(char32_t c) { return c >= 0xD800 && c < 0xDC00; }
bool IsLow(char32_t c) { return c >= 0xDC00 && c < 0xE000; }

// \uXXXX at the front, a pair of surrogates as one. `*bytes` is how many it takes.
std::optional<char32_t> Unicode(std::string_view text, size_t* bytes) {
  const auto first = HexNumber(text.substr(2), 4);
  if (!first) return std::nullopt;
  *bytes = 6;
  if (!IsHigh(*first)) return IsLow(*first) ? U'\uFFFD' : *first;
  const bool pair = text.size() >= 12 && text.substr(6, 2) == "\\u";
  const auto second = pair ? HexNumber(text.substr(8), 4) : std::nullopt;
  if (!second || !IsLow(*second)) return U'\uFFFD';
  *bytes = 12;
  return 0x10000 + ((*first - 0xD800) << 10) + (*second - 0xDC00);
}

// One escape at the front of `text`, whose first byte is a backslash.
std::optional<char32_t> Escape(std::string_view text, size_t* bytes) {
  if (text.size() < 2) return std::nullopt;
  *bytes = 2;
  switch (text[1]) {
    case 'n': return U'\n';
    case 'r': return U'\r';
    case 't': return U'\t';
    case 'x':
      *bytes = 4;
      return HexNumber(text.substr(2), 2);
    case 'u': return Unicode(text, bytes);
    case '\'': case '"': case '\\': case '/': return static_cast<char32_t>(text[1]);
    default: return std::nullopt;
  }
}

// Behind `name` at `at`: the string it is given, or none.
std::optional<std::string_view> ValueBehind(std::string_view script, size_t at,
                                            size_t bytes_max) {
  if (at < script.size() && (script[at] == '"' || script[at] == '\'')) ++at;  // "name": "…"
  at = SkipSpaces(script, at);
  if (at >= script.size() || (script[at] != '=' && script[at] != ':')) return std::nullopt;
  at = SkipSpaces(script, at + 1);
  size_t call = at;
  while (call < script.size() && call - at < kCalleeBytesMax && IsNameByte(script[call])) ++call;
  if (call > at && call < script.size() && script[call] == '(') at = SkipSpaces(script, call + 1);
  size_t end = 0;
  const std::string_view value = StringLiteral(script.substr(at), bytes_max, &end);
  if (end == std::string_view::npos) return std::nullopt;
  return value;
}

}  // namespace

void SkipSpaces(std::string_view* rest) {
  while (!rest->empty() && static_cast<unsigned char>(rest->front()) <= ' ') rest->remove_prefix(1);
}

bool Take(std::string_view token, std::string_view* rest) {
  SkipSpaces(rest);
  if (!rest->starts_with(token)) return false;
  rest->remove_prefix(token.size());
  return true;
}

std::string_view StringLiteral(std::string_view rest, size_t bytes_max, size_t* end) {
  *end = std::string_view::npos;
  if (rest.empty() || (rest[0] != '"' && rest[0] != '\'')) return {};
  for (size_t at = 1; at < rest.size() && at <= bytes_max + 1; ++at) {
    if (rest[at] == '\\') {
      ++at;
    } else if (rest[at] == '\n') {
      return {};
    } else if (rest[at] == rest[0]) {
      *end = at + 1;
      return rest.substr(1, at - 1);
    }
  }
  return {};
}

std::string ScriptString(std::string_view script, std::string_view name, size_t bytes_max) {
  for (size_t at = 0; (at = script.find(name, at)) != std::string_view::npos;) {
    const bool begins = at == 0 || !IsNameByte(script[at - 1]);
    at += name.size();
    if (!begins) continue;
    const auto value = ValueBehind(script, at, bytes_max);
    if (value && !value->empty()) return Unescaped(*value);
  }
  return "";
}

std::string Unescaped(std::string_view literal) {
  std::string out;
  out.reserve(literal.size());
  for (size_t at = 0; at < literal.size();) {
    size_t bytes = 1;
    const auto escaped =
        literal[at] == '\\' ? Escape(literal.substr(at), &bytes) : std::nullopt;
    if (escaped) {
      base::AppendUtf8(*escaped, &out);
      at += bytes;
    } else {
      out.push_back(literal[at++]);
    }
  }
  return out;
}

std::string WithoutEntities(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kEntities = {{
      {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&#39;", "'"},
      {"&nbsp;", " "}}};
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    size_t bytes = 1;
    std::string_view plain = text.substr(at, 1);
    if (text[at] == '&') {
      for (const auto& [entity, character] : kEntities) {
        if (!text.substr(at).starts_with(entity)) continue;
        plain = character;
        bytes = entity.size();
      }
    }
    out += plain;
    at += bytes;
  }
  return out;
}

}  // namespace signboard::extract
