#include "proto/net/http_server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>
#include <thread>

#include "tests/proto/net/raw_http.h"

namespace signboard::net {
namespace {

namespace asio = boost::asio;
using testing::Fetch;
using testing::RawHttp;
using testing::RawResponse;

constexpr size_t kPieces = 40;
constexpr size_t kPieceBytes = 300'000;

// `pieces` pieces, then the end or an error.
class Letters final : public HttpBodyStream {
 public:
  Letters(size_t pieces, bool breaks) : left_(pieces), breaks_(breaks) {}
  asio::awaitable<StatusOr<std::optional<std::string>>> Next() override {
    if (left_ == 0 && breaks_) co_return base::DataLoss("the source broke");
    if (left_ == 0) co_return std::optional<std::string>();
    --left_;
    co_return std::optional<std::string>(std::string(kPieceBytes, 'a'));
  }

 private:
  size_t left_;
  bool breaks_;
};

class HttpServerTest : public ::testing::Test {
 protected:
  void Listen(HttpServer::Options options = {}) {
    options.clock = &clock_;
    auto server = HttpServer::Listen(io_.get_executor(), "127.0.0.1:0", options,
                                     [this](HttpServerRequest r) { return Answer(std::move(r)); });
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = std::move(*server);
    thread_ = std::thread([this] { io_.run(); });
  }
  void TearDown() override {
    if (server_) Stop();
    guard_.reset();
    server_.reset();
    if (thread_.joinable()) thread_.join();
  }
  void Stop() { asio::co_spawn(io_, server_->Stop(), asio::use_future).get(); }

  asio::awaitable<HttpServerResponse> Answer(HttpServerRequest request) {
    ++asked_;
    HttpServerResponse response;
    if (request.path == "/throw") throw std::runtime_error("a bug");
    if (request.path == "/slow") {
      started_ = true;
      asio::steady_timer timer(co_await asio::this_coro::executor, std::chrono::hours(1));
      co_await timer.async_wait(asio::use_awaitable);
    }
    if (request.path == "/headers") {
      response.headers = {{"Content-Encoding", "gzip"},  {"X-Twice", "1"}, {"X-Twice", "2"},
                          {"X-Bad", "a\r\nX-In: jected"}, {"X Bad", "1"},   {"Date", "then"}};
    }
    if (request.path == "/short") response.headers = {{"Content-Length", "100"}};
    if (request.path == "/long") response.headers = {{"Content-Length", "2"}};
    if (request.path == "/empty") response.status = 204;
    const bool breaks = request.path == "/breaks";
    if (request.path == "/stream" || breaks)
      response.stream = std::make_unique<Letters>(breaks ? 2 : kPieces, breaks);
    if (request.path == "/sized") {
      response.stream = std::make_unique<Letters>(2, false);
      response.SetHeader("Content-Length", std::to_string(2 * kPieceBytes));
    }
    response.body = request.method + " " + request.path + " " + request.authority + " " +
                    request.body;
    for (const auto& [name, value] : request.query) response.body += "[" + name + "=" + value + "]";
    co_return response;
  }

