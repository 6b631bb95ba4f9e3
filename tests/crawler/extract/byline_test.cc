#include "crawler/extract/byline.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "crawler/extract/page_facts.h"
#include "crawler/extract/text_render.h"

namespace signboard::extract {
namespace {

std::string Shown(std::optional<UnixTime> time) {
  return time ? base::FormatRfc3339(*time) : "none";
}

PageFacts Of(const std::string& html) {
  const parse::Document document = parse::Document::Parse(html).value();
  const base::Url url = base::Url::Parse("http://www.jxja.gov.cn/x.html").value();
  return FindPageFacts(document, url, RenderText(document.body()));
}

TEST(BylineTest, SourcesAreReadInTheirManySpellings) {
  const std::pair<const char*, const char*> lines[] = {
      {"来源：靖安发布", "靖安发布"},
      {"2025-11-18 10:20　来源:靖安新闻网     浏览量:", "靖安新闻网"},
      {"來源:中國外文局", "中國外文局"},
      {"来 源：靖安发布", "靖安发布"},
      {"【信息来源：县融媒体中心】【字体：大】", "县融媒体中心"},
      {"来源：[靖安发布] 作者：李四", "靖安发布"},
      {"（来源：江西日报，记者李四）", "江西日报"},
      {"稿件来源： “靖安发布”微信公众号", "靖安发布"},
      {"来源：\n县政府网站\n发文字号：", "县政府网站"},
      {"来源|靖安发布", "靖安发布"},
      {"来源 ｜ 靖安发布", "靖安发布"},
      {"2024年10月30日 09:34 中國新聞網", "中國新聞網"},
      {"2024-10-30 09:34 江西日报\n来源：靖安发布", "靖安发布"},
      {"来源：靖安发布\n信息来源：县政府办", "县政府办"}};
  for (const auto& [text, source] : lines) EXPECT_EQ(FindByline(text).source, source) << text;
}

TEST(BylineTest, OtherLabelsAndSentencesAreNoSources) {
  for (const char* text :
       {"资金来源：财政拨款", "主要经济来源：白茶", "信息来源： 关键词：白茶", "来源：\n发文机构：",
        "2024年10月30日 09:34 星期三", "2024年全县旅游收入增长 县报", "要闻|来源说明",
        "水来源于山里。", "来源", "来源：", "来源靖安发布", "客户来源: 线上",
        "来源：这一句话太长了因而不会是一个机构的名字它讲的是全县白茶产业的发展历程和未来几年规划目标"}) {
    EXPECT_EQ(FindByline(text).source, "") << text;
  }
}

TEST(BylineTest, AuthorsAndTimesStandThereToo) {
  const Byline line = FindByline("發布時間：2025-11-18    來源：靖安發布 作 者：張三 [字體：大]");
  EXPECT_EQ(line.author, "張三");
  EXPECT_EQ(Shown(line.published), "2025-11-17T16:00:00Z");
  const Byline table = FindByline("索引号：\n61072800/2024\n发布日期：\n2025年11月18日 16:34\n时间：");
  EXPECT_EQ(Shown(table.published), "2025-11-18T08:34:00Z");
  EXPECT_EQ(Shown(FindByline("时间：2024-01-01\n发布时间：[2025-11-18]").published),
            "2025-11-17T16:00:00Z") << "the surer label";
  EXPECT_EQ(Shown(FindByline("活动时间：2024-01-01").published), "none");
}

TEST(BylineTest, APagesFactsTakeThem) {
  const PageFacts facts = Of(
      "<meta charset=utf-8><ul><li><b>来源：</b><div>县政府网站</div><li><b>发布日期：</b>"
      "<div>2025年11月18日</div></ul><p>资金来源：财政</p>");
  EXPECT_EQ(facts.source, "县政府网站");
  EXPECT_EQ(facts.published_basis, "text");
  EXPECT_EQ(Shown(facts.published), "2025-11-17T16:00:00Z");
}

TEST(BylineTest, WhatIsDeclaredToSearchEnginesIsTheLastResort) {
  const std::string ld =
      "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"datePublished\":"
      "\"2025-11-18T10:20:00+08:00\"}</script>";
  const PageFacts declared = Of(ld + "<p>白茶节</p>");
  EXPECT_EQ(declared.published_basis, "script");
  EXPECT_EQ(Shown(declared.published), "2025-11-18T02:20:00Z");
  EXPECT_EQ(Of(ld + "<p>发布时间：2025-11-17 08:00</p>").published_basis, "text");
  EXPECT_EQ(Shown(Of("<time datetime='2025-11-18'>昨天</time>").published),
            "2025-11-17T16:00:00Z");
  EXPECT_EQ(Of("<script>var datePublished = '2025-11-18';</script>").published_basis, "none");
}

TEST(BylineTest, ManyColonsCostLinearTime) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "：来源：";
  EXPECT_EQ(FindByline(text).source, "");
}

}  // namespace
}  // namespace signboard::extract
