// The guard where it matters: on the connects that curl makes, however the URL spells them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/proto/net/http_client_fixture.h"

namespace signboard::net {
namespace {

using ::testing::HasSubstr;
using testing::FakeSite;

class HttpClientGuardTest : public HttpClientTest {
 protected:
  void SetUp() override {
    site_.Serve("/", FakeSite::Page("200 OK", {}, "reached"));
    Use(HttpClientOptions{});
  }
  static constexpr const char* kHosts[] = {
      "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0x7f.0.0.0x1",
      "017700000001", "0177.0.0.1", "0177.1", "127.0.0.1.", "127.255.255.254", "127.8.8.8",
      "localhost", "LOCALHOST", "localhost.", "0", "0.0.0.0", "0x0", "00",
      "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
      "[0:0:0:0:0:ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[64:ff9b::7f00:1]",
      "[2002:7f00:1::]", "[2001::1]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
      "169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]",
      "10.0.0.1", "012.0.0.1", "0xa000001", "167772161", "172.16.0.1", "192.168.1.1", "192.168.257",
      "100.64.0.1", "100.100.100.200", "198.18.0.1", "192.0.2.1", "224.0.0.1", "255.255.255.255",
      "168.63.129.16"};
};

TEST_F(HttpClientGuardTest, NoSpellingOfAPrivateAddressIsConnectedTo) {
  for (const char* host : kHosts) {
    const HttpResult result = Fetch("http://" + std::string(host) + "/", {.total = Millis(5'000)});
    // A spelling that is no address at all is as good as refused.
    EXPECT_TRUE(result.kind == HttpKind::kGuardRefused || result.kind == HttpKind::kDns ||
                result.kind == HttpKind::kBadUrl || result.kind == HttpKind::kConnect)
        << host << ": " << KindName(result.kind) << " " << result.detail;
    EXPECT_EQ(result.remote_address, "") << host;
    EXPECT_EQ(result.status, 0) << host;
  }
}

TEST_F(HttpClientGuardTest, LoopbackIsNamedAsRefusedInAllItsForms) {
  for (const char* host : {"127.0.0.1", "2130706433", "0x7f.1", "017700000001", "localhost",
                           "[::1]", "[::ffff:127.0.0.1]"}) {
    const std::string url = "http://" + std::string(host) + ":" + std::to_string(site_.port());
    const HttpResult result = Fetch(url + "/");
    EXPECT_EQ(result.kind, HttpKind::kGuardRefused) << host << " " << result.detail;
    EXPECT_THAT(result.detail, HasSubstr("address guard refuses")) << host;
  }
  EXPECT_EQ(site_.RequestCount(), 0u);
}

TEST_F(HttpClientGuardTest, ATargetOfConnectToPassesTheGuardToo) {
  HttpClientOptions options;
  options.connect_to = {
      ConnectTo::Parse("*:80=127.0.0.1:" + std::to_string(site_.port())).value()};
  Use(options);
  EXPECT_EQ(Fetch("http://www.a.cn/").kind, HttpKind::kGuardRefused);
  options.guard = AddressGuard::Make({"127.0.0.1/32"}).value();
  Use(options);
  EXPECT_EQ(Fetch("http://www.a.cn/").body, "reached");
}

TEST_F(HttpClientGuardTest, ConnectToServesVirtualHostsWithoutResolvingThem) {
  site_.Serve("www.a.cn/", FakeSite::Page("200 OK", {}, "this is a"));
  site_.Serve("b.invalid/", FakeSite::Page("200 OK", {}, "this is b"));
  HttpClientOptions options = LoopbackAllowed();
  const std::string target = "=127.0.0.1:" + std::to_string(site_.port());
  options.connect_to = ConnectTo::ParseAll({"*:80" + target, "b.invalid:8081" + target}).value();
  Use(options);
  EXPECT_EQ(Fetch("http://www.a.cn/").body, "this is a");
  EXPECT_EQ(Fetch("http://b.invalid/").body, "this is b");
  EXPECT_EQ(Fetch("http://b.invalid:8081/").body, "this is b");
  EXPECT_EQ(Fetch("http://no-such-host.invalid:8082/").kind, HttpKind::kDns);
}

TEST_F(HttpClientGuardTest, ProxiesOfTheSurroundingsAreNotUsed) {
  setenv("http_proxy", site_.Url("").c_str(), 1);
  setenv("ALL_PROXY", site_.Url("").c_str(), 1);
  Use(LoopbackAllowed());
  EXPECT_EQ(Fetch("http://no-such-host.invalid/").kind, HttpKind::kDns);
  unsetenv("http_proxy");
  unsetenv("ALL_PROXY");
  EXPECT_EQ(site_.RequestCount(), 0u);
}

}  // namespace
}  // namespace signboard::net
