#include "crawler/decode/charset_prescan.h"

#include <algorithm>
#include <string>
#include <vector>

#include "crawler/decode/charset_labels.h"
#include "proto/base/text.h"

namespace signboard::decode {
namespace {

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// Reads attributes of a tag: WHATWG 13.2.3.2 "get an attribute".
class AttributeReader {
 public:
  AttributeReader(std::string_view text, size_t at) : text_(text), at_(at) {}
  size_t at() const { return at_; }

  // False: the tag ended.
  bool Next(std::string* name, std::string* value) {
    name->clear();
    value->clear();
    while (at_ < text_.size() && (IsSpace(text_[at_]) || text_[at_] == '/')) ++at_;
    if (at_ >= text_.size() || text_[at_] == '>') return false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '>' || c == '/' || IsSpace(c) || (c == '=' && !name->empty())) break;
      name->push_back(Lower(c));
    }
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    if (at_ >= text_.size() || text_[at_] != '=') return true;
    ++at_;
    while (at_ < text_.size() && IsSpace(text_[at_])) ++at_;
    if (at_ < text_.size()) ReadValue(value);
    return true;
  }

 private:
  void ReadValue(std::string* value) {
    const char quote = text_[at_];
    if (quote == '"' || quote == '\'') {
      const size_t end = std::min(text_.find(quote, at_ + 1), text_.size());
      for (char c : text_.substr(at_ + 1, end - at_ - 1)) value->push_back(Lower(c));
      at_ = std::min(end + 1, text_.size());
      return;
    }
    for (; at_ < text_.size() && !IsSpace(text_[at_]) && text_[at_] != '>'; ++at_)
      value->push_back(Lower(text_[at_]));
  }

  std::string_view text_;
  size_t at_;
};

// WHATWG 2.4.4: the label after "charset=" in a content attribute.
std::string_view LabelInContent(std::string_view content) {
  for (size_t at = content.find("charset"); at != std::string_view::npos;
       at = content.find("charset", at + 1)) {
    size_t i = at + 7;
    while (i < content.size() && IsSpace(content[i])) ++i;
    if (i >= content.size() || content[i] != '=') continue;
    ++i;
    while (i < content.size() && IsSpace(content[i])) ++i;
    if (i >= content.size()) return {};
    if (content[i] == '"' || content[i] == '\'') {
      const size_t end = content.find(content[i], i + 1);
      return end == std::string_view::npos ? std::string_view()
                                           : content.substr(i + 1, end - i - 1);
    }
    size_t end = i;
    while (end < content.size() && !IsSpace(content[end]) && content[end] != ';') ++end;
    return content.substr(i, end - i);
  }
  return {};
}

// What one meta tag says; `*at` moves to its end.
std::string_view EncodingOfMetaTag(std::string_view text, size_t* at) {
  AttributeReader reader(text, *at);
  std::string name;
  std::string value;
  std::vector<std::string> seen;
  bool got_pragma = false;
  bool need_pragma = false;
  bool decided = false;
  std::string_view encoding;
  while (reader.Next(&name, &value)) {
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
    if (name == "http-equiv") {
      got_pragma = value == "content-type";
    } else if (name == "content" && !decided) {
      encoding = EncodingOfLabel(LabelInContent(value));
      decided = need_pragma = !encoding.empty();
    } else if (name == "charset") {
      encoding = EncodingOfLabel(value);
      decided = true;
      need_pragma = false;
    } else {
      continue;
    }
    seen.push_back(name);
  }
  *at = reader.at();
  if (!decided || (need_pragma && !got_pragma)) return {};
  // The page was read as ASCII up to here, so it cannot be what it says.
  if (encoding == "utf-16le" || encoding == "utf-16be") return "utf-8";
  if (encoding == "x-user-defined") return "windows-1252";
  return encoding;
}

bool IsLetter(char c) { return Lower(c) >= 'a' && Lower(c) <= 'z'; }

}  // namespace

std::string_view EncodingOfBom(std::string_view body, size_t* bom_bytes) {
  *bom_bytes = 0;
  if (body.starts_with("\xEF\xBB\xBF")) {
    *bom_bytes = 3;
    return "utf-8";
  }
  if (body.starts_with("\xFE\xFF") || body.starts_with("\xFF\xFE")) {
    *bom_bytes = 2;
    return body[0] == '\xFE' ? "utf-16be" : "utf-16le";
  }
  return {};
}

std::string_view EncodingOfMeta(std::string_view body) {
  const std::string_view text = body.substr(0, kPrescanBytesMax);
  size_t at = 0;
  while ((at = text.find('<', at)) != std::string_view::npos) {
    const std::string_view rest = text.substr(at);
    if (rest.starts_with("<!--")) {
      // From two bytes on, so that <!--> is a whole comment.
      const size_t end = text.find("-->", at + 2);
      if (end == std::string_view::npos) return {};
      at = end + 3;
    } else if (rest.size() > 5 && base::EqualsIgnoreCaseAscii(rest.substr(0, 5), "<meta") &&
               (IsSpace(rest[5]) || rest[5] == '/')) {
      at += 5;
      const std::string_view encoding = EncodingOfMetaTag(text, &at);
      if (!encoding.empty()) return encoding;
    } else if (rest.size() > 1 &&
               (IsLetter(rest[1]) || (rest[1] == '/' && rest.size() > 2 && IsLetter(rest[2])))) {
      while (at < text.size() && !IsSpace(text[at]) && text[at] != '>') ++at;
      AttributeReader reader(text, at);
      std::string name;
      std::string value;
      while (reader.Next(&name, &value)) {
      }
      at = reader.at();
    } else if (rest.size() > 1 && (rest[1] == '!' || rest[1] == '/' || rest[1] == '?')) {
      at = text.find('>', at);
      if (at == std::string_view::npos) return {};
    } else {
      ++at;
    }
  }
  return {};
}

std::string_view EncodingOfXmlDeclaration(std::string_view body) {
  if (!body.starts_with("<?xml")) return {};
  const std::string_view text = body.substr(0, kPrescanBytesMax);
  const std::string_view declaration = text.substr(0, text.find('>'));
  size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return {};
  at += 8;
  while (at < declaration.size() && IsSpace(declaration[at])) ++at;
  if (at >= declaration.size() || declaration[at] != '=') return {};
  ++at;
  while (at < declaration.size() && IsSpace(declaration[at])) ++at;
  if (at >= declaration.size() || (declaration[at] != '"' && declaration[at] != '\'')) return {};
  const size_t end = declaration.find(declaration[at], at + 1);
  if (end == std::string_view::npos) return {};
  const std::string_view encoding = EncodingOfLabel(declaration.substr(at + 1, end - at - 1));
  return encoding.starts_with("utf-16") ? "utf-8" : encoding;
}

}  // namespace signboard::decode
