#include "crawler/extract/extract.h"

#include <gtest/gtest.h>

#include <string>

#include "crawler/extract/fingerprint.h"
#include "crawler/extract/main_text.h"

namespace signboard::extract {
namespace {

constexpr const char* kArticleUrl = "http://www.jxja.gov.cn/xw/202511/t20251118_1444186.html";
constexpr const char* kListUrl = "http://www.jxja.gov.cn/xw/index.html";

std::string ArticlePage(const std::string& body_class, const std::string& sentence,
                        const std::string& visits) {
  return "<html><head><title>靖安国际传播中心揭牌成立_靖安县人民政府</title></head><body>"
         "<div class=head><span>今天是2025年11月" + visits.substr(0, 1) +
         "日 星期二</span><ul class=nav><li><a href=/>首页</a><li><a href=/xw/>新闻中心</a></ul></div>"
         "<div class=main><h1>靖安国际传播中心揭牌成立</h1>"
         "<p class=info>发布时间：2025-11-18 10:20 来源：靖安发布 浏览次数：<span>" + visits +
         "</span> 字体：大 中 小</p><div class='" + body_class + "'>"
         "<p>　　11月18日，靖安国际传播中心揭牌成立。" + sentence + "</p>"
         "<p>　　中心将面向海外讲述靖安的生态、白茶和乡村故事，开设多个语种的账号。</p>"
         "<script>var count = " + visits + ";</script>"
         "<p>阅读量 " + visits + " 次</p></div></div>"
         "<div class=foot><a href=/about>关于我们</a> 版权所有 靖安县人民政府 赣ICP备0000号</div>"
         "</body></html>";
}

PageRead Read(const std::string& html, const std::string& url) {
  return ExtractFromBody(html, "text/html; charset=utf-8", base::Url::Parse(url).value());
}

std::string ListPage(int first, int count, const std::string& visits) {
  std::string html = "<html><head><title>要闻</title></head><body><div>今天是" + visits +
                     "</div><a href=/>首页</a><a href='http://other.example/ad" + visits +
                     "'>广告</a><ul>";
  for (int i = first; i < first + count; ++i) {
    html += "<li><a href=/xw/202511/t20251118_" + std::to_string(i) + ".html>靖安县召开第" +
            std::to_string(i) + "次工作推进会议</a><span>2025-11-18</span></li>";
  }
  return html + "</ul>访问量：" + visits + "</body></html>";
}

TEST(ExtractTest, KnownContainersGiveTheMainText) {
  for (const char* name :
       {"TRS_Editor", "trs_editor_view x", "article-content", "v_news_content"}) {
    const Extracted page =
        Read(ArticlePage(name, "全县记者参加了仪式。", "123"), kArticleUrl).extracted;
    EXPECT_TRUE(page.main_text.starts_with("11月18日，靖安国际传播中心揭牌成立。")) << page.main_text;
    EXPECT_EQ(page.main_text.find("版权"), std::string::npos);
    EXPECT_EQ(page.main_text.find("var count"), std::string::npos);
    EXPECT_NE(page.main_text.find("\n中心将面向海外"), std::string::npos) << "paragraphs are lines";
    EXPECT_FALSE(page.is_hub);
    EXPECT_EQ(page.facts.title, "靖安国际传播中心揭牌成立");
    EXPECT_EQ(page.facts.source, "靖安发布");
  }
}

TEST(ExtractTest, WithoutAKnownContainerDensityFindsTheText) {
  const Extracted page =
      Read(ArticlePage("c", "全县记者参加了仪式。", "123"), kArticleUrl).extracted;
  EXPECT_TRUE(page.main_container.starts_with("density:")) << page.main_container;
  EXPECT_NE(page.main_text.find("全县记者参加了仪式"), std::string::npos);
  EXPECT_NE(page.main_text.find("多个语种的账号"), std::string::npos);
  EXPECT_EQ(page.main_text.find("版权"), std::string::npos) << page.main_text;
  EXPECT_EQ(page.main_text.find("首页"), std::string::npos);
}

TEST(ExtractTest, AnArticlesFingerprintIgnoresCountersAndClocks) {
  for (const char* name : {"TRS_Editor", "c"}) {
    const uint64_t first =
        Read(ArticlePage(name, "全县记者参加。", "123"), kArticleUrl).extracted.fingerprint;
    const uint64_t later =
        Read(ArticlePage(name, "全县记者参加。", "98,765"), kArticleUrl).extracted.fingerprint;
    const uint64_t spaced =
        Read(ArticlePage(name, " 全县　记者\n参加。", "123"), kArticleUrl).extracted.fingerprint;
    const uint64_t edited =
        Read(ArticlePage(name, "全县干部参加。", "123"), kArticleUrl).extracted.fingerprint;
    EXPECT_NE(first, 0U);
    EXPECT_EQ(first, later) << name;
    EXPECT_EQ(first, spaced) << name;
    EXPECT_NE(first, edited) << name;
    EXPECT_EQ(FingerprintBytes(first).size(), 8U);
  }
}

TEST(ExtractTest, AHubsFingerprintIsItsSetOfLinks) {
  const Extracted first = Read(ListPage(1, 15, "123"), kListUrl).extracted;
  EXPECT_TRUE(first.is_hub) << first.hub_why;
  EXPECT_EQ(first.fingerprint, Read(ListPage(1, 15, "99"), kListUrl).extracted.fingerprint);
  EXPECT_NE(first.fingerprint, Read(ListPage(2, 15, "123"), kListUrl).extracted.fingerprint);
}

TEST(ExtractTest, HubsAreToldByUrlByPagingAndByStructure) {
  const std::string list = ListPage(1, 20, "1");
  const std::string article = ArticlePage("c", "全县记者参加了仪式。", "1");
  EXPECT_TRUE(Read(list, "http://a.gov.cn/").extracted.is_hub);
  EXPECT_TRUE(Read(list, "http://a.gov.cn/col/col1229/index.html").extracted.is_hub);
  EXPECT_TRUE(Read(list, "http://a.gov.cn/xw/index_3.shtml").extracted.is_hub);
  EXPECT_TRUE(Read(list, "http://www.jxja.gov.cn/news.jsp?pn=2").extracted.is_hub) << "structure";
  EXPECT_FALSE(Read(article, "http://www.jxja.gov.cn/news.jsp?id=2").extracted.is_hub);
  EXPECT_FALSE(Read(article, "http://a.gov.cn/art/2025/11/8/art_1_2.html").extracted.is_hub);
  EXPECT_FALSE(Read("<head><meta name=ArticleTitle content=x></head>" + list, kListUrl)
                   .extracted.is_hub);
  EXPECT_TRUE(Read("<a href=/1>一</a><script>createPageHTML(5,0,'list','html')</script>",
                   "http://a.gov.cn/x?c=1").extracted.is_hub);
}

TEST(ExtractTest, DatesBesideTheLinksMakeAShortListAHub) {
  std::string list = "<html><head><meta charset=utf-8></head><body>";
  for (int i = 1; i <= 5; ++i)
    list += "<p><a href=/show.asp?id=" + std::to_string(i) + ">靖安县召开第" + std::to_string(i) +
            "次工作推进会议</a><i>2025-11-1" + std::to_string(i) + "</i></p>";
  const Extracted page = Read(list, "http://www.jxja.gov.cn/more.asp?c=3").extracted;
  EXPECT_TRUE(page.is_hub) << page.hub_why;
  EXPECT_EQ(page.listed.newest, (ListDay{2025, 11, 15}));
  EXPECT_EQ(page.listed.oldest, (ListDay{2025, 11, 11}));
  // Without dates it is too short to be told from a page with some links.
  std::string undated = list;
  for (size_t at = 0; (at = undated.find("<i>2025-11-1", at)) != std::string::npos;)
    undated.erase(at, 17);
  EXPECT_FALSE(Read(undated, "http://www.jxja.gov.cn/more.asp?c=3").extracted.is_hub);
}

TEST(ExtractTest, AGbkPageGoesAllTheWay) {
  const PageRead page = ExtractFromBody(
      "<html><head><meta charset=gb2312><title>\xBE\xB8\xB0\xB2</title></head></html>",
      "text/html", base::Url::Parse(kArticleUrl).value());
  EXPECT_EQ(page.text.used, "gb18030");
  EXPECT_EQ(page.extracted.facts.title, "靖安");
}

TEST(ExtractTest, TextAndOtherBodiesHaveTextAndFingerprint) {
  const base::Url url = base::Url::Parse("http://a.gov.cn/x").value();
  const PageRead text = ExtractFromBody("第一行\n第二行", "text/plain", url);
  EXPECT_EQ(text.kind, decode::BodyKind::kText);
  EXPECT_EQ(text.extracted.main_text, "第一行\n第二行");
  EXPECT_NE(text.extracted.fingerprint, 0U);
  const PageRead pdf = ExtractFromBody("%PDF-1.4", "application/pdf", url);
  EXPECT_EQ(pdf.kind, decode::BodyKind::kOther);
  EXPECT_NE(pdf.extracted.fingerprint, 0U);
  EXPECT_TRUE(pdf.extracted.main_text.empty());
  EXPECT_EQ(ExtractFromBody("", "text/html", url).extracted.fingerprint, 0U);
}

TEST(FingerprintTest, StableLinesLoseOnlyWhatChangesByItself) {
  EXPECT_EQ(StableLine("浏览次数：1,234 次"), StableLine("浏览次数： 9 次"));
  EXPECT_EQ(StableLine("（阅读量：10万+）"), StableLine("(阅读量:321)"));
  EXPECT_EQ(StableLine("1234人浏览"), StableLine("5人浏览"));
  EXPECT_EQ(StableLine("您是第 12345 位访客"), StableLine("您是第 7 位访客"));
  EXPECT_EQ(StableLine("2025年11月18日 星期二 10:20:30"), "");
  EXPECT_EQ(StableLine("123"), "");
  EXPECT_NE(StableLine("2024 35.2"), "") << "a row of a table is content";
  EXPECT_NE(StableLine("全县粮食产量达到10万吨。"), StableLine("全县粮食产量达到20万吨。"));
  EXPECT_NE(StableLine("活动视频播放量突破100万。"), StableLine("活动视频播放量突破200万。"));
}

}  // namespace
}  // namespace signboard::extract
