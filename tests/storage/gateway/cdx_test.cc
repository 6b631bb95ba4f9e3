// CDX queries in the dialects that other archives' clients speak.
#include <sstream>

#include "storage/gateway/cdx_rows.h"
#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using nlohmann::json;
using testing::RawResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CdxTest : public GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    Store({.url = "http://a.gov.cn/x", .at = "2025-11-10T01:02:03Z", .body = "one"});
    Store({.url = "http://a.gov.cn/x", .at = "2025-11-11T01:02:03Z", .body = "one"});
    Store({.url = "http://a.gov.cn/x", .at = "2025-11-12T01:02:03Z", .body = "two"});
    Store({.url = "http://a.gov.cn/x", .at = "2025-12-12T01:02:03Z", .body = "", .headers = {},
           .status = 404, .outcome = v1::OUTCOME_GONE});
    Store({.url = "http://a.gov.cn/x/p.png", .at = "2025-11-13T00:00:00Z", .body = "png",
           .headers = {{"Content-Type", "image/png"}}});
    Store({.url = "http://b.a.gov.cn/", .at = "2025-11-14T00:00:00Z", .body = "other host"});
  }
  std::vector<std::string> Lines(const std::string& target) {
    const RawResponse got = Get(target);
    EXPECT_EQ(got.status, 200) << target << got.body;
    std::vector<std::string> lines;
    std::istringstream in(got.body);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  // timestamps alone.
  std::vector<std::string> Times(const std::string& query) {
    return Lines("/cdx/search/cdx?fl=timestamp&url=" + query);
  }
};

TEST_F(CdxTest, TheArchivesDialectInTextAndJson) {
  const std::string digest = base::ToBase32(base::Sha1("one"));
  EXPECT_EQ(Lines("/cdx/search/cdx?url=a.gov.cn/x")[0],
            "cn,gov,a)/x 20251110010203 http://a.gov.cn/x text/html 200 " + digest + " 3");
  EXPECT_EQ(Lines("/cdx/search/cdx?url=a.gov.cn/x&fl=statuscode,timestamp").back(),
            "404 20251212010203");
  const json rows = GetJson("/cdx/search/cdx?url=a.gov.cn/x&output=json&limit=2");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0], (json{"urlkey", "timestamp", "original", "mimetype", "statuscode", "digest",
                           "length"}));
  EXPECT_EQ(rows[2][1], "20251111010203");
  EXPECT_EQ(GetJson("/cdx/search/cdx?url=none.cn&output=json"), json::array());
  EXPECT_EQ(Get("/cdx/search/cdx?url=none.cn").body, "");
  const RawResponse got = Get("/cdx/search/cdx?url=a.gov.cn/x");
  EXPECT_EQ(got.Header("Access-Control-Allow-Origin"), "*");
  EXPECT_THAT(got.Header("Content-Type"), HasSubstr("text/plain"));
}

TEST_F(CdxTest, RangesTimesFiltersAndCollapses) {
  EXPECT_EQ(Times("a.gov.cn/x*").size(), 5u);
  EXPECT_EQ(Times("*.a.gov.cn").size(), 6u);
  EXPECT_EQ(Times("a.gov.cn&matchType=host").size(), 5u);
  EXPECT_THAT(Times("a.gov.cn/x&from=20251111&to=20251112"),
              ElementsAre("20251111010203", "20251112010203"));
  EXPECT_THAT(Times("a.gov.cn/x&filter=statuscode:4.."), ElementsAre("20251212010203"));
  EXPECT_EQ(Times("a.gov.cn/x&filter=!statuscode:4..").size(), 3u);
  EXPECT_THAT(Times("a.gov.cn/x&filter=statuscode:0"), IsEmpty()) << "the whole value";
  EXPECT_THAT(Times("a.gov.cn/*&filter=~mimetype:png"), ElementsAre("20251113000000"));
  EXPECT_THAT(Times("a.gov.cn/*&filter=mimetype:image/.*&filter=statuscode:404"), IsEmpty());
  EXPECT_THAT(Times("a.gov.cn/x&collapse=digest"),
              ElementsAre("20251110010203", "20251112010203", "20251212010203"));
  EXPECT_THAT(Times("a.gov.cn/x&collapse=timestamp:6"),
              ElementsAre("20251110010203", "20251212010203"));
  EXPECT_THAT(Times("a.gov.cn/x&collapse=digest&limit=-2"),
              ElementsAre("20251112010203", "20251212010203"));
  EXPECT_THAT(Times("a.gov.cn/x&collapse=timestamp:6&limit=-9"),
              ElementsAre("20251110010203", "20251212010203"));
  EXPECT_THAT(Times("a.gov.cn/x&limit=-2"), ElementsAre("20251112010203", "20251212010203"));
  EXPECT_THAT(Times("a.gov.cn/x&limit=-1"), ElementsAre("20251212010203"));
  EXPECT_THAT(Times("a.gov.cn/x&sort=reverse&limit=2"),
              ElementsAre("20251212010203", "20251112010203"));
  EXPECT_THAT(Times("a.gov.cn/x&sort=closest&closest=20251111&limit=2"),
              ElementsAre("20251111010203", "20251110010203"));
  EXPECT_THAT(Times("a.gov.cn/x&offset=3"), ElementsAre("20251212010203"));
}

