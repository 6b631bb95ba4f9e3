#include "crawler/extract/script_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "crawler/extract/extract.h"
#include "crawler/extract/json_list.h"
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

TEST(ScriptListsTest, CallsThatAskForListsAreFound) {
  const std::pair<const char*, const char*> calls[] = {
      {"$.ajax({url: '/api/list?pageNo=1&size=15', success: f})", "/api/list?pageNo=1&size=15"},
      {"$.ajax({ type:'GET', \"url\" : \"/api/news\", data: {pageNo: 1, 'pageSize': 15, id: "
       "'新 闻'}})", "/api/news?pageNo=1&pageSize=15&id=%E6%96%B0%20%E9%97%BB"},
      {"$.ajax({url:'/api/news', data:{page: currentPage, channel: 12}})",
       "/api/news?page=1&channel=12"},
      {"$.getJSON('/data/list_1.json', function(d){})", "/data/list_1.json"},
      {"$.get( \"/xw/data.json\" )", "/xw/data.json"},
      {"$.get('/api/l', {pn: 1})", "/api/l?pn=1"},
      {"axios.get('/api/l', {params: {pageIndex: 1, size: 10}})", "/api/l?pageIndex=1&size=10"},
      {"fetch(\"/static/news.json\").then(r => r.json())", "/static/news.json"},
      {"xhr.open('GET', '/api/list?page=' + page, true)", "/api/list?page=1"},
      {"x.open(\"get\", '/l.json')", "/l.json"},
      {"$.ajax({url:'/module/web/jpage/morecolumndataproxy.jsp?columnid=1,2&unitid=3'})",
       "/module/web/jpage/morecolumndataproxy.jsp?columnid=1,2&unitid=3"}};
  for (const auto& [script, reference] : calls)
    EXPECT_THAT(ListEndpoints(script), ElementsAre(reference)) << script;
}

TEST(ScriptListsTest, WhatIsPostedOrBuiltOrNoListIsLeftOut) {
  for (const char* script :
       {"$.ajax({url:'/api/list?page=1', type:'POST'})", "$.post('/api/list?page=1')",
        "$.ajax({method: \"post\", url:'/list.json'})", "fetch('/l.json', {method: 'POST'})",
        "xhr.open('POST', '/list.json')", "$.get('/api/' + id + '/list.json')",
        "$.get('/api/list?page=1' + x)", "xhr.open('GET', '/l?page=' + p + '&k=' + k)",
        "$.ajax({url: base + '/list.json'})", "$.ajax({url:'/api/l', data:{page:1, key: secret}})",
        "$.getJSON('/api/hits.json?id=3')", "$.get('/weather/today.json')", "$.get('/api/about')",
        "fetch('/user/list?page=1')", "window.open('/a.html')", "map.get('x')", "fetch('", "open(",
        "$.ajax({", "$.ajax({url:", "$.ajax({\n", "$.ajax({type ", ""}) {
    EXPECT_THAT(ListEndpoints(script), IsEmpty()) << script;
  }
}

