// One HTTP request and what came of it, as plain values: the words between a caller and
// HttpClient. Nothing of curl is visible here.
//
// A result is data whatever happened. What failed is its `kind`; everything learned before the
// failure (status, headers, a part of the body) is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/time.h"
#include "proto/net/header_list.h"
#include "proto/net/proxy.h"

namespace signboard::net {

// The bounds of one request. Passing one is a result, never a crash.
struct HttpLimits {
  Millis connect{10'000};     // Name, TCP and TLS together.
  Millis first_byte{30'000};  // From the request sent to the first header line.
  Millis total{120'000};
  // From the first header line on: fewer than this over the whole window ends the transfer.
  size_t low_speed_bytes_per_s = 100;
  Millis low_speed_window{30'000};
  size_t header_bytes_max = size_t{64} << 10;  // Of all header lines, interim answers included.
  size_t header_count_max = 200;
  size_t body_bytes_max = size_t{100} << 20;
  size_t html_bytes_max = size_t{10} << 20;  // For HTML, and for what says no type.
};

struct HttpRequest {
  std::string method = "GET";  // GET, HEAD or POST.
  std::string url;             // Absolute, http or https, ASCII; a fragment is not sent.
  // Sent after Host, in this order. Pairs with an empty value are left out.
  HeaderList headers;
  // Of a POST, sent with its Content-Length. May go out twice: where a connection breaks before any
  // answer, nobody knows whether the first was heard.
  std::string body;
  HttpLimits limits;
  // A longer body grows as `grow` lets it: told how long it has to become and the most that it may
  // become, it says how long it may become now. Below what it has to, the body stands still and
  // asks again, on the client's thread; the total time goes on. Empty: every body may grow to its
  // limit.
  size_t free_body_bytes = 0;
  std::function<size_t(size_t needed, size_t most)> grow;
  // Carries the request, unless a rule of connect_to says where this host is.
  std::optional<Proxy> proxy;
};

enum class HttpKind : uint8_t {
  kOk,              // A whole answer, or one cut at our own limit (`truncation` says "length").
  kDns,             // The name does not resolve.
  kConnect,         // No connection in time, or it broke before an answer began.
  kTls,             // No TLS session: refused by one of the two.
  kTimeout,         // Connected, but too slow. `truncation` is "time" if the body had begun.
  kProtocol,        // Not HTTP.
  kHeadersTooLarge,
  kCutShort,        // The body ended before its announced end; `truncation` is "disconnect".
  kGuardRefused,    // The address guard forbids every address of the host.
  kBadUrl,
  kCancelled,       // The caller went away, or the client was closed.
};
std::string_view KindName(HttpKind kind);

struct TlsFacts {
  std::string version;  // TLSv1.3
  std::string cipher;
  bool verified = false;
  std::string verify_error;               // Why not, when not.
  std::vector<std::string> chain_sha256;  // Raw digests, leaf first, at most 10.
};

struct HttpResult {
  HttpKind kind = HttpKind::kCancelled;
  std::string detail;  // For people: what failed. Empty when nothing did.

  int status = 0;  // 0: no answer.
  std::string http_version;   // "HTTP/1.1", "HTTP/2"
  std::string reason_phrase;  // HTTP/2 has none.
  HeaderList headers;          // As sent by the server; trailers are dropped.
  HeaderList request_headers;  // As sent by us.
  // Wire bytes: transfer coding removed, content coding kept.
  std::string body;
  bool body_truncated = false;
  std::string truncation;  // WARC-Truncated: length, time, disconnect; empty: whole.

  // "192.0.2.1:80", "[2001:db8::1]:443"; empty: never connected, or not by us but by a proxy.
  std::string remote_address;
  std::optional<TlsFacts> tls;  // Absent for plain HTTP and when no session was made.
  Millis first_byte_after{0};   // From the start to the first header line; 0: none came.
  Millis elapsed{0};
};

}  // namespace signboard::net
