#include "proto/net/address_guard.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/un.h>

#include <cstring>

namespace signboard::net {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t length = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Address Make(const std::string& ip, uint16_t port = 80) {
  Address address;
  sockaddr_in v4{};
  if (inet_pton(AF_INET, ip.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.length = sizeof v4;
    return address;
  }
  sockaddr_in6 v6{};
  EXPECT_EQ(inet_pton(AF_INET6, ip.c_str(), &v6.sin6_addr), 1) << ip;
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  std::memcpy(&address.storage, &v6, sizeof v6);
  address.length = sizeof v6;
  return address;
}

bool Allows(const AddressGuard& guard, const std::string& ip, uint16_t port = 80) {
  const Address address = Make(ip, port);
  return guard.Allows(address.get(), address.length);
}

TEST(AddressGuardTest, RefusesEveryBlockThatIsNotPublicAtBothItsEnds) {
  const AddressGuard guard;
  for (const char* ip :
       {"0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255",
        "100.100.100.200", "127.0.0.0", "127.0.0.1", "127.255.255.255", "168.63.129.16",
        "169.254.0.0", "169.254.169.254", "169.254.255.255", "172.16.0.0", "172.31.255.255",
        "192.0.0.0", "192.0.0.255", "192.0.2.1", "192.88.99.1", "192.168.0.0", "192.168.255.255",
        "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.0", "224.0.0.251",
        "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1",
        "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1",
        "2001:0:53aa:64c:0:1234:80ff:fffe", "2001:2::1", "2001:10::1", "2001:1ff:ffff::1",
        "2001:db8::1", "2002:7f00:1::1", "2002:808:808::1", "3fff::1", "3fff:fff::1", "5f00::1",
        "fc00::1", "fd00:ec2::254", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1"}) {
    EXPECT_FALSE(Allows(guard, ip)) << ip;
  }
}

TEST(AddressGuardTest, AllowsTheAddressesBesideTheRefusedBlocks) {
  const AddressGuard guard;
  for (const char* ip :
       {"1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0", "168.63.129.15", "168.63.129.17", "169.253.255.255",
        "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0",
        "192.88.98.255", "192.88.100.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
        "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0",
        "223.255.255.255", "2001:200::1", "2001:db7::1", "2001:db9::1", "2003::1", "240e::1",
        "2408:8000::1", "2409::1", "2606:4700::1111", "3ffe:ffff::1"}) {
    EXPECT_TRUE(Allows(guard, ip)) << ip;
  }
}

TEST(AddressGuardTest, OnlyPortsOfTheWebAreAllowed) {
  const AddressGuard guard;
  for (const int port : {80, 443, 8000, 8080, 8443, 8888, 9000}) {
    EXPECT_TRUE(Allows(guard, "8.8.8.8", static_cast<uint16_t>(port))) << port;
  }
  for (const int port : {0, 21, 22, 25, 79, 81, 442, 444, 3306, 6379, 7999, 9001, 9200, 65535}) {
    EXPECT_FALSE(Allows(guard, "8.8.8.8", static_cast<uint16_t>(port))) << port;
  }
  const Address odd_port = Make("8.8.8.8", 18080);
  EXPECT_TRUE(guard.AllowsAddress(odd_port.get(), odd_port.length));
}

TEST(AddressGuardTest, AnExceptedBlockIsAllowedOnAnyPortAndNothingBesideIt) {
  const auto guard = AddressGuard::Make({"127.0.0.1/32", "10.1.0.0/16", "fd00::/8", "::1"});
  ASSERT_TRUE(guard.ok());
  EXPECT_TRUE(Allows(*guard, "127.0.0.1", 18080));
  EXPECT_TRUE(Allows(*guard, "::ffff:127.0.0.1", 22)) << "the same address in its mapped form";
  EXPECT_TRUE(Allows(*guard, "10.1.255.255", 1));
  EXPECT_TRUE(Allows(*guard, "fdff::1"));
  EXPECT_TRUE(Allows(*guard, "::1"));
  EXPECT_FALSE(Allows(*guard, "127.0.0.2"));
  EXPECT_FALSE(Allows(*guard, "10.2.0.0"));
  EXPECT_FALSE(Allows(*guard, "fc00::1"));
  EXPECT_FALSE(Allows(*guard, "::2"));
}

TEST(AddressGuardTest, AnExceptionForEverythingAllowsEverything) {
  const auto guard = AddressGuard::Make({"0.0.0.0/0", "::/0"});
  ASSERT_TRUE(guard.ok());
  EXPECT_TRUE(Allows(*guard, "169.254.169.254", 1));
  EXPECT_TRUE(Allows(*guard, "fe80::1", 1));
}

TEST(AddressGuardTest, WhatIsNoBlockIsNamed) {
  for (const char* text : {"", "localhost", "127.0.0.1/33", "127.0.0.1/-1", "127.0.0.1/", "1.2.3",
                           "127.0.0.1/8x", "::1/129", "[::1]", "127.1", "0x7f000001",
                           "10.0.0.0 /8"}) {
    const auto guard = AddressGuard::Make({text});
    ASSERT_FALSE(guard.ok()) << text;
    EXPECT_EQ(guard.status().code(), StatusCode::kInvalidArgument);
    EXPECT_NE(std::string(base::Message(guard.status())).find("'" + std::string(text) + "'"),
              std::string::npos);
  }
}

TEST(AddressGuardTest, OtherFamiliesAndShortAddressesAreRefused) {
  const auto guard = AddressGuard::Make({"0.0.0.0/0", "::/0"});
  ASSERT_TRUE(guard.ok());
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_FALSE(guard->Allows(reinterpret_cast<const sockaddr*>(&local), sizeof local));
  const Address address = Make("8.8.8.8");
  EXPECT_FALSE(guard->Allows(address.get(), 4));
}

TEST(AddressGuardTest, SpellsAddressesWithTheirPorts) {
  const Address v4 = Make("127.0.0.1", 80);
  const Address v6 = Make("2001:db8::1", 443);
  EXPECT_EQ(AddressGuard::Spell(v4.get(), v4.length), "127.0.0.1:80");
  EXPECT_EQ(AddressGuard::Spell(v6.get(), v6.length), "[2001:db8::1]:443");
}

}  // namespace
}  // namespace signboard::net
