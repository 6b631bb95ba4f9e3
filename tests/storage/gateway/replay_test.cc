#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using testing::Fetch;
using testing::RawResponse;

constexpr char kUrl[] = "http://jingan.gov.cn/col/1.html?a=1&b=%E5%8E%BF";
const std::string kReplay = "/web/20251118030405id_/" + std::string(kUrl);

TEST_F(GatewayTest, ReplayGivesTheWireBytesWithTheirCodingOnce) {
  const std::string html = "<p>县融媒体中心</p>" + std::string(5'000, 'x');
  Store({.url = kUrl,
         .at = "2025-11-18T03:04:05.678Z",
         .body = html,
         .headers = {{"Content-Type", "text/html; charset=gb2312"},
                     {"Content-Encoding", "gzip"},
                     {"Set-Cookie", "a=1"},
                     {"Set-Cookie", "b=2"},
                     {"Content-Security-Policy", "default-src *"}},
         .gzip = true});
  const RawResponse got = Get(kReplay);
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.body, Gzip(html));
  EXPECT_EQ(got.CountOf("Content-Encoding"), 1);
  EXPECT_EQ(got.Header("Content-Encoding"), "gzip");
  EXPECT_EQ(got.Header("Content-Type"), "text/html; charset=gb2312");
  EXPECT_EQ(got.Header("Content-Length"), std::to_string(Gzip(html).size()));
  EXPECT_EQ(got.Header("Memento-Datetime"), "Tue, 18 Nov 2025 03:04:05 GMT");
  EXPECT_TRUE(got.Header("Link").starts_with("<" + std::string(kUrl) + ">; rel=\"original\", "));
  EXPECT_EQ(got.CountOf("X-Archive-Orig-Set-Cookie"), 2);
  EXPECT_EQ(got.CountOf("Set-Cookie"), 0);
  EXPECT_EQ(got.CountOf("Vary"), 0);
  EXPECT_EQ(got.CountOf("Content-Security-Policy"), 1);
  EXPECT_TRUE(got.Header("Content-Security-Policy").starts_with("sandbox; default-src 'none'"));
  EXPECT_EQ(got.Header("X-Content-Type-Options"), "nosniff");

  const RawResponse head = Fetch(gateway_->port(), kReplay, "", "HEAD");
  EXPECT_EQ(head.head, got.head);
  const RawResponse same =
      Get(kReplay, "If-None-Match: " + got.Header("ETag") + "\r\n");
  EXPECT_EQ(same.status, 304);
}

TEST_F(GatewayTest, ReplayOfAnotherInstantRedirectsToTheClosestBody) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = "old"});
  Store({.url = kUrl, .at = "2025-11-20T00:00:00Z", .body = "new"});
  Store({.url = kUrl, .at = "2025-11-19T00:00:00Z", .body = "", .status = 404,
         .outcome = v1::OUTCOME_GONE});
  for (const char* digits : {"2025", "20251118", "20251118030404", "20251118235959", "1996"}) {
    const RawResponse got = Get("/web/" + std::string(digits) + "id_/" + kUrl);
    EXPECT_EQ(got.status, 302) << digits;
    EXPECT_EQ(got.Header("Location"), kReplay) << digits;
    EXPECT_EQ(got.CountOf("Memento-Datetime"), 0);
  }
  EXPECT_EQ(Get("/web/20251119235959id_/" + std::string(kUrl)).Header("Location"),
            "/web/20251120000000id_/" + std::string(kUrl));
  EXPECT_EQ(Get(kReplay).body, "old");
}

TEST_F(GatewayTest, UnchangedCaptureReplaysTheBodyItSpeaksOf) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = "kept"});
  Store({.url = kUrl, .at = "2025-11-19T03:04:05Z", .body = "", .headers = {}, .status = 304,
         .outcome = v1::OUTCOME_UNCHANGED});
  const RawResponse got = Get("/web/20251119030405id_/" + std::string(kUrl));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "kept");
  EXPECT_EQ(got.Header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(got.Header("Memento-Datetime"), "Wed, 19 Nov 2025 03:04:05 GMT");
}

TEST_F(GatewayTest, ArchivedHeadersCannotInjectOthers) {
  Store({.url = kUrl,
         .at = "2025-11-18T03:04:05Z",
         .body = "x",
         .headers = {{"Content-Type", "text/html\r\nX-Evil: 1"},
                     {"X-A", "1\r\nX-Evil: 2\r\n\r\n<script>"},
                     {"X-B\r\nX-Evil", "3"},
                     {"X-C", std::string("a\0b", 3)},
                     {"X-Good", "yes"}}});
  const RawResponse got = Get(kReplay);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.CountOf("X-Evil"), 0);
  EXPECT_EQ(got.Header("X-Archive-Orig-X-Good"), "yes");
  EXPECT_EQ(got.CountOf("X-Archive-Orig-X-A"), 0);
  EXPECT_EQ(got.CountOf("X-Archive-Orig-X-C"), 0);
  EXPECT_EQ(got.body, "x");
}

