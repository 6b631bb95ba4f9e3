// What a site does to us, from its answer to what a user is told: a block is no change and no
// removal, whatever was kept before.
#include <algorithm>
#include <filesystem>

#include "tests/system/demo_run.h"

namespace signboard::testing {
namespace {

constexpr char kWalled[] = "http://walled.example";
constexpr char kOpen[] = "http://open.example";
constexpr char kMaps[] = "http://maps.example";

// A small world: one site that shuts us out for a day, one whose pages go and move.
class OutcomesTest : public DemoRun {
 protected:
  void SetUp() override {
    DemoRun::SetUp();
    Site("walled",
         R"({"hosts":["walled.example"],"name":"墙内县人民政府","code":"360925",
             "kind":"government","challenge":{"kind":"ruishu","status":412,
             "body":"wall.html","paths":["/"],"from":"20251118T1000","to":"20251119T1000"}})");
    Page("walled/wall.html", "<html><script>$_ts=window['$_ts'];</script></html>");
    Page("walled/index.html", List({"notice.html"}));
    Page("walled/notice.html", Article("关于做好冬季森林防火工作的通知"));
    Site("open", R"({"hosts":["open.example"],"name":"开放县人民政府","code":"360924",
                     "kind":"government",
                     "redirects":{"/old.html":"/new.html"}})");
    Page("open/index.html", List({"stays.html", "edited.html", "leaves.html", "old.html",
                                  "never.html", "private.html"}));
    Page("open/stays.html", Article("全县秋粮收购工作有序推进"));
    Page("open/edited.html", Article("我县旅游收入增长12%"));
    Page("open/edited.html@20251118T0900", Article("我县旅游收入增长15%"));
    Page("open/leaves.html", Article("关于召开座谈会的预告"));
    Page("open/leaves.html@20251119T1200.gone", "");
    Page("open/new.html", Article("新的地址"));
    Page("open/private.html", Article("内部"));
    Page("open/robots.txt", "User-agent: *\nDisallow: /private\n");
    Site("maps", R"({"hosts":["maps.example"],"name":"地图县人民政府","code":"360923",
                     "kind":"government"})");
    Page("maps/robots.txt", "Sitemap: http://maps.example/index.xml\n");
    Page("maps/index.html", "<html><head><link rel=alternate type='application/rss+xml' "
                            "href='/feed.xml'></head><body><p>欢迎</p></body></html>");
    Page("maps/index.xml", "<sitemapindex><sitemap><loc>http://maps.example/s.xml</loc></sitemap>"
                           "</sitemapindex>");
    Page("maps/s.xml", "<urlset><url><loc>http://maps.example/mapped.html</loc></url>"
                       "<url><loc>http://maps.example/soft.html</loc></url></urlset>");
    Page("maps/feed.xml", "<rss><channel><title>要闻</title><item><title>一</title>"
                          "<link>http://maps.example/fed.html</link></item></channel></rss>");
    Page("maps/mapped.html", Article("只在网站地图中的通知"));
    Page("maps/fed.html", Article("只在订阅源中的通知"));
    Page("maps/soft.html", "<html><head><meta charset=utf-8><title>提示</title></head><body>"
                           "<p>抱歉，您访问的页面不存在。</p></body></html>");
  }

  void Site(const std::string& name, const std::string& json) {
    std::filesystem::create_directories(directory_ / ("sites/" + name));
    Page(name + "/site.json", json);
  }
  void Page(const std::string& path, const std::string& bytes) {
    WriteWholeFile(directory_ / ("sites/" + path), bytes);
  }
  static std::string List(const std::vector<std::string>& links) {
    std::string html = "<html><head><meta charset=utf-8><title>要闻</title></head><body><ul>";
    for (const auto& link : links) html += "<li><a href='" + link + "'>" + link + "</a></li>";
    return html + "</ul></body></html>";
  }
  static std::string Article(const std::string& title) {
    return "<html><head><meta charset=utf-8><meta name=ArticleTitle content='" + title +
           "'><meta name=PubDate content='2025-11-17 09:00'></head><body><h1>" + title +
           "</h1><div class=TRS_Editor><p>" + title +
           "。各乡镇、各部门要结合实际，认真抓好落实，确保各项任务如期完成。</p></div></body></html>";
  }
  std::vector<std::string> Outcomes(const std::string& url) const {
    std::vector<std::string> words;
    for (const auto& capture : Captures(url)) words.push_back(capture.value("outcome", ""));
    return words;
  }
};

