#include "proto/net/header_reader.h"

#include <algorithm>

#include "proto/base/text.h"

namespace signboard::net {
namespace {

constexpr size_t kStatusDigits = 3;

// "200 OK" -> 200; 0: not three digits alone.
int StatusOf(std::string_view text) {
  const std::string_view digits = text.substr(0, text.find(' '));
  const bool is_status =
      digits.size() == kStatusDigits &&
      std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  int status = 0;
  if (is_status) {
    for (const char c : digits) status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

bool HeaderReader::Take(std::string_view line) {
  const std::string_view text = base::TrimAscii(line);
  bytes_ += line.size();
  lines_ += text.empty() ? 0 : 1;
  // The status line is not a field.
  too_large_ = too_large_ || bytes_ > bytes_max_ || lines_ > fields_max_ + 1;
  if (too_large_) return false;
  if (done_) return true;
  if (line.starts_with("HTTP/") && at_start_) {
    TakeStatusLine(line);
    return true;
  }
  if (line == "\r\n" || line == "\n") {
    at_start_ = true;
    done_ = head_.status >= 200;  // Interim answers are followed by the real one.
    return true;
  }
  if (text.empty()) return true;
  if ((line.front() == ' ' || line.front() == '\t') && !head_.headers.empty()) {
    std::string& value = head_.headers.back().second;
    value.append(value.empty() ? "" : " ").append(text);
    return true;
  }
  const size_t colon = line.find(':');
  const std::string_view name = base::TrimAscii(line.substr(0, colon));
  if (colon == std::string_view::npos || name.empty()) return true;  // No field.
  head_.headers.emplace_back(name, base::TrimAscii(line.substr(colon + 1)));
  return true;
}

void HeaderReader::TakeStatusLine(std::string_view line) {
  const std::string_view text = base::TrimAscii(line);
  head_ = {};
  at_start_ = false;
  const size_t space = text.find(' ');
  head_.http_version = text.substr(0, space);
  if (space == std::string_view::npos) return;
  const std::string_view rest = base::TrimAscii(text.substr(space));
  head_.status = StatusOf(rest);
  if (rest.size() > kStatusDigits + 1)
    head_.reason_phrase = base::TrimAscii(rest.substr(kStatusDigits + 1));
}

}  // namespace signboard::net