TEST_F(CdxTest, ResumeKeysGoOnHoweverClientsEscapeThem) {
  const std::vector<std::string> whole = Times("a.gov.cn/x*");
  for (const bool twice : {false, true}) {
    std::vector<std::string> pieces;
    std::string key;
    for (int page = 0; page < 10; ++page) {
      std::vector<std::string> rows =
          Times("a.gov.cn/x*&limit=2&showResumeKey=true" +
                (key.empty() ? "" : "&resumeKey=" + key));
      key.clear();
      if (rows.size() >= 2 && rows[rows.size() - 2].empty()) {
        key = twice ? rows.back().replace(0, 1, "%25" + base::ToHex(rows.back().substr(0, 1)))
                    : rows.back();
        rows.resize(rows.size() - 2);
      }
      pieces.insert(pieces.end(), rows.begin(), rows.end());
      if (key.empty()) break;
      // What comes later in between is not met twice and loses nothing.
      if (page == 0 && twice)
        Store({.url = "http://a.gov.cn/x", .at = "2025-11-09T00:00:00Z", .body = "late"});
    }
    EXPECT_EQ(pieces, whole);
  }
  const json rows =
      GetJson("/cdx/search/cdx?url=a.gov.cn/x*&limit=2&showResumeKey=true&output=json");
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[3], json::array());
  EXPECT_EQ(rows[4].size(), 1u);
}

TEST_F(CdxTest, ResumeKeyIsToldWhereNoRowFits) {
  CdxQuery query;
  query.output = CdxQuery::Output::kJson;
  const json none = json::parse(CdxHead(query) + CdxFoot(query, true, "6b"));
  EXPECT_EQ(none, (json{json::array(), json{"6b"}}));
}

TEST_F(CdxTest, TheNearestAreFoundHoweverManyFiltersPassOver) {
  for (int minute = 10; minute < 40; ++minute)
    Store({.url = "http://a.gov.cn/x", .at = "2025-11-12T01:" + std::to_string(minute) + ":00Z",
           .body = "png", .headers = {{"Content-Type", "image/png"}}});
  const std::string query = "a.gov.cn/x&sort=closest&closest=20251112012500&limit=2";
  EXPECT_THAT(Times(query), ElementsAre("20251112012500", "20251112012400"));
  EXPECT_THAT(Times(query + "&filter=mimetype:text/html&filter=statuscode:200"),
              ElementsAre("20251112010203", "20251111010203"));
}

TEST_F(CdxTest, PywbsDialectShowsWhatItCanReplay) {
  const std::vector<std::string> lines = Lines("/cdx?url=http%3A%2F%2Fa.gov.cn%2Fx");
  ASSERT_EQ(lines.size(), 3u) << "not the 404, of which no bytes are kept";
  ASSERT_TRUE(lines[0].starts_with("cn,gov,a)/x 20251110010203 {"));
  const json first = json::parse(lines[0].substr(lines[0].find('{')));
  EXPECT_EQ(first["url"], "http://a.gov.cn/x");
  EXPECT_EQ(first["status"], "200");
  EXPECT_EQ(first["mime"], "text/html");
  EXPECT_EQ(first["digest"], base::ToBase32(base::Sha1("one")));
  EXPECT_EQ(Lines("/web/cdx?url=a.gov.cn/x&closest=20251112&limit=1")[0].substr(12, 14),
            "20251112010203");
  EXPECT_EQ(Lines("/cdx?url=a.gov.cn/x&closest=&sort=closest&limit=1")[0].substr(12, 14),
            "20251112010203")
      << "the newest";
  EXPECT_EQ(json::parse(Lines("/cdx?url=a.gov.cn/x&output=json")[0])["timestamp"],
            "20251110010203");
  EXPECT_EQ(Lines("/cdx?url=a.gov.cn/*&filter=mime:png&fl=timestamp&output=text").size(), 1u);
  EXPECT_EQ(Lines("/cdx?url=a.gov.cn/*&filter==mime:png").size(), 0u);
  EXPECT_EQ(Lines("/cdx?url=a.gov.cn/*&filter=!~mime:image/").size(), 3u);
}

