#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crawler/extract/extract.h"
#include "crawler/extract/jpaas.h"
#include "crawler/extract/json_list.h"
#include "crawler/extract/list_body.h"
#include "crawler/extract/pagination.h"

namespace signboard::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

base::Url At(const std::string& url) { return base::Url::Parse(url).value(); }

std::vector<std::string> Urls(const Links& found) {
  std::vector<std::string> urls;
  for (const Link& link : found.links) urls.push_back(link.url);
  return urls;
}

const std::string kDataproxy =
    "<?xml version='1.0' encoding='UTF-8'?><datastore><totalrecord>31</totalrecord><nextgroup>"
    "<![CDATA[<a href='/module/web/jpage/dataproxy.jsp?page=2&columnid=12'></a>]]></nextgroup>"
    "<recordset><record><![CDATA[<li><a href='/art/2025/11/8/art_12_1.html' title='甲'>甲文</a>"
    "</li>]]></record><record><![CDATA[<li><a href='/art/2025/11/9/art_12_2.html'>乙文</a></li>]]>"
    "</record></recordset></datastore>";

TEST(ListsTest, DataproxyAnswerIsAHubOfItsRecordsAndItsNextGroup) {
  // Half of the servers say text/html.
  for (const char* type : {"application/xml; charset=utf-8", "text/xml", "text/html", ""}) {
    const PageRead page =
        ExtractFromBody(kDataproxy, type, At("http://a.gov.cn/module/web/jpage/dataproxy.jsp"));
    EXPECT_EQ(page.kind, decode::BodyKind::kXml) << type;
    EXPECT_TRUE(page.extracted.is_hub) << type;
    ASSERT_THAT(Urls(page.extracted.links),
                ElementsAre("http://a.gov.cn/art/2025/11/8/art_12_1.html",
                            "http://a.gov.cn/art/2025/11/9/art_12_2.html",
                            "http://a.gov.cn/module/web/jpage/dataproxy.jsp?page=2&columnid=12"));
    EXPECT_EQ(page.extracted.links.links[0].text, "甲文");
    EXPECT_EQ(page.extracted.links.links[2].kind, LinkKind::kNext);
    EXPECT_NE(page.extracted.fingerprint, 0U);
  }
}

TEST(ListsTest, FragmentOfHtmlInJsonIsAHub) {
  const std::string json =
      R"({"success":true,"code":"200","data":{"html":"<ul><li><a href=\"/x/art/2025/art_1.html\")"
      R"( title=\"甲\">甲文</a></li></ul><div class=\"pagination\" rows=\"15\" count=\"31\">)"
      R"(</div>","page":1}})";
  const PageRead page = ExtractFromBody(json, "application/json;charset=UTF-8",
                                        At("http://a.gov.cn/build/unit?webId=7&pageId=3"));
  EXPECT_TRUE(page.extracted.is_hub);
  EXPECT_THAT(Urls(page.extracted.links),
              ElementsAre("http://a.gov.cn/x/art/2025/art_1.html",
                          "http://a.gov.cn/build/unit?webId=7&pageId=3&paramJson="
                          "%7B%22pageNo%22%3A2%2C%22pageSize%22%3A%2215%22%7D",
                          "http://a.gov.cn/build/unit?webId=7&pageId=3&paramJson="
                          "%7B%22pageNo%22%3A3%2C%22pageSize%22%3A%2215%22%7D"));
}

TEST(ListsTest, ObjectsWithATitleAndAUrlAreLinks) {
  const Links found = FindJsonListLinks(
      R"({"total":2,"list":[{"title":"甲文","url":"/1.html","n":{"x":[1,2.5,null,true]}},)"
      R"({"docTitle":"乙文","docpuburl":"./2.html"},{"title":"no url"},{"url":"javascript:x"}]})",
      At("http://a.gov.cn/api/list"));
  ASSERT_THAT(Urls(found), ElementsAre("http://a.gov.cn/1.html", "http://a.gov.cn/api/2.html"));
  EXPECT_EQ(found.links[0].text, "甲文");
  EXPECT_EQ(found.links[1].text, "乙文");
}

TEST(ListsTest, BodiesThatAreNoListsStayWhatTheyWere) {
  const base::Url url = At("http://a.gov.cn/x");
  for (const std::string& body : std::vector<std::string>{"{\"code\":500}", "{\"a\":", "[]"}) {
    const PageRead page = ExtractFromBody(body, "application/json", url);
    EXPECT_FALSE(page.extracted.is_hub) << body;
    EXPECT_EQ(page.extracted.main_text, body);
  }
  const PageRead feed = ExtractFromBody(
      "<?xml version='1.0'?><rss><item><description><![CDATA[<a href='/1'>x</a>]]></description>"
      "</item></rss>", "application/rss+xml", url);
  EXPECT_FALSE(feed.extracted.is_hub);
  EXPECT_FALSE(ExtractFromBody("<p>{\"a\":1}</p>", "text/html", url).extracted.is_hub);
}

