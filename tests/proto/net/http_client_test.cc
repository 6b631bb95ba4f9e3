#include "proto/net/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <set>

#include "tests/proto/net/http_client_fixture.h"

namespace signboard::net {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using testing::Close;
using testing::FakeSite;
using testing::Hang;
using testing::Send;

TEST_F(HttpClientTest, GivesStatusHeadersInOrderAndBody) {
  site_.Serve("/a", {Send("HTTP/1.1 203 Half  Known\r\nX-B: 1\r\nx-a:2 \r\nX-B: \t3\r\n"
                          "Content-Length: 5\r\n\r\nhello")});
  const HttpResult result = Fetch(site_.Url("/a"));
  EXPECT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.status, 203);
  EXPECT_EQ(result.http_version, "HTTP/1.1");
  EXPECT_EQ(result.reason_phrase, "Half  Known");
  EXPECT_THAT(result.headers, ElementsAre(Pair("X-B", "1"), Pair("x-a", "2"), Pair("X-B", "3"),
                                          Pair("Content-Length", "5")));
  EXPECT_EQ(result.body, "hello");
  EXPECT_FALSE(result.body_truncated);
  EXPECT_EQ(result.remote_address, "127.0.0.1:" + std::to_string(site_.port()));
  EXPECT_FALSE(result.tls.has_value());
  EXPECT_GT(result.first_byte_after, Millis(0));
}

TEST_F(HttpClientTest, SendsExactlyTheHeadersItReports) {
  site_.Serve("/a", FakeSite::Page("200 OK", {}, ""));
  HttpRequest request;
  request.url = site_.Url("/a");
  request.headers = {{"User-Agent", "Signboard/1"}, {"If-None-Match", ""}, {"X-A", "b"}};
  const HttpResult result = Fetch(request);
  const std::string host = "127.0.0.1:" + std::to_string(site_.port());
  EXPECT_EQ(site_.Requests().at(0), "GET /a HTTP/1.1\r\nHost: " + host +
                                        "\r\nUser-Agent: Signboard/1\r\nX-A: b\r\n\r\n");
  EXPECT_THAT(result.request_headers,
              ElementsAre(Pair("Host", host), Pair("User-Agent", "Signboard/1"), Pair("X-A", "b")));
}

TEST_F(HttpClientTest, RemovesTransferCodingAndKeepsContentCoding) {
  const std::string wire("\x1f\x8b\x08\x00 not even gzip", 18);
  site_.Serve("/gz", {Send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                           "Transfer-Encoding: chunked\r\n\r\n4\r\n" +
                           wire.substr(0, 4) + "\r\ne;x=y\r\n" + wire.substr(4) +
                           "\r\n0\r\nX-Trailer: 1\r\n\r\n")});
  const HttpResult result = Fetch(site_.Url("/gz"));
  EXPECT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.body, wire);
  EXPECT_FALSE(FindHeader(result.headers, "X-Trailer").has_value());
}

TEST_F(HttpClientTest, FollowsNoRedirect) {
  site_.Serve("/from", FakeSite::Page("302 Found", {"Location: /to"}, ""));
  const HttpResult result = Fetch(site_.Url("/from"));
  EXPECT_EQ(result.kind, HttpKind::kOk);
  EXPECT_EQ(result.status, 302);
  EXPECT_EQ(FindHeader(result.headers, "location"), "/to");
  EXPECT_EQ(site_.RequestCount(), 1u);
}

TEST_F(HttpClientTest, InterimAnswersAreNotTheAnswer) {
  site_.Serve("/a", {Send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")});
  const HttpResult result = Fetch(site_.Url("/a"));
  EXPECT_EQ(result.status, 200);
  EXPECT_THAT(result.headers, ElementsAre(Pair("Content-Length", "2")));
  EXPECT_EQ(result.body, "ok");
}

TEST_F(HttpClientTest, FoldedHeaderLinesBecomeOne) {
  site_.Serve("/a", {Send("HTTP/1.1 200 OK\r\nX-A: one\r\n  two\r\nContent-Length: 0\r\n\r\n")});
  EXPECT_EQ(FindHeader(Fetch(site_.Url("/a")).headers, "X-A"), "one two");
}

TEST_F(HttpClientTest, HeadHasNoBody) {
  site_.Serve("/a", {Send("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")});
  HttpRequest request;
  request.method = "HEAD";
  request.url = site_.Url("/a");
  const HttpResult result = Fetch(request);
  EXPECT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.body, "");
}

TEST_F(HttpClientTest, ABodyMayEndWithItsConnection) {
  site_.Serve("/a", {Send("HTTP/1.0 200 OK\r\n\r\nall of it"), Close()});
  const HttpResult result = Fetch(site_.Url("/a"));
  EXPECT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.http_version, "HTTP/1.0");
  EXPECT_EQ(result.body, "all of it");
  EXPECT_FALSE(result.body_truncated);
}

TEST_F(HttpClientTest, ThreeHundredFetchesRunAtOnce) {
  // Nobody is answered before everybody has asked.
  constexpr size_t kCount = 300;
  site_.ServeWith([this](const std::string& head) {
    while (site_.RequestCount() < kCount) std::this_thread::sleep_for(Millis(5));
    return FakeSite::Page("200 OK", {}, head.substr(0, head.find(" HTTP")));
  });
  std::set<std::string> bodies;
  size_t ended = 0;
  for (size_t i = 0; i < kCount; ++i) {
    HttpRequest request;
    request.url = site_.Url("/" + std::to_string(i));
    asio::co_spawn(io_, client_->Fetch(request), [&](std::exception_ptr, HttpResult result) {
      EXPECT_EQ(result.kind, HttpKind::kOk) << result.detail;
      bodies.insert(result.body);
      ++ended;
    });
  }
  while (ended < kCount) io_.run_one();
  EXPECT_EQ(bodies.size(), kCount);
}

