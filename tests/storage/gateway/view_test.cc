// Pages of the archive as a reader sees them.
#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Fetch;
using testing::RawResponse;

constexpr char kUrl[] = "http://jingan.gov.cn/col/1.html";
const std::string kView = "/web/20251118030405/" + std::string(kUrl);

TEST_F(GatewayTest, PageIsRewrittenInASandboxWithItsBanner) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z",
         .body = "<html><body><script>evil()</script><a href=2.html>next</a></body></html>",
         .headers = {{"Content-Type", "text/html; charset=gbk"}, {"X-Frame-Options", "DENY"},
                     {"Set-Cookie", "a=1"}, {"Content-Security-Policy", "script-src *"},
                     {"Refresh", "0;url=http://evil.cn/"}}});
  Store({.url = kUrl, .at = "2025-11-19T00:00:00Z", .body = "other"});
  const RawResponse got = Get(kView);
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_EQ(got.Header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_THAT(got.body, HasSubstr("<a href=\"/web/20251118030405/http://jingan.gov.cn/col/2.html"));
  EXPECT_THAT(got.body, Not(HasSubstr("evil")));
  EXPECT_THAT(got.body, HasSubstr("as it was on 2025-11-18T03:04:05Z"));
  EXPECT_THAT(got.body, HasSubstr("2 captures"));
  EXPECT_THAT(got.body, HasSubstr("href=\"/web/20251118030405id_/http://jingan.gov.cn/col/1.html"));
  const std::string csp(got.Header("Content-Security-Policy"));
  const std::string self = "http://localhost:" + std::to_string(gateway_->port()) + "/web/";
  EXPECT_EQ(csp, "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; "
                 "frame-ancestors 'self'; style-src 'unsafe-inline' " + self +
                 "; img-src data: " + self);
  EXPECT_EQ(got.Header("X-Archive-Orig-Content-Type"), "text/html; charset=gbk");
  EXPECT_EQ(got.Header("X-Archive-Orig-Refresh"), "0;url=http://evil.cn/");
  for (const char* name : {"Set-Cookie", "X-Frame-Options", "Refresh"})
    EXPECT_EQ(got.CountOf(name), 0) << name;
  EXPECT_EQ(got.Header("Memento-Datetime"), "Tue, 18 Nov 2025 03:04:05 GMT");
  EXPECT_THAT(std::string(got.Header("Link")), HasSubstr(">; rel=\"memento\""));
  EXPECT_THAT(Get(kView, "Accept-Language: zh\r\n").body, HasSubstr("共抓取 2 次"));
  EXPECT_EQ(Fetch(gateway_->port(), kView, "", "HEAD").Header("Content-Length"),
            std::to_string(got.body.size()));
  EXPECT_EQ(Get("/web/2025/" + std::string(kUrl)).Header("Location"), kView);
  EXPECT_EQ(Get("/web/" + std::string(kUrl), "Accept-Datetime: Tue, 18 Nov 2025 03:04:05 GMT\r\n")
                .Header("Location"),
            kView);
}

TEST_F(GatewayTest, BytesOfAnyCharsetAreShownAsText) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z",
         .body = "<meta charset=gb2312><p>\xbe\xb2\xb0\xb2\xcf\xd8</p>",
         .headers = {{"Content-Type", "text/html"}}});
  EXPECT_THAT(Get(kView).body, HasSubstr("<p>静安县</p>"));
}

TEST_F(GatewayTest, UnchangedAndGonePagesAreShownAsWhatTheyAre) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = "<p>kept</p>"});
  Store({.url = kUrl, .at = "2025-11-19T03:04:05Z", .body = "", .headers = {}, .status = 304,
         .outcome = v1::OUTCOME_UNCHANGED});
  Store({.url = kUrl, .at = "2025-11-20T03:04:05Z", .body = "<p>lost</p>", .status = 404,
         .outcome = v1::OUTCOME_GONE});
  const RawResponse unchanged = Get("/web/20251119030405/" + std::string(kUrl));
  EXPECT_EQ(unchanged.status, 200);
  EXPECT_THAT(unchanged.body, HasSubstr("<p>kept</p>"));
  EXPECT_THAT(unchanged.body, HasSubstr("2025-11-19T03:04:05Z"));
  const RawResponse gone = Get("/web/20251120030405/" + std::string(kUrl));
  EXPECT_EQ(gone.status, 404);
  EXPECT_THAT(gone.body, HasSubstr("<p>lost</p>"));
  EXPECT_THAT(gone.body, HasSubstr("The site answered 404."));
}

TEST_F(GatewayTest, StylesAreRewrittenAndImagesAreNot) {
  const std::string css = "http://jingan.gov.cn/s.css";
  const std::string png = "http://jingan.gov.cn/i.png";
  Store({.url = css, .at = "2025-11-18T03:04:05Z", .body = "b{background:url(i.png)}",
         .headers = {{"Content-Type", "text/css"}}});
  Store({.url = png, .at = "2025-11-18T03:04:06Z", .body = "\x89PNG<script>",
         .headers = {{"Content-Type", "image/png"}}});
  const RawResponse style = Get("/web/20251118030405cs_/" + css);
  EXPECT_EQ(style.Header("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(style.body, "b{background:url(\"/web/20251118030405im_/" + png + "\")}");
  EXPECT_EQ(Get("/web/20251118030405im_/" + png).Header("Location"),
            "/web/20251118030406im_/" + png);
  for (const char* mark : {"im_", ""}) {
    const RawResponse image = Get("/web/20251118030406" + std::string(mark) + "/" + png);
    EXPECT_EQ(image.status, 200) << mark;
    EXPECT_EQ(image.body, "\x89PNG<script>") << mark;
    EXPECT_EQ(image.Header("Content-Type"), "image/png");
  }
}

TEST_F(GatewayTest, QueryOfAnArchivedUrlIsNotOurs) {
  const std::string url = std::string(kUrl) + "?lang=zh&year=2024";
  Store({.url = url, .at = "2025-11-18T03:04:05Z", .body = "<p>x</p>"});
  EXPECT_THAT(Get("/web/20251118030405/" + url).body, HasSubstr("as it was on"));
  const RawResponse calendar = Get("/web/*/" + url);
  EXPECT_THAT(calendar.body, HasSubstr("2025-11-18"));
  EXPECT_THAT(calendar.body, HasSubstr("<html lang=\"en\""));
  EXPECT_THAT(calendar.body, HasSubstr("\"/archive?lang=zh&amp;url=http%3A"));
}

TEST_F(GatewayTest, PagesMadeAtOnceAreBounded) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = "<p>x</p>"});
  const auto restart = [&](size_t views_max) {
    StopGateway();
    GatewayOptions options;
    options.views_max = views_max;
    StartGateway(std::move(options));
  };
  restart(1);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Get(kView).status, 200) << "a place is given back";
  restart(0);
  const RawResponse refused = Get(kView);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.Header("Retry-After"), "2");
  EXPECT_EQ(Get("/web/20251118030405id_/" + std::string(kUrl)).status, 200);
}

TEST_F(GatewayTest, ArchivedRedirectLeadsToThePageOfThatTime) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = "moved",
         .headers = {{"Location", "../new.html"}, {"Content-Type", "text/html"}}, .status = 301,
         .outcome = v1::OUTCOME_REDIRECT});
  const RawResponse got = Get(kView);
  EXPECT_EQ(got.status, 301);
  EXPECT_EQ(got.Header("Location"), "/web/20251118030405/http://jingan.gov.cn/new.html");
}

}  // namespace
}  // namespace signboard::gateway
