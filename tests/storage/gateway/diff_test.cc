// Two captures side by side: the page, its address, the JSON.
#include "storage/gateway/compare_view.h"
#include "storage/gateway/words.h"
#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using testing::RawResponse;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kUrl[] = "http://jingan.gov.cn/a..b.html?x=..";
constexpr char kHtml[] = "Accept: text/html\r\n";

std::string Article(const std::string& words, const std::string& more = "") {
  return "<html><head><title>靖安国际传播中心</title></head><body><h1>靖安国际传播中心</h1><p>" +
         words + "</p><p>第二段没有变化，讲的是别的事情，有许多字。</p>" + more + "</body></html>";
}

class DiffTest : public GatewayTest {
 protected:
  std::string IdOf(size_t at) {
    const auto all = nlohmann::json::parse(
        Get("/api/v1/versions?all=1&url=" + EncodeQuery(kUrl)).body)["versions"];
    return all.at(at)["id"];
  }
};

TEST(DiffPathTest, AnAddressWithDotsSurvives) {
  const std::string from = std::string("20251118030405000-0123abcd/") + kUrl;
  const std::string to = std::string("20251120000000000-89abcdef/") + kUrl;
  const std::string path = DiffPath(from, to);
  EXPECT_TRUE(path.ends_with("..20251120000000000-89abcdef")) << path;
  const std::string elsewhere = "20251120000000000-89abcdef/http://b.cn/..x";
  for (const std::string& second : {to, elsewhere}) {
    const auto parsed = ParseDiffPath("/diff/" + from + ".." + second);
    ASSERT_TRUE(parsed.ok()) << base::ToString(parsed.status());
    EXPECT_EQ(parsed->from_id(), from);
    EXPECT_EQ(parsed->to_id(), second);
  }
  EXPECT_EQ(ParseDiffPath("/diff/" + from + "..20251120000000000-89abcdef")->to_id(), to);
  for (const char* bad : {"", "/diff/", "/diff/..", "/diff/a..b", "/diff/2025..2026",
                          "/diff/20251118030405000-0123abcd..20251120000000000-89abcdef"})
    EXPECT_FALSE(ParseDiffPath(bad).ok()) << bad;
}

TEST_F(DiffTest, TheLookupPageLeadsToWhatChanged) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = Article("粉丝来自70多个国家。")});
  Store({.url = kUrl, .at = "2025-11-20T00:00:00Z",
         .body = Article("粉丝来自90多个国家。", "<script>alert(1)</script><p>&lt;b&gt;新段。</p>")});
  const RawResponse lookup = Get("/lookup?url=" + EncodeQuery(kUrl), kHtml);
  const size_t at = lookup.body.find("/diff/");
  ASSERT_NE(at, std::string::npos) << lookup.body;
  const std::string path = lookup.body.substr(at, lookup.body.find('?', at) - at);
  const RawResponse page = Get(path, kHtml);
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_THAT(page.body, HasSubstr("<del>70</del>"));
  EXPECT_THAT(page.body, HasSubstr("<ins>90</ins>"));
  EXPECT_THAT(page.body, HasSubstr("&lt;b&gt;新段"));
  EXPECT_THAT(page.body, Not(HasSubstr("<b>新段")));
  EXPECT_THAT(page.body, Not(HasSubstr("{{")));
  const RawResponse source = Get(path + "?view=source&lang=zh", kHtml);
  EXPECT_THAT(source.body, HasSubstr("&lt;script&gt;alert(1)&lt;"));
  EXPECT_THAT(source.body, Not(HasSubstr("<script")));
  EXPECT_THAT(Get(path + "?view=links", kHtml).body, HasSubstr("Nothing differs."));
  EXPECT_EQ(Get(path + "?view=all", kHtml).status, 400);
  EXPECT_EQ(Get("/diff/x..y", kHtml).status, 400);
}

TEST_F(DiffTest, TheApiTellsTheSame) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = Article("粉丝来自70多个国家。")});
  Store({.url = kUrl, .at = "2025-11-20T00:00:00Z", .body = Article("粉丝来自90多个国家。")});
  Store({.url = kUrl, .at = "2025-11-21T00:00:00Z", .body = "", .status = 404,
         .outcome = v1::OUTCOME_GONE});
  const std::string from = EncodeQuery(IdOf(0));
  const std::string to = EncodeQuery(IdOf(1));
  const RawResponse got = Get("/api/v1/compare?from=" + from + "&to=" + to);
  ASSERT_EQ(got.status, 200) << got.body;
  const auto json = nlohmann::json::parse(got.body);
  EXPECT_EQ(json["view"], "text");
  EXPECT_GT(json["change_degree"], 0.0);
  bool changed = false;
  for (const auto& edit : json["edits"]) changed = changed || edit["kind"] == "changed";
  EXPECT_TRUE(changed);
  EXPECT_EQ(Get("/api/v1/compare?from=" + from).status, 400);
  EXPECT_EQ(Get("/api/v1/compare?from=" + from + "&to=x").status, 400);
  EXPECT_EQ(Get("/api/v1/compare?from=" + from + "&to=" + to + "%ff").status, 400);
  EXPECT_EQ(Get("/api/v1/compare?from=%ff&to=" + to).status, 400);
  EXPECT_EQ(Get("/diff/" + from + ".." + to + "%ff").status, 400);
  EXPECT_EQ(Get("/api/v1/compare?from=" + from + "&to=" + EncodeQuery(IdOf(2))).status, 409);
  std::string absent = IdOf(0);
  absent[3] = '9';
  EXPECT_EQ(Get("/api/v1/compare?to=" + to + "&from=" + EncodeQuery(absent)).status, 404);
}

}  // namespace
}  // namespace signboard::gateway
