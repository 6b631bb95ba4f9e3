#include "storage/gateway/pages.h"

#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using testing::RawResponse;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kUrl[] = "http://jingan.gov.cn/col/1.html";
constexpr char kHtml[] = "Accept: text/html\r\n";

TEST(PagesTest, TemplatesParseAndAreSmall) {
  size_t bytes = 0;
  for (size_t i = 0; i < kPageFileCount; ++i) {
    bytes += kPageFiles[i].text.size();
    EXPECT_EQ(kPageFiles[i].text.find("{{{"), std::string_view::npos) << kPageFiles[i].name;
    EXPECT_EQ(kPageFiles[i].text.find("<script"), std::string_view::npos) << kPageFiles[i].name;
    if (!kPageFiles[i].name.ends_with(".html")) continue;
    const kainjow::mustache::mustache page{std::string(kPageFiles[i].text)};
    EXPECT_TRUE(page.is_valid()) << kPageFiles[i].name << ": " << page.error_message();
  }
  EXPECT_LT(bytes, 60'000u);
}

TEST(PagesTest, NumbersAreWrittenForPeople) {
  EXPECT_EQ(ShownCount(0), "0");
  EXPECT_EQ(ShownCount(999), "999");
  EXPECT_EQ(ShownCount(1'234'567), "1,234,567");
  EXPECT_EQ(ShownBytes(0), "0 B");
  EXPECT_EQ(ShownBytes(1'023), "1,023 B");
  EXPECT_EQ(ShownBytes(1'536), "1.5 KiB");
  EXPECT_EQ(ShownBytes(5ull << 30), "5.0 GiB");
}

TEST_F(GatewayTest, HomeShowsSeedsCountsAndNewestCaptures) {
  v1::Seed seed;
  seed.set_url("http://jingan.gov.cn/");
  seed.set_kind("government");
  frontier_->seeds = {seed};
  Store({.url = "http://jingan.gov.cn/", .at = "2025-11-18T00:00:00Z", .body = "a", .title = "静安"});
  Store({.url = kUrl, .at = "2025-11-20T00:00:00Z", .body = "b", .title = "县国际传播中心揭牌"});
  const RawResponse got = Get("/", kHtml);
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.Header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(got.body, HasSubstr("1,234,567"));
  EXPECT_THAT(got.body, HasSubstr("县国际传播中心揭牌"));
  EXPECT_THAT(got.body, HasSubstr("2025-11-18T00:00:00Z"));
  EXPECT_THAT(got.body, HasSubstr("/lookup?url=http%3A%2F%2Fjingan.gov.cn%2F"));
  EXPECT_THAT(got.body, Not(HasSubstr("{{")));
  EXPECT_LT(got.body.size(), 60'000u);
  EXPECT_EQ(Get("/style.css").Header("Content-Type"), "text/css; charset=utf-8");
}

TEST_F(GatewayTest, PagesSpeakTheReadersLanguage) {
  EXPECT_EQ(Get("/").Header("Content-Language"), "en");
  EXPECT_EQ(Get("/", "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n").Header("Content-Language"),
            "zh");
  EXPECT_EQ(Get("/", "Accept-Language: en, zh;q=0.5\r\n").Header("Content-Language"), "en");
  const RawResponse zh = Get("/lookup?lang=zh&url=http%3A%2F%2Fa.cn%2F");
  EXPECT_THAT(zh.body, HasSubstr("<html lang=\"zh\">"));
  EXPECT_THAT(zh.body, HasSubstr("从未抓取"));
  EXPECT_THAT(zh.body, HasSubstr("/lookup?lang=en&amp;url=http%3A%2F%2Fa.cn%2F"));
}

TEST_F(GatewayTest, LookupPageLinksEveryKeptVersion) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = "old"});
  Store({.url = kUrl, .at = "2025-11-20T00:00:00Z", .body = "new"});
  Store({.url = kUrl, .at = "2025-11-21T00:00:00Z", .body = "", .status = 404,
         .outcome = v1::OUTCOME_GONE});
  const RawResponse got = Get("/lookup?at=2025-11-19&url=" + std::string(kUrl), kHtml);
  EXPECT_EQ(got.status, 200);
  EXPECT_THAT(got.body, HasSubstr("href=\"/web/20251118030405/" + std::string(kUrl) + "\""));
  EXPECT_THAT(got.body, HasSubstr("href=\"/web/20251120000000/" + std::string(kUrl) + "\""));
  EXPECT_THAT(got.body, Not(HasSubstr("/web/20251121000000/")));
  EXPECT_THAT(got.body, HasSubstr("As a reader of that day saw it"));
  EXPECT_THAT(got.body, HasSubstr("gone"));
  EXPECT_THAT(got.body, HasSubstr("signboard recrawl &apos;" + std::string(kUrl) + "&apos;"));
  EXPECT_EQ(Get("/lookup").status, 200);
  EXPECT_EQ(Get("/lookup?url=http://a.cn/").status, 404);
  EXPECT_EQ(Get("/lookup?url=ftp://a.cn/").status, 400);
  EXPECT_EQ(Get("/lookup?url=http://a.cn/&at=soon").status, 400);
}

TEST_F(GatewayTest, WhatStrangersWroteIsInert) {
  const std::string evil = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";
  const std::string url = "http://jingan.gov.cn/x'y?q='z";
  v1::Seed seed;
  seed.set_url("http://jingan.gov.cn/");
  seed.set_kind(evil);
  seed.set_code("javascript:alert(3)");
  frontier_->seeds = {seed};
  Store({.url = url, .at = "2025-11-18T00:00:00Z", .body = "b",
         .title = evil + "{{lang}}\u202e\u0007"});
  const std::string asked = "%3Cscript%3Ealert(4)%3C/script%3E%22%3E%3Cb%3E";
  const std::vector<std::string> targets = {
        "/", "/lookup?url=http%3A%2F%2Fjingan.gov.cn%2Fx'y%3Fq%3D'z",
        "/lookup?url=" + asked, "/lookup?url=http://a.cn/&at=" + asked, "/%ff" + asked,
        "/lookup?lang=" + asked + "&url=http://a.cn/" + asked, "/web/1id_/ftp://" + asked,
        "//evil.example/" + asked + "?" + asked + "=" + asked};
  for (const std::string& target : targets) {
    const RawResponse got = Get(target, kHtml);
    EXPECT_EQ(got.Header("Content-Type"), "text/html; charset=utf-8") << target;
    for (const char* live : {"<script", "<img", "<b>", "href=\"javascript", "href=\"//"})
      EXPECT_THAT(got.body, Not(HasSubstr(live))) << target;
    EXPECT_THAT(got.body, Not(HasSubstr("\u202e"))) << target;
    EXPECT_THAT(got.body, Not(HasSubstr("\xff"))) << target;
    EXPECT_THAT(got.Header("Content-Security-Policy"), HasSubstr("default-src 'none'"));
    EXPECT_EQ(got.Header("X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(GatewayTest, HomeStandsWhenAPartIsMissing) {
  StopBackend();
  const RawResponse got = Get("/", kHtml);
  EXPECT_EQ(got.status, 503);
  EXPECT_FALSE(got.Header("Retry-After").empty());
  EXPECT_THAT(got.body, HasSubstr("This part does not answer"));
  EXPECT_THAT(got.body, HasSubstr("<form"));
  EXPECT_EQ(Get("/lookup?url=http://a.cn/", kHtml).status, 503);
}

}  // namespace
}  // namespace signboard::gateway