TEST(ScriptListsTest, HostileScriptsCostBoundedTime) {
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += "fetch('/l" + std::to_string(i) + ".json');";
  EXPECT_EQ(ListEndpoints(many).size(), kEndpointsMax);
  std::string open;
  for (int i = 0; i < 60'000; ++i) open += "ajax({";
  EXPECT_THAT(ListEndpoints(open), IsEmpty());
  EXPECT_THAT(ListEndpoints(std::string(250'000, '(')), IsEmpty());
  std::string calls;
  for (int i = 0; i < 20'000; ++i) calls += "createPageHTML(a,b);";
  EXPECT_THAT(PaginationOf(calls), IsEmpty());
}

TEST(ScriptListsTest, PagesLeadToTheListsOfTheirOwnSite) {
  const Extracted page = ExtractFromBody(
      "<meta charset=utf-8><div data-url='/api/list?pageNo=1'></div><div data-url='/share'></div>"
      "<script>fetch('https://api.jxja.gov.cn/n.json'); fetch('https://evil.example/n.json')"
      "</script>", "text/html", At("http://www.jxja.gov.cn/xw.html")).extracted;
  EXPECT_THAT(Urls(page.links), ElementsAre("http://www.jxja.gov.cn/api/list?pageNo=1",
                                            "https://api.jxja.gov.cn/n.json"));
  for (const Link& link : page.links.links) EXPECT_EQ(link.kind, LinkKind::kNext);
}

TEST(JsonListTest, EntriesOfManySpellingsHaveTitlesAndDays) {
  const Links found = FindJsonListLinks(
      R"({"data":{"rows":[{"articleTitle":"甲文","staticUrl":"/1.html","publishTime":1763430000000},)"
      R"({"doc_title":"乙文","linkUrl":"202511/t2.htm","pub_date":"2025-11-17 08:00"},)"
      R"({"title":"丙文","uri":"/3.html","releaseDate":"1763251200","count":99999},)"
      R"({"title":"丁文","link":"see here","date":"2025-11-15"},)"
      R"({"name":"戊文","href":"/5.html","date":"11-14"}]}})",
      At("http://a.gov.cn/api/list"));
  ASSERT_THAT(Urls(found), ElementsAre("http://a.gov.cn/1.html",
                                       "http://a.gov.cn/api/202511/t2.htm",
                                       "http://a.gov.cn/3.html", "http://a.gov.cn/5.html"));
  EXPECT_EQ(found.links[0].listed, (ListDay{2025, 11, 18}));
  EXPECT_EQ(found.links[1].listed, (ListDay{2025, 11, 17}));
  EXPECT_EQ(found.links[1].text, "乙文");
  EXPECT_EQ(found.links[2].listed, (ListDay{2025, 11, 16}));
  EXPECT_EQ(found.links[3].listed, (ListDay{2025, 11, 14}));
  EXPECT_EQ(found.links[0].place, LinkPlace::kList);
}

TEST(JsonListTest, LinksInPiecesOfHtmlThatNeedTheirPageAreLeftOut) {
  const Links found = FindJsonListLinks(
      R"({"abc":{"body":"<a href=\"library/abc.html\">a</a> <a href=\" /b.html\">b</a>"},
          "def":{"body":"<a href='HTTP://c.cn/'>c</a><a href='../d.html'>d</a>"}})",
      At("http://a.cn/_static/glossary.json"));
  EXPECT_THAT(Urls(found), ElementsAre("http://a.cn/b.html", "http://c.cn/"));
}

TEST(JsonListTest, PagesOfAListAreItsOtherPages) {
  const std::string entry = R"([{"title":"甲文","url":"/1.html","count":70000}])";
  const Links whole = FindJsonListLinks(
      R"({"total":"46","pageSize":20,"list":)" + entry + "}", At("http://a.cn/api?pageNo=1&c=2"));
  EXPECT_THAT(Urls(whole), ElementsAre("http://a.cn/1.html", "http://a.cn/api?pageNo=2&c=2",
                                       "http://a.cn/api?pageNo=3&c=2"));
  EXPECT_EQ(whole.links[1].kind, LinkKind::kNext);
  EXPECT_THAT(Urls(FindJsonListLinks(R"({"totalPages":2,"list":)" + entry + "}",
                                     At("http://a.cn/api?page=0"))),
              ElementsAre("http://a.cn/1.html", "http://a.cn/api?page=1"));
  EXPECT_THAT(Urls(FindJsonListLinks(entry, At("http://a.cn/api?c=2&pn=4"))),
              ElementsAre("http://a.cn/1.html", "http://a.cn/api?c=2&pn=5"))
      << "no total: the next page may be there";
  EXPECT_THAT(Urls(FindJsonListLinks("[]", At("http://a.cn/api?pn=5"))), IsEmpty()) << "the end";
  EXPECT_THAT(OtherPages(At("http://a.cn/d/list_2.json"), 3),
              ElementsAre("list_1.json", "list_3.json"));
  EXPECT_THAT(OtherPages(At("http://a.cn/d/7.json"), 0), ElementsAre("8.json"));
  EXPECT_THAT(OtherPages(At("http://a.cn/d/news.json"), 3), IsEmpty());
  EXPECT_EQ(OtherPages(At("http://a.cn/d?page=1"), 2'000'000'000).size(),
            static_cast<size_t>(kPaginationPagesMax - 1));
  EXPECT_THAT(OtherPages(At("http://a.cn/d?page=99999"), 0), ElementsAre("?page=100000"));
  EXPECT_THAT(OtherPages(At("http://a.cn/d?page=100000"), 0), IsEmpty());
}

TEST(PaginationTest, VariablesAndWrittenLinksTellThePages) {
  EXPECT_THAT(PaginationOf("var countPage = 3; //共几页\nvar currentPage=0;\n"
                           "createPageHTML(countPage, currentPage, \"index\", \"html\");"),
              ElementsAre("index_1.html", "index_2.html"));
  EXPECT_THAT(PaginationOf("var totalPage=3,currentPage = 1; document.write('<a href=\"index_' + i "
                           "+ '.shtml\">');var u=\"index_\"+i;"),
              ElementsAre("index.shtml", "index_2.shtml"));
  EXPECT_THAT(PaginationOf("createPageHTML(unknown, 0, 'index', 'html')"), IsEmpty());
  EXPECT_THAT(PaginationOf("var pageCount = 9; draw()"), IsEmpty());
}

TEST(PaginationTest, FilesOfListsDifferByTheirNumber) {
  const auto is_page = [](const char* page, const char* other) {
    const std::string host = "http://a.cn";
    return IsPageOfList(At(host + page), At(host + other));
  };
  EXPECT_TRUE(is_page("/xw/", "/xw/index_1.html"));
  EXPECT_TRUE(is_page("/xw/index.html", "/xw/index_2.html"));
  EXPECT_TRUE(is_page("/xw/index_2.html", "/xw/index.html"));
  EXPECT_TRUE(is_page("/xw/index_2.html", "/xw/index_3.html"));
  EXPECT_TRUE(is_page("/xw/column-index-2.shtml", "/xw/column-index-3.shtml"));
  EXPECT_TRUE(is_page("/node_12.htm", "/node_12_2.htm"));
  EXPECT_FALSE(is_page("/node_12.htm", "/node_13.htm")) << "another column";
  EXPECT_FALSE(is_page("/", "/node_13.htm"));
  EXPECT_FALSE(is_page("/xw/index.html", "/yw/index_2.html"));
  EXPECT_FALSE(is_page("/xw/index.html", "/xw/t20251118_3.html"));
  EXPECT_FALSE(is_page("/xw/art_12_1.html", "/xw/art_12_2.html"));
  EXPECT_FALSE(is_page("/xw/index.html", "/xw/index_20251118.html"));
}

}  // namespace
}  // namespace signboard::extract
