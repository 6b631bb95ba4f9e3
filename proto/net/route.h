// Route is how one request reaches its server: what its URL says, read with curl's own eyes, and
// where the connection goes: the same place, unless a rule of connect_to sends it elsewhere.
//
// Everything that decides before curl runs (resolver, guard, rules) looks at a Route, so it sees
// the very host that curl would look up, however the URL spelled it.
//
// Manner is in what way the request is made there.
//
// Threads: values.
// Errors:  kInvalidArgument: no URL to send a request to, and why.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "proto/net/connect_to.h"
#include "proto/net/proxy.h"

namespace signboard::net {

struct Manner {
  // Any certificate, and the old protocols and renegotiation that Chinese government hosts still
  // speak: the page is recorded as what an unverified server said.
  bool any_tls = false;
  bool http1_only = false;  // Otherwise HTTP/2 where a TLS server offers it (ALPN).
};

struct Route {
  std::string authority;  // As the URL spells it, without userinfo: the Host header.
  std::string host;       // Without brackets; IPv4 in every notation is dotted here.
  uint16_t port = 0;

  std::string connect_host;
  uint16_t connect_port = 0;
  std::optional<ConnectTo> rule;  // That sends it there.
  std::optional<boost::asio::ip::address> connect_address;  // Of connect_host, when it is one.
  std::optional<Proxy> proxy;  // That the connection goes through.
  // What connect_host resolved to; empty when it is an address or a proxy resolves it.
  std::vector<boost::asio::ip::address> resolved;

  static StatusOr<Route> Parse(const std::string& url, const std::vector<ConnectTo>& rules);
};

}  // namespace signboard::net