TEST_F(GatewayTest, LargeBodyStreamsWhole) {
  std::string body;
  for (uint32_t i = 0; body.size() < (20u << 20); ++i) body += std::to_string(i * 2'654'435'761u);
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = body});
  const RawResponse got = Get(kReplay);
  EXPECT_TRUE(got.whole);
  EXPECT_TRUE(got.body == body);
}

TEST_F(GatewayTest, ArchivedRedirectLeadsBackIntoTheArchive) {
  Store({.url = kUrl,
         .at = "2025-11-18T03:04:05Z",
         .body = "moved",
         .headers = {{"Location", "../new.html"}},
         .status = 301});
  const RawResponse got = Get(kReplay);
  EXPECT_EQ(got.status, 301);
  EXPECT_EQ(got.Header("Location"), "/web/20251118030405id_/http://jingan.gov.cn/new.html");
  EXPECT_EQ(got.Header("X-Archive-Orig-Location"), "../new.html");
}

// Who names a second gets what was then; who asks for about then gets content while there is any.
TEST_F(GatewayTest, WhatCameWithA404IsShownWithItsStatusAndOnlyWhereItIsMeant) {
  const std::string url = "http://jingan.gov.cn/gone.html";
  Store({.url = url, .at = "2025-11-19T00:00:00Z", .body = "<p>not here</p>",
         .headers = {{"Content-Type", "text/html"}, {"X-Why", "lost"}}, .status = 404,
         .outcome = v1::OUTCOME_GONE});
  const RawResponse got = Get("/web/20251119000000id_/" + url);
  EXPECT_EQ(got.status, 404);
  EXPECT_EQ(got.body, "<p>not here</p>");
  EXPECT_EQ(got.Header("Memento-Datetime"), "Wed, 19 Nov 2025 00:00:00 GMT");
  EXPECT_EQ(got.Header("X-Archive-Orig-X-Why"), "lost");
  EXPECT_EQ(Get("/web/2024id_/" + url).Header("Location"), "/web/20251119000000id_/" + url);

  Store({.url = url, .at = "2025-11-01T00:00:00Z", .body = "here"});
  EXPECT_EQ(Get("/web/20251119000001id_/" + url).Header("Location"),
            "/web/20251101000000id_/" + url);
  EXPECT_EQ(Get("/web/20251119000000id_/" + url).status, 404);
  EXPECT_EQ(Get("/web/" + url).Header("Location"), "/web/20251101000000/" + url);
  EXPECT_EQ(Get("/web/" + url, "Accept-Datetime: Wed, 19 Nov 2025 00:00:00 GMT\r\n")
                .Header("Location"),
            "/web/20251119000000/" + url);
  const RawResponse rows = Get("/cdx?url=" + url);
  EXPECT_THAT(rows.body, ::testing::HasSubstr("\"status\":\"404\""));
  const RawResponse map = Get("/timemap/link/" + url);
  EXPECT_THAT(map.body, ::testing::HasSubstr("last memento\"; datetime=\"Wed, 19 Nov 2025"));
}

TEST_F(GatewayTest, BadReplayPathsAreTheCallersFault) {
  const std::vector<std::pair<std::string, int>> cases = {
      {"/web/20251118030405id_/" + std::string("http://unknown.cn/"), 404},
      {"/web/20259999999999id_/http://a.cn/", 400},
      {"/web/202511180304050id_/http://a.cn/", 400},
      {"/web/id_/http://a.cn/", 400},
      {"/web/2025id_/", 400},
      {"/web/2025id_/ftp://a.cn/", 400},
      {"/web/2025id_/javascript:alert(1)", 400},
      {"/web/2025/http://a.cn/", 404},
      {"/web/2025id_/http://a.cn:99999/", 400},
      {"/web/2025id_/http://" + std::string(20'000, 'a'), 400},
      {"/web/", 400}};
  for (const auto& [target, status] : cases) {
    const RawResponse got = Get(target);
    EXPECT_EQ(got.status, status) << target.substr(0, 80) << got.body;
    EXPECT_EQ(got.Header("Content-Type"), "application/problem+json");
    EXPECT_TRUE(nlohmann::json::parse(got.body).contains("code"));
  }
  EXPECT_EQ(Get("/web/2025id_/http:/unknown.cn/").status, 404) << "a squeezed slash is mended";
}

}  // namespace
}  // namespace signboard::gateway
