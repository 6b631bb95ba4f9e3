// Parts of answers (RFC 9110 section 14).
#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using testing::Fetch;
using testing::RawResponse;

constexpr char kUrl[] = "http://jingan.gov.cn/big.bin";
const std::string kRaw = "/web/20251118030405id_/" + std::string(kUrl);

class ByteRangeTest : public GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    for (uint32_t i = 0; body_.size() < (3u << 20); ++i) body_ += std::to_string(i) + ",";
    Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = body_,
           .headers = {{"Content-Type", "application/octet-stream"}}});
  }
  RawResponse Part(const std::string& range, const std::string& more = "") {
    return Get(kRaw, "Range: " + range + "\r\n" + more);
  }
  std::string body_;
};

TEST_F(ByteRangeTest, OneRangeOfAStreamIsGiven) {
  const std::string length = std::to_string(body_.size());
  const RawResponse whole = Get(kRaw);
  EXPECT_EQ(whole.Header("Accept-Ranges"), "bytes");
  const RawResponse middle = Part("bytes=1500000-1500009");
  EXPECT_EQ(middle.status, 206);
  EXPECT_EQ(middle.body, body_.substr(1'500'000, 10));
  EXPECT_EQ(middle.Header("Content-Range"), "bytes 1500000-1500009/" + length);
  EXPECT_TRUE(Part("bytes=1048570-").body == body_.substr(1'048'570));
  EXPECT_EQ(Part("bytes=-7").body, body_.substr(body_.size() - 7));
  EXPECT_EQ(Part("bytes=0-0").body, body_.substr(0, 1));
  EXPECT_TRUE(Part("bytes=0-99999999").body == body_);
  EXPECT_TRUE(Part("bytes=-99999999").body == body_);
  const RawResponse head = Fetch(gateway_->port(), kRaw, "Range: bytes=0-1\r\n", "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.Header("Content-Length"), length);
}

TEST_F(ByteRangeTest, WhatIsBehindTheEndIsNotSatisfiable) {
  const std::vector<std::string> behind = {"bytes=" + std::to_string(body_.size()) + "-",
                                           "bytes=-0", "bytes=18446744073709551615-"};
  for (const std::string& range : behind) {
    const RawResponse got = Part(range);
    EXPECT_EQ(got.status, 416) << range;
    EXPECT_EQ(got.Header("Content-Range"), "bytes */" + std::to_string(body_.size()));
    EXPECT_EQ(got.body, "");
  }
}

TEST_F(ByteRangeTest, WhatIsNoRangeOfOursIsPassedOver) {
  for (const char* range : {"bytes=0-1,5-6", "lines=0-1", "bytes=2-1", "bytes=", "bytes=-",
                            "bytes=a-b", "bytes=0-99999999999999999999", "bytes=1"})
    EXPECT_EQ(Part(range).status, 200) << range;
}

TEST_F(ByteRangeTest, PartsOfAnotherVersionAreNotJoined) {
  const std::string etag = Get(kRaw).Header("ETag");
  EXPECT_EQ(Part("bytes=0-1", "If-Range: " + etag + "\r\n").status, 206);
  EXPECT_EQ(Part("bytes=0-1", "If-Range: \"other\"\r\n").status, 200);
  EXPECT_EQ(Part("bytes=0-1", "If-Range: W/" + etag + "\r\n").status, 200);
}

TEST_F(ByteRangeTest, PagesHavePartsToo) {
  const RawResponse whole = Get("/style.css");
  const RawResponse part = Get("/style.css", "Range: bytes=1-4\r\n");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, whole.body.substr(1, 4));
}

}  // namespace
}  // namespace signboard::gateway