  base::ManualClock clock_{FromMillis(1'763'435'045'000)};  // 2025-11-18T03:04:05Z
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
  std::atomic<int> asked_{0};
  std::atomic<bool> started_{false};
};

TEST_F(HttpServerTest, RequestReachesTheHandlerDecoded) {
  Listen();
  const RawResponse got = Fetch(server_->port(), "/a%20b/%E5%8E%BF?q=1+2&r=%26&s");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, "GET /a b/县 localhost:" + std::to_string(server_->port()) +
                          " [q=1 2][r=&][s=]");
  EXPECT_EQ(got.Header("Date"), "Tue, 18 Nov 2025 03:04:05 GMT");
  EXPECT_EQ(got.CountOf("Server"), 0);
}

TEST_F(HttpServerTest, AbsoluteTargetOverridesHost) {
  Listen();
  EXPECT_EQ(Fetch(server_->port(), "http://a.cn:81/x?y").body, "GET /x a.cn:81 [y=]");
  EXPECT_EQ(Fetch(server_->port(), "http://a.cn").body, "GET / a.cn ");
}

TEST_F(HttpServerTest, HandlerDecidesHeadersAndCannotSmuggleAny) {
  Listen();
  const RawResponse got = Fetch(server_->port(), "/headers");
  EXPECT_EQ(got.Header("Content-Encoding"), "gzip");
  EXPECT_EQ(got.CountOf("X-Twice"), 2);
  EXPECT_EQ(got.CountOf("X-Bad"), 0);
  EXPECT_EQ(got.CountOf("X-In"), 0);
  EXPECT_EQ(got.CountOf("X Bad"), 0);
  EXPECT_EQ(got.CountOf("Date"), 1);
  EXPECT_EQ(got.Header("Date"), "then");
}

TEST_F(HttpServerTest, HeadHasTheHeadersOfGetAndNoBody) {
  Listen();
  for (const char* path : {"/x", "/stream", "/sized"}) {
    RawHttp client(server_->port());
    client.Send("HEAD " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const RawResponse head = client.Read(true);
    client.Send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    const RawResponse get = client.Read();
    EXPECT_EQ(head.head, get.head) << path;
    EXPECT_FALSE(get.body.empty());
  }
}

TEST_F(HttpServerTest, ConnectionIsKeptUntilSomebodyClosesIt) {
  Listen();
  RawHttp client(server_->port());
  for (int i = 0; i < 3; ++i) {
    client.Send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.Read().body, "GET /" + std::to_string(i) + " a ");
  }
  client.Send("GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.Read().Header("Connection"), "close");
  EXPECT_TRUE(client.Closed());
  RawHttp old(server_->port());
  old.Send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_EQ(old.Read().body, "GET /  ");
  EXPECT_TRUE(old.Closed());
}

TEST_F(HttpServerTest, PipelinedRequestsAreAnsweredInOrder) {
  Listen();
  RawHttp client(server_->port());
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += "POST /" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
  client.Send(all);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(client.Read().body, "POST /" + std::to_string(i) + " a hi");
}

TEST_F(HttpServerTest, StreamsComeWhole) {
  Listen();
  const RawResponse chunked = Fetch(server_->port(), "/stream");
  EXPECT_TRUE(chunked.whole);
  EXPECT_EQ(chunked.body.size(), kPieces * kPieceBytes);
  EXPECT_EQ(chunked.Header("Transfer-Encoding"), "chunked");
  const RawResponse sized = Fetch(server_->port(), "/sized");
  EXPECT_TRUE(sized.whole);
  EXPECT_EQ(sized.body.size(), 2 * kPieceBytes);
  EXPECT_EQ(sized.CountOf("Transfer-Encoding"), 0);
  RawHttp old(server_->port());
  old.Send("GET /stream HTTP/1.0\r\nHost: a\r\n\r\n");
  EXPECT_EQ(old.Read().body.size(), kPieces * kPieceBytes);
}

TEST_F(HttpServerTest, BrokenStreamIsSeenAsBroken) {
  Listen();
  EXPECT_FALSE(Fetch(server_->port(), "/breaks").whole);
  RawHttp old(server_->port());
  old.Send("GET /breaks HTTP/1.0\r\nHost: a\r\n\r\n");
  EXPECT_FALSE(old.Read().whole);
}

TEST_F(HttpServerTest, OwnContentLengthIsKeptToTheByte) {
  Listen();
  RawHttp client(server_->port());
  client.Send("GET /short HTTP/1.1\r\nHost: a\r\n\r\n");
  const RawResponse cut = client.Read();
  EXPECT_EQ(cut.Header("Content-Length"), "100");
  EXPECT_FALSE(cut.whole);
  EXPECT_EQ(Fetch(server_->port(), "/long").body, "GE");
  const RawResponse empty = Fetch(server_->port(), "/empty");
  EXPECT_EQ(empty.status, 204);
  EXPECT_EQ(empty.CountOf("Content-Length"), 0);
}

TEST_F(HttpServerTest, LimitsAreAnsweredAndEndTheConnection) {
  Listen();
  const auto status = [&](const std::string& request) {
    RawHttp client(server_->port());
    client.Send(request);
    const RawResponse got = client.Read();
    EXPECT_EQ(got.Header("Content-Type"), "application/problem+json") << request.substr(0, 60);
    EXPECT_TRUE(client.Closed());
    return got.status;
  };
  const std::string big(100'000, 'x');
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nX-Big: " + big + "\r\n\r\n"), 431);
  EXPECT_EQ(status("GET /" + big + " HTTP/1.1\r\nHost: a\r\n\r\n"), 431);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n"), 413);
  EXPECT_EQ(status("NONSENSE\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(status("GET x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nBad Name: 1\r\n\r\n"), 400);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                   "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(asked_, 0);
  std::string chunks = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 30; ++i) chunks += "186a0\r\n" + big + "\r\n";
  EXPECT_EQ(status(chunks), 413);
}

TEST_F(HttpServerTest, ExpectationIsMetBeforeTheBody) {
  Listen();
  RawHttp client(server_->port());
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.Read().status, 100);
  client.Send("hi");
  EXPECT_EQ(client.Read().body, "POST / a hi");
  client.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: magic\r\n\r\n");
  EXPECT_EQ(client.Read().status, 417);
}

TEST_F(HttpServerTest, WhatTheHandlerThrowsIsA500AndTheConnectionGoesOn) {
  Listen();
  EXPECT_EQ(Fetch(server_->port(), "/throw").status, 500);
  EXPECT_EQ(Fetch(server_->port(), "/fine").status, 200);
}

TEST_F(HttpServerTest, SlowClientIsHungUpOn) {
  Listen({.idle_timeout = std::chrono::milliseconds(200)});
  RawHttp client(server_->port());
  client.Send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
  EXPECT_TRUE(client.Closed());
  RawHttp silent(server_->port());
  EXPECT_TRUE(silent.Closed());
  EXPECT_EQ(asked_, 0);
}

TEST_F(HttpServerTest, ClientThatDoesNotReadIsHungUpOn) {
  Listen({.idle_timeout = std::chrono::milliseconds(300)});
  RawHttp client(server_->port());
  // More than the sockets hold, and nobody takes it.
  for (int i = 0; i < 20; ++i) client.Send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");
  while (client.Send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n"))
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  EXPECT_EQ(Fetch(server_->port(), "/x").status, 200);
}

TEST_F(HttpServerTest, TooManyConnectionsAreToldSo) {
  Listen({.connections_max = 2});
  RawHttp first(server_->port());
  first.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(first.Read().status, 200);
  RawHttp second(server_->port());
  second.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(second.Read().status, 200);
  RawHttp third(server_->port());
  const RawResponse refused = third.Read();
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.Header("Retry-After"), "1");
}

TEST_F(HttpServerTest, StopEndsIdleConnectionsAndCancelsStuckHandlers) {
  Listen({.stop_timeout = std::chrono::milliseconds(100)});
  RawHttp idle(server_->port());
  idle.Send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(idle.Read().status, 200);
  RawHttp stuck(server_->port());
  stuck.Send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
  while (!started_) std::this_thread::yield();
  Stop();
  EXPECT_TRUE(idle.Closed());
  EXPECT_TRUE(stuck.Closed());
  EXPECT_FALSE(RawHttp(server_->port()).connected());
}

TEST_F(HttpServerTest, UnusableAddressIsNamed) {
  Listen();
  const std::string taken = "127.0.0.1:" + std::to_string(server_->port());
  for (const std::string& address :
       {taken, std::string("127.0.0.1"), std::string("127.0.0.1:x"), std::string("::1:80"),
        std::string("no.such.host.invalid:80"), std::string("127.0.0.1:70000")}) {
    const auto server = HttpServer::Listen(io_.get_executor(), address, {}, {});
    ASSERT_FALSE(server.ok()) << address;
    EXPECT_NE(base::Message(server.status()).find(address), std::string_view::npos) << address;
  }
}

}  // namespace
}  // namespace signboard::net
