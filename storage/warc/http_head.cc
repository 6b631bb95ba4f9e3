#include "storage/warc/http_head.h"

#include <algorithm>
#include <charconv>

#include "proto/base/text.h"

namespace signboard::warc {
namespace {

std::optional<std::string_view> TakeLine(std::string_view block, size_t* at) {
  const size_t end = block.find('\n', *at);
  if (end == std::string_view::npos || end >= kHttpHeadBytesMax) return std::nullopt;
  std::string_view line = block.substr(*at, end - *at);
  *at = end + 1;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// False: `line` is no field of its own.
bool AddLine(std::string_view line, HttpHead* head) {
  const bool folded = line.front() == ' ' || line.front() == '\t';
  if (folded && !head->fields.empty()) {
    head->fields.back().second.append(" ").append(base::TrimAscii(line));
    return true;
  }
  const size_t colon = line.find(':');
  if (folded || colon == 0 || colon == std::string_view::npos) return false;
  if (head->fields.size() == kHttpFieldsMax) return false;
  head->fields.emplace_back(base::TrimAscii(line.substr(0, colon)),
                            base::TrimAscii(line.substr(colon + 1)));
  return true;
}

std::optional<HttpHead> ParseHead(std::string_view block) {
  HttpHead head;
  size_t at = 0;
  const auto first = TakeLine(block, &at);
  if (!first) return std::nullopt;
  head.first = *first;
  while (true) {
    // A head alone may do without the empty line.
    if (at == block.size()) break;
    const auto line = TakeLine(block, &at);
    if (!line) return std::nullopt;
    if (line->empty()) break;
    if (!AddLine(*line, &head)) ++head.left_out;
  }
  head.bytes = at;
  return head;
}

}  // namespace

std::optional<HttpHead> ParseResponseHead(std::string_view block) {
  if (!block.starts_with("HTTP/")) return std::nullopt;
  auto head = ParseHead(block);
  if (!head) return std::nullopt;
  const std::string_view line = std::string_view(head->first).substr(5);
  const size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  head->version = line.substr(0, space);
  const std::string_view rest = base::TrimAscii(line.substr(space));
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), head->status);
  if (error != std::errc() || head->status < 100 || head->status > 999) return std::nullopt;
  head->reason = base::TrimAscii(rest.substr(static_cast<size_t>(end - rest.data())));
  return head;
}

std::optional<HttpHead> ParseRequestHead(std::string_view block) { return ParseHead(block); }

std::optional<std::string> Unchunk(std::string_view body) {
  std::string whole;
  while (true) {
    const size_t end = body.find('\n');
    if (end == std::string_view::npos || end > 256) return std::nullopt;
    const std::string_view line = base::TrimAscii(body.substr(0, end));
    size_t bytes = 0;
    const auto [last, error] = std::from_chars(line.data(), line.data() + line.size(), bytes, 16);
    const bool is_size = error == std::errc() && last != line.data() &&
                         (last == line.data() + line.size() || *last == ';' || *last == ' ');
    body.remove_prefix(end + 1);
    if (!is_size || bytes > body.size()) return std::nullopt;
    if (bytes == 0) return whole;
    whole.append(body.substr(0, bytes));
    body.remove_prefix(bytes);
    if (body.starts_with("\r\n")) body.remove_prefix(2);
    else if (body.starts_with('\n')) body.remove_prefix(1);
    else return std::nullopt;
  }
}

}  // namespace signboard::warc
