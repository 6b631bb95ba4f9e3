// What a page's scripts may ask for, and how it is asked.
#include "crawler/render/request_gate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <boost/asio/io_context.hpp>

#include "crawler/decode/content_coding.h"
#include "tests/support/await.h"
#include "tests/support/fake_site.h"

namespace signboard::render {
namespace {

using testing::FakeSite;

class RequestGateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    net::HttpClientOptions http;
    http.guard = net::AddressGuard::Make({"127.0.0.1/32"}).value();
    client_ = std::make_unique<net::HttpClient>(io_, http);
    options_.user_agent = "Signboard/test";
    options_.decode = [](std::string_view wire, std::string_view coding, size_t most) {
      decode::DecodeLimits limits;
      limits.decoded_bytes_max = most;
      return decode::DecodeContent(wire, coding, limits).bytes;
    };
  }
  SubAnswer Ask(const std::string& url, const std::string& type = "XHR",
                const std::string& method = "GET", const net::HeaderList& headers = {}) {
    RequestGate gate(client_.get(), options_);
    SubRequest request{method, url, type, headers};
    return testing::Await(io_, gate.Ask(std::move(request), Millis(5'000), 10'000));
  }

  boost::asio::io_context io_;
  FakeSite site_;
  std::unique_ptr<net::HttpClient> client_;
  RequestGateOptions options_;
};

TEST_F(RequestGateTest, DataIsFetchedInOurNameAndGivenBackDecoded) {
  std::string packed(200, '\0');
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
  std::string plain = "[1,2,3]";
  z.next_in = reinterpret_cast<Bytef*>(plain.data());
  z.avail_in = static_cast<uInt>(plain.size());
  z.next_out = reinterpret_cast<Bytef*>(packed.data());
  z.avail_out = static_cast<uInt>(packed.size());
  deflate(&z, Z_FINISH);
  packed.resize(z.total_out);
  deflateEnd(&z);
  site_.Serve("/a.json", FakeSite::Page("200 OK",
                                        {"Content-Type: application/json", "Set-Cookie: a=1",
                                         "Content-Encoding: gzip",
                                         "Access-Control-Allow-Origin: *"},
                                        packed));
  const SubAnswer answer = Ask(site_.Url("/a.json"), "Fetch", "GET",
                               {{"Referer", "http://a.cn/"}, {"User-Agent", "HeadlessChrome"},
                                {"sec-ch-ua", "x"}, {"X-Requested-With", "XMLHttpRequest"}});
  EXPECT_FALSE(answer.refused) << answer.why;
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, plain);
  EXPECT_EQ(answer.headers,
            (net::HeaderList{{"Content-Type", "application/json"},
                             {"Access-Control-Allow-Origin", "*"}}));
  const std::string head = site_.Requests().at(0);
  EXPECT_NE(head.find("User-Agent: Signboard/test\r\n"), std::string::npos) << head;
  EXPECT_NE(head.find("Referer: http://a.cn/\r\n"), std::string::npos);
  EXPECT_NE(head.find("X-Requested-With: XMLHttpRequest\r\n"), std::string::npos);
  EXPECT_EQ(head.find("Headless"), std::string::npos);
  EXPECT_EQ(head.find("sec-ch"), std::string::npos);
}

TEST_F(RequestGateTest, OnlyReadingOfScriptsAndDataOverHttp) {
  for (const char* type : {"Image", "Font", "Media", "Document", "Other", "Ping", "Manifest",
                           "WebSocket", "EventSource", "Prefetch", "CSPViolationReport", ""}) {
    EXPECT_TRUE(Ask(site_.Url("/x"), type).refused) << type;
  }
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "CONNECT", "get", ""})
    EXPECT_TRUE(Ask(site_.Url("/x"), "XHR", method).refused) << method;
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "data:text/plain,x", "blob:x",
                          "chrome://version", "", "http://"}) {
    EXPECT_TRUE(Ask(url).refused) << url;
  }
  EXPECT_EQ(site_.RequestCount(), 0u);
}

TEST_F(RequestGateTest, StyleSheetIsAnEmptyOne) {
  const SubAnswer answer = Ask(site_.Url("/a.css"), "Stylesheet");
  EXPECT_FALSE(answer.refused);
  EXPECT_EQ(answer.body, "");
  EXPECT_EQ(site_.RequestCount(), 0u);
}

TEST_F(RequestGateTest, ForbiddenAddressesAreNotConnectedToHoweverTheyAreSpelled) {
  const std::string port = ":" + std::to_string(site_.port()) + "/";
  for (const char* host : {"127.0.0.2", "0x7f.2", "2130706434", "[::1]", "[::ffff:127.0.0.2]",
                           "169.254.169.254", "10.0.0.1", "0.0.0.0", "017700000002"}) {
    const SubAnswer answer = Ask(std::string("http://") + host + port);
    EXPECT_TRUE(answer.refused) << host;
    EXPECT_EQ(answer.status, 0) << host;
  }
}

TEST_F(RequestGateTest, RedirectGoesBackToWhoAsked) {
  site_.Serve("/r", FakeSite::Page("302 Found", {"Location: http://127.0.0.2/"}, ""));
  const SubAnswer answer = Ask(site_.Url("/r"));
  EXPECT_FALSE(answer.refused);
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(answer.headers, (net::HeaderList{{"Location", "http://127.0.0.2/"}}));
  EXPECT_EQ(site_.RequestCount(), 1u);
}

TEST_F(RequestGateTest, LongBodyIsRefusedNotHalved) {
  site_.Serve("/long", FakeSite::Page("200 OK", {}, std::string(20'000, 'x')));
  EXPECT_TRUE(Ask(site_.Url("/long")).refused);
}

}  // namespace
}  // namespace signboard::render
