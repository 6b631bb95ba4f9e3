// Names on their way to connections: what DNS says decides where curl connects, and nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/proto/net/http_client_fixture.h"
#include "tests/support/fake_dns.h"

namespace signboard::net {
namespace {

using ::testing::HasSubstr;
using testing::FakeDns;
using testing::FakeSite;

class HttpClientNamesTest : public HttpClientTest {
 protected:
  void SetUp() override {
    site_.Serve("/", FakeSite::Page("200 OK", {}, "reached"));
    UseDns({"127.0.0.1/32"});
  }
  // It asks for the time until its end.
  void TearDown() override { client_.reset(); }
  void UseDns(const std::vector<std::string>& allow) {
    HttpClientOptions options;
    options.guard = AddressGuard::Make(allow).value();
    options.resolver.servers = Resolver::ParseServers({dns_.address()}).value();
    options.resolver.now = [this] { return now_; };
    Use(std::move(options));
  }
  std::string Site(const std::string& host) const {
    return "http://" + host + ":" + std::to_string(site_.port()) + "/";
  }

  FakeDns dns_;
  Resolver::Instant now_ = std::chrono::steady_clock::now();
};

TEST_F(HttpClientNamesTest, ANameIsFetchedFromTheAddressThatDnsGives) {
  dns_.Set("www.a.cn", {.addresses = {"127.0.0.1"}});
  for (const char* host : {"www.a.cn", "WWW.A.cn", "www.a.cn.", "%77ww.a.cn"}) {
    const HttpResult result = Fetch(Site(host));
    EXPECT_EQ(result.body, "reached") << host << ": " << result.detail;
    EXPECT_EQ(result.remote_address, "127.0.0.1:" + std::to_string(site_.port())) << host;
  }
  EXPECT_EQ(dns_.Questions("www.a.cn"), 2u) << "asked once, for A and for AAAA";
}

TEST_F(HttpClientNamesTest, ANameThatBeginsLikeACommandIsANameStill) {
  for (const char* host : {"-a.cn", "_a.cn"}) {
    dns_.Set(host, {.addresses = {"127.0.0.1"}});
    EXPECT_EQ(Fetch(Site(host)).body, "reached") << host;
  }
  for (const char* host : {"*", "+a.cn", "a.cn,b.cn"}) {
    EXPECT_EQ(Fetch(Site(host)).kind, HttpKind::kBadUrl) << host;
  }
}

TEST_F(HttpClientNamesTest, FailuresOfDnsAreNamed) {
  const HttpResult none = Fetch("http://no.such.cn/");
  EXPECT_EQ(none.kind, HttpKind::kDns);
  EXPECT_EQ(none.detail, "the name no.such.cn does not exist");
  dns_.Set("silent.cn", {.manner = FakeDns::Manner::kSilence});
  const HttpResult silent = Fetch("http://silent.cn/", {.connect = Millis(100)});
  EXPECT_EQ(silent.kind, HttpKind::kDns);
  EXPECT_THAT(silent.detail, HasSubstr("no DNS server answered about silent.cn"));
  EXPECT_GE(silent.elapsed, Millis(100));
}

TEST_F(HttpClientNamesTest, TheNextAddressIsTriedWhenOneDoesNotAnswer) {
  UseDns({"127.0.0.0/8"});
  // At once: were there a wait for each, the time to connect would be over before the last.
  dns_.Set("www.a.cn", {.addresses = {"127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5",
                                      "127.0.0.6", "127.0.0.7", "127.0.0.8", "127.0.0.1"}});
  const HttpResult result = Fetch(Site("www.a.cn"), {.connect = Millis(3'000)});
  EXPECT_EQ(result.body, "reached") << result.detail;
}

TEST_F(HttpClientNamesTest, OfSeveralAddressesTheForbiddenOnesAreLeftOut) {
  dns_.Set("www.a.cn", {.addresses = {"127.0.0.2", "10.0.0.1", "127.0.0.1", "::1"}});
  EXPECT_EQ(Fetch(Site("www.a.cn")).body, "reached");
}

TEST_F(HttpClientNamesTest, ANameOfForbiddenAddressesIsRefused) {
  UseDns({});
  for (const char* address : {"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "0.0.0.0",
                              "169.254.169.254", "100.64.0.1", "::1", "::ffff:127.0.0.1",
                              "64:ff9b::7f00:1", "fd00::1", "fe80::1"}) {
    const std::string host = "n" + std::to_string(dns_.Questions()) + ".cn";
    dns_.Set(host, {.addresses = {address}});
    const HttpResult result = Fetch(Site(host));
    EXPECT_EQ(result.kind, HttpKind::kGuardRefused) << address << " " << result.detail;
    EXPECT_THAT(result.detail, HasSubstr("the address guard refuses")) << address;
  }
  EXPECT_EQ(site_.RequestCount(), 0u);
}

TEST_F(HttpClientNamesTest, APortThatIsNotTheWebsIsRefusedAtTheConnect) {
  dns_.Set("www.a.cn", {.addresses = {"1.2.3.4"}});
  const HttpResult result = Fetch("http://www.a.cn:22/");
  EXPECT_EQ(result.kind, HttpKind::kGuardRefused);
  EXPECT_THAT(result.detail, HasSubstr("1.2.3.4:22"));
}

TEST_F(HttpClientNamesTest, AFlipToAForbiddenAddressIsNotFollowed) {
  dns_.Set("flip.cn", {.addresses = {"127.0.0.1"}, .ttl = 0});
  EXPECT_EQ(Fetch(Site("flip.cn")).body, "reached");
  dns_.Set("flip.cn", {.addresses = {"127.0.0.2"}, .ttl = 0});
  EXPECT_EQ(Fetch(Site("flip.cn")).body, "reached") << "for a minute the first answer holds";
  now_ += Millis(60'000);
  const HttpResult flipped = Fetch(Site("flip.cn"));
  EXPECT_EQ(flipped.kind, HttpKind::kGuardRefused) << flipped.detail;
  EXPECT_THAT(flipped.detail, HasSubstr("127.0.0.2"));
}

TEST_F(HttpClientNamesTest, APinEndsWithItsTransfer) {
  // Were the first pin still known to curl, the second fetch would reach the site.
  UseDns({"127.0.0.0/8"});
  site_.Serve("/", {testing::Send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nreached"),
                    testing::Close()});
  dns_.Set("www.a.cn", {.addresses = {"127.0.0.1"}, .ttl = 0});
  EXPECT_EQ(Fetch(Site("www.a.cn")).body, "reached");
  dns_.Set("www.a.cn", {.addresses = {"127.0.0.7"}, .ttl = 0});
  now_ += Millis(60'000);
  EXPECT_EQ(Fetch(Site("www.a.cn")).kind, HttpKind::kConnect);
}

TEST_F(HttpClientNamesTest, AConnectToTargetMayBeANameToo) {
  dns_.Set("inside.cn", {.addresses = {"127.0.0.1"}});
  HttpClientOptions options = LoopbackAllowed();
  options.resolver.servers = Resolver::ParseServers({dns_.address()}).value();
  options.connect_to =
      ConnectTo::ParseAll({"*:80=inside.cn:" + std::to_string(site_.port())}).value();
  Use(std::move(options));
  EXPECT_EQ(Fetch("http://www.a.cn/").body, "reached");
  EXPECT_EQ(dns_.Questions("www.a.cn"), 0u);
}

}  // namespace
}  // namespace signboard::net
