// Through a proxy: what it is told, and what it is never told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/proto/net/http_client_fixture.h"
#include "tests/support/fake_dns.h"
#include "tests/support/fake_proxy.h"

namespace signboard::net {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::FakeDns;
using testing::FakeProxy;
using testing::FakeSite;

constexpr const char* kSchemes[] = {"http", "socks5", "socks5h"};

class HttpClientProxyTest : public HttpClientTest {
 protected:
  // The guard allows nothing of loopback: the proxy is there by the operator's word alone.
  void SetUp() override {
    site_.Serve("/", FakeSite::Page("200 OK", {}, "reached"));
    dns_.Set("www.a.cn", {.addresses = {"1.2.3.4", "1.2.3.5"}});
    HttpClientOptions options;
    options.resolver.servers = Resolver::ParseServers({dns_.address()}).value();
    Use(std::move(options));
  }
  HttpResult FetchBy(const std::string& scheme, const std::string& url,
                     const FakeProxy* proxy = nullptr) {
    HttpRequest request;
    request.url = url;
    request.proxy = Proxy::Parse((proxy == nullptr ? proxy_ : *proxy).Url(scheme)).value();
    return Fetch(std::move(request));
  }

  FakeDns dns_;
  FakeProxy proxy_{site_.port()};
};

TEST_F(HttpClientProxyTest, EachKindIsToldWhatItNeedsToKnow) {
  for (const char* scheme : kSchemes) {
    const HttpResult result = FetchBy(scheme, "http://www.a.cn/");
    EXPECT_EQ(result.body, "reached") << scheme << ": " << result.detail;
    EXPECT_EQ(result.remote_address, "") << scheme << ": it is not us who connect";
  }
  EXPECT_THAT(proxy_.Targets(), ElementsAre("forward http://www.a.cn/", "socks5 1.2.3.4:80",
                                            "socks5 www.a.cn:80"));
  for (const std::string& head : site_.Requests()) {
    EXPECT_THAT(head, StartsWith("GET / HTTP/1.1\r\nHost: www.a.cn\r\n"));
    EXPECT_THAT(head, ::testing::Not(HasSubstr("Proxy")));
  }
}

TEST_F(HttpClientProxyTest, TlsGoesThroughATunnel) {
  FakeSite secure(true);
  secure.Serve("/", FakeSite::Page("200 OK", {}, "secret"));
  const FakeProxy proxy(secure.port());
  for (const char* scheme : kSchemes) {
    const HttpResult result = FetchBy(scheme, "https://www.a.cn/", &proxy);
    EXPECT_EQ(result.body, "secret") << scheme << ": " << result.detail;
    EXPECT_FALSE(FindHeader(result.headers, "X-Of").has_value()) << "that was the proxy's";
    EXPECT_EQ(result.reason_phrase, "OK");
    ASSERT_TRUE(result.tls.has_value());
    EXPECT_EQ(result.tls->chain_sha256.size(), 1u);
  }
  EXPECT_THAT(proxy.Targets(), ::testing::Contains("connect www.a.cn:443"));
}

TEST_F(HttpClientProxyTest, AnAddressThatTheGuardForbidsIsNotTold) {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"loop.cn", "127.0.0.1"}, {"ten.cn", "10.0.0.1"},    {"six.cn", "::1"},
      {"meta.cn", "169.254.169.254"}, {"mapped.cn", "::ffff:10.0.0.1"}};
  std::vector<std::string> hosts = {"127.0.0.1", "2130706433", "0x7f.1", "[::1]", "localhost",
                                    "[::ffff:127.0.0.1]", "169.254.169.254", "10.0.0.1",
                                    "127.0.0.1.", "1.2.3.4:22", "www.a.cn:22"};
  for (const auto& [name, address] : names) {
    dns_.Set(name, {.addresses = {address}});
    hosts.push_back(name);
  }
  for (const char* scheme : kSchemes) {
    for (const std::string& host : hosts) {
      for (const char* over : {"http://", "https://"}) {
        const HttpResult result = FetchBy(scheme, over + host + "/");
        EXPECT_EQ(result.kind, HttpKind::kGuardRefused)
            << scheme << " " << host << ": " << result.detail;
      }
    }
  }
  EXPECT_THAT(proxy_.Targets(), IsEmpty());
}

