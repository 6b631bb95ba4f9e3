#include "crawler/decode/content_type.h"

#include <array>

#include "proto/base/text.h"

namespace signboard::decode {
namespace {

constexpr size_t kSniffBytesMax = 512;

// WHATWG MIME Sniffing section 7.1, the patterns that end in a tag-terminating byte.
bool BeginsLikeHtml(std::string_view body) {
  static constexpr std::array<std::string_view, 16> kStarts = {
      "<!doctype html", "<html", "<head", "<script", "<iframe", "<h1",    "<div", "<font",
      "<table",         "<a",    "<style", "<title", "<b",      "<body",  "<br",  "<p"};
  const std::string start = base::ToLowerAscii(base::TrimAscii(body.substr(0, kSniffBytesMax)));
  if (start.starts_with("<!--")) return true;
  for (std::string_view pattern : kStarts) {
    if (!start.starts_with(pattern)) continue;
    if (start.size() == pattern.size()) return true;
    const char next = start[pattern.size()];
    if (next == ' ' || next == '>' || next == '\n' || next == '\r' || next == '\t') return true;
  }
  return false;
}

bool HasBinaryByte(std::string_view body) {
  for (const char c : body.substr(0, kSniffBytesMax)) {
    const unsigned char u = static_cast<unsigned char>(c);
    if (u <= 0x08 || u == 0x0B || (u >= 0x0E && u <= 0x1A) || (u >= 0x1C && u <= 0x1F)) return true;
  }
  return false;
}

BodyKind Sniff(std::string_view body) {
  std::string_view head = body.substr(0, kSniffBytesMax);
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) return BodyKind::kText;
  if (BeginsLikeHtml(head)) return BodyKind::kHtml;
  const std::string_view trimmed = base::TrimAscii(head);
  if (trimmed.starts_with("<?xml")) {
    const std::string lower = base::ToLowerAscii(trimmed);
    return lower.find("<html") != std::string::npos ? BodyKind::kHtml : BodyKind::kXml;
  }
  if (HasBinaryByte(head)) return BodyKind::kOther;
  if (trimmed.starts_with('{') || trimmed.starts_with('[')) return BodyKind::kJson;
  return BodyKind::kText;
}

}  // namespace

ContentType ParseContentType(std::string_view header) {
  ContentType parsed;
  size_t end = header.find(';');
  parsed.type = base::ToLowerAscii(base::TrimAscii(header.substr(0, end)));
  while (end != std::string_view::npos) {
    header.remove_prefix(end + 1);
    end = header.find(';');
    const std::string_view parameter = base::TrimAscii(header.substr(0, end));
    const size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) continue;
    if (!base::EqualsIgnoreCaseAscii(base::TrimAscii(parameter.substr(0, equals)), "charset"))
      continue;
    std::string_view value = base::TrimAscii(parameter.substr(equals + 1));
    while (!value.empty() && (value.front() == '"' || value.front() == '\''))
      value.remove_prefix(1);
    while (!value.empty() && (value.back() == '"' || value.back() == '\'')) value.remove_suffix(1);
    if (parsed.charset.empty()) parsed.charset = std::string(value);
  }
  return parsed;
}

BodyKind FindBodyKind(std::string_view content_type_header, std::string_view body) {
  const std::string type = ParseContentType(content_type_header).type;
  if (type == "text/html" || type == "application/xhtml+xml") return BodyKind::kHtml;
  if (type == "text/xml" || type == "application/xml" || type.ends_with("+xml"))
    return type == "image/svg+xml" ? BodyKind::kOther : BodyKind::kXml;
  if (type == "application/json" || type.ends_with("+json")) return BodyKind::kJson;
  if (type.empty() || type == "application/octet-stream" || type == "text/plain" ||
      type.find('/') == std::string::npos) {
    return Sniff(body);
  }
  return type.starts_with("text/") ? BodyKind::kText : BodyKind::kOther;
}

}  // namespace signboard::decode
