#include "crawler/extract/page_facts.h"

#include <gtest/gtest.h>

#include <string>

#include "crawler/extract/dates.h"
#include "crawler/extract/text_render.h"

namespace signboard::extract {
namespace {

PageFacts Of(const std::string& html, const std::string& url = "http://www.jxja.gov.cn/x.html") {
  const parse::Document document = parse::Document::Parse(html).value();
  return FindPageFacts(document, base::Url::Parse(url).value(), RenderText(document.body()));
}

std::string Shown(std::optional<UnixTime> time) {
  return time ? base::FormatRfc3339(*time) : "none";
}

TEST(PageFactsTest, GovernmentTagsAreReadInAnyLetterCase) {
  const PageFacts facts = Of(
      "<html lang=zh-CN><head><title>揭牌_靖安县人民政府</title>"
      "<META NAME=articletitle CONTENT='靖安国际传播中心揭牌成立'>"
      "<meta name='PUBDATE' content='2025-11-18 10:20'><meta name=ContentSource content=靖安发布>"
      "<meta name=SiteName content=靖安县人民政府><meta name=SiteDomain content=www.jxja.gov.cn>"
      "<meta name=SiteIDCode content=bm27000004><meta name=ColumnName content=要闻>"
      "<meta name=Author content=张三><meta name=Keywords content='传播,中心'>"
      "<meta name=description content=' 一  二 '><link rel=canonical href=/canon#x></head>");
  EXPECT_EQ(facts.title, "靖安国际传播中心揭牌成立");
  EXPECT_EQ(facts.source, "靖安发布");
  EXPECT_EQ(facts.site_name, "靖安县人民政府");
  EXPECT_EQ(facts.site_domain, "www.jxja.gov.cn");
  EXPECT_EQ(facts.site_id_code, "bm27000004");
  EXPECT_EQ(facts.column_name, "要闻");
  EXPECT_EQ(facts.author, "张三");
  EXPECT_EQ(facts.keywords, "传播,中心");
  EXPECT_EQ(facts.description, "一 二");
  EXPECT_EQ(facts.canonical_url, "http://www.jxja.gov.cn/canon");
  EXPECT_EQ(facts.language, "zh-CN");
  EXPECT_EQ(Shown(facts.published), "2025-11-18T02:20:00Z") << "no offset means +08:00";
  EXPECT_EQ(facts.published_basis, "meta");
}

TEST(PageFactsTest, TheTitleLosesTheSitesName) {
  EXPECT_EQ(Of("<title>县长信箱 - 靖安县人民政府</title><meta name=SiteName content=靖安县人民政府>")
                .title,
            "县长信箱");
  EXPECT_EQ(Of("<title>白茶节开幕_要闻_某网</title><h1>白茶节开幕</h1>").title, "白茶节开幕");
  EXPECT_EQ(Of("<title>\n 某 县\n</title><h1>别的题目</h1>").title, "某 县");
  EXPECT_EQ(ShortTitle("靖安县人民政府", "靖安县人民政府"), "靖安县人民政府");
}

TEST(PageFactsTest, TimesComeFromMetaThenTextOrUrl) {
  const PageFacts text = Of("<p>发布时间：2025-11-18 10:20　来源：靖安发布　作者：李四 记者</p>",
                            "http://a.gov.cn/202511/t20251118_144.html");
  EXPECT_EQ(text.published_basis, "text");
  EXPECT_EQ(Shown(text.published), "2025-11-18T02:20:00Z");
  EXPECT_EQ(text.source, "靖安发布");
  EXPECT_EQ(text.author, "李四");
  // A fresh stamp over an old article: the URL knows better.
  const PageFacts url =
      Of("<p>发布时间：2026-02-01 08:00</p>", "http://a.gov.cn/202511/t20251118_144.html");
  EXPECT_EQ(url.published_basis, "url");
  EXPECT_EQ(Shown(url.published), "2025-11-17T16:00:00Z");
  // A meta tag with the day alone: the page shows the hour.
  const PageFacts hour =
      Of("<meta name=publishdate content=2025-11-17><p>2025年11月17日 11:20　来源：某报</p>");
  EXPECT_EQ(hour.published_basis, "meta");
  EXPECT_EQ(Shown(hour.published), "2025-11-17T03:20:00Z");
  const PageFacts none = Of("<p>今天是2025年11月18日 星期二</p>");
  EXPECT_EQ(none.published_basis, "none");
  EXPECT_FALSE(none.published.has_value());
}

TEST(PageFactsTest, RobotsMetaIsObeyedByName) {
  EXPECT_TRUE(Of("<meta name=robots content='NOINDEX,nofollow'>").noindex);
  EXPECT_TRUE(Of("<meta name=Robots content=none>").nofollow);
  EXPECT_TRUE(Of("<meta name=signboard content=noindex>").noindex);
  EXPECT_FALSE(Of("<meta name=otherbot content=noindex>").noindex);
  EXPECT_FALSE(Of("<meta name=robots content='index,follow'>").noindex);
}

TEST(DatesTest, ReadsTheShapesOfChinesePages) {
  const std::pair<const char*, const char*> shapes[] = {
      {"2025-11-18 10:20:30", "2025-11-18T02:20:30Z"},
      {" 2025/1/8", "2025-01-07T16:00:00Z"},
      {"2025.11.18", "2025-11-17T16:00:00Z"},
      {"2025年11月18日", "2025-11-17T16:00:00Z"},
      {"2025年11月18日 10时20分", "2025-11-18T02:20:00Z"},
      {"2025年11月18日10:20", "2025-11-18T02:20:00Z"},
      {"2025-11-18　10：20", "2025-11-18T02:20:00Z"},
      {"2025-11-18T10:20:00Z", "2025-11-18T10:20:00Z"},
      {"2025-11-18T10:20:00.123+09:00", "2025-11-18T01:20:00Z"},
      {"20251118", "2025-11-17T16:00:00Z"},
      {"2025-02-30", "none"},
      {"2025-13-01", "none"},
      {"0000-01-01", "none"},
      {"11月18日", "none"},
      {"2025年", "none"},
      {"", "none"}};
  for (const auto& [text, time] : shapes) EXPECT_EQ(Shown(ParsePageTime(text)), time) << text;
}

TEST(DatesTest, ReadsTheDayInUrls) {
  const std::pair<const char*, const char*> shapes[] = {
      {"/xw/202607/t20260717_1444186.html", "2026-07-16T16:00:00Z"},
      {"/art/2025/11/8/art_1229_5.html", "2025-11-07T16:00:00Z"},
      {"/a/202511/18/WS5f0123456789.html", "2025-11-17T16:00:00Z"},
      {"/politics/2025-11/18/c_1127.htm", "2025-11-17T16:00:00Z"},
      {"/2025/1118/c6027a173834/page.htm", "2025-11-17T16:00:00Z"},
      {"/news/2025-11-18/1.html", "2025-11-17T16:00:00Z"},
      {"/art/2025/art_0123456789abcdef0123456789abcdef.html", "none"},
      {"/col/col1229/index.html", "none"},
      {"/t99999999_1.html", "none"},
      {"/", "none"}};
  for (const auto& [path, time] : shapes) EXPECT_EQ(Shown(TimeOfUrlPath(path)), time) << path;
}

TEST(DatesTest, FindsTheStampInText) {
  EXPECT_EQ(Shown(TimeInText("首页\n【信息时间：2025-11-18】\n正文")), "2025-11-17T16:00:00Z");
  EXPECT_EQ(Shown(TimeInText("标题\n2025-11-18 10:20 来源：新华社\n正文")), "2025-11-18T02:20:00Z");
  EXPECT_EQ(Shown(TimeInText("现在是2025-11-18 10:20\n正文说2024年3月1日成立。")), "none");
}

}  // namespace
}  // namespace signboard::extract
