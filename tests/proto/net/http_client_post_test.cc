// Bodies that we send: as they are given, under the same guard and bounds as everything else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "proto/net/http_server.h"
#include "tests/proto/net/http_client_fixture.h"

namespace signboard::net {
namespace {

namespace asio = boost::asio;
using ::testing::HasSubstr;

class HttpClientPostTest : public HttpClientTest {
 protected:
  void SetUp() override {
    HttpClientTest::SetUp();
    auto answer = [this](HttpServerRequest request) { return Answer(std::move(request)); };
    server_ = HttpServer::Listen(io_.get_executor(), "127.0.0.1:0", {}, answer).value();
  }
  asio::awaitable<HttpServerResponse> Answer(HttpServerRequest request) {
    heard_.push_back(std::move(request));
    HttpServerResponse response;
    response.status = 202;
    response.body = "thanks";
    co_return response;
  }
  HttpRequest Post(std::string body) {
    HttpRequest request;
    request.method = "POST";
    request.url = "http://127.0.0.1:" + std::to_string(server_->port()) + "/hook";
    request.body = std::move(body);
    return request;
  }

  std::vector<HttpServerRequest> heard_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(HttpClientPostTest, SendsTheBodyByteForByteWithItsLength) {
  std::string body("\0zero, \r\n lines and \xE9\x9D\x99", 23);
  HttpRequest request = Post(body);
  request.headers = {{"Content-Type", "application/json"}, {"X-A", "b"}};
  const HttpResult result = Fetch(request);
  EXPECT_EQ(result.kind, HttpKind::kOk) << result.detail;
  EXPECT_EQ(result.status, 202);
  EXPECT_EQ(result.body, "thanks");
  ASSERT_EQ(heard_.size(), 1u);
  EXPECT_EQ(heard_[0].method, "POST");
  EXPECT_EQ(heard_[0].body, body);
  EXPECT_EQ(heard_[0].Header("Content-Type"), "application/json");
  EXPECT_EQ(heard_[0].Header("Content-Length"), std::to_string(body.size()));
  EXPECT_FALSE(heard_[0].Header("Expect")) << "which would cost a round trip";
}

TEST_F(HttpClientPostTest, SendsEmptyAndLargeBodies) {
  const HttpResult empty = Fetch(Post(""));
  EXPECT_EQ(empty.status, 202) << empty.detail;
  ASSERT_EQ(heard_.size(), 1u);
  EXPECT_EQ(heard_[0].Header("Content-Length"), "0");
  EXPECT_FALSE(heard_[0].Header("Content-Type")) << "nobody said what it is";

  const std::string large(1 << 20, 'x');
  const HttpResult result = Fetch(Post(large));
  EXPECT_EQ(result.status, 202) << result.detail;
  ASSERT_EQ(heard_.size(), 2u);
  EXPECT_EQ(heard_[1].body, large);
}

TEST_F(HttpClientPostTest, AsksTheGuardBeforeItConnects) {
  Use(HttpClientOptions());
  const HttpResult result = Fetch(Post("secret"));
  EXPECT_EQ(result.kind, HttpKind::kGuardRefused);
  EXPECT_THAT(result.detail, HasSubstr("127.0.0.1"));
  EXPECT_TRUE(heard_.empty());
}

TEST_F(HttpClientPostTest, RefusesOtherMethods) {
  HttpRequest request = Post("");
  request.method = "DELETE";
  const HttpResult result = Fetch(request);
  EXPECT_EQ(result.kind, HttpKind::kBadUrl);
  EXPECT_THAT(result.detail, HasSubstr("DELETE"));
}

}  // namespace
}  // namespace signboard::net