bool Has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST_F(OutcomesTest, EachIsWhatItIsAndBlocksAreNeverVersionsChangesOrRemovals) {
  RunDemo(directory_ / "sites");
  if (HasFatalFailure()) return;
  EXPECT_EQ(summary_["blocked"], nlohmann::json::array()) << "it is open again in the end";
  EXPECT_EQ(summary_["gone"], nlohmann::json::array({std::string(kOpen) + "/leaves.html"}));
  EXPECT_EQ(summary_["announcements"], nlohmann::json::array());
  // Of each site its pages and, under two URLs, its list: / and what links lead to.
  EXPECT_EQ(summary_["changes"], 1) << "the edited page's";
  ServeItsData();

  for (const std::string page : {"/", "/notice.html"}) {
    const auto captures = Captures(kWalled + page);
    const auto outcomes = Outcomes(kWalled + page);
    EXPECT_EQ(CountTrue(captures, "is_version"), 1u) << page;
    EXPECT_EQ(CountTrue(captures, "is_change"), 1u) << page;
    EXPECT_FALSE(Has(outcomes, "gone")) << page;
    EXPECT_NE(outcomes.back(), "blocked") << page;
    for (const auto& capture : captures) {
      if (capture["outcome"] != "blocked") continue;
      EXPECT_FALSE(capture.value("is_version", false)) << capture;
    }
  }
  // 24 hours behind a wall: as a host it is tried at doubling waits, not page by page.
  const auto at_the_wall = Outcomes(std::string(kWalled) + "/");
  const auto also = Outcomes(std::string(kWalled) + "/notice.html");
  const auto blocked = std::count(at_the_wall.begin(), at_the_wall.end(), "blocked") +
                       std::count(also.begin(), also.end(), "blocked");
  EXPECT_GE(blocked, 1);
  EXPECT_LE(blocked, 12);

  EXPECT_EQ(CountTrue(Captures(std::string(kOpen) + "/edited.html"), "is_change"), 2u);
  EXPECT_EQ(CountTrue(Captures(std::string(kOpen) + "/stays.html"), "is_version"), 1u);
  EXPECT_TRUE(Has(Outcomes(std::string(kOpen) + "/stays.html"), "unchanged"));
  EXPECT_EQ(CountTrue(Captures(std::string(kOpen) + "/leaves.html"), "is_version"), 1u);
  EXPECT_EQ(Outcomes(std::string(kOpen) + "/leaves.html").back(), "gone");
  EXPECT_EQ(Outcomes(std::string(kOpen) + "/old.html").front(), "redirect");
  EXPECT_EQ(Outcomes(std::string(kOpen) + "/new.html").front(), "content");
  EXPECT_EQ(Outcomes(std::string(kOpen) + "/never.html").front(), "gone");
  // Only a sitemap, only a feed leads there; and what is there may be nothing.
  EXPECT_EQ(Outcomes(std::string(kMaps) + "/mapped.html").front(), "content");
  EXPECT_EQ(Outcomes(std::string(kMaps) + "/fed.html").front(), "content");
  for (const auto& capture : Captures(std::string(kMaps) + "/soft.html")) {
    EXPECT_EQ(capture["outcome"], "gone") << capture;
    EXPECT_FALSE(capture.value("is_version", false)) << capture;
  }
  EXPECT_EQ(Run({"versions", std::string(kOpen) + "/private.html"}).exit_code, 3)
      << "what robots.txt refuses is not fetched";
}

}  // namespace
}  // namespace signboard::testing
