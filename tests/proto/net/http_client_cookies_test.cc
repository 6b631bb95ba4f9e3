// Cookies within a session: sent back to the site that set them, bounded, and forgotten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "tests/proto/net/http_client_fixture.h"

namespace signboard::net {
namespace {

namespace asio = boost::asio;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::FakeSite;

class HttpClientCookiesTest : public HttpClientTest {
 protected:
  void SetUp() override {
    site_.Serve("/", FakeSite::Page("200 OK", {}, ""));
    UseCookies(true);
  }
  void UseCookies(bool keep) {
    HttpClientOptions options = LoopbackAllowed();
    options.connect_to =
        ConnectTo::ParseAll({"*:80=127.0.0.1:" + std::to_string(site_.port())}).value();
    options.cookies.keep = keep;
    options.cookies.now = [this] { return now_; };
    Use(std::move(options));
  }
  // A fetch of `host`/set, which answers with these.
  void Set(const std::string& host, const std::vector<std::string>& cookies) {
    std::vector<std::string> headers;
    for (const std::string& cookie : cookies) headers.push_back("Set-Cookie: " + cookie);
    site_.Serve(host + "/set", FakeSite::Page("200 OK", headers, ""));
    EXPECT_EQ(Fetch("http://" + host + "/set", {.header_count_max = 5'000}).kind, HttpKind::kOk);
  }
  // The value of the Cookie header that a fetch sends; empty: none.
  std::string Sent(const std::string& url) {
    const HttpResult result = Fetch(url);
    const std::string head = site_.Requests().back();
    const std::string told(FindHeader(result.request_headers, "Cookie").value_or(""));
    const size_t at = head.find("\r\nCookie: ");
    const std::string sent =
        at == std::string::npos ? "" : head.substr(at + 10, head.find("\r\n", at + 2) - at - 10);
    EXPECT_EQ(told, sent) << "what is recorded is what was sent";
    return sent;
  }

  Resolver::Instant now_ = std::chrono::steady_clock::now();
};

TEST_F(HttpClientCookiesTest, WhatASiteSetsItGetsBack) {
  EXPECT_EQ(Sent("http://www.a.cn/"), "");
  Set("www.a.cn", {"sid=1; Path=/; HttpOnly"});
  EXPECT_EQ(Sent("http://www.a.cn/"), "sid=1");
  Set("www.a.cn", {"sid=2; Path=/"});
  EXPECT_EQ(Sent("http://www.a.cn/"), "sid=2");
  Set("www.a.cn", {"sid=; Path=/; Max-Age=0"});
  EXPECT_EQ(Sent("http://www.a.cn/"), "");
}

TEST_F(HttpClientCookiesTest, DomainPathAndSecureDecideWhoElseGetsIt) {
  Set("www.a.cn", {"all=1; Domain=a.cn; Path=/", "own=1; Path=/", "deep=1; Path=/deep",
                   "tls=1; Path=/; Secure", "foreign=1; Domain=b.cn; Path=/"});
  const std::string own = Sent("http://www.a.cn/");
  EXPECT_THAT(own, HasSubstr("all=1"));
  EXPECT_THAT(own, HasSubstr("own=1"));
  EXPECT_THAT(own, Not(HasSubstr("deep")));
  EXPECT_THAT(own, Not(HasSubstr("tls")));
  EXPECT_THAT(own, Not(HasSubstr("foreign")));
  EXPECT_EQ(Sent("http://news.a.cn/"), "all=1");
  EXPECT_EQ(Sent("http://b.cn/"), "");
  EXPECT_EQ(Sent("http://www.b.cn/"), "");
}

TEST_F(HttpClientCookiesTest, APublicSuffixIsNobodysDomain) {
  Set("www.jingan.gov.cn", {"a=1; Domain=gov.cn; Path=/", "b=1; Domain=cn; Path=/"});
  EXPECT_EQ(Sent("http://www.jingan.gov.cn/"), "");
  EXPECT_EQ(Sent("http://www.other.gov.cn/"), "");
}

TEST_F(HttpClientCookiesTest, AThousandCookiesBecomeFifty) {
  for (int round = 0; round < 4; ++round) {
    std::vector<std::string> cookies;
    for (int i = 0; i < 250; ++i)
      cookies.push_back("c" + std::to_string(round * 250 + i) + "=1; Path=/");
    Set("www.a.cn", cookies);
  }
  const std::string sent = Sent("http://www.a.cn/");
  EXPECT_NE(sent, "");
  EXPECT_LE(std::count(sent.begin(), sent.end(), '='), 50);
}

TEST_F(HttpClientCookiesTest, LargeCookiesFillEightKilobytesAtMost) {
  for (int i = 0; i < 10; ++i)
    Set("www.a.cn", {"c" + std::to_string(i) + "=" + std::string(3'000, 'x') + "; Path=/"});
  const std::string sent = Sent("http://www.a.cn/");
  EXPECT_LE(sent.size(), kJarBytesMax);
  EXPECT_THAT(sent, HasSubstr("c9=")) << "the newest stays";
}

TEST_F(HttpClientCookiesTest, ASessionEndsWhenNobodyAsks) {
  constexpr Millis kHalfHour{30 * 60'000};
  Set("www.a.cn", {"sid=1; Path=/"});
  now_ += kHalfHour - Millis(1);
  EXPECT_EQ(Sent("http://www.a.cn/"), "sid=1");
  now_ += kHalfHour - Millis(1);
  EXPECT_EQ(Sent("http://www.a.cn/"), "sid=1") << "used meanwhile";
  now_ += kHalfHour;
  EXPECT_EQ(Sent("http://www.a.cn/"), "");
}

TEST_F(HttpClientCookiesTest, TransfersOfOneSiteAtATimeLoseNothingOfEachOther) {
  // Both have asked before either is answered.
  site_.ServeWith([this](const std::string& head) {
    if (!head.starts_with("GET /set")) return FakeSite::Page("200 OK", {}, "");
    while (site_.RequestCount() < 2) std::this_thread::sleep_for(Millis(5));
    const std::string name = head.substr(8, 1);
    return FakeSite::Page("200 OK", {"Set-Cookie: " + name + "=1; Path=/"}, "");
  });
  int ended = 0;
  for (const char* url : {"http://www.a.cn/seta", "http://www.a.cn/setb"}) {
    HttpRequest request;
    request.url = url;
    asio::co_spawn(io_, client_->Fetch(request), [&](std::exception_ptr, const HttpResult&) {
      ++ended;
    });
  }
  io_.restart();
  while (ended < 2 && io_.run_one() > 0) {
  }
  const std::string sent = Sent("http://www.a.cn/");
  EXPECT_THAT(sent, HasSubstr("a=1"));
  EXPECT_THAT(sent, HasSubstr("b=1"));
}

TEST_F(HttpClientCookiesTest, OffMeansNone) {
  UseCookies(false);
  Set("www.a.cn", {"sid=1; Path=/"});
  EXPECT_EQ(Sent("http://www.a.cn/"), "");
}

TEST(CookieJarsTest, JarsAreBounded) {
  CookieOptions options;
  options.jars_max = 2;
  CookieJars jars(options);
  const auto set = [&jars](const std::string& site) {
    jars.BringBack(site, {}, {site + "\tFALSE\t/\tFALSE\t0\tsid\t1", "no cookie"});
  };
  set("a.cn");
  set("b.cn");
  EXPECT_EQ(jars.Take("a.cn").size(), 1u);
  set("c.cn");
  EXPECT_EQ(jars.size(), 2u);
  EXPECT_EQ(jars.Take("b.cn").size(), 0u) << "the least recently used";
  EXPECT_EQ(jars.Take("a.cn").size(), 1u);
  EXPECT_EQ(jars.Take("c.cn").size(), 1u);
}

}  // namespace
}  // namespace signboard::net
