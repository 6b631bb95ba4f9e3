#include "crawler/robots/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace signboard::robots {
namespace {

using ::testing::ElementsAre;

struct Read {
  std::vector<FeedEntry> entries;
  std::string title;
  Status status;
  std::vector<std::string> Urls() const {
    std::vector<std::string> urls;
    for (const FeedEntry& entry : entries) urls.push_back(entry.url);
    return urls;
  }
};

Read ReadAll(const std::string& text, size_t piece = 5) {
  Read read;
  FeedReader reader([&](FeedEntry entry) { read.entries.push_back(std::move(entry)); });
  for (size_t at = 0; at < text.size() && read.status.ok(); at += piece)
    read.status = reader.Add(std::string_view(text).substr(at, piece));
  if (read.status.ok()) read.status = reader.End();
  read.title = reader.title();
  return read;
}

TEST(FeedTest, Rss2) {
  const Read read = ReadAll(
      "<rss version='2.0'><channel><title>要闻</title><link>http://a.cn/</link>"
      "<image><title>logo</title></image>"
      "<item><title><![CDATA[中心揭牌]]></title><link>/1.html</link>"
      "<pubDate>Tue, 18 Nov 2025 11:04:05 +0800</pubDate></item>"
      "<item><title>二</title><guid>http://a.cn/2.html</guid></item>"
      "<item><title>三</title><guid isPermaLink='false'>http://a.cn/id/3</guid></item>"
      "</channel></rss>");
  ASSERT_TRUE(read.status.ok()) << base::ToString(read.status);
  EXPECT_EQ(read.title, "要闻");
  EXPECT_THAT(read.Urls(), ElementsAre("/1.html", "http://a.cn/2.html"));
  EXPECT_EQ(read.entries[0].title, "中心揭牌");
  EXPECT_EQ(base::FormatRfc3339(*read.entries[0].published), "2025-11-18T03:04:05Z");
}

TEST(FeedTest, Rss1) {
  const Read read = ReadAll(
      "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
      "xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'>"
      "<channel><title>t</title></channel><item rdf:about='x'><title>一</title>"
      "<link>http://a.cn/1</link><dc:date>2025-11-18T00:00:00Z</dc:date></item></rdf:RDF>");
  EXPECT_TRUE(read.status.ok());
  ASSERT_THAT(read.Urls(), ElementsAre("http://a.cn/1"));
  EXPECT_TRUE(read.entries[0].published);
}

TEST(FeedTest, AtomWithItsNextPage) {
  const Read read = ReadAll(
      "<feed xmlns='http://www.w3.org/2005/Atom'><title>t</title>"
      "<link rel='self' href='/feed'/><link rel='next' href='/feed?page=2'/>"
      "<entry><title>一</title><link rel='edit' href='/edit/1'/><link href='/1'/>"
      "<updated>2025-11-18T00:00:00Z</updated></entry></feed>");
  EXPECT_TRUE(read.status.ok());
  ASSERT_THAT(read.Urls(), ElementsAre("/feed?page=2", "/1"));
  EXPECT_TRUE(read.entries[0].is_next_page);
  EXPECT_TRUE(read.entries[1].updated);
}

TEST(FeedTest, JsonFeed) {
  const Read read = ReadAll(
      R"( {"version":"https://jsonfeed.org/version/1.1","title":"t","next_url":"/f/2",
      "items":[{"id":"1","url":"/1","title":"一","date_published":"2025-11-18T08:00:00+08:00"},
      7,{"id":"2"},{"url":3}]})");
  ASSERT_TRUE(read.status.ok()) << base::ToString(read.status);
  EXPECT_EQ(read.title, "t");
  ASSERT_THAT(read.Urls(), ElementsAre("/1", "/f/2"));
  EXPECT_EQ(base::FormatRfc3339(*read.entries[0].published), "2025-11-18T00:00:00Z");
}

TEST(FeedTest, WhatIsNoFeedIsSaidToBeNone) {
  for (const char* text : {"", "<html/>", "<item><link>http://a.cn/</link></item>", "{}", "{\"a\":",
                           R"({"version":"https://jsonfeed.org/version/1","items":3})",
                           "<!DOCTYPE rss><rss/>", "text"})
    EXPECT_EQ(ReadAll(text).status.code(), StatusCode::kInvalidArgument) << text;
}

TEST(FeedTest, BoundsAreKept) {
  std::string many = "<rss>";
  for (size_t i = 0; i <= kFeedEntriesMax; ++i)
    many += "<item><link>http://a.cn/" + std::to_string(i) + "</link></item>";
  const Read read = ReadAll(many + "</rss>", 4'096);
  EXPECT_EQ(read.status.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(read.entries.size(), kFeedEntriesMax);

  const Read large = ReadAll("<rss>" + std::string(kFeedBytesMax, ' '), size_t{1} << 20);
  EXPECT_EQ(large.status.code(), StatusCode::kResourceExhausted);
  EXPECT_FALSE(ReadAll("{\"a\":" + std::string(1'000'000, '['), 4'096).status.ok());
}

TEST(FeedTest, Rfc822Dates) {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"Tue, 18 Nov 2025 11:04:05 +0800", "2025-11-18T03:04:05Z"},
      {"18 Nov 25 11:04 GMT", "2025-11-18T11:04:00Z"},
      {"Tue, 18 November 2025 00:00:00 -05:30", "2025-11-18T05:30:00Z"},
  };
  for (const auto& [text, expected] : rows) {
    const auto time = ParseRfc822(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(base::FormatRfc3339(*time), expected);
  }
  for (const char* text : {"", "31 Feb 2025 00:00:00 GMT", "1 Foo 2025 00:00:00 GMT",
                           "1 Nov 2025 24:00:00 GMT", "1 Nov 2025 00:00:00 +9900",
                           "1 Nov 2025 00:00:00", "99999999999 Nov 2025 00:00:00 GMT"})
    EXPECT_FALSE(ParseRfc822(text)) << text;
}

}  // namespace
}  // namespace signboard::robots
