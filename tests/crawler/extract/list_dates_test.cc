#include "crawler/extract/list_dates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "crawler/extract/list_body.h"
#include "crawler/extract/list_day.h"

namespace signboard::extract {
namespace {

using ::testing::ElementsAre;

std::string Shown(ListDay day) {
  return std::to_string(day.year) + "-" + std::to_string(day.month) + "-" +
         std::to_string(day.day);
}
std::string Shown(std::optional<ListDay> day) { return day ? Shown(*day) : "none"; }

Links Of(const std::string& html) {
  const base::Url url = base::Url::Parse("http://www.jxja.gov.cn/xw/index.html").value();
  return FindLinks(parse::Document::Parse(html).value(), url);
}

std::vector<std::string> Days(const std::string& html) {
  std::vector<std::string> days;
  const Links found = Of(html);
  for (const Link& link : found.links)
    days.push_back(link.listed.empty() ? "none" : Shown(link.listed));
  return days;
}

const std::string kA = "<a href=/1.html>靖安白茶文化节开幕</a>";
const std::string kB = "<a href=/2.html>县委召开常委会会议</a>";

TEST(ListDayTest, ReadsDatesThatStandAlone) {
  const std::pair<const char*, const char*> shapes[] = {
      {"2025-11-18", "2025-11-18"},      {"[2025-11-18]", "2025-11-18"},
      {"（2025/1/8）", "2025-1-8"},      {" 2025.11.18 ", "2025-11-18"},
      {"2025年11月18日", "2025-11-18"},  {"发布时间：2025-11-18 10:20", "2025-11-18"},
      {"2025-11-18 10:20:30", "2025-11-18"}, {"2025年11月18日 星期二", "2025-11-18"},
      {"25-11-18", "2025-11-18"},        {"11-18", "0-11-18"},
      {"【11/18】", "0-11-18"},          {"11月8日", "0-11-8"},
      {"11.18", "0-11-18"},              {"2025-11", "2025-11-0"},
      {"2025年11月", "2025-11-0"},       {"18", "0-0-18"},
      {"18日", "0-0-18"},                {"11月", "0-11-0"},
      {"2025", "2025-0-0"},              {"02-29", "0-2-29"},
      {"11-18 09:30", "0-11-18"},        {"\u00A011-18\u3000", "0-11-18"}};
  for (const auto& [text, day] : shapes) EXPECT_EQ(Shown(ParseListDay(text)), day) << text;
}

TEST(ListDayTest, OtherNumbersAreNoDates) {
  for (const char* text :
       {"", "1-8", "1/20", "3.5", "2025-13-01", "2025-02-30", "11-31", "12345", "2025-11-18 来源：某报",
        "共11条", "-18", "13月", "32", "0", "1999999", "1850-01-01", "11-18-2025", "020-12345678",
        "10:20", "2025-11-18-1"}) {
    EXPECT_EQ(Shown(ParseListDay(text)), "none") << text;
  }
  EXPECT_EQ(Shown(ParseListDay(std::string(100, '1'))), "none");
}

TEST(ListDayTest, PiecesJoinWhereTheyMakeADay) {
  EXPECT_EQ(Shown(JoinListDays({0, 0, 18}, {2025, 11, 0})), "2025-11-18");
  EXPECT_EQ(Shown(JoinListDays({2025, 0, 0}, {0, 11, 18})), "2025-11-18");
  EXPECT_EQ(Shown(JoinListDays({0, 11, 0}, {0, 0, 18})), "0-11-18");
  EXPECT_EQ(Shown(JoinListDays({2025, 11, 18}, {0, 11, 18})), "none");
  EXPECT_EQ(Shown(JoinListDays({0, 0, 31}, {2025, 11, 0})), "none");
}

TEST(ListDayTest, AYearIsTheLatestThatIsNotToCome) {
  EXPECT_EQ(Shown(WithYear({0, 11, 18}, {2025, 11, 20})), "2025-11-18");
  EXPECT_EQ(Shown(WithYear({0, 12, 30}, {2026, 1, 3})), "2025-12-30");
  EXPECT_EQ(Shown(WithYear({0, 1, 1}, {2025, 12, 31})), "2026-1-1");
  EXPECT_EQ(Shown(WithYear({0, 2, 29}, {2026, 1, 3})), "2024-2-29");
  EXPECT_EQ(Shown(WithYear({0, 11, 18}, {})), "0-11-18");
}

TEST(ListDatesTest, ADateBelongsToTheLinkItSharesTheDeepestElementWith) {
  const std::string a = "<span>2025-11-18</span>";
  const std::string b = "<b>2025-11-17</b>";
  const auto want = ElementsAre("2025-11-18", "2025-11-17");
  EXPECT_THAT(Days("<ul><li>" + kA + a + "<li>" + kB + b + "</ul>"), want);
  EXPECT_THAT(Days("<ul><li>" + a + kA + "<li>" + b + kB + "</ul>"), want) << "before the link";
  EXPECT_THAT(Days("<ul><li>" + kA + "[2025-11-18]<li>" + kB + " 2025-11-17 </ul>"), want);
  EXPECT_THAT(Days("<table><tr><td>" + kA + "<td>2025-11-18<tr><td>" + kB + "<td>2025-11-17"),
              want);
  EXPECT_THAT(Days("<dl><dt>2025-11-18<dd>" + kA + "<dt>2025-11-17<dd>" + kB + "</dl>"), want);
  EXPECT_THAT(Days("<dl><dt>" + kA + "<dd>2025-11-18<dt>" + kB + "<dd>2025-11-17</dl>"), want);
  EXPECT_THAT(Days("<div><div><p>" + kA + "</p><em>2025-11-18</em></div><div><p>" + kB +
                   "</p><em>2025-11-17</em></div></div>"),
              want);
  EXPECT_THAT(Days("<div><i>2025-11-18</i><h3>" + kA + "</h3></div><div><i>2025-11-17</i><h3>" +
                   kB + "</h3></div>"),
              want);
}

TEST(ListDatesTest, DatesInsideTheLinkAndInPiecesCount) {
  EXPECT_THAT(Days("<li><a href=/1.html><h4>靖安白茶文化节开幕</h4><i>2025-11-18</i></a></li>"),
              ElementsAre("2025-11-18"));
  EXPECT_THAT(Days("<li><a href=/1.html><em>18</em><i>2025-11</i><p>靖安白茶文化节开幕</p></a></li>"),
              ElementsAre("2025-11-18"));
  EXPECT_THAT(Days("<li><div><b>18</b><span>2025-11</span></div>" + kA + "</li><li><div><b>17</b>"
                   "<span>2025-11</span></div>" + kB + "</li>"),
              ElementsAre("2025-11-18", "2025-11-17"));
  EXPECT_THAT(Days("<li><a href=/1.html><i>3</i>靖安白茶文化节开幕</a><span>2025-11-18</span></li>"),
              ElementsAre("2025-11-18"))
      << "a rank is no day";
}

TEST(ListDatesTest, MenusColumnsAndStampsGetNone) {
  EXPECT_THAT(Days("<li>[<a href=/xw/>要闻</a>]" + kA + "<span>2025-11-18</span></li>"),
              ElementsAre("none", "2025-11-18"));
  EXPECT_THAT(Days("<li>" + kA + "<a href=/m>详细</a><span>2025-11-18</span></li>"),
              ElementsAre("2025-11-18", "none"));
  EXPECT_THAT(Days("<div><ul><li><a href=/xw/>靖安新闻中心</a></ul></div><div><div><div><div><div>"
                   "<div><p>2025-11-18 10:20</p></div></div></div></div></div></div>"),
              ElementsAre("none"))
      << "an article's own stamp is too far from the menu";
}

TEST(ListDatesTest, YearsComeFromUrlsOrTheListOrStayUnknown) {
  const std::string list = "<ul><li><a href=/xw/202601/t20260103_1.html>靖安白茶文化节开幕</a>01-03<li>"
                           "<a href=/2.html>县委召开常委会会议</a>12-30";
  EXPECT_THAT(Days(list), ElementsAre("2026-1-3", "2025-12-30"));
  EXPECT_THAT(Days("<ul><li>" + kA + "01-03<li>" + kB + "12-30"), ElementsAre("0-1-3", "0-12-30"));
  // Stamped when it was filed, shown on the day of the news.
  const Links found = Of("<li><a href=/art/2025/1/2/art_1_2.html>靖安白茶文化节开幕</a>12-30");
  EXPECT_EQ(Shown(found.links[0].listed), "2024-12-30");
  EXPECT_EQ(Shown(DayOfLink(found.links[0])), "2024-12-30") << "what is shown beats the URL";
  EXPECT_EQ(Shown(DayOfLink(Of("<a href=/art/2025/1/2/art_1_2.html>x</a>").links[0])), "2025-1-2");
  EXPECT_TRUE(DayOfLink(Of("<a href=/x>x</a>").links[0]).empty());
}

TEST(ListDatesTest, ListsOfScriptsShowTheirDatesToo) {
  const base::Url url = base::Url::Parse("http://a.gov.cn/module/web/jpage/dataproxy.jsp").value();
  const Links xml = FindXmlListLinks(
      "<datastore><recordset><record><![CDATA[<li><a href='/art/2025/11/8/art_12_1.html'>"
      "靖安白茶文化节开幕</a><b>2025-11-06</b></li>]]></record></recordset></datastore>", url);
  ASSERT_EQ(xml.links.size(), 1U);
  EXPECT_EQ(Shown(xml.links[0].listed), "2025-11-6");
}

TEST(LinkPlaceTest, LinksKnowWhereTheyStand) {
  const Links found = Of(
      "<div class=topNav><a href=/a>要闻</a></div><nav><a href=/b>公告</a></nav>"
      "<div class=main><p>详见<a href=/c>通知</a></p><ul><li><a href=/d>靖安白茶文化节今天正式开幕</a>"
      "</ul><aside><a href=/e>热点</a></aside></div><div id=Footer><ul><li>"
      "<a href=/f>江西省人民政府门户网站</a></ul></div>");
  std::vector<LinkPlace> places;
  for (const Link& link : found.links) places.push_back(link.place);
  EXPECT_THAT(places, ElementsAre(LinkPlace::kNavigation, LinkPlace::kNavigation, LinkPlace::kBody,
                                  LinkPlace::kList, LinkPlace::kAside, LinkPlace::kFooter));
}

TEST(LinkPlaceTest, AListBeatsTheMenuThatNamesTheSamePage) {
  const Links found = Of("<nav><a href=/1.html>白茶节</a></nav><li>" + kA + "2025-11-18");
  ASSERT_EQ(found.links.size(), 1U);
  EXPECT_EQ(found.links[0].place, LinkPlace::kList);
}

}  // namespace
}  // namespace signboard::extract
