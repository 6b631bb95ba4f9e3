#include "crawler/robots/sitemap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace signboard::robots {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct Read {
  std::vector<SitemapEntry> entries;
  Status status;
  std::vector<std::string> Urls() const {
    std::vector<std::string> urls;
    for (const SitemapEntry& entry : entries) urls.push_back(entry.url);
    return urls;
  }
};

// In pieces of `piece` bytes, so that every token is cut somewhere.
Read ReadAll(const std::string& text, size_t piece = 7) {
  Read read;
  SitemapReader reader([&](SitemapEntry entry) { read.entries.push_back(std::move(entry)); });
  for (size_t at = 0; at < text.size() && read.status.ok(); at += piece)
    read.status = reader.Add(std::string_view(text).substr(at, piece));
  if (read.status.ok()) read.status = reader.End();
  return read;
}

constexpr char kOpen[] =
    "<?xml version='1.0' encoding='GB2312'?>\n<urlset xmlns='http://www.sitemaps.org/schemas/"
    "sitemap/0.9' xmlns:news='http://www.google.com/schemas/sitemap-news/0.9' "
    "xmlns:image='http://www.google.com/schemas/sitemap-image/1.1'>";

TEST(SitemapTest, UrlsComeWithTheirDatesAndTitles) {
  const Read read = ReadAll(
      std::string("\n  ") + kOpen +
      "<url><image:image><image:loc>http://a.cn/p.jpg</image:loc></image:image>"
      "<loc> http://a.cn/1.html?a=1&amp;b=2 </loc><lastmod>2025-11-18</lastmod></url>"
      "<url><loc><![CDATA[http://a.cn/2.html]]></loc><news:news>"
      "<news:publication_date>2025-11-18T09:00:00+08:00</news:publication_date>"
      "<news:title>靖安国际传播中心揭牌</news:title></news:news></url></urlset>");
  ASSERT_TRUE(read.status.ok()) << base::ToString(read.status);
  EXPECT_THAT(read.Urls(), ElementsAre("http://a.cn/1.html?a=1&b=2", "http://a.cn/2.html"));
  EXPECT_EQ(base::FormatRfc3339(*read.entries[0].changed), "2025-11-18T00:00:00Z");
  EXPECT_EQ(base::FormatRfc3339(*read.entries[1].changed), "2025-11-18T01:00:00Z");
  EXPECT_EQ(read.entries[1].title, "靖安国际传播中心揭牌");
  EXPECT_FALSE(read.entries[0].is_sitemap);
}

TEST(SitemapTest, IndexNamesSitemaps) {
  const Read read = ReadAll(
      "<sitemapindex><sitemap><loc>http://a.cn/s1.xml.gz</loc></sitemap>"
      "<sitemap><loc>http://a.cn/s2.xml</loc><lastmod>nonsense</lastmod></sitemap></sitemapindex>");
  EXPECT_THAT(read.Urls(), ElementsAre("http://a.cn/s1.xml.gz", "http://a.cn/s2.xml"));
  EXPECT_TRUE(read.entries[0].is_sitemap);
  EXPECT_FALSE(read.entries[1].changed);
}

TEST(SitemapTest, PlainTextIsOneUrlALine) {
  const Read read = ReadAll("\r\nhttp://a.cn/1\r\n\nhttps://a.cn/2");
  EXPECT_TRUE(read.status.ok());
  EXPECT_THAT(read.Urls(), ElementsAre("http://a.cn/1", "https://a.cn/2"));
  EXPECT_EQ(ReadAll("http://a.cn/1\nnot a url").status.code(), StatusCode::kInvalidArgument);
}

TEST(SitemapTest, WhatCameBeforeABreakCounts) {
  const Read read =
      ReadAll("<urlset><url><loc>http://a.cn/1</loc></url><url><loc>http://a.cn/2</lo></urlset>");
  EXPECT_THAT(read.Urls(), ElementsAre("http://a.cn/1"));
  EXPECT_THAT(base::ToString(read.status), HasSubstr("line 1"));
}

TEST(SitemapTest, EntitiesAreNeverExpanded) {
  const std::string secret =
      "<!DOCTYPE urlset [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
      "<urlset><url><loc>http://a.cn/&x;</loc></url></urlset>";
  const Read outside = ReadAll(secret);
  EXPECT_THAT(base::ToString(outside.status), HasSubstr("DOCTYPE"));
  EXPECT_TRUE(outside.entries.empty());
  std::string laughs = "<!DOCTYPE l [<!ENTITY a 'ha'>";
  for (char c = 'b'; c < 'k'; ++c)
    laughs += std::string("<!ENTITY ") + c + " '" + std::string(10, '&') + "'>";
  EXPECT_FALSE(ReadAll(laughs + "]><urlset/>").status.ok());
}

TEST(SitemapTest, BoundsAreKept) {
  std::string many = kOpen;
  for (size_t i = 0; i <= kSitemapUrlsMax; ++i)
    many += "<url><loc>http://a.cn/" + std::to_string(i) + "</loc></url>";
  const Read read = ReadAll(many + "</urlset>", 100'000);
  EXPECT_EQ(read.status.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(read.entries.size(), kSitemapUrlsMax);

  SitemapReader large([](SitemapEntry) {});
  ASSERT_TRUE(large.Add(kOpen).ok());
  const std::string space(size_t{1} << 20, ' ');
  Status status;
  for (int i = 0; i < 50 && status.ok(); ++i) status = large.Add(space);
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted);
  EXPECT_FALSE(large.End().ok());

  std::string deep;
  for (int i = 0; i < 1'000; ++i) deep += "<url>";
  EXPECT_EQ(ReadAll(deep).status.code(), StatusCode::kResourceExhausted);
  const Read long_url = ReadAll("<urlset><url><loc>http://a.cn/" +
                                std::string(kSitemapUrlBytesMax, 'x') + "</loc></url></urlset>");
  EXPECT_TRUE(long_url.entries.empty());
}

TEST(SitemapTest, OtherXmlIsNoSitemap) {
  EXPECT_EQ(ReadAll("<html><url><loc>http://a.cn/</loc></url></html>").status.code(),
            StatusCode::kInvalidArgument);
  EXPECT_FALSE(ReadAll("").status.ok());
}

}  // namespace
}  // namespace signboard::robots
