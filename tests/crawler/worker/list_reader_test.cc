#include "crawler/worker/list_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "crawler/decode/content_coding.h"

namespace signboard::worker {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Urls(const extract::PageRead& read) {
  std::vector<std::string> urls;
  for (const auto& link : read.extracted.links.links) urls.push_back(link.url);
  return urls;
}

struct Result {
  extract::PageRead read;
  bool is_list = false;
};

Result Read(const std::string& body, const std::string& content_type,
            const std::string& url = "http://a.cn/x/sitemap.xml") {
  const auto parsed = base::Url::Parse(url).value();
  Result result{extract::ExtractFromBody(body, content_type, parsed), false};
  result.is_list = ReadListFile(body, parsed, &result.read);
  return result;
}

std::string Gzip(const std::string& bytes) {
  std::string out(compressBound(bytes.size()) + 64, '\0');
  z_stream z{};
  deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

constexpr char kSitemap[] =
    "<urlset><url><loc>/none.html</loc></url><url><loc>/old.html</loc><lastmod>2024-01-01</lastmod>"
    "</url><url><loc>new.html#x</loc><lastmod>2025-11-18</lastmod></url></urlset>";

TEST(ListReaderTest, SitemapIsAHubWithItsNewestFirst) {
  const Result r = Read(kSitemap, "application/xml");
  ASSERT_TRUE(r.is_list);
  EXPECT_TRUE(r.read.extracted.is_hub);
  EXPECT_EQ(r.read.extracted.hub_why, "list:sitemap");
  EXPECT_THAT(Urls(r.read), ElementsAre("http://a.cn/x/new.html", "http://a.cn/old.html",
                                        "http://a.cn/none.html"));
  EXPECT_EQ(r.read.extracted.facts.published_basis, "sitemap");
  const auto& links = r.read.extracted.links.links;
  EXPECT_EQ(links[0].listed, (extract::ListDay{2025, 11, 18}));
  EXPECT_TRUE(links[2].listed.empty());
  EXPECT_NE(r.read.extracted.fingerprint, 0u);
}

TEST(ListReaderTest, WhatTheBodyIsCountsNotItsContentType) {
  for (const char* type : {"text/html", "text/plain; charset=utf-8", "application/octet-stream",
                           "application/rss+xml", ""})
    EXPECT_TRUE(Read(kSitemap, type).is_list) << type;
  EXPECT_TRUE(Read("http://a.cn/1\nhttp://a.cn/2\n", "text/plain").is_list);
}

TEST(ListReaderTest, GzipFileIsReadWithinBounds) {
  const Result r = Read(Gzip(kSitemap), "application/x-gzip", "http://a.cn/x/sitemap.xml.gz");
  ASSERT_TRUE(r.is_list);
  EXPECT_EQ(Urls(r.read).size(), 3u);
  EXPECT_EQ(r.read.text.used, "utf-8");
  // 300 MB of white space behind one URL: cut, and what came before counts.
  const std::string bomb =
      "<urlset><url><loc>/1</loc></url>" + std::string(size_t{300} << 20, ' ') + "</urlset>";
  const Result bombed = Read(Gzip(bomb), "application/gzip");
  ASSERT_TRUE(bombed.is_list);
  EXPECT_THAT(Urls(bombed.read), ElementsAre("http://a.cn/1"));
  EXPECT_NE(bombed.read.extracted.truncated_why, "");
}

TEST(ListReaderTest, GbkFeedHasItsTitles) {
  const std::string gbk =
      "<?xml version=\"1.0\" encoding=\"gb2312\"?><rss><channel><title>\xD2\xAA\xCE\xC5</title>"
      "<item><title>\xBD\xD2\xC5\xC6</title><link>/1.html</link></item></channel></rss>";
  const Result r = Read(gbk, "text/xml");
  ASSERT_TRUE(r.is_list);
  EXPECT_EQ(r.read.extracted.facts.title, "要闻");
  EXPECT_EQ(r.read.extracted.links.links[0].text, "揭牌");
}

TEST(ListReaderTest, SameEntriesUnderAnotherBuildDateAreNoChange) {
  const auto feed = [](const std::string& built, const std::string& more) {
    return "<rss><channel><lastBuildDate>" + built +
           "</lastBuildDate><item><title>t</title><link>http://a.cn/1</link></item>" + more +
           "</channel></rss>";
  };
  const auto print = [&](const std::string& body) {
    return Read(body, "text/xml").read.extracted.fingerprint;
  };
  EXPECT_EQ(print(feed("1", "")), print(feed("2", "")));
  EXPECT_NE(print(feed("1", "")),
            print(feed("1", "<item><title>u</title><link>http://a.cn/2</link></item>")));
}

TEST(ListReaderTest, IndexGivesSitemapsUpToItsBound) {
  std::string index = "<sitemapindex>";
  for (size_t i = 0; i < kSitemapChildrenMax + 5; ++i)
    index += "<sitemap><loc>/s" + std::to_string(i) + ".xml</loc></sitemap>";
  const Result r = Read(index + "</sitemapindex>", "text/xml");
  ASSERT_EQ(r.read.extracted.links.links.size(), kSitemapChildrenMax);
  EXPECT_EQ(r.read.extracted.links.links[0].kind, extract::LinkKind::kSitemap);
}

TEST(ListReaderTest, PagesStayWhatTheyWere) {
  for (const auto& [body, type] : std::vector<std::pair<std::string, std::string>>{
           {"<html><body><a href=/1>urlset</a>", "text/html"},
           {"http://a.cn/1 is where to look", "text/plain"},
           {"{\"list\":[{\"title\":\"t\",\"url\":\"/1\"}]}", "application/json"},
           {"<urlset", "text/xml"},
           {"", "text/xml"},
           {std::string("\x1F\x8B\x00", 3), "application/gzip"}}) {
    const Result r = Read(body, type);
    EXPECT_FALSE(r.is_list) << body;
  }
}

}  // namespace
}  // namespace signboard::worker
