// ConnectTo sends the connections for a host to another address, as `curl --connect-to` does: how
// a crawler that believes it talks to www.jingan.gov.cn talks to a server on loopback. The name is
// then not resolved; the address it is sent to still has to pass the address guard.
//
// Threads: a value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"

namespace signboard::net {

struct ConnectTo {
  std::string host;  // Lower case; "*" is any host.
  uint16_t port = 0;
  std::string target_host;  // A literal IPv6 address without its brackets.
  uint16_t target_port = 0;

  // "*:80=127.0.0.1:18080", "www.a.cn:443=[::1]:18443". kInvalidArgument says what is wrong.
  static StatusOr<ConnectTo> Parse(std::string_view text);
  static StatusOr<std::vector<ConnectTo>> ParseAll(const std::vector<std::string>& texts);

  bool Matches(std::string_view url_host, uint16_t url_port) const;
  // As CURLOPT_CONNECT_TO spells it.
  std::string ForCurl() const;
};

}  // namespace signboard::net
