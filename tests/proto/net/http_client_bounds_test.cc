#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/proto/net/http_client_fixture.h"

namespace signboard::net {
namespace {

using ::testing::HasSubstr;
using testing::Close;
using testing::Hang;
using testing::Repeat;
using testing::Reset;
using testing::Send;

class HttpClientBoundsTest : public HttpClientTest {};

TEST_F(HttpClientBoundsTest, ABodyShorterThanAnnouncedIsCutShort) {
  site_.Serve("/cut", {Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), Close()});
  const HttpResult result = Fetch(site_.Url("/cut"));
  EXPECT_EQ(result.kind, HttpKind::kCutShort);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "half");
  EXPECT_TRUE(result.body_truncated);
  EXPECT_EQ(result.truncation, "disconnect");
  EXPECT_FALSE(result.detail.empty());
}

TEST_F(HttpClientBoundsTest, ChunksWithoutTheirEndAreCutShort) {
  site_.Serve("/cut",
              {Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
               Send("4\r\nhalf\r\n"), Close()});
  const HttpResult result = Fetch(site_.Url("/cut"));
  EXPECT_EQ(result.kind, HttpKind::kCutShort);
  EXPECT_EQ(result.body, "half");
  EXPECT_EQ(result.truncation, "disconnect");
}

TEST_F(HttpClientBoundsTest, AResetInMidBodyIsCutShort) {
  site_.Serve("/cut", {Send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
                       testing::Pause(Millis(100)), Reset()});
  const HttpResult result = Fetch(site_.Url("/cut"));
  EXPECT_EQ(result.kind, HttpKind::kCutShort);
  EXPECT_EQ(result.truncation, "disconnect");
}