TEST(ListsTest, HostileListsCostBoundedTime) {
  const base::Url url = At("http://a.gov.cn/x");
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  EXPECT_THAT(FindJsonListLinks(deep, url).links, IsEmpty());
  std::string objects = "[";
  for (int i = 0; i < 50'000; ++i)
    objects += "{\"html\":\"<a href=/" + std::to_string(i) + ">\"},";
  EXPECT_LE(FindJsonListLinks(objects + "{}]", url).links.size(), kListPiecesMax);
  EXPECT_THAT(FindXmlListLinks("<datastore><![CDATA[<a href=/1>", url).links, IsEmpty());
  std::string cdata = "<datastore>";
  for (int i = 0; i < 100'000; ++i) cdata += "<![CDATA[]]>";
  EXPECT_THAT(FindXmlListLinks(cdata, url).links, IsEmpty());
}

TEST(ListsTest, JpaasPageLeadsToItsList) {
  const std::string page =
      "<meta charset=utf-8><div class=list><script parseType='bulidstatic' url='/build/unit' "
      "queryData=\"{'webId':'7c','pageType':'column','tagId':'信息 列表','n':2}\" "
      "paramJson=\"{'pageNo':1,'pageSize':15}\" src='/unit.js'></script></div>";
  const Extracted read =
      ExtractFromBody(page, "text/html", At("http://a.gov.cn/xsdt/index.html")).extracted;
  EXPECT_TRUE(read.is_hub) << read.hub_why;
  EXPECT_THAT(Urls(read.links),
              ElementsAre("http://a.gov.cn/build/unit?webId=7c&pageType=column&tagId="
                          "%E4%BF%A1%E6%81%AF+%E5%88%97%E8%A1%A8&n=2"));
  EXPECT_EQ(read.links.links[0].kind, LinkKind::kNext);
  EXPECT_EQ(JpaasListUrl("/u", "{'a':'b'}", ""), "") << "a unit that is no list";
  EXPECT_EQ(JpaasListUrl("/u", "nonsense", "{'pageNo':1}"), "");
  EXPECT_EQ(JpaasListUrl("/u", "{'a", "{'pageNo':1}"), "");
  EXPECT_THAT(JpaasPagesOf(At("http://a.cn/u?a=1"),
                           "<div class=\"pagination\" rows=\"0\" count=\"9\">"), IsEmpty());
  EXPECT_EQ(JpaasPagesOf(At("http://a.cn/u?a=1"),
                         "<div class=\"pagination\" rows=\"1\" count=\"2000000000\">").size(),
            static_cast<size_t>(kPaginationPagesMax - 1));
}

TEST(ListsTest, PagesOfAListDifferByTheirNumberAlone) {
  const base::Url first = At("http://a.gov.cn/list.jsp?cat=3");
  EXPECT_TRUE(IsPageOfList(first, At("http://a.gov.cn/list.jsp?cat=3&page=2")));
  EXPECT_TRUE(IsPageOfList(first, At("http://a.gov.cn/list.jsp?pageNo=12&cat=3")));
  EXPECT_TRUE(IsPageOfList(At("http://a.gov.cn/l?page=2"), At("http://a.gov.cn/l")));
  EXPECT_FALSE(IsPageOfList(first, first));
  EXPECT_FALSE(IsPageOfList(first, At("http://a.gov.cn/list.jsp?cat=4&page=2")));
  EXPECT_FALSE(IsPageOfList(first, At("http://a.gov.cn/other.jsp?cat=3&page=2")));
  EXPECT_FALSE(IsPageOfList(first, At("http://a.gov.cn/list.jsp?cat=3&page=x")));
  EXPECT_FALSE(IsPageOfList(first, At("http://b.gov.cn/list.jsp?cat=3&page=2")));
}

TEST(ListsTest, UrlsOfListsAreKnownByTheirShape) {
  for (const char* hub : {"/", "/xw/", "/xw/index_3.html", "/node_12_2.htm", "/list-1.html",
                          "/news/?page=2", "/col/col1/index.html?uid=3&pageNum=2"}) {
    EXPECT_EQ(ShapeOfUrl(At(std::string("http://a.gov.cn") + hub)), UrlShape::kHub) << hub;
  }
  for (const char* other : {"/news.jsp?page=2", "/xw/?id=2", "/nodes.html"})
    EXPECT_EQ(ShapeOfUrl(At(std::string("http://a.gov.cn") + other)), UrlShape::kUnknown) << other;
}

TEST(ListsTest, ShortLastPageOfAPagedListIsAHubAndAnArticleInPartsIsNot) {
  const std::string paging = "<a href='?cat=3'>1</a><a href='?cat=3&page=2'>2</a>";
  std::string list = "<meta charset=utf-8><ul>";
  for (int i = 1; i <= 2; ++i)
    list += "<li><a href='/a/" + std::to_string(i) + ".html'>靖安国际传播中心揭牌成立第" +
            std::to_string(i) + "次</a></li>";
  list += "</ul>" + paging;
  const Extracted last =
      ExtractFromBody(list, "text/html", At("http://a.gov.cn/news.jsp?cat=3&page=2")).extracted;
  EXPECT_TRUE(last.is_hub) << last.hub_why;
  std::string article = "<meta charset=utf-8><div><p>";
  for (int i = 0; i < 30; ++i) article += "全县上下认真学习贯彻会议精神，扎实推进各项工作。";
  article += "</p></div>" + paging;
  EXPECT_FALSE(ExtractFromBody(article, "text/html", At("http://a.gov.cn/news.jsp?cat=3&page=2"))
                   .extracted.is_hub);
}

}  // namespace
}  // namespace signboard::extract
