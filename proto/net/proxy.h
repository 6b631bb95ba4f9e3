// Proxy is a server that carries requests for us, named by an operator: it is where others see our
// fetches come from, and the one address that the guard is not asked about.
//
//   http      requests for http are handed to it, for https it opens a tunnel (CONNECT)
//   socks5    RFC 1928; it is told the address that we resolved
//   socks5h   the same; it is told the name and resolves it, where it stands
//
// Threads: a value.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::net {

struct Proxy {
  enum class Kind { kHttp, kSocks5, kSocks5h };
  Kind kind = Kind::kHttp;
  boost::asio::ip::tcp::endpoint endpoint;

  // "socks5h://10.0.0.2:1080". An address, because names are resolved for the guard, and the guard
  // is not asked about proxies. kInvalidArgument says what is wrong.
  static StatusOr<Proxy> Parse(std::string_view text);

  bool resolves() const { return kind != Kind::kSocks5; }
  std::string Spell() const;  // As Parse reads it.
};

}  // namespace signboard::net
