#include "crawler/extract/news_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signboard::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Columns(const std::string& html, const std::string& page) {
  const base::Url url = base::Url::Parse(page).value();
  Links found = FindLinks(parse::Document::Parse(html).value(), url);
  MarkNewsColumns(url, &found);
  std::vector<std::string> paths;
  for (const Link& link : found.links)
    if (link.is_column) paths.push_back(link.url.substr(link.url.find('/', 8)));
  return paths;
}

const std::string kMenu =
    "<div class=nav><a href=/zwgk/>要闻动态</a><a href=/bsfw/>办事服务</a><a href=/xwzx/>中心</a>"
    "<a href=/en/>News</a><a href=/jyzj/>走进靖安</a><a href=http://b.cn/xw/>新闻</a>"
    "<a href=/art/2025/11/8/art_1_2.html>新闻</a><a rel=nofollow href=/x/>公告</a>"
    "<a href=/zb/>招标公告</a></div>";

TEST(NewsColumnsTest, MenusLeadToNewsColumnsOfTheirSite) {
  const auto want = ElementsAre("/zwgk/", "/xwzx/", "/en/");
  EXPECT_THAT(Columns(kMenu, "http://a.cn/"), want);
  EXPECT_THAT(Columns(kMenu, "http://a.cn/art/2025/11/9/art_1_3.html"), want);
}

TEST(NewsColumnsTest, OutsideMenusOnlyListPagesAreBelieved) {
  const std::string body = "<h2><a href=/yw/>要闻</a></h2><p><a href=/1.html>更多</a>"
                           "<a href=/2.html>县融媒体中心今天正式揭牌成立了</a></p>"
                           "<footer><a href=/xw2/>新闻网</a></footer>";
  EXPECT_THAT(Columns(body, "http://a.cn/"), ElementsAre("/yw/"));
  EXPECT_THAT(Columns(body, "http://a.cn/info/1013/53183.htm"), IsEmpty());
}

TEST(NewsColumnsTest, APageFullOfThemGainsNothing) {
  std::string flood = "<nav>";
  for (int i = 0; i < 1'000; ++i) flood += "<a href=/c" + std::to_string(i) + "/>新闻</a>";
  EXPECT_EQ(Columns(flood, "http://a.cn/").size(), kNewsColumnsMax);
}

}  // namespace
}  // namespace signboard::extract
