// The header of an answer, line by line, as servers send it and as they should not.
#include "proto/net/header_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace signboard::net {
namespace {

constexpr size_t kBytesMax = 1'000;
constexpr size_t kFieldsMax = 5;

// Feeds the lines of `text`, each with its end.
HeaderReader Read(std::string_view text) {
  HeaderReader reader(kBytesMax, kFieldsMax);
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n') + 1);
    text.remove_prefix(line.size());
    if (!reader.Take(line)) break;
  }
  return reader;
}

TEST(HeaderReaderTest, ReadsTheFinalAnswerOnly) {
  const HeaderReader reader = Read(
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
      "HTTP/1.1 200 Very Good\r\nServer:nginx\r\nX-Empty:\r\n\r\nTrailer: x\r\n");
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(reader.head().status, 200);
  EXPECT_EQ(reader.head().http_version, "HTTP/1.1");
  EXPECT_EQ(reader.head().reason_phrase, "Very Good");
  EXPECT_EQ(reader.head().headers, (HeaderList{{"Server", "nginx"}, {"X-Empty", ""}}));
}

TEST(HeaderReaderTest, HTTP2HasNoReason) {
  const HeaderReader reader = Read("HTTP/2 404 \r\n\r\n");
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(reader.head().status, 404);
  EXPECT_EQ(reader.head().reason_phrase, "");
}

TEST(HeaderReaderTest, AFoldedLineBelongsToTheFieldBefore) {
  const HeaderReader reader =
      Read("HTTP/1.1 200 OK\r\nA:\r\n b\r\n\tc\r\n  \r\nB: d\r\n\r\n");
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(reader.head().headers, (HeaderList{{"A", "b c"}, {"B", "d"}}));
}

TEST(HeaderReaderTest, WhatIsNoFieldIsPassedOver) {
  const HeaderReader reader =
      Read("HTTP/1.1 200\r\nno field\r\n: none\r\nHTTP/1.1: a\r\n\r\n");
  EXPECT_TRUE(reader.done());
  EXPECT_EQ(reader.head().headers, (HeaderList{{"HTTP/1.1", "a"}}));
}

TEST(HeaderReaderTest, AStatusHasThreeDigits) {
  for (const char* line : {"HTTP/1.1 20 OK\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 -20 OK\r\n",
                           "HTTP/1.1\r\n", "HTTP/1.1 2x0\r\n"}) {
    const HeaderReader reader = Read(std::string(line) + "\r\n");
    EXPECT_EQ(reader.head().status, 0) << line;
    EXPECT_FALSE(reader.done()) << line;
  }
}

TEST(HeaderReaderTest, EveryLineCountsAgainstTheLimits) {
  const std::string status = "HTTP/1.1 200 OK\r\n";
  const std::string field = "A: b\r\n";
  EXPECT_FALSE(Read(status + field + field + field + field + field + "\r\n").too_large());
  EXPECT_TRUE(Read(status + field + field + field + field + field + field).too_large());
  EXPECT_TRUE(Read(status + "A: " + std::string(kBytesMax, 'b') + "\r\n").too_large());
  // Interim answers without end, and trailers without end.
  EXPECT_TRUE(Read("HTTP/1.1 103 A\r\n\r\nHTTP/1.1 103 A\r\n\r\nHTTP/1.1 103 A\r\n\r\n" + status +
                   field + field + field).too_large());
  EXPECT_TRUE(Read(status + "\r\n" + field + field + field + field + field + field).too_large());
}

TEST(HeaderReaderTest, ListsMayBeSplitOverFields) {
  const HeaderList headers = {{"Content-Encoding", "gzip"}, {"A", "b"}, {"content-encoding", "br"}};
  EXPECT_EQ(JoinHeader(headers, "Content-Encoding"), "gzip, br");
  EXPECT_EQ(JoinHeader(headers, "C"), "");
  EXPECT_EQ(FindHeader(headers, "CONTENT-ENCODING"), "gzip");
}

TEST(HeaderReaderTest, WhatSaysNoTypeMayBeHtml) {
  for (const char* type : {"", ";charset=gbk", "text/html", "TEXT/HTML; charset=x",
                           "application/xhtml+xml"})
    EXPECT_TRUE(MayBeHtml({{"Content-Type", type}})) << type;
  EXPECT_TRUE(MayBeHtml({}));
  EXPECT_FALSE(MayBeHtml({{"Content-Type", "application/pdf"}}));
}

}  // namespace
}  // namespace signboard::net
