#include "crawler/extract/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crawler/extract/pagination.h"

namespace signboard::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Links Of(const std::string& html, const std::string& url = "http://www.jxja.gov.cn/a/b.html") {
  parse::ParseLimits limits;
  limits.time_max = std::chrono::minutes(1);  // Sanitizers are slow.
  const parse::Document document = parse::Document::Parse(html, limits).value();
  return FindLinks(document, base::Url::Parse(url).value());
}

std::vector<std::string> Urls(const std::vector<Link>& links) {
  std::vector<std::string> urls;
  for (const Link& link : links) urls.push_back(link.url);
  return urls;
}

TEST(LinksTest, AreResolvedCanonicalDistinctAndInOrder) {
  const Links found = Of(
      "<a href='../c.html#top'>丙 <b>二</b></a><a href='/c.html'>again</a>"
      "<area href='HTTP://WWW.JXJA.GOV.CN:80/d?'><a href='mailto:x@y'>m</a><a href='#here'>h</a>"
      "<a href='javascript:void(0)'>j</a><a>none</a><a href=''>e</a><a href='ftp://x/y'>f</a>");
  EXPECT_THAT(Urls(found.links),
              ElementsAre("http://www.jxja.gov.cn/c.html", "http://www.jxja.gov.cn/d"));
  EXPECT_EQ(found.links[0].text, "丙 二");
}

TEST(LinksTest, ScriptsThatSendOnAndSitemapsAreLinks) {
  const Links found = Of(
      "<link rel=sitemap href='/sitemap.xml'><script>window.location.href='/index.html';</script>");
  EXPECT_THAT(Urls(found.links), ElementsAre("http://www.jxja.gov.cn/sitemap.xml",
                                             "http://www.jxja.gov.cn/index.html"));
  EXPECT_EQ(found.links[0].kind, LinkKind::kSitemap);
  EXPECT_EQ(found.links[1].kind, LinkKind::kRefresh);
}

TEST(LinksTest, BaseHrefIsHonoured) {
  EXPECT_THAT(Urls(Of("<base href='/x/y/'><base href='/z/'><a href='1.html'>一</a>").links),
              ElementsAre("http://www.jxja.gov.cn/x/y/1.html"));
}

TEST(LinksTest, KindsAndRequisitesAreKeptApart) {
  const Links found = Of(
      "<link rel=canonical href=/canon><link rel='alternate' type='application/rss+xml' href=/rss>"
      "<link rel=stylesheet href=/s.css><link rel=next href=/2><iframe src=/frame></iframe>"
      "<meta http-equiv=Refresh content=\"3; URL='/moved'\"><img src=/i.png alt=图>"
      "<script src=/j.js></script><a rel='NoFollow next' href=/3><img src=/k.png alt=下一页></a>");
  ASSERT_EQ(found.links.size(), 6U);
  const std::vector<std::pair<LinkKind, std::string>> expected = {
      {LinkKind::kCanonical, "/canon"}, {LinkKind::kFeed, "/rss"}, {LinkKind::kNext, "/2"},
      {LinkKind::kFrame, "/frame"},     {LinkKind::kRefresh, "/moved"},
      {LinkKind::kNext, "/3"}};
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(found.links[i].kind, expected[i].first) << i;
    EXPECT_EQ(found.links[i].url, "http://www.jxja.gov.cn" + expected[i].second);
  }
  EXPECT_EQ(found.links[5].text, "下一页") << "the picture's text stands for the link's";
  EXPECT_TRUE(found.links[5].nofollow);
  EXPECT_FALSE(found.links[0].nofollow);
  EXPECT_THAT(Urls(found.requisites),
              ElementsAre("http://www.jxja.gov.cn/s.css", "http://www.jxja.gov.cn/i.png",
                          "http://www.jxja.gov.cn/j.js", "http://www.jxja.gov.cn/k.png"));
}

TEST(LinksTest, APageThatSaysNofollowSaysItForAllItsLinks) {
  const Links found =
      Of("<head><meta name=ROBOTS content='noindex, NoFollow'></head><a href=/1>一</a>");
  EXPECT_TRUE(found.links.at(0).nofollow);
}

TEST(LinksTest, FloodsStopAtTheMaximumAndAreCounted) {
  std::string html;
  for (int i = 0; i < 100'000; ++i) html += "<a href=/" + std::to_string(i) + ">x</a>";
  const Links found = Of(html);
  EXPECT_EQ(found.links.size(), kLinksMax);
  EXPECT_EQ(found.dropped_count, 100'000 - kLinksMax);
}

TEST(LinksTest, TrapsAndOverlongUrlsAreDropped) {
  const Links found = Of("<a href=/" + std::string(3'000, 'a') + ">long</a>"
                         "<a href=/a/b/a/b/a/b/a/b/>loop</a><a href=/a/b/a/b/>not yet</a>"
                         "<a href=/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18/19/20/21>deep</a>");
  EXPECT_THAT(Urls(found.links), ElementsAre("http://www.jxja.gov.cn/a/b/a/b/"));
  EXPECT_EQ(found.dropped_count, 3U);
}

TEST(LinksTest, TrsPaginationIsWrittenOut) {
  const Links found =
      Of("<script>createPageHTML(3, 0, \"index\", \"html\");</script>",
         "http://www.jxja.gov.cn/xw/");
  EXPECT_THAT(Urls(found.links), ElementsAre("http://www.jxja.gov.cn/xw/index_1.html",
                                             "http://www.jxja.gov.cn/xw/index_2.html"));
  EXPECT_EQ(found.links[0].kind, LinkKind::kPagination);
}

TEST(LinksTest, HanwebListsInsideScriptsAreRead) {
  const Links found = Of(
      "<script type='text/xml'><datastore><totalrecord>2</totalrecord><recordset><record>"
      "<![CDATA[<li><a href='/art/2025/11/8/art_1_2.html' title='甲'>甲文</a></li>]]></record>"
      "<record><![CDATA[<li><a href='/art/2025/11/9/art_1_3.html'>乙文</a></li>]]></record>"
      "</recordset></datastore></script>");
  EXPECT_THAT(Urls(found.links), ElementsAre("http://www.jxja.gov.cn/art/2025/11/8/art_1_2.html",
                                             "http://www.jxja.gov.cn/art/2025/11/9/art_1_3.html"));
  EXPECT_EQ(found.links[0].text, "甲文");
}

TEST(PaginationTest, ReadsTheCallAndNotItsDefinition) {
  EXPECT_THAT(PaginationOf("function createPageHTML(_nPageCount, _nCurrIndex) {}"), IsEmpty());
  EXPECT_THAT(PaginationOf("function createPageHTML(a,b){} createPageHTML( 2 ,1,'index','shtml')"),
              ElementsAre("index.shtml"));
  EXPECT_THAT(PaginationOf("createPageHTML('page_div',3, 1,'list','htm',45);"),
              ElementsAre("list.htm", "list_2.htm"));
  EXPECT_THAT(PaginationOf("createPageHTML(2, 0, '../x', 'html')"), IsEmpty());
  EXPECT_THAT(PaginationOf("createPageHTML(99999999999, 0, 'index', 'html')"), IsEmpty());
  EXPECT_THAT(PaginationOf("createPageHTML("), IsEmpty());
  EXPECT_EQ(PaginationOf("createPageHTML(9999, 0, 'index', 'html')").size(),
            static_cast<size_t>(kPaginationPagesMax - 1));
}

}  // namespace
}  // namespace signboard::extract
