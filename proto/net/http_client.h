// HttpClient asks the outside world: one HTTP request, bounded in every direction, one result.
//
// It follows no redirect, reads no proxy or netrc setting of its surroundings, speaks http and
// https only, and connects only where the AddressGuard lets it: names are resolved by its Resolver,
// which drops what the guard forbids, and the check sits on every single connect again. Where a
// request goes through a proxy, its target is judged before the proxy hears of it. Bodies are given
// as they came over the wire, content coding kept. Where the options say so, CookieJars keep what
// a site sets, one session a site and a proxy.
//
// Over TLS it speaks HTTP/2 where the server offers it, within the same bounds; a connection that
// breaks there before any answer is tried once more over HTTP/1.1. TLS is verified first; where
// that fails and the options say "record", the request is made once more without, and the result
// says `verified = false` and why.
//
// Threads: one, the only running thread of its io_context.
// Errors:  none: whatever happens is a kind of HttpResult.
// Cost:    a handle costs some 20 KiB and the body, which is kept whole up to its limit.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "proto/net/address_guard.h"
#include "proto/net/connect_to.h"
#include "proto/net/cookie_jars.h"
#include "proto/net/curl_engine.h"
#include "proto/net/http_message.h"
#include "proto/net/resolver.h"
#include "proto/net/route.h"

namespace signboard::net {

enum class TlsUnverified {
  kRecord,  // Fetch it, and record that nobody vouched for the server.
  kRefuse,
};
// "record" or "refuse". kInvalidArgument names the value.
StatusOr<TlsUnverified> ParseTlsUnverified(std::string_view text);

struct HttpClientOptions {
  AddressGuard guard;
  std::vector<ConnectTo> connect_to;  // The first that matches applies.
  ResolverOptions resolver;
  CookieOptions cookies;
  TlsUnverified tls_unverified = TlsUnverified::kRecord;
  std::string ca_file;  // PEM; empty: the system's.
};

class HttpClient {
 public:
  // `io` must outlive the client.
  HttpClient(boost::asio::io_context& io, HttpClientOptions options);

  // The client must outlive the call. Cancelling the coroutine ends the transfer.
  boost::asio::awaitable<HttpResult> Fetch(HttpRequest request);

 private:
  struct Attempted {
    HttpResult result;
    bool http2_failed = false;
  };
  boost::asio::awaitable<Attempted> Attempt(HttpRequest request, Manner manner);
  // Fills route->resolved where curl needs it; else says why not, in the words of a result.
  boost::asio::awaitable<std::optional<HttpResult>> Resolve(Route* route, Resolver::Instant until);

  const HttpClientOptions options_;
  Resolver resolver_;
  CookieJars cookies_;
  CurlEngine engine_;
};

}  // namespace signboard::net
