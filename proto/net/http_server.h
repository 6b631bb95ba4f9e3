// HttpServer answers HTTP/1.1 on a TCP port: the gateway and the sample sites stand on it.
//
// One connection is one coroutine on a strand of its own: read a request within its bounds, give it
// to the handler, write what the handler answers, and wait for the next (keep-alive; pipelined
// requests are answered in order). The handler decides every header; the server adds only what
// frames the message (Content-Length or Transfer-Encoding, Connection) and Date, where the handler
// did not set it. RFC 9110 and RFC 9112 name the rules.
//
// What the server answers by itself, as application/problem+json (RFC 9457), and then hangs up:
//   400  not HTTP, or not one Host     413  the body passes body_bytes_max
//   417  Expect asks the unknown       431  target and headers pass header_bytes_max
//   503  connections_max reached       500  the handler threw
// A request that does not arrive whole within idle_timeout is hung up on without a word.
//
// Threads: Listen, Stop and port from any; the handler runs on the executor, many at once.
// Errors:  Listen: kInvalidArgument (address), kUnavailable (bind), both naming the address.
// Cost:    One read buffer of at most header_bytes_max a connection; bodies are not copied.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::net {

// In the order they came or shall go; names as written, compared without case.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

// The first value under `name`, or nothing.
std::optional<std::string_view> FindField(const HttpHeaders& headers, std::string_view name);

struct HttpServerRequest {
  std::string method;     // As sent; "GET" for HEAD too, with `is_head`.
  bool is_head = false;
  std::string target;     // Origin form, raw: path and query exactly as sent.
  std::string path;       // Percent-decoded, without the query.
  std::string authority;  // host[:port] of the Host header or of an absolute target; as sent.
  std::vector<std::pair<std::string, std::string>> query;  // Decoded as a form, in order.
  HttpHeaders headers;
  std::string body;
  std::string remote_address;  // Without the port.
  bool from_loopback = false;  // The peer is this machine.

  std::optional<std::string_view> Header(std::string_view name) const;
  // The first query parameter of that name.
  std::optional<std::string_view> Param(std::string_view name) const;
};

// A body that comes piece by piece. The server asks for the next piece once the last is written, so
// a slow client slows the source down. Destroyed early when the client goes away.
class HttpBodyStream {
 public:
  virtual ~HttpBodyStream() = default;
  // Nothing: the end. An error: the connection is cut, so that the client sees a broken body.
  virtual boost::asio::awaitable<StatusOr<std::optional<std::string>>> Next() = 0;
};

struct HttpServerResponse {
  int status = 200;
  // Sent as they are. A name that is no token and a value with a control character but tab are left
  // out: no header can be smuggled in. With an own Content-Length never more bytes than that
  // are sent; fewer end the connection, as a truncated body should.
  HttpHeaders headers;
  std::string body;
  std::unique_ptr<HttpBodyStream> stream;  // Instead of `body`. Not asked for HEAD, 204, 304.

  // Replaces the header, or appends it.
  void SetHeader(std::string_view name, std::string_view value);
};

class HttpServer {
 public:
  struct Options {
    size_t header_bytes_max = 64 << 10;  // Request line and headers together.
    size_t body_bytes_max = 1 << 20;
    size_t connections_max = 1'024;
    // For a whole request to arrive (from the last answer on), and for each piece of an answer (at
    // most 256 KiB) to be taken.
    std::chrono::milliseconds idle_timeout{60'000};
    // How long Stop() lets running requests finish.
    std::chrono::milliseconds stop_timeout{5'000};
    const Clock* clock = nullptr;  // For Date; without one no Date is added.
  };
  using Handler =
      std::function<boost::asio::awaitable<HttpServerResponse>(HttpServerRequest request)>;

  // `address` is "host:port", "[v6]:port" or ":port" (every address); port 0 takes a free one.
  static StatusOr<std::unique_ptr<HttpServer>> Listen(boost::asio::any_io_executor executor,
                                                      std::string_view address, Options options,
                                                      Handler handler);
  // Hangs up on everybody. What the handler uses may only go after Stop() has returned.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;

  // Takes no more connections, ends idle ones at once and busy ones after their answer or after
  // stop_timeout, whose handlers are then cancelled. Returns when the last one is gone.
  boost::asio::awaitable<void> Stop();

 private:
  class Listener;
  explicit HttpServer(std::shared_ptr<Listener> listener);

  const std::shared_ptr<Listener> listener_;
};

}  // namespace signboard::net
