#include "crawler/robots/robots_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <memory>

#include "tests/support/await.h"
#include "tests/support/fake_dns.h"
#include "tests/support/fake_site.h"

namespace signboard::robots {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::FakeSite;
using Word = RobotsAnswer::Word;

constexpr Millis kDay{24 * 3'600'000};

class RobotsCacheTest : public ::testing::Test {
 protected:
  void SetUp() override { Use(AllHosts(), {}); }

  net::HttpClientOptions AllHosts() {
    net::HttpClientOptions options;
    options.guard = net::AddressGuard::Make({"127.0.0.1/32"}).value();
    const std::string target = "=127.0.0.1:" + std::to_string(site_.port());
    options.connect_to = net::ConnectTo::ParseAll({"*:80" + target, "*:8080" + target}).value();
    return options;
  }
  void Use(net::HttpClientOptions client, RobotsCacheOptions options) {
    client_ = std::make_unique<net::HttpClient>(io_, std::move(client));
    fetcher_ = std::make_unique<fetch::Fetcher>(client_.get(), &clock_, fetch::FetcherOptions{});
    cache_ = std::make_unique<RobotsCache>(fetcher_.get(), &clock_, std::move(options));
  }
  void ServeRobots(const std::string& body, const std::string& host = "a.cn") {
    site_.Serve(host + "/robots.txt", FakeSite::Page("200 OK", {}, body));
  }
  void ServeStatus(const std::string& status, const std::vector<std::string>& headers = {}) {
    site_.Serve("a.cn/robots.txt", FakeSite::Page(status, headers, ""));
  }
  RobotsAnswer Check(const std::string& url) { return testing::Await(io_, cache_->Check(url)); }

