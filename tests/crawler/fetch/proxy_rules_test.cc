#include "crawler/fetch/proxy_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signboard::fetch {
namespace {

using ::testing::HasSubstr;

// The port of the proxy chosen, which tells rules apart; 0: directly.
int PortFor(const ProxyRules& rules, std::string_view host, std::string_view place = "") {
  const auto choice = rules.Choose(host, place);
  return choice.proxy ? choice.proxy->endpoint.port() : 0;
}

TEST(ProxyRulesTest, TheFirstThatMatchesDecides) {
  const auto rules = ProxyRules::Parse({"www.jingan.gov.cn=direct=home",
                                        "site:jingan.gov.cn=http://10.0.0.1:1",
                                        "*.gov.cn=socks5h://10.0.0.1:2=beijing",
                                        "place:31=socks5://10.0.0.1:3=shanghai",
                                        "*=http://10.0.0.1:4"})
                         .value();
  EXPECT_EQ(PortFor(rules, "www.jingan.gov.cn"), 0);
  EXPECT_EQ(rules.Choose("www.jingan.gov.cn", "").vantage, "home");
  EXPECT_EQ(PortFor(rules, "jingan.gov.cn"), 1);
  EXPECT_EQ(PortFor(rules, "news.jingan.gov.cn", "31"), 1);
  EXPECT_EQ(rules.Choose("jingan.gov.cn", "").vantage, "");
  EXPECT_EQ(PortFor(rules, "www.gov.cn"), 2);
  EXPECT_EQ(rules.Choose("www.gov.cn", "").vantage, "beijing");
  EXPECT_EQ(PortFor(rules, "gov.cn"), 4) << "*.gov.cn is what is below";
  EXPECT_EQ(PortFor(rules, "www.notgov.cn"), 4);
  EXPECT_EQ(PortFor(rules, "a.com", "310106"), 3);
  EXPECT_EQ(PortFor(rules, "a.com", "3"), 4);
  EXPECT_EQ(PortFor(rules, "a.com"), 4);
  EXPECT_EQ(PortFor(ProxyRules(), "a.com"), 0);
}

TEST(ProxyRulesTest, HostsAreReadAsUrlsHaveThem) {
  const auto rules =
      ProxyRules::Parse({"WWW.A.cn=http://10.0.0.1:1", "*.中国=http://10.0.0.1:2"}).value();
  EXPECT_EQ(PortFor(rules, "www.a.cn"), 1);
  EXPECT_EQ(PortFor(rules, "www.xn--fiqs8s"), 2);
}

TEST(ProxyRulesTest, WhatDoesNotHoldIsQuoted) {
  for (const char* bad :
       {"", "*", "=http://10.0.0.1:1", "*=", "*=proxy.a.cn:1", "*=http://10.0.0.1:1=",
        "*=http://10.0.0.1:1=a b", "place:=direct", "place:3x=direct", "*.=direct", "site:=direct",
        "a b=direct", "*=direct=\n"}) {
    const auto rules = ProxyRules::Parse({"*=direct", bad});
    ASSERT_FALSE(rules.ok()) << bad;
    EXPECT_THAT(std::string(base::Message(rules.status())),
                HasSubstr("proxy rule '" + std::string(bad) + "'"));
  }
  EXPECT_FALSE(ProxyRules::Parse(std::vector<std::string>(1'001, "*=direct")).ok());
}

}  // namespace
}  // namespace signboard::fetch
