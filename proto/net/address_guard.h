// AddressGuard says which addresses a crawler may connect to: the public internet, and nothing of
// the house it runs in. URLs come from strangers, and one that names 169.254.169.254 or the
// database next door must not be fetched, however it is spelled and whoever's DNS says so.
//
// It judges the socket address of every single connect, after resolution, so spellings of
// literals, rebinding DNS and redirects all arrive at the same check. Refused is every block of
// the IANA special-purpose registries (RFC 6890 and updates) that is not globally reachable, all
// of IPv6 outside 2000::/3, and the blocks that carry an IPv4 address inside an IPv6 one (mapped,
// NAT64, 6to4, Teredo): who can be reached by IPv4 is reached by IPv4.
//
// Operators open exceptions by CIDR; an excepted address may be used on any port.
//
// Threads: a value; const calls are safe from any.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"

namespace signboard::net {

class AddressGuard {
 public:
  // Nothing excepted.
  AddressGuard() = default;

  // `allow`: "127.0.0.1/32", "fd00::/8", or a bare address. kInvalidArgument names the entry that
  // is not one.
  static StatusOr<AddressGuard> Make(const std::vector<std::string>& allow);

  // May this address be connected to on its port: AllowsAddress, and the port is 80, 443, 8000 to
  // 9000, or the address is excepted.
  bool Allows(const sockaddr* address, socklen_t length) const;
  // The same without looking at the port.
  bool AllowsAddress(const sockaddr* address, socklen_t length) const;

  // "127.0.0.1:80", "[::1]:80"; what is neither IPv4 nor IPv6 is "family 1".
  static std::string Spell(const sockaddr* address, socklen_t length);

 private:
  // Both families as 16 bytes; IPv4 in its mapped form, 96 bits longer.
  using Bytes = std::array<uint8_t, 16>;
  struct Block {
    Bytes bytes{};
    int prefix_bits = 0;
    bool Holds(const Bytes& address) const;
  };
  static StatusOr<Block> ParseBlock(const std::string& text);
  static bool ToBytes(const sockaddr* address, socklen_t length, Bytes* bytes, uint16_t* port);
  static bool IsPublic(const Bytes& bytes, bool ipv4);
  bool IsExcepted(const Bytes& bytes) const;

  std::vector<Block> allow_;
};

}  // namespace signboard::net