  asio::io_context io_{1};
  base::ManualClock clock_{FromMillis(1'700'000'000'000)};
  FakeSite site_;
  std::unique_ptr<net::HttpClient> client_;
  std::unique_ptr<fetch::Fetcher> fetcher_;
  std::unique_ptr<RobotsCache> cache_;
};

TEST_F(RobotsCacheTest, RulesDecideForADayAfterOneRequest) {
  ServeRobots("User-agent: *\nDisallow: /no\nCrawl-delay: 3\nSitemap: /s.xml\n");
  EXPECT_TRUE(Check("http://a.cn/yes").allowed());
  const RobotsAnswer no = Check("http://a.cn/no?x=1");
  EXPECT_EQ(no.word, Word::kDisallowed);
  EXPECT_EQ(no.reason, v1::REASON_ROBOTS);
  EXPECT_EQ(no.crawl_delay, Millis(3'000));
  EXPECT_THAT(no.detail, HasSubstr("/no?x=1"));
  EXPECT_THAT(cache_->Sitemaps("http://a.cn/anything"), ElementsAre("/s.xml"));
  clock_.Advance(kDay - Millis(1));
  Check("http://a.cn/yes");
  EXPECT_EQ(site_.RequestCount(), 1u);

  ServeRobots("");
  clock_.Advance(Millis(1));
  EXPECT_TRUE(Check("http://a.cn/no").allowed()) << "asked again after a day";
  EXPECT_EQ(site_.RequestCount(), 2u);
}

TEST_F(RobotsCacheTest, EachOriginHasItsOwnRules) {
  ServeRobots("User-agent: *\nDisallow: /\n");
  ServeRobots("", "b.cn");
  EXPECT_FALSE(Check("http://a.cn/").allowed());
  EXPECT_TRUE(Check("http://b.cn/").allowed());
  EXPECT_FALSE(Check("http://a.cn:8080/").allowed());
  EXPECT_EQ(site_.RequestCount(), 3u);
  EXPECT_EQ(cache_->size(), 3u);
}

// RFC 9309 section 2.3.1.2.
TEST_F(RobotsCacheTest, FiveRedirectsAreFollowedAlsoToOtherHosts) {
  ServeStatus("301 Moved", {"Location: http://b.cn/1"});
  for (int i = 1; i < 5; ++i) {
    site_.Serve("b.cn/" + std::to_string(i),
                FakeSite::Page("302 Found", {"Location: /" + std::to_string(i + 1)}, ""));
  }
  site_.Serve("b.cn/5", FakeSite::Page("200 OK", {}, "User-agent: *\nDisallow: /no\n"));
  EXPECT_FALSE(Check("http://a.cn/no").allowed());
  EXPECT_EQ(site_.RequestCount(), 6u);
}

TEST_F(RobotsCacheTest, MoreRedirectsMeanNoRules) {
  ServeStatus("301 Moved", {"Location: /robots.txt"});
  EXPECT_TRUE(Check("http://a.cn/no").allowed());
  EXPECT_EQ(site_.RequestCount(), 6u);
}

// RFC 9309 section 2.3.1.3.
TEST_F(RobotsCacheTest, NoRobotsTxtAllowsEverything) {
  for (const char* status : {"404 Not Found", "410 Gone", "403 Forbidden", "401 No", "400 Bad"}) {
    SetUp();
    ServeStatus(status);
    EXPECT_TRUE(Check("http://a.cn/x").allowed()) << status;
  }
}

// RFC 9309 section 2.3.1.4.
TEST_F(RobotsCacheTest, AServerInTroubleAllowsNothingAndIsAskedAgainSoon) {
  ServeStatus("500 Oops");
  const RobotsAnswer answer = Check("http://a.cn/x");
  EXPECT_EQ(answer.word, Word::kUnreachable);
  EXPECT_EQ(answer.reason, v1::REASON_HTTP_5XX);
  EXPECT_EQ(answer.retry_after, Millis(600'000));
  EXPECT_EQ(Check("http://a.cn/y").word, Word::kUnreachable);
  EXPECT_EQ(site_.RequestCount(), 1u);
  ServeRobots("");
  clock_.Advance(Millis(600'000));
  EXPECT_TRUE(Check("http://a.cn/x").allowed());
}

TEST_F(RobotsCacheTest, TheSitesRetryAfterIsObeyed) {
  for (const char* status : {"503 Busy", "429 Slow down"}) {
    SetUp();
    ServeStatus(status, {"Retry-After: 120"});
    const RobotsAnswer answer = Check("http://a.cn/x");
    EXPECT_EQ(answer.word, Word::kUnreachable) << status;
    EXPECT_EQ(answer.retry_after, Millis(120'000)) << status;
  }
}

TEST_F(RobotsCacheTest, RulesKnownBeforeHoldWhileTheServerIsInTrouble) {
  ServeRobots("User-agent: *\nDisallow: /no\n");
  Check("http://a.cn/yes");
  ServeStatus("500 Oops");
  clock_.Advance(kDay);
  EXPECT_TRUE(Check("http://a.cn/yes").allowed());
  EXPECT_EQ(Check("http://a.cn/no").word, Word::kDisallowed);
  EXPECT_EQ(site_.RequestCount(), 2u);
}

TEST_F(RobotsCacheTest, ARobotsTxtCutShortIsNoRobotsTxt) {
  site_.Serve("a.cn/robots.txt",
              {testing::Send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser"),
               testing::Close()});
  const RobotsAnswer answer = Check("http://a.cn/x");
  EXPECT_EQ(answer.word, Word::kUnreachable);
  EXPECT_EQ(answer.reason, v1::REASON_TRUNCATED);
}

TEST_F(RobotsCacheTest, AnUnreachableHostAllowsNothing) {
  Use(net::HttpClientOptions{}, {});
  const RobotsAnswer answer = Check("http://no-such-host.invalid/");
  EXPECT_EQ(answer.word, Word::kUnreachable);
  EXPECT_EQ(answer.reason, v1::REASON_DNS);
}

TEST_F(RobotsCacheTest, AForbiddenAddressIsNamedAsSuch) {
  Use(net::HttpClientOptions{}, {});
  EXPECT_EQ(Check("http://127.0.0.1/").word, Word::kForbiddenAddress);
}

TEST_F(RobotsCacheTest, ARedirectToAForbiddenAddressIsRefused) {
  ServeStatus("301 Moved", {"Location: http://169.254.169.254:81/latest"});
  const RobotsAnswer answer = Check("http://a.cn/");
  EXPECT_EQ(answer.word, Word::kForbiddenAddress);
  EXPECT_EQ(answer.reason, v1::REASON_ADDRESS_GUARD);
}

TEST_F(RobotsCacheTest, ARedirectToANameOfAForbiddenAddressIsRefused) {
  testing::FakeDns dns;
  dns.Set("b.cn", {.addresses = {"10.0.0.1", "127.0.0.2"}});
  net::HttpClientOptions options = AllHosts();
  options.connect_to.resize(1);  // "*:80": only the first host is known to be the site.
  options.resolver.servers = net::Resolver::ParseServers({dns.address()}).value();
  Use(std::move(options), {});
  ServeStatus("301 Moved", {"Location: http://b.cn:8080/robots.txt"});
  const RobotsAnswer answer = Check("http://a.cn/");
  EXPECT_EQ(answer.word, Word::kForbiddenAddress) << answer.detail;
  EXPECT_EQ(answer.reason, v1::REASON_ADDRESS_GUARD);
  EXPECT_EQ(site_.RequestCount(), 1u);
}

TEST_F(RobotsCacheTest, AChallengeInPlaceOfRobotsMeansTheHostIsBlocked) {
  const std::string ruishu = "<html><script>$_ts=window['$_ts'];</script></html>";
  const std::vector<std::pair<std::string, std::string>> walls = {
      {"412 Precondition Failed", ruishu},
      {"521 ", "<script>document.cookie=('_')</script>"},
      {"200 OK", "<html><script>var arg1='A';setCookie('acw_sc__v2',x)</script></html>"}};
  for (const auto& [status, body] : walls) {
    SetUp();
    site_.Serve("a.cn/robots.txt", FakeSite::Page(status, {}, body));
    const RobotsAnswer answer = Check("http://a.cn/x");
    EXPECT_EQ(answer.word, Word::kBlocked) << status;
    EXPECT_EQ(answer.reason, v1::REASON_BLOCKED) << status;
    EXPECT_EQ(answer.retry_after, Millis(600'000)) << status;
  }
}

TEST_F(RobotsCacheTest, ManyAskersCauseOneRequest) {
  site_.Serve("a.cn/robots.txt",
              {testing::Pause(Millis(100)), FakeSite::Page("200 OK", {}, "User-agent: *")[0]});
  int allowed = 0;
  int ended = 0;
  for (int i = 0; i < 50; ++i) {
    asio::co_spawn(io_, cache_->Check("http://a.cn/" + std::to_string(i)),
                   [&](std::exception_ptr, RobotsAnswer answer) {
                     allowed += answer.allowed() ? 1 : 0;
                     ++ended;
                   });
  }
  while (ended < 50) io_.run_one();
  EXPECT_EQ(allowed, 50);
  EXPECT_EQ(site_.RequestCount(), 1u);
}

TEST_F(RobotsCacheTest, WhenTheFetchingOneIsCancelledAnotherFetches) {
  site_.Serve("a.cn/robots.txt", {testing::Hang()});
  asio::cancellation_signal signal;
  bool first_ended = false;
  asio::co_spawn(io_, cache_->Check("http://a.cn/1"),
                 asio::bind_cancellation_slot(
                     signal.slot(), [&](std::exception_ptr error, RobotsAnswer answer) {
                       EXPECT_TRUE(error || !answer.allowed());
                       first_ended = true;
                     }));
  bool second_allowed = false;
  bool second_ended = false;
  asio::co_spawn(io_, cache_->Check("http://a.cn/2"),
                 [&](std::exception_ptr, RobotsAnswer answer) {
                   second_allowed = answer.allowed();
                   second_ended = true;
                 });
  while (site_.RequestCount() == 0) io_.run_for(Millis(10));
  ServeRobots("");
  signal.emit(asio::cancellation_type::terminal);
  while (!first_ended || !second_ended) io_.run_one();
  EXPECT_TRUE(second_allowed);
}

TEST_F(RobotsCacheTest, TheLeastRecentlyAskedOriginLeavesFirst) {
  RobotsCacheOptions options;
  options.origins_max = 2;
  Use(AllHosts(), options);
  Check("http://a.cn/");
  Check("http://b.cn/");
  Check("http://a.cn/");
  Check("http://c.cn/");  // b.cn leaves.
  EXPECT_EQ(cache_->size(), 2u);
  EXPECT_EQ(site_.RequestCount(), 3u);
  Check("http://a.cn/");
  EXPECT_EQ(site_.RequestCount(), 3u);
  Check("http://b.cn/");
  EXPECT_EQ(site_.RequestCount(), 4u);
}

TEST_F(RobotsCacheTest, WhatIsNoHttpUrlIsDisallowed) {
  for (const char* url : {"", "a.cn", "ftp://a.cn/", "http://"}) {
    EXPECT_EQ(Check(url).word, Word::kDisallowed) << url;
  }
  EXPECT_EQ(site_.RequestCount(), 0u);
}

}  // namespace
}  // namespace signboard::robots