TEST_F(HttpClientProxyTest, WhereTheProxyResolvesEveryAddressMustBeAllowed) {
  dns_.Set("mixed.cn", {.addresses = {"10.0.0.1", "1.2.3.4"}});
  EXPECT_EQ(FetchBy("http", "http://mixed.cn/").kind, HttpKind::kGuardRefused);
  EXPECT_EQ(FetchBy("socks5h", "http://mixed.cn/").kind, HttpKind::kGuardRefused);
  EXPECT_EQ(FetchBy("socks5", "http://mixed.cn/").body, "reached");
  EXPECT_THAT(proxy_.Targets(), ElementsAre("socks5 1.2.3.4:80"));
}

TEST_F(HttpClientProxyTest, ANameThatDoesNotResolveIsDnsHereToo) {
  for (const char* scheme : kSchemes)
    EXPECT_EQ(FetchBy(scheme, "http://no.such.cn/").kind, HttpKind::kDns) << scheme;
  EXPECT_THAT(proxy_.Targets(), IsEmpty());
}

TEST_F(HttpClientProxyTest, WhatTheProxyRefusesIsNoAnswerOfTheSite) {
  proxy_.Refuse();
  for (const char* scheme : kSchemes) {
    for (const char* url : {"http://www.a.cn/", "https://www.a.cn/"}) {
      const HttpResult result = FetchBy(scheme, url);
      EXPECT_EQ(result.kind, HttpKind::kConnect) << scheme << " " << url << result.detail;
      EXPECT_THAT(result.detail, HasSubstr("proxy " + proxy_.Url(scheme))) << url;
    }
  }
}

TEST_F(HttpClientProxyTest, AProxyThatIsNotThereIsNamed) {
  HttpRequest request;
  request.url = "http://www.a.cn/";
  request.proxy = Proxy::Parse("socks5://127.0.0.1:1").value();
  const HttpResult result = Fetch(request);
  EXPECT_EQ(result.kind, HttpKind::kConnect);
  EXPECT_THAT(result.detail, HasSubstr("proxy socks5://127.0.0.1:1: "));
}

TEST_F(HttpClientProxyTest, ARuleOfConnectToComesBeforeAProxy) {
  HttpClientOptions options = LoopbackAllowed();
  options.connect_to =
      ConnectTo::ParseAll({"*:80=127.0.0.1:" + std::to_string(site_.port())}).value();
  Use(std::move(options));
  EXPECT_EQ(FetchBy("http", "http://www.a.cn/").body, "reached");
  EXPECT_THAT(proxy_.Targets(), IsEmpty());
}

TEST(ProxyTest, IsASchemeAnAddressAndAPort) {
  for (const char* good : {"http://10.0.0.2:3128", "socks5://[2001:db8::1]:1080",
                           "socks5h://192.0.2.1:65535"}) {
    const auto proxy = Proxy::Parse(good);
    ASSERT_TRUE(proxy.ok()) << good;
    EXPECT_EQ(proxy->Spell(), good);
  }
  for (const char* bad : {"", "10.0.0.2:3128", "https://10.0.0.2:3128", "socks4://10.0.0.2:1080",
                          "http://proxy.a.cn:3128", "http://10.0.0.2", "http://10.0.0.2:0",
                          "http://10.0.0.2:70000", "http://10.0.0.2:80/", "http://me@10.0.0.2:80",
                          "socks5://2001:db8::1:1080", "socks5://[10.0.0.2]:1080"}) {
    EXPECT_FALSE(Proxy::Parse(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace signboard::net