TEST_F(HttpClientBoundsTest, AnEndlessBodyIsCutAtTheLimit) {
  site_.Serve("/endless", {Send("HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n"),
                           Repeat(std::string(10'000, 'x'))});
  const HttpResult result = Fetch(site_.Url("/endless"), {.body_bytes_max = 123'456});
  EXPECT_EQ(result.kind, HttpKind::kOk);
  EXPECT_EQ(result.body.size(), 123'456u);
  EXPECT_TRUE(result.body_truncated);
  EXPECT_EQ(result.truncation, "length");
  EXPECT_THAT(result.detail, HasSubstr("123456"));
}

TEST_F(HttpClientBoundsTest, ALargeBodyStandsStillUntilItMayGrow) {
  const std::string body(300'000, 'x');
  site_.Serve("/large", testing::FakeSite::Page("200 OK", {"Content-Type: text/plain"}, body));
  HttpRequest request;
  request.url = site_.Url("/large");
  request.free_body_bytes = 100'000;
  int asked = 0;
  size_t needed_before = 0;
  request.grow = [&](size_t needed, size_t most) -> size_t {
    EXPECT_EQ(most, 300'000u);
    EXPECT_GT(needed, 100'000u);
    EXPECT_LE(needed, 300'000u);
    EXPECT_GE(needed, needed_before);
    needed_before = needed;
    if (++asked < 5) return 0;
    return asked < 8 ? needed : most;  // By small steps, then all of it.
  };
  const HttpResult result = Fetch(request);
  EXPECT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.body, body);
  EXPECT_EQ(asked, 8);
}

TEST_F(HttpClientBoundsTest, ABodyThatNeverMayGrowEndsWithItsTime) {
  site_.Serve("/large", testing::FakeSite::Page("200 OK", {"Content-Type: text/plain"},
                                       std::string(300'000, 'x')));
  HttpRequest request;
  request.url = site_.Url("/large");
  request.limits.total = Millis(300);
  request.limits.low_speed_window = Millis(100);
  request.free_body_bytes = 100'000;
  request.grow = [](size_t, size_t) { return size_t{0}; };
  const HttpResult result = Fetch(request);
  EXPECT_EQ(result.kind, HttpKind::kTimeout) << result.detail;
  EXPECT_EQ(result.truncation, "time");
  EXPECT_LE(result.body.size(), 100'000u);
}

TEST_F(HttpClientBoundsTest, HtmlHasALimitOfItsOwn) {
  const std::string body(50'000, 'x');
  for (const char* type : {"text/html; charset=utf-8", "TEXT/HTML", "application/xhtml+xml", ""}) {
    const std::string header = *type != '\0' ? "Content-Type: " + std::string(type) : "X-A: b";
    site_.Serve("/page", testing::FakeSite::Page("200 OK", {header}, body));
    const HttpResult result = Fetch(site_.Url("/page"), {.html_bytes_max = 40'000});
    EXPECT_EQ(result.body.size(), 40'000u) << type;
    EXPECT_EQ(result.truncation, "length") << type;
  }
  site_.Serve("/file", testing::FakeSite::Page("200 OK", {"Content-Type: image/png"}, body));
  EXPECT_EQ(Fetch(site_.Url("/file"), {.html_bytes_max = 40'000}).truncation, "");
}

TEST_F(HttpClientBoundsTest, ABodyOfExactlyTheLimitIsWhole) {
  site_.Serve("/page", testing::FakeSite::Page("200 OK", {}, std::string(1'000, 'x')));
  const HttpResult result = Fetch(site_.Url("/page"), {.html_bytes_max = 1'000});
  EXPECT_EQ(result.kind, HttpKind::kOk);
  EXPECT_FALSE(result.body_truncated);
}

TEST_F(HttpClientBoundsTest, AFloodOfHeadersIsCut) {
  site_.Serve("/flood", {Send("HTTP/1.1 200 OK\r\n"), Repeat("X-Flood: 0123456789\r\n")});
  const HttpResult result = Fetch(site_.Url("/flood"));
  EXPECT_EQ(result.kind, HttpKind::kHeadersTooLarge);
  EXPECT_LE(result.headers.size(), HttpLimits().header_count_max);
}

TEST_F(HttpClientBoundsTest, AHeaderLineWithoutEndIsCut) {
  site_.Serve("/long", {Send("HTTP/1.1 200 OK\r\nX-Long: "), Repeat(std::string(10'000, 'x'))});
  EXPECT_EQ(Fetch(site_.Url("/long")).kind, HttpKind::kHeadersTooLarge);
}

TEST_F(HttpClientBoundsTest, AFloodOfInterimAnswersIsCut) {
  site_.Serve("/early", {Repeat("HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n")});
  EXPECT_EQ(Fetch(site_.Url("/early")).kind, HttpKind::kHeadersTooLarge);
}

TEST_F(HttpClientBoundsTest, AFloodOfTrailersIsCut) {
  site_.Serve("/trailers", {Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"),
                            Repeat("X-Flood: 1\r\n")});
  EXPECT_EQ(Fetch(site_.Url("/trailers")).kind, HttpKind::kHeadersTooLarge);
}

TEST_F(HttpClientBoundsTest, SilenceEndsAtTheFirstByteLimit) {
  site_.Serve("/hang", {Hang()});
  const HttpResult result = Fetch(site_.Url("/hang"), {.first_byte = Millis(150)});
  EXPECT_EQ(result.kind, HttpKind::kTimeout);
  EXPECT_EQ(result.status, 0);
  EXPECT_FALSE(result.body_truncated);
  EXPECT_THAT(result.detail, HasSubstr("no answer within 150ms"));
}

TEST_F(HttpClientBoundsTest, ASlowBodyEndsAtTheLowSpeedLimit) {
  site_.Serve("/drip", {Send("HTTP/1.1 200 OK\r\n\r\n"), Repeat("x", Millis(20))});
  const HttpResult result = Fetch(site_.Url("/drip"), {.low_speed_bytes_per_s = 10'000,
                                                       .low_speed_window = Millis(150)});
  EXPECT_EQ(result.kind, HttpKind::kTimeout);
  EXPECT_EQ(result.status, 200);
  EXPECT_FALSE(result.body.empty());
  EXPECT_EQ(result.truncation, "time");
  EXPECT_THAT(result.detail, HasSubstr("slower than"));
}

TEST_F(HttpClientBoundsTest, SlowHeadersEndAtTheLowSpeedLimit) {
  site_.Serve("/drip", {Send("HTTP/1.1 200 OK\r\n"), Repeat("X: 1\r\n", Millis(50))});
  const HttpResult result = Fetch(site_.Url("/drip"), {.low_speed_bytes_per_s = 10'000,
                                                       .low_speed_window = Millis(150)});
  EXPECT_EQ(result.kind, HttpKind::kTimeout);
  EXPECT_FALSE(result.body_truncated) << "there was no body yet";
}

TEST_F(HttpClientBoundsTest, ASteadyButLongBodyEndsAtTheTotalLimit) {
  site_.Serve("/long", {Send("HTTP/1.1 200 OK\r\nContent-Type: a/b\r\n\r\n"),
                        Repeat(std::string(100, 'x'), Millis(10))});
  const HttpResult result = Fetch(site_.Url("/long"), {.total = Millis(400)});
  EXPECT_EQ(result.kind, HttpKind::kTimeout);
  EXPECT_EQ(result.truncation, "time");
}

TEST_F(HttpClientBoundsTest, WhatIsNotHttpIsAProtocolError) {
  site_.Serve("/ssh", {Send("SSH-2.0-OpenSSH_9.2\r\n\r\n\r\n\r\n"), Close()});
  EXPECT_EQ(Fetch(site_.Url("/ssh")).kind, HttpKind::kProtocol);
}

TEST_F(HttpClientBoundsTest, AConnectionClosedUnansweredIsNoConnection) {
  site_.Serve("/gone", {Close()});
  EXPECT_EQ(Fetch(site_.Url("/gone")).kind, HttpKind::kConnect);
}

TEST_F(HttpClientBoundsTest, APortNobodyListensOnIsNoConnection) {
  uint16_t port = 0;
  {
    const testing::FakeSite gone;
    port = gone.port();
  }
  const HttpResult result = Fetch("http://127.0.0.1:" + std::to_string(port) + "/");
  EXPECT_EQ(result.kind, HttpKind::kConnect);
  EXPECT_FALSE(result.detail.empty());
}

TEST_F(HttpClientBoundsTest, ANameThatDoesNotResolveIsDns) {
  // RFC 6761: "invalid" never resolves.
  EXPECT_EQ(Fetch("http://no-such-host.invalid/").kind, HttpKind::kDns);
}

TEST_F(HttpClientBoundsTest, BadRequestsAreSentNowhere) {
  for (const char* url : {"", "a", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://a/",
                          "http://", "http://127.0.0.1/a b", "http://127.0.0.1/\r\nX: y",
                          "http://user:pw@127.0.0.1/", "http://[::1/", "http://a:99999/"}) {
    EXPECT_EQ(Fetch(url).kind, HttpKind::kBadUrl) << url;
  }
  EXPECT_EQ(Fetch("http://a/" + std::string(10'000, 'x')).kind, HttpKind::kBadUrl);
  HttpRequest request;
  request.url = site_.Url("/a");
  request.headers = {{"If-None-Match", "x\r\nEvil: 1"}};
  EXPECT_EQ(Fetch(request).kind, HttpKind::kBadUrl);
  request.headers.clear();
  request.method = "DELETE";
  EXPECT_EQ(Fetch(request).kind, HttpKind::kBadUrl);
  EXPECT_EQ(site_.RequestCount(), 0u);
}

}  // namespace
}  // namespace signboard::net
