#include "storage/warc/http_head.h"

#include <gtest/gtest.h>

namespace signboard::warc {
namespace {

TEST(HttpHeadTest, ReadsWhatServersSend) {
  const std::string block = "HTTP/1.1 404 Not Found\r\nServer: x\r\nX-Folded: a\r\n b\r\n"
                            "Set-Cookie: 1\r\nSet-Cookie: 2\r\nno field\r\n\r\nbody";
  const auto head = ParseResponseHead(block);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 404);
  EXPECT_EQ(head->version, "1.1");
  EXPECT_EQ(head->reason, "Not Found");
  EXPECT_EQ(head->fields.size(), 4U);
  EXPECT_EQ(FindField(head->fields, "x-folded"), "a b");
  EXPECT_EQ(head->left_out, 1U);
  EXPECT_EQ(block.substr(head->bytes), "body");
}

TEST(HttpHeadTest, AHeadAloneNeedsNoEmptyLine) {
  const auto head = ParseResponseHead("HTTP/1.1 304 Not Modified\nETag: x\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->bytes, 34U);
  EXPECT_EQ(ParseResponseHead("HTTP/2 200 \r\n\r\n")->reason, "");
}

TEST(HttpHeadTest, RefusesWhatIsNoResponse) {
  for (const char* bad : {"", "HTTP/1.1 200 OK", "HTTP/1.1\r\n\r\n", "HTTP/1.1 x\r\n\r\n",
                          "HTTP/1.1 99999\r\n\r\n", "<html>\r\n\r\n", "HTTP/1.1 -200 OK\r\n\r\n"})
    EXPECT_FALSE(ParseResponseHead(bad)) << bad;
  const std::string endless = "HTTP/1.1 200 OK\r\nX: " + std::string(kHttpHeadBytesMax, 'x');
  EXPECT_FALSE(ParseResponseHead(endless + "\r\n\r\n"));
}

TEST(HttpHeadTest, TakesChunksApart) {
  EXPECT_EQ(Unchunk("4\r\nWiki\r\n5;ext=1\r\npedia\r\n0\r\n\r\n"), "Wikipedia");
  for (const char* bad : {"", "plain text", "4\r\nWi", "zz\r\n", "4\r\nWikiX\r\n0\r\n\r\n",
                          "ffffffffffffffffff\r\nx", "-4\r\nWiki\r\n0\r\n"})
    EXPECT_EQ(Unchunk(bad), std::nullopt) << bad;
}

}  // namespace
}  // namespace signboard::warc
