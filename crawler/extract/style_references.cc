#include "crawler/extract/style_references.h"

#include <cstdint>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

constexpr size_t kHexDigitsMax = 6;

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
bool IsLineEnd(char c) { return c == '\n' || c == '\r' || c == '\f'; }
bool IsName(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '\\' || static_cast<unsigned char>(c) >= 0x80;
}
int HexOf(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

std::optional<StyleReference> StyleScanner::Next() {
  while (at_ < css_.size()) {
    const char c = Peek();
    std::optional<StyleReference> found;
    if (c == '/' && Peek(1) == '*') {
      const size_t end = css_.find("*/", at_ + 2);
      at_ = end == std::string_view::npos ? css_.size() : end + 2;
    } else if (c == '"' || c == '\'') {
      found = String();
    } else if (IsName(c) || c == '@') {
      found = Name();
    } else {
      if (c == ';' || c == '{' || c == '}') importing_ = false;
      ++at_;
    }
    if (found) return found;
  }
  return std::nullopt;
}

std::optional<StyleReference> StyleScanner::String() {
  StyleReference reference;
  reference.from = at_;
  reference.value = TakeString();
  reference.to = at_;
  if (!importing_) return std::nullopt;
  importing_ = false;
  reference.is_import = true;
  return reference;
}

std::optional<StyleReference> StyleScanner::Name() {
  StyleReference reference;
  reference.from = at_;
  const bool at_rule = Peek() == '@';
  if (at_rule) ++at_;
  std::string name;
  while (at_ < css_.size() && IsName(css_[at_])) {
    if (css_[at_] == '\\') {
      Escape(&name);
    } else {
      name += css_[at_++];
    }
  }
  if (at_rule && base::EqualsIgnoreCaseAscii(name, "import")) importing_ = true;
  if (at_rule || Peek() != '(' || !base::EqualsIgnoreCaseAscii(name, "url")) return std::nullopt;
  ++at_;
  reference.value = TakeUrl();
  reference.to = at_;
  reference.is_function = true;
  reference.is_import = importing_;
  importing_ = false;
  return reference;
}

// From a quote to the one that ends it, or to what breaks it off.
std::string StyleScanner::TakeString() {
  const char quote = css_[at_++];
  std::string value;
  while (at_ < css_.size() && css_[at_] != quote && !IsLineEnd(css_[at_])) {
    if (css_[at_] == '\\') {
      Escape(&value);
    } else {
      value += css_[at_++];
    }
  }
  if (Peek() == quote) ++at_;
  return value;
}

// What stands between the brackets of url(.
std::string StyleScanner::TakeUrl() {
  while (IsSpace(Peek())) ++at_;
  std::string value;
  if (Peek() == '"' || Peek() == '\'') {
    value = TakeString();
  } else {
    while (at_ < css_.size() && css_[at_] != ')' && !IsSpace(css_[at_])) {
      if (css_[at_] == '\\') {
        Escape(&value);
      } else {
        value += css_[at_++];
      }
    }
  }
  while (at_ < css_.size() && css_[at_] != ')') ++at_;
  if (at_ < css_.size()) ++at_;
  return value;
}

// A backslash and what it stands for.
void StyleScanner::Escape(std::string* value) {
  ++at_;
  if (at_ == css_.size()) return;
  if (IsLineEnd(css_[at_])) {
    at_ += css_[at_] == '\r' && Peek(1) == '\n' ? 2 : 1;
    return;
  }
  if (HexOf(css_[at_]) < 0) {
    *value += css_[at_++];
    return;
  }
  uint32_t code = 0;
  for (size_t i = 0; i < kHexDigitsMax && HexOf(Peek()) >= 0; ++i, ++at_)
    code = code * 16 + static_cast<uint32_t>(HexOf(Peek()));
  if (IsSpace(Peek())) ++at_;
  const bool is_character = code != 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  base::AppendUtf8(is_character ? static_cast<char32_t>(code) : U'\uFFFD', value);
}

}  // namespace signboard::extract
