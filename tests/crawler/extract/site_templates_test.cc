#include "crawler/extract/site_templates.h"

#include <gtest/gtest.h>

#include <string>

namespace signboard::extract {
namespace {

std::string Body(int n) {
  return "靖安县第" + std::to_string(n) + "次白茶文化节在中源乡举行，来自各地的茶商和游客参加了活动。\n" +
         "活动现场展示了第" + std::to_string(n) + "批茶样，还举行了采茶比赛和民歌演唱。";
}

std::string Page(int n, const std::string& notice = "严禁转载") {
  return "分享到：微信 微博\n" + Body(n) + "\n相关阅读\n县委召开常委会会议\n" + notice;
}

std::optional<std::string> Meet(SiteTemplates* templates, int n, const std::string& text,
                                const std::string& host = "a.cn") {
  const std::string id = std::to_string(n);
  return templates->Refine(host, "http://" + host + "/" + id, "第" + id + "篇", text);
}

TEST(SiteTemplatesTest, LinesOfMostPagesAreLeftOutOnceEnoughAreKnown) {
  SiteTemplates templates;
  for (int n = 1; n < static_cast<int>(kTemplatePagesMin); ++n)
    EXPECT_FALSE(Meet(&templates, n, Page(n)).has_value()) << "too few pages";
  for (int n = 10; n < 40; ++n) EXPECT_EQ(Meet(&templates, n, Page(n)), Body(n));
}

TEST(SiteTemplatesTest, AnotherHostKnowsNothingOfIt) {
  SiteTemplates templates;
  for (int n = 0; n < 20; ++n) Meet(&templates, n, Page(n));
  EXPECT_FALSE(Meet(&templates, 1, Page(1), "b.cn").has_value());
}

TEST(SiteTemplatesTest, VersionsAndCopiesOfOnePageCountOnce) {
  SiteTemplates versions;
  for (int n = 0; n < 50; ++n) EXPECT_FALSE(Meet(&versions, 1, Page(1)).has_value());
  // One article under many addresses: its own text must not become a template.
  SiteTemplates copies;
  for (int n = 0; n < 50; ++n) {
    EXPECT_FALSE(copies.Refine("a.cn", "http://a.cn/1?s=" + std::to_string(n), "一篇", Page(1))
                     .has_value());
  }
}

TEST(SiteTemplatesTest, ATemplateThatChangedIsLearnedAnew) {
  SiteTemplates templates;
  for (int n = 0; n < 20; ++n) Meet(&templates, n, Page(n));
  EXPECT_EQ(Meet(&templates, 20, Page(20, "版权所有")), Body(20) + "\n版权所有");
  for (int n = 21; n < 40; ++n) Meet(&templates, n, Page(n, "版权所有"));
  EXPECT_EQ(Meet(&templates, 40, Page(40, "版权所有")), Body(40));
}

TEST(SiteTemplatesTest, APageOfNothingButTemplateStaysWhole) {
  SiteTemplates templates;
  for (int n = 0; n < 20; ++n) Meet(&templates, n, Page(n));
  EXPECT_FALSE(Meet(&templates, 21, "分享到：微信 微博\n相关阅读\n严禁转载").has_value());
}

TEST(SiteTemplatesTest, OnlyBothEndsOfALongPageAreLearned) {
  std::string middle;
  for (int i = 0; i < 200; ++i) middle += "\n第" + std::to_string(i) + "条 各有关单位要认真落实。";
  SiteTemplates templates;
  std::optional<std::string> refined;
  for (int n = 0; n < 20; ++n)
    refined = Meet(&templates, n, "分享到\n" + Body(n) + middle + "\n严禁转载");
  ASSERT_TRUE(refined.has_value());
  EXPECT_EQ(refined->find("分享到"), std::string::npos);
  EXPECT_EQ(refined->find("严禁转载"), std::string::npos);
  EXPECT_NE(refined->find("第100条"), std::string::npos);
}

TEST(SiteTemplatesTest, TheHostMetLongestAgoIsForgotten) {
  SiteTemplates templates;
  for (int n = 0; n < 20; ++n) Meet(&templates, n, Page(n));
  for (size_t i = 0; i + 1 < kTemplateHostsMax; ++i)
    Meet(&templates, 1, Page(1), "h" + std::to_string(i) + ".cn");
  EXPECT_TRUE(Meet(&templates, 21, Page(21)).has_value()) << "met again, it is the newest";
  for (size_t i = 0; i < kTemplateHostsMax; ++i)
    Meet(&templates, 1, Page(1), "k" + std::to_string(i) + ".cn");
  EXPECT_FALSE(Meet(&templates, 22, Page(22)).has_value());
}

}  // namespace
}  // namespace signboard::extract
