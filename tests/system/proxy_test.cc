// A worker behind a proxy: what it fetches comes that way, robots.txt too, and the archive knows
// from where it was seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/fake_dns.h"
#include "tests/support/fake_proxy.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ProxyTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    SiteUnderWatch::SetUp();
    proxy_ = std::make_unique<FakeProxy>(static_cast<uint16_t>(site_port_));
    dns_.Set("www.jingan-gov.example", {.addresses = {"1.2.3.4"}});
    dns_.Set("inside.jingan-gov.example", {.addresses = {"10.0.0.1"}});
    const std::vector<std::pair<const char*, std::string>> settings = {
        {"SIGNBOARD_CRAWLER_CONNECT_TO", ""},
        {"SIGNBOARD_CRAWLER_CONTACT_URL", "https://bot.example/"},
        {"SIGNBOARD_CRAWLER_DNS_SERVERS", dns_.address()},
        {"SIGNBOARD_CRAWLER_PROXY_RULES",
         "site:jingan-gov.example=" + proxy_->Url("socks5") + "=shanghai"}};
    for (const auto& [name, value] : settings) setenv(name, value.c_str(), 1);
    StartSignboard();
    WaitUntilUp();
  }
  void TearDown() override {
    for (const char* name : {"CONNECT_TO", "CONTACT_URL", "DNS_SERVERS", "PROXY_RULES"})
      unsetenv((std::string("SIGNBOARD_CRAWLER_") + name).c_str());
    SiteUnderWatch::TearDown();
  }

  FakeDns dns_;
  std::unique_ptr<FakeProxy> proxy_;
};

TEST_F(ProxyTest, ASiteIsCrawledThroughItAndTheVantageIsRecorded) {
  const std::string url = std::string(kSite) + "/";
  ASSERT_EQ(Run({"seeds", "add", url}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return Versions(url, true) >= 1; }));
  const auto versions = RunJson({"versions", url, "--all"});
  for (const auto& version : versions["versions"]) EXPECT_EQ(version["vantage"], "shanghai");
  EXPECT_THAT(proxy_->Targets(), Contains("socks5 1.2.3.4:80"));
}

TEST_F(ProxyTest, AForbiddenTargetIsRefusedBeforeTheProxyHearsOfIt) {
  const Finished checked = Run({"check", "http://inside.jingan-gov.example/", "--config",
                                directory_ / "signboard.toml"});
  EXPECT_THAT(checked.out, HasSubstr("the address guard refuses 10.0.0.1")) << checked.err;
  EXPECT_THAT(proxy_->Targets(), IsEmpty());
  const Finished open =
      Run({"check", std::string(kSite) + "/", "--config", directory_ / "signboard.toml"});
  EXPECT_EQ(open.exit_code, 0) << open.out << open.err;
  EXPECT_THAT(proxy_->Targets(), Each("socks5 1.2.3.4:80"));
}

}  // namespace
}  // namespace signboard::testing
