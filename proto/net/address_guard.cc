#include "proto/net/address_guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace signboard::net {
namespace {

struct RefusedV4 {
  uint32_t first;
  int prefix_bits;
};

constexpr uint32_t Ip(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

// IANA IPv4 Special-Purpose Address Registry, and one address that a cloud made special.
constexpr RefusedV4 kRefusedV4[] = {
    {Ip(0, 0, 0, 0), 8},          // this network, RFC 791
    {Ip(10, 0, 0, 0), 8},         // private, RFC 1918
    {Ip(100, 64, 0, 0), 10},      // carrier NAT, RFC 6598; Alibaba's metadata service too
    {Ip(127, 0, 0, 0), 8},        // loopback, RFC 1122
    {Ip(168, 63, 129, 16), 32},   // Azure's platform service
    {Ip(169, 254, 0, 0), 16},     // link-local, RFC 3927; most clouds' metadata services
    {Ip(172, 16, 0, 0), 12},      // private, RFC 1918
    {Ip(192, 0, 0, 0), 24},       // IETF protocol assignments, RFC 6890
    {Ip(192, 0, 2, 0), 24},       // documentation, RFC 5737
    {Ip(192, 88, 99, 0), 24},     // 6to4 relays, RFC 7526
    {Ip(192, 168, 0, 0), 16},     // private, RFC 1918
    {Ip(198, 18, 0, 0), 15},      // benchmarking, RFC 2544
    {Ip(198, 51, 100, 0), 24},    // documentation, RFC 5737
    {Ip(203, 0, 113, 0), 24},     // documentation, RFC 5737
    {Ip(224, 0, 0, 0), 3},        // multicast, reserved, broadcast: RFC 5771, RFC 1112
};

struct RefusedV6 {
  uint8_t first[4];
  int prefix_bits;
};

// Inside 2000::/3, outside of which everything is refused.
constexpr RefusedV6 kRefusedV6[] = {
    {{0x20, 0x01, 0x00, 0x00}, 23},  // IETF assignments, Teredo and ORCHID among them, RFC 2928
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation, RFC 3849
    {{0x20, 0x02, 0x00, 0x00}, 16},  // 6to4, RFC 3056
    {{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation, RFC 9637
};

bool SamePrefix(const uint8_t* a, const uint8_t* b, int bits) {
  const auto whole = static_cast<size_t>(bits / 8);
  if (std::memcmp(a, b, whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - bits % 8));
  return (a[whole] & mask) == (b[whole] & mask);
}

bool PortIsWeb(uint16_t port) {
  return port == 80 || port == 443 || (port >= 8000 && port <= 9000);
}

void MapV4(const void* four_bytes, std::array<uint8_t, 16>* bytes) {
  bytes->fill(0);
  (*bytes)[10] = (*bytes)[11] = 0xff;
  std::memcpy(bytes->data() + 12, four_bytes, 4);
}

}  // namespace

bool AddressGuard::Block::Holds(const Bytes& address) const {
  return SamePrefix(bytes.data(), address.data(), prefix_bits);
}

StatusOr<AddressGuard::Block> AddressGuard::ParseBlock(const std::string& text) {
  const base::Status bad = base::InvalidArgument(
      "'" + text + "' is not an address or a block such as 127.0.0.1/32 or fd00::/8");
  const size_t slash = text.find('/');
  const std::string address = text.substr(0, slash);
  Block block;
  int bits_max = 128;
  in_addr v4{};
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    MapV4(&v4, &block.bytes);
    bits_max = 32;
  } else if (inet_pton(AF_INET6, address.c_str(), block.bytes.data()) != 1) {
    return bad;
  }
  int bits = bits_max;
  if (slash != std::string::npos) {
    const char* from = text.data() + slash + 1;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(from, end, bits);
    if (error != std::errc() || at != end || bits < 0 || bits > bits_max) return bad;
  }
  block.prefix_bits = bits + (128 - bits_max);
  return block;
}

StatusOr<AddressGuard> AddressGuard::Make(const std::vector<std::string>& allow) {
  AddressGuard guard;
  for (const std::string& text : allow) {
    ASSIGN_OR_RETURN(const Block block, ParseBlock(text));
    guard.allow_.push_back(block);
  }
  return guard;
}

bool AddressGuard::ToBytes(const sockaddr* address, socklen_t length, Bytes* bytes,
                           uint16_t* port) {
  if (address->sa_family == AF_INET && length >= sizeof(sockaddr_in)) {
    sockaddr_in v4{};
    std::memcpy(&v4, address, sizeof v4);
    MapV4(&v4.sin_addr, bytes);
    *port = ntohs(v4.sin_port);
    return true;
  }
  if (address->sa_family == AF_INET6 && length >= sizeof(sockaddr_in6)) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    std::memcpy(bytes->data(), &v6.sin6_addr, bytes->size());
    *port = ntohs(v6.sin6_port);
    return true;
  }
  return false;
}

bool AddressGuard::IsPublic(const Bytes& bytes, bool ipv4) {
  if (ipv4) {
    const uint32_t address = Ip(bytes[12], bytes[13], bytes[14], bytes[15]);
    return std::none_of(std::begin(kRefusedV4), std::end(kRefusedV4), [&](const RefusedV4& block) {
      return (address >> (32 - block.prefix_bits)) == (block.first >> (32 - block.prefix_bits));
    });
  }
  if ((bytes[0] & 0xe0) != 0x20) return false;
  return std::none_of(std::begin(kRefusedV6), std::end(kRefusedV6), [&](const RefusedV6& block) {
    return SamePrefix(block.first, bytes.data(), block.prefix_bits);
  });
}

bool AddressGuard::IsExcepted(const Bytes& bytes) const {
  return std::any_of(allow_.begin(), allow_.end(),
                     [&](const Block& block) { return block.Holds(bytes); });
}

bool AddressGuard::AllowsAddress(const sockaddr* address, socklen_t length) const {
  Bytes bytes{};
  uint16_t port = 0;
  if (!ToBytes(address, length, &bytes, &port)) return false;
  return IsExcepted(bytes) || IsPublic(bytes, address->sa_family == AF_INET);
}

bool AddressGuard::Allows(const sockaddr* address, socklen_t length) const {
  Bytes bytes{};
  uint16_t port = 0;
  if (!ToBytes(address, length, &bytes, &port)) return false;
  return IsExcepted(bytes) || (PortIsWeb(port) && IsPublic(bytes, address->sa_family == AF_INET));
}

std::string AddressGuard::Spell(const sockaddr* address, socklen_t length) {
  Bytes bytes{};
  uint16_t port = 0;
  if (!ToBytes(address, length, &bytes, &port)) {
    return "family " + std::to_string(address->sa_family);
  }
  char text[INET6_ADDRSTRLEN] = "";
  const bool ipv4 = address->sa_family == AF_INET;
  inet_ntop(address->sa_family, ipv4 ? bytes.data() + 12 : bytes.data(), text, sizeof text);
  const std::string host = ipv4 ? std::string(text) : "[" + std::string(text) + "]";
  return host + ":" + std::to_string(port);
}

}  // namespace signboard::net