TEST_F(HttpClientTest, CancellingTheCoroutineEndsTheTransfer) {
  site_.Serve("/hang", {Hang()});
  asio::cancellation_signal signal;
  bool ended = false;
  HttpRequest request;
  request.url = site_.Url("/hang");
  asio::co_spawn(io_, client_->Fetch(request),
                 asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr error,
                                                                 HttpResult result) {
                   if (!error) {
                     EXPECT_EQ(result.kind, HttpKind::kCancelled);
                   }
                   ended = true;
                 }));
  while (site_.RequestCount() == 0) io_.run_for(Millis(10));
  signal.emit(asio::cancellation_type::terminal);
  while (!ended) io_.run_one();
  // The engine goes on.
  site_.Serve("/a", FakeSite::Page("200 OK", {}, "still here"));
  EXPECT_EQ(Fetch(site_.Url("/a")).body, "still here");
}

TEST_F(HttpClientTest, ClosingTheClientEndsItsTransfers) {
  site_.Serve("/hang", {Hang()});
  bool ended = false;
  HttpRequest request;
  request.url = site_.Url("/hang");
  asio::co_spawn(io_, client_->Fetch(request), [&](std::exception_ptr, HttpResult result) {
    EXPECT_EQ(result.kind, HttpKind::kCancelled);
    ended = true;
  });
  while (site_.RequestCount() == 0) io_.run_for(Millis(10));
  client_.reset();
  io_.restart();
  while (!ended && io_.run_one() > 0) {
  }
  EXPECT_TRUE(ended);
}

TEST_F(HttpClientTest, AnIoContextMayDieWithTransfersUnderWay) {
  site_.Serve("/hang", {Hang()});
  auto io = std::make_unique<asio::io_context>(1);
  auto client = std::make_unique<HttpClient>(*io, LoopbackAllowed());
  HttpRequest request;
  request.url = site_.Url("/hang");
  asio::co_spawn(*io, client->Fetch(request), asio::detached);
  while (site_.RequestCount() == 0) io->run_for(Millis(10));
  client.reset();
  io.reset();
}

TEST_F(HttpClientTest, AnUnverifiedServerIsRecordedAsSuch) {
  FakeSite secure(true);
  secure.Serve("/a", FakeSite::Page("200 OK", {}, "secret"));
  const HttpResult result = Fetch(secure.Url("/a"));
  ASSERT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.body, "secret");
  ASSERT_TRUE(result.tls.has_value());
  EXPECT_FALSE(result.tls->verified);
  EXPECT_THAT(result.tls->verify_error, HasSubstr("certificate"));
  EXPECT_EQ(result.tls->version, "TLSv1.3");
  EXPECT_FALSE(result.tls->cipher.empty());
  ASSERT_EQ(result.tls->chain_sha256.size(), 1u);
  EXPECT_EQ(result.tls->chain_sha256[0].size(), 32u);
  EXPECT_EQ(secure.RequestCount(), 1u) << "nothing is asked of a server before it is judged";
}

TEST_F(HttpClientTest, AnUnverifiedServerIsRefusedWherePolicySaysSo) {
  FakeSite secure(true);
  HttpClientOptions options = LoopbackAllowed();
  options.tls_unverified = TlsUnverified::kRefuse;
  Use(std::move(options));
  const HttpResult result = Fetch(secure.Url("/a"));
  EXPECT_EQ(result.kind, HttpKind::kTls);
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(secure.RequestCount(), 0u);
}

TEST_F(HttpClientTest, AServerThatOffersHttp2AndDoesNotSpeakItIsAskedOverHttp1) {
  FakeSite liar(true, true);
  liar.ServeWith([](const std::string& head) -> FakeSite::Script {
    if (head.starts_with("PRI * HTTP/2.0")) return {Send("HTTP/1.1 400 Bad\r\n\r\n"), Close()};
    return FakeSite::Page("200 OK", {}, "over HTTP/1.1");
  });
  const HttpResult result = Fetch(liar.Url("/a"));
  ASSERT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.http_version, "HTTP/1.1");
  EXPECT_EQ(result.body, "over HTTP/1.1");
  ASSERT_TRUE(result.tls.has_value());
  EXPECT_FALSE(result.tls->verified);
  EXPECT_THAT(result.tls->verify_error, HasSubstr("certificate"));
}

TEST_F(HttpClientTest, ATlsHandshakeThatNeverEndsIsNoConnection) {
  // A server of plain HTTP waits for the end of a request that will not come.
  const HttpResult result = Fetch("https://127.0.0.1:" + std::to_string(site_.port()) + "/",
                                  {.connect = Millis(200)});
  EXPECT_EQ(result.kind, HttpKind::kConnect) << result.detail;
  EXPECT_EQ(result.status, 0);
}

TEST_F(HttpClientTest, ThePolicyHasTwoNames) {
  EXPECT_EQ(ParseTlsUnverified("record").value(), TlsUnverified::kRecord);
  EXPECT_EQ(ParseTlsUnverified("refuse").value(), TlsUnverified::kRefuse);
  EXPECT_FALSE(ParseTlsUnverified("allow").ok());
}

}  // namespace
}  // namespace signboard::net
