// Whatever stands in an answer's header, what we make of it stays within its bounds and says the
// same when it is said again. Input: the lines of a header, an empty line, the body's beginning.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/decode/content_coding.h"
#include "crawler/decode/content_type.h"
#include "crawler/fetch/challenge.h"
#include "crawler/fetch/header_values.h"
#include "crawler/robots/robots_tag.h"
#include "proto/base/text.h"
#include "proto/net/cookie_jars.h"
#include "proto/net/header_reader.h"
#include "tests/fuzz/fuzz_check.h"

namespace base = signboard::base;
namespace decode = signboard::decode;
namespace fetch = signboard::fetch;
namespace net = signboard::net;
namespace robots = signboard::robots;

namespace {

constexpr size_t kBytesMax = 4'096;
constexpr size_t kFieldsMax = 24;
constexpr char kPage[] = "http://www.jxja.gov.cn/xw/index.html?a=1";
constexpr signboard::UnixTime kNow{signboard::Millis{1'700'000'000'000}};

// Up to and including the next line feed.
std::string_view TakeLine(std::string_view* rest) {
  const size_t end = rest->find('\n');
  const std::string_view line = rest->substr(0, end == std::string_view::npos ? end : end + 1);
  rest->remove_prefix(line.size());
  return line;
}

void CheckHead(const net::AnswerHead& head, size_t bytes) {
  FUZZ_CHECK(head.status >= 0 && head.status <= 999);
  FUZZ_CHECK(head.headers.size() <= kFieldsMax + 1);
  size_t kept = head.http_version.size() + head.reason_phrase.size();
  for (const auto& [name, value] : head.headers) {
    FUZZ_CHECK(!name.empty() && name.find(':') == std::string::npos);
    FUZZ_CHECK(base::TrimAscii(name) == name && base::TrimAscii(value) == value);
    kept += name.size() + value.size();
  }
  FUZZ_CHECK(kept <= bytes);
}

// The head written out and read again is the same head.
void CheckAgain(const net::AnswerHead& head) {
  net::HeaderReader again(4 * kBytesMax, kFieldsMax + 1);
  const std::string status = std::to_string(1'000 + head.status).substr(1);
  again.Take(head.http_version + " " + status + " " + head.reason_phrase + "\r\n");
  for (const auto& [name, value] : head.headers) again.Take(name + ": " + value + "\r\n");
  again.Take("\r\n");
  FUZZ_CHECK(again.done() && !again.too_large());
  FUZZ_CHECK(again.head().status == head.status);
  FUZZ_CHECK(again.head().http_version == head.http_version);
  FUZZ_CHECK(again.head().reason_phrase == head.reason_phrase);
  FUZZ_CHECK(again.head().headers == head.headers);
}

net::AnswerHead ReadHead(std::string_view* rest) {
  net::HeaderReader reader(kBytesMax, kFieldsMax);
  size_t bytes = 0;
  while (!rest->empty() && !reader.done()) {
    const std::string_view line = TakeLine(rest);
    bytes += line.size();
    const bool taken = reader.Take(line);
    FUZZ_CHECK(taken == !reader.too_large());
    FUZZ_CHECK(reader.bytes() == bytes);
    FUZZ_CHECK(taken ? bytes <= kBytesMax : !reader.Take("X-A: b\r\n"));
    if (!taken) break;
  }
  CheckHead(reader.head(), bytes);
  if (!reader.done()) return reader.TakeHead();
  CheckAgain(reader.head());
  const net::AnswerHead before = reader.head();
  reader.Take("HTTP/1.1 404 A trailer\r\n");
  reader.Take("Trailer: x\r\n");
  FUZZ_CHECK(reader.head().headers == before.headers && reader.head().status == before.status);
  return before;
}

void CheckContentType(const net::HeaderList& headers, std::string_view body) {
  const std::string_view header = net::FindHeader(headers, "Content-Type").value_or("");
  const decode::ContentType type = decode::ParseContentType(header);
  FUZZ_CHECK(type.type == base::ToLowerAscii(type.type));
  FUZZ_CHECK(type.type.size() + type.charset.size() <= header.size());
  FUZZ_CHECK(decode::ParseContentType(type.type).type == type.type);
  const std::string again = type.type + "; charset=\"" + type.charset + "\"";
  FUZZ_CHECK(decode::ParseContentType(again).charset == type.charset);
  // The limit of the wire and the limit of the decoded body must be the same kind's.
  const bool is_html = type.type.empty() || type.type == "text/html" ||
                       type.type == "application/xhtml+xml";
  FUZZ_CHECK(!is_html || net::MayBeHtml(headers));
  decode::FindBodyKind(header, body);
}

void CheckContentEncoding(const net::HeaderList& headers, std::string_view body) {
  const std::string codings = net::JoinHeader(headers, "Content-Encoding");
  decode::DecodeLimits limits;
  limits.decoded_bytes_max = size_t{16} << 10;
  const decode::Decoded decoded = decode::DecodeContent(body, codings, limits);
  FUZZ_CHECK(decoded.bytes.size() <= limits.decoded_bytes_max);
  const bool identity = decode::IsIdentity(codings);
  FUZZ_CHECK(!identity || decoded.bytes == body.substr(0, limits.decoded_bytes_max));
}

void CheckRetryAfter(std::string_view value) {
  const auto asked = fetch::ParseRetryAfter(value, kNow);
  if (!asked) return;
  FUZZ_CHECK(*asked >= signboard::Millis(0) && *asked <= fetch::kRetryAfterMax);
  const std::string spaced = "  " + std::string(value) + "\t";
  FUZZ_CHECK(fetch::ParseRetryAfter(spaced, kNow) == asked || value.size() > 60);
  // Seconds stay seconds; a date comes nearer as time goes on, and never lies behind.
  const auto later = fetch::ParseRetryAfter(value, kNow + signboard::Millis(1'000));
  FUZZ_CHECK(later && *later <= *asked && *asked - *later <= signboard::Millis(1'000));
}

void CheckLocation(std::string_view value) {
  const fetch::Location location = fetch::ResolveLocation(value, kPage);
  FUZZ_CHECK(location.word != fetch::Location::Word::kBadRequest);
  if (location.word != fetch::Location::Word::kUrl) return;
  FUZZ_CHECK(location.text.size() <= fetch::kRedirectBytesMax);
  FUZZ_CHECK(location.text.starts_with("http://") || location.text.starts_with("https://"));
  FUZZ_CHECK(location.text.find('#') == std::string::npos);
  const fetch::Location again = fetch::ResolveLocation(location.text, kPage);
  FUZZ_CHECK(again.word == location.word && again.text == location.text);
}

void CheckValidator(std::string_view value) {
  const std::string kept = fetch::ValidatorOf(value, fetch::kEtagBytesMax);
  FUZZ_CHECK(kept.empty() || kept == value);
  FUZZ_CHECK(kept.size() <= fetch::kEtagBytesMax && base::IsValidUtf8(kept));
  FUZZ_CHECK(base::EscapeTerminal(kept) == kept);
}

// What binds in some fields still binds beside more of them.
void CheckRobotsTag(const net::HeaderList& headers) {
  std::vector<std::string_view> fields;
  robots::RobotsTag before;
  for (const auto& [name, value] : headers) {
    fields.push_back(value);
    const robots::RobotsTag tag = robots::ParseRobotsTag(fields, "signboard");
    FUZZ_CHECK((tag.noindex || !before.noindex) && (tag.nofollow || !before.nofollow));
    before = tag;
  }
}

// Every line of the input is a cookie line; half of them come with a second transfer.
void CheckCookies(std::string_view input) {
  std::vector<std::string> lines;
  while (!input.empty()) lines.emplace_back(base::TrimAscii(TakeLine(&input)));
  const auto half = lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 2);
  net::CookieOptions options;
  options.now = [] { return std::chrono::steady_clock::time_point(); };
  net::CookieJars jars(options);
  jars.BringBack("a.cn", {}, {lines.begin(), half});
  const std::vector<std::string> taken = jars.Take("a.cn");
  jars.BringBack("a.cn", taken, {half, lines.end()});
  const std::vector<std::string> left = jars.Take("a.cn");
  size_t bytes = 0;
  for (const std::string& line : left) bytes += line.size();
  FUZZ_CHECK(left.size() <= net::kCookiesMax && bytes <= net::kJarBytesMax);
  jars.BringBack("a.cn", left, left);
  FUZZ_CHECK(jars.Take("a.cn") == left);
  FUZZ_CHECK(jars.Take("b.cn").empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string_view body = input;
  const net::AnswerHead head = ReadHead(&body);
  CheckContentType(head.headers, body);
  CheckContentEncoding(head.headers, body);
  CheckRobotsTag(head.headers);
  for (const auto& [name, value] : head.headers) {
    CheckRetryAfter(value);
    CheckLocation(value);
    CheckValidator(value);
  }
  fetch::FindChallenge(head.status, head.headers, body);
  CheckCookies(input);
  return 0;
}
