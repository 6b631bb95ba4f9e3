#include "deploy/world/world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/paths.h"
#include "tests/support/process.h"

namespace signboard::world {
namespace {

using testing::TempDirectory;
using testing::WriteWholeFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

UnixTime At(const char* beijing) {
  return base::ParseRfc3339(std::string(beijing) + "+08:00").value();
}

// Decodes nothing: the paths and queries of these tests are plain.
net::HttpServerRequest Asking(const std::string& target, net::HttpHeaders headers = {}) {
  net::HttpServerRequest request;
  request.method = "GET";
  request.target = target;
  request.path = target.substr(0, target.find('?'));
  request.authority = "a.example:18080";
  request.headers = std::move(headers);
  if (request.path.size() == target.size()) return request;
  std::string rest = target.substr(request.path.size() + 1);
  while (!rest.empty()) {
    const std::string pair = rest.substr(0, rest.find('&'));
    rest.erase(0, pair.size() + 1);
    const size_t equals = pair.find('=');
    request.query.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return request;
}

std::string Field(const net::HttpServerResponse& answer, std::string_view name) {
  return std::string(net::FindField(answer.headers, name).value_or(""));
}

class WorldTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(directory_ / "a/x");
    Settings(R"({"hosts":["a.example"],"gzip":["/x/"]})");
    Page("index.html", "one");
    Page("index.html@20251118T0915", "two");
    Page("index.html@20251119T0000.gone", "");
    Page("x/index.html", std::string(1'000, 'x'));
  }
  void Settings(const std::string& json) { WriteWholeFile(directory_ / "a/site.json", json); }
  void Page(const std::string& file, const std::string& text) {
    WriteWholeFile(directory_ / ("a/" + file), text);
  }
  net::HttpServerResponse Get(const std::string& target, net::HttpHeaders headers = {}) {
    const World world = World::Open(directory_.path(), clock_).value();
    return world.Answer(Asking(target, std::move(headers)));
  }
  std::string Fault() {
    const auto world = World::Open(directory_.path(), clock_);
    return world.ok() ? "opened" : base::ToString(world.status());
  }
  TempDirectory directory_;
  base::ManualClock clock_{At("2025-11-18T09:14:59")};
};

TEST_F(WorldTest, EditionsTakeTheirTurnAndTheLastOneIsGone) {
  EXPECT_EQ(Get("/").body, "one");
  clock_.Advance(Millis(1'000));
  EXPECT_EQ(Get("/").body, "two");
  clock_.Set(At("2025-11-19T00:00:00"));
  EXPECT_EQ(Get("/").status, 404);
}

TEST_F(WorldTest, APageThatIsOnlyAnEditionComesWithIt) {
  Page("new.html@20251118T0915", "new");
  EXPECT_EQ(Get("/new.html").status, 404);
  clock_.Advance(Millis(1'000));
  EXPECT_EQ(Get("/new.html").body, "new");
}

TEST_F(WorldTest, ValidatorsAreHonoured) {
  const std::string etag = Field(Get("/"), "ETag");
  EXPECT_EQ(Get("/", {{"If-None-Match", etag}}).status, 304);
  clock_.Advance(Millis(1'000));
  EXPECT_EQ(Get("/", {{"If-None-Match", etag}}).status, 200);
}

TEST_F(WorldTest, GzipOnlyForWhoAcceptsIt) {
  EXPECT_EQ(Get("/x/").body.size(), 1'000u);
  EXPECT_EQ(Get("/x").body.size(), 1'000u);
  EXPECT_EQ(Get("/x/", {{"Accept-Encoding", "gzip"}}).body.substr(0, 2), "\x1f\x8b");
}

TEST_F(WorldTest, NothingOutsideTheSiteIsServed) {
  Page("index.html?page=2", "second");
  for (const char* path :
       {"/../b", "/site.json", "/x/../../etc/passwd", "/index.html@20251118T0915", "no-slash"})
    EXPECT_EQ(Get(path).status, 404) << path;
  net::HttpServerRequest escaped = Asking("/index.html%3Fpage=2");
  escaped.path = "/index.html?page=2";
  EXPECT_EQ(World::Open(directory_.path(), clock_).value().Answer(escaped).status, 404);
}

TEST_F(WorldTest, AQueryPicksTheFileThatNamesMostOfIt) {
  Page("list.jsp", "all");
  Page("list.jsp?page=2", "second");
  Page("list.jsp?page=2&col=7", "second of seven");
  EXPECT_EQ(Get("/list.jsp").body, "all");
  EXPECT_EQ(Get("/list.jsp?page=3").body, "all");
  EXPECT_EQ(Get("/list.jsp?_=99&page=2").body, "second");
  EXPECT_EQ(Get("/list.jsp?col=7&x=&page=2").body, "second of seven");
}

TEST_F(WorldTest, AQueryFileHasEditionsAndNeedsNoPlainFile) {
  Page("s?__biz=Mz==&mid=22&idx=1@20251118T0915", "article");
  Page("s?__biz=Mz==&mid=22&idx=1@20251118T1000", "edited");
  Page("s?__biz=Mz==&mid=22&idx=1@20251118T1100.gone", "");
  EXPECT_EQ(Get("/s?__biz=Mz==&mid=22&idx=1&sn=ab").status, 404);
  clock_.Advance(Millis(1'000));
  EXPECT_EQ(Get("/s?__biz=Mz==&mid=22&idx=1&sn=ab").body, "article");
  EXPECT_EQ(Get("/s?__biz=Mz==&mid=23&idx=1&sn=ab").status, 404);
  EXPECT_EQ(Get("/s").status, 404);
  clock_.Set(At("2025-11-18T10:30:00"));
  EXPECT_EQ(Get("/s?__biz=Mz==&mid=22&idx=1&sn=ab").body, "edited");
  clock_.Set(At("2025-11-18T11:00:00"));
  EXPECT_EQ(Get("/s?__biz=Mz==&mid=22&idx=1&sn=ab").status, 404);
}

TEST_F(WorldTest, AFolderHasPagesByQueryToo) {
  Page("x/index.html?page=2", "second");
  EXPECT_EQ(Get("/x/?page=2").body, "second");
  EXPECT_EQ(Get("/x?page=2").body, "second");
}

TEST_F(WorldTest, TypesAreOfThePathThenOfTheNameThenOfThePrefix) {
  Settings(R"({"hosts":["a.example"],"types":{"/x/":"text/html; charset=gbk","/x/y":"a/b",
                                              "/x/feed.xml":"application/rss+xml"}})");
  Page("x/feed.xml", "<rss/>");
  Page("x/a.css", "p{}");
  Page("x/yz.html", "");
  Page("y.xml?page=2@20251101T0000", "<a/>");
  EXPECT_EQ(Field(Get("/x/"), "Content-Type"), "text/html; charset=gbk");
  EXPECT_EQ(Field(Get("/x/feed.xml"), "Content-Type"), "application/rss+xml");
  EXPECT_EQ(Field(Get("/x/a.css"), "Content-Type"), "text/css");
  EXPECT_EQ(Field(Get("/x/yz.html"), "Content-Type"), "a/b");
  EXPECT_EQ(Field(Get("/y.xml?page=2"), "Content-Type"), "text/xml");
  EXPECT_EQ(Field(Get("/"), "Content-Type"), "text/html; charset=utf-8");
}

TEST_F(WorldTest, RedirectsLeadFromOldPagesToNew) {
  Settings(R"({"hosts":["a.example"],"redirects":{
      "/old.asp?id=7":"/x/","/old.asp":"/","/2019/*":"/x/*","/2019/b/*":"http://b.example/*",
      "/x/":{"to":"/","status":302,"from":"20251118T0915"}}})");
  EXPECT_EQ(Get("/old.asp?id=7").status, 301);
  EXPECT_EQ(Field(Get("/old.asp?id=7"), "Location"), "/x/");
  EXPECT_EQ(Field(Get("/old.asp?id=8"), "Location"), "/");
  EXPECT_EQ(Field(Get("/2019/t1.html?a=b"), "Location"), "/x/t1.html?a=b");
  EXPECT_EQ(Field(Get("/2019/b/c"), "Location"), "http://b.example/c");
  EXPECT_EQ(Get("/x/").status, 200);
  clock_.Advance(Millis(1'000));
  EXPECT_EQ(Get("/x/").status, 302);
}

TEST_F(WorldTest, ASoft404IsA200AndNotAPageOfItsOwn) {
  Settings(R"({"hosts":["a.example"],"not_found":{"status":200,"body":"lost.html"}})");
  Page("lost.html", "页面不存在");
  EXPECT_EQ(Get("/nothing").status, 200);
  EXPECT_EQ(Get("/nothing").body, "页面不存在");
  EXPECT_EQ(Field(Get("/nothing"), "ETag"), "");
  clock_.Set(At("2025-11-19T00:00:00"));
  EXPECT_EQ(Get("/").body, "页面不存在");
}

TEST_F(WorldTest, AChallengeStandsBeforeEverythingFromItsMinuteOn) {
  Settings(R"({"hosts":["a.example"],"redirects":{"/old":"/x/"},"challenge":{"kind":"ruishu",
      "status":412,"body":"wall.html","headers":{"Set-Cookie":"a=b"},
      "from":"20251118T0915","to":"20251120T0000"}})");
  Page("wall.html", "wait");
  Page("robots.txt", "User-agent: *\n");
  const std::string etag = Field(Get("/x/"), "ETag");
  EXPECT_EQ(Get("/wall.html").status, 404);
  clock_.Advance(Millis(1'000));
  for (const char* target : {"/x/", "/old", "/robots.txt", "/nothing", "/wall.html"}) {
    const auto answer = Get(target, {{"If-None-Match", etag}});
    EXPECT_EQ(answer.status, 412) << target;
    EXPECT_EQ(answer.body, "wait") << target;
    EXPECT_EQ(Field(answer, "Set-Cookie"), "a=b") << target;
    EXPECT_EQ(Field(answer, "ETag"), "") << target;
  }
  clock_.Set(At("2025-11-20T00:00:00"));
  EXPECT_EQ(Get("/x/", {{"If-None-Match", etag}}).status, 304);
}

TEST_F(WorldTest, SeveralChallengesGuardPathsOfTheirOwn) {
  Settings(R"({"hosts":["a.example"],"challenge":[
      {"kind":"jsl","status":521,"body":"wall.html","paths":["/x/"]},
      {"kind":"denied","status":403,"body":"wall.html","paths":["/y/"]}]})");
  Page("wall.html", "wait");
  EXPECT_EQ(Get("/x/").status, 521);
  EXPECT_EQ(Get("/y/").status, 403);
  EXPECT_EQ(Get("/").status, 200);
}

TEST_F(WorldTest, InstantsAreAllThatChangesByItselfInOrderAndOnce) {
  Settings(R"({"hosts":["a.example"],
      "redirects":{"/old":{"to":"/x/","from":"20251117T1200"},"/older":"/x/"},
      "challenge":{"kind":"k","body":"wall.html","from":"20251118T0915","to":"20251121T1800"}})");
  Page("wall.html", "wait");
  Page("x/list.jsp?page=2@20251120T0830", "second");
  EXPECT_THAT(World::Open(directory_.path(), clock_).value().Instants(),
              ElementsAre(At("2025-11-17T12:00:00"), At("2025-11-18T09:15:00"),
                          At("2025-11-19T00:00:00"), At("2025-11-20T08:30:00"),
                          At("2025-11-21T18:00:00")));
}

TEST_F(WorldTest, AFaultInSettingsNamesTheFileAndTheKey) {
  Page("wall.html", "wait");
  const std::string file = directory_ / "a/site.json";
  const auto with = [](const std::string& more) {
    return R"({"hosts":["a.example"],)" + more + "}";
  };
  const std::pair<std::string, std::string> faults[] = {
      {"{", " is not JSON"},
      {"[]", " must be an object"},
      {"{}", ": \"hosts\" must be a list of at least one host"},
      {R"({"hosts":"a.example"})", ": \"hosts\" must be a list of strings"},
      {with(R"("redirect":{})"), ": \"redirect\" is not a key known here"},
      {with(R"("name":7)"), ": \"name\" must be a string"},
      {with(R"("gzip":["x/"])"), ": \"gzip\" must be a list of paths"},
      {with(R"("types":{"/x/":1})"), ": \"types\" must be an object of strings"},
      {with(R"("seeds":[1])"), ": \"seeds\" must be a list of strings"},
      {with(R"("redirects":[])"), ": \"redirects\" must be an object"},
      {with(R"("redirects":{"/a":"/a"})"), ": \"redirects\" \"/a\": \"to\" must be another page"},
      {with(R"("redirects":{"/a/*":"/b"})"), ": \"redirects\" \"/a/*\": \"to\" must be a path"},
      {with(R"("redirects":{"/a":"b"})"), ": \"redirects\" \"/a\": \"to\" must be a path or"},
      {with(R"("redirects":{"/a":{"to":"/b","status":200}})"), "\"status\" must be a status from"},
      {with(R"("not_found":{"body":"../x"})"), ": \"not_found\": \"body\" names ../x"},
      {with(R"("challenge":{"kind":"k"})"), ": \"challenge\": \"body\" must be the name"},
      {with(R"("challenge":{"body":"wall.html"})"), ": \"challenge\": \"kind\" must be the kind"},
      {with(R"("challenge":{"kind":"k","body":"wall.html","from":"20251118T0960"})"),
       ": \"challenge\": \"from\" must be an instant"},
      {with(R"("challenge":{"kind":"k","body":"wall.html","from":"20251118T0900",
                            "to":"20251118T0900"})"),
       ": \"challenge\": \"to\" must be later"},
      {with(R"("challenge":{"kind":"k","body":"wall.html","status":"412"})"),
       ": \"challenge\": \"status\" must be a status from 200 to 599"},
  };
  for (const auto& [json, says] : faults) {
    Settings(json);
    EXPECT_THAT(Fault(), HasSubstr(file)) << json;
    EXPECT_THAT(Fault(), HasSubstr(says)) << json;
  }
}

TEST_F(WorldTest, AnEditionThatIsNoInstantIsRefusedByName) {
  Page("x/index.html@20251118T2460", "late");
  EXPECT_THAT(Fault(), HasSubstr("index.html@20251118T2460"));
}

TEST_F(WorldTest, TwoSitesCannotShareAHost) {
  std::filesystem::create_directories(directory_ / "b");
  WriteWholeFile(directory_ / "b/site.json", R"({"hosts":["b.example","a.example"]})");
  EXPECT_THAT(Fault(), HasSubstr("\"hosts\" has a.example"));
}

TEST(SampleWorldTest, EverySiteOpensAndAnswersAtItsSeeds) {
  const base::ManualClock clock(At("2025-11-17T08:00:00"));
  const auto world = World::Open(SIGNBOARD_SOURCE_DIR "/deploy/world/sites", clock);
  ASSERT_TRUE(world.ok()) << base::ToString(world.status());
  for (const Site& site : world->sites()) {
    EXPECT_FALSE(site.name.empty()) << site.root;
    for (const std::string& seed : site.seeds) {
      const std::string host = "http://" + site.hosts.front();
      net::HttpServerRequest request = Asking(seed.substr(host.size()));
      request.authority = site.hosts.front();
      EXPECT_EQ(world->Answer(request).status, 200) << seed;
    }
  }
  ASSERT_FALSE(world->Instants().empty());
  EXPECT_LT(world->Instants().back(), At("2025-11-22T00:00:00"));
}

}  // namespace
}  // namespace signboard::world