TEST_F(CdxTest, WhatIsAskedWrongIsNamed) {
  for (const auto& [query, word] : std::vector<std::pair<std::string, std::string>>{
           {"", "url parameter is required"},
           {"url=a.cn&matchType=all", "matchType"},
           {"url=a.cn&limit=many", "limit"},
           {"url=a.cn&limit=-99999", "10,000"},
           {"url=a.cn&from=yesterday", "from"},
           {"url=a.cn&filter=nosuch:x", "nosuch"},
           {"url=a.cn&filter=statuscode:(", "filter"},
           {"url=a.cn&collapse=digest:x", "collapse"},
           {"url=a.cn&output=xml", "output"},
           {"url=a.cn&showPagedIndex=true", "is not offered"},
           {"url=a.cn&page=-1", "negative"},
           {"url=a.cn&page=0&pageSize=0", "1 to 30"},
           {"url=a.cn&page=0&limit=-1", "goes neither"},
           {"url=a.cn&page=99999999", "too far in"},
           {"url=a.cn&resumeKey=nonsense", "cursor"},
           {"url=a.cn&resumeKey=%ff", "none of ours"},
           {"url=a.cn/%ff*", "UTF-8"},
           {"url=gov.cn&matchType=domain", "suffix"},
           {"url=a.cn*&sort=closest&closest=2025", "closest"},
           {"url=a.cn&sort=upward", "sort"}}) {
    const RawResponse got = Get("/cdx/search/cdx?" + query);
    EXPECT_EQ(got.status, 400) << query;
    EXPECT_THAT(got.body, HasSubstr(word)) << query;
  }
  // A pattern that others take for ever over.
  EXPECT_EQ(Get("/cdx/search/cdx?url=a.gov.cn/*&filter=original:(a%2B)%2B%24").status, 200);
}

TEST_F(CdxTest, OutbackCdxCollection) {
  const std::string digest = base::ToBase32(base::Sha1("one"));
  const std::string first = "cn,gov,a)/x 20251110010203 http://a.gov.cn/x text/html 200 " + digest;
  EXPECT_EQ(Lines("/signboard?url=http://a.gov.cn/x")[0], first + " - - 3 - -");
  EXPECT_EQ(Lines("/signboard?url=http://a.gov.cn/x&filter=status:404&fl=timestamp,statuscode")[0],
            "20251212010203 404");
  EXPECT_EQ(Lines("/signboard?url=http://a.gov.cn/x&sort=reverse&limit=1")[0].substr(12, 14),
            "20251212010203");
  EXPECT_EQ(Lines("/signboard?url=http://a.gov.cn/x&collapseToFirst=digest").size(), 3u);
  const auto rows = GetJson("/signboard?url=http://a.gov.cn/x&output=json&limit=1");
  EXPECT_EQ(rows[0][2], "url");
  EXPECT_EQ(rows[1][1], 20251110010203);
  EXPECT_EQ(rows[1][4], 200);
  const auto objects = GetJson("/signboard?url=http://a.gov.cn/x&output=jsondict&limit=2");
  EXPECT_EQ(objects.size(), 2u);
  EXPECT_EQ(objects[0]["length"], 3);
  EXPECT_FALSE(objects[0].contains("filename"));
  EXPECT_EQ(GetJson("/signboard?url=http://never.cn/&output=jsondict").size(), 0u);
  EXPECT_THAT(Lines("/signboard?url=http://a.gov.cn/x&output=cdxj&limit=1")[0],
              ::testing::StartsWith("cn,gov,a)/x 20251110010203 {\"url\":"));
  for (const char* bad : {"", "?urlkey=cn,gov,a)/x", "?url=a.gov.cn&output=xml",
                          "?url=a.gov.cn&filter=no:1", "?url=a.gov.cn&collapseToLast=digest"})
    EXPECT_EQ(Get("/signboard" + std::string(bad)).status, 400) << bad;
  EXPECT_EQ(testing::Fetch(gateway_->port(), "/signboard", "", "POST", "x").status, 405);
}

// Pages are parts of the list of captures: together they are it, whatever is filtered.
TEST_F(GatewayTest, CdxPagesByNumberAreTheWholeList) {
  constexpr int kCaptures = 3'100;
  for (int i = 0; i < kCaptures; ++i) {
    archive::Capture capture;
    v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
    snapshot.set_url("http://many.cn/");
    snapshot.set_capture_id(base::RandomBytes(16));
    snapshot.set_captured_ms(1'700'000'000'000 + i * 1'000LL);
    snapshot.set_method("GET");
    snapshot.set_outcome(v1::OUTCOME_CONTENT);
    snapshot.set_http_status(200);
    snapshot.set_body_sha256(base::Sha256("x"));
    snapshot.set_body_bytes(1);
    capture.decoded = "x";
    ASSERT_TRUE(archive_->Write(std::move(capture)).ok());
  }
  const std::string query = "?url=many.cn&pageSize=1";
  EXPECT_EQ(Get("/cdx/search/cdx" + query + "&showNumPages=true").body, "2\n");
  EXPECT_EQ(Get("/cdx/search/cdx?url=many.cn&showNumPages=true").body, "1\n");
  const auto counts = GetJson("/cdx" + query + "&showNumPages=true");
  EXPECT_EQ(counts["pages"], 2);
  EXPECT_EQ(counts["blocks"], 2);
  std::string pages;
  for (const char* page : {"0", "1", "2"})
    pages += Get("/cdx/search/cdx" + query + "&page=" + page).body;
  EXPECT_TRUE(pages == Get("/cdx/search/cdx?url=many.cn").body);
  const std::string last = Get("/cdx/search/cdx" + query + "&page=1&fl=timestamp").body;
  EXPECT_EQ(std::count(last.begin(), last.end(), '\n'), kCaptures - 3'000);
  EXPECT_EQ(Get("/cdx/search/cdx" + query + "&page=0&filter=statuscode:404").body, "");
}

}  // namespace
}  // namespace signboard::gateway
