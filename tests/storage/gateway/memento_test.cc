// TimeGate, TimeMaps and the Availability answer.
#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using nlohmann::json;
using testing::Fetch;
using testing::RawResponse;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kUrl[] = "http://a.gov.cn/x?a=1;2,3";

class MementoTest : public GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    for (const char* day : {"10", "12", "14"})
      Store({.url = kUrl, .at = "2025-11-" + std::string(day) + "T00:00:00Z", .body = day});
    self_ = "http://localhost:" + std::to_string(gateway_->port());
  }
  RawResponse Gate(const std::string& when) {
    return Get("/web/" + std::string(kUrl),
               when.empty() ? "" : "Accept-Datetime: " + when + "\r\n");
  }
  std::string self_;
};

TEST_F(MementoTest, TheGateLeadsToTheNearestAndNamesItsNeighbours) {
  for (const auto& [when, day] : std::vector<std::pair<std::string, std::string>>{
           {"", "14"},
           {"Wed, 12 Nov 2025 01:00:00 GMT", "12"},
           {"Thu, 01 Jan 1970 00:00:00 GMT", "10"},
           {"Fri, 01 Jan 2100 00:00:00 GMT", "14"}}) {
    const RawResponse got = Gate(when);
    EXPECT_EQ(got.status, 302) << when;
    EXPECT_EQ(got.Header("Location"), "/web/202511" + day + "000000/" + kUrl);
    EXPECT_EQ(got.Header("Vary"), "accept-datetime");
    EXPECT_EQ(got.CountOf("Memento-Datetime"), 0);
    const std::string link = got.Header("Link");
    EXPECT_THAT(link, HasSubstr("<http://a.gov.cn/x?a=1%3B2%2C3>; rel=\"original\""));
    EXPECT_THAT(link, HasSubstr("rel=\"timemap\"; type=\"application/link-format\""));
    EXPECT_THAT(link, HasSubstr("rel=\"first memento\"; datetime=\"Mon, 10 Nov 2025"));
    EXPECT_THAT(link, HasSubstr("rel=\"last memento\"; datetime=\"Fri, 14 Nov 2025"));
    EXPECT_THAT(Get(got.Header("Location")).body, HasSubstr("<body>" + day + "<"));
  }
  EXPECT_THAT(Gate("Wed, 12 Nov 2025 01:00:00 GMT").Header("Link"),
              HasSubstr("rel=\"prev memento\"; datetime=\"Mon, 10 Nov"));
  EXPECT_THAT(Gate("Wed, 12 Nov 2025 01:00:00 GMT").Header("Link"),
              HasSubstr("rel=\"next memento\"; datetime=\"Fri, 14 Nov"));
  EXPECT_EQ(Gate("last week").status, 400);
  const RawResponse none = Get("/web/http://a.gov.cn/none");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.CountOf("Link"), 0);
  EXPECT_EQ(none.CountOf("Vary"), 0);
  const RawResponse head = Fetch(gateway_->port(), "/web/" + std::string(kUrl), "", "HEAD");
  EXPECT_EQ(head.status, 302);
  EXPECT_THAT(head.Header("Link"), HasSubstr("timegate"));
}

TEST_F(MementoTest, AMementoLeadsBackToTheGateAndTheMap) {
  const RawResponse got = Get("/web/20251112000000id_/" + std::string(kUrl));
  EXPECT_EQ(got.Header("Memento-Datetime"), "Wed, 12 Nov 2025 00:00:00 GMT");
  EXPECT_EQ(got.CountOf("Vary"), 0);
  EXPECT_THAT(got.Header("Link"), HasSubstr("rel=\"timegate\""));
  // Without the mark it is the same capture, to be read.
  const RawResponse plain = Get("/web/20251112000000/" + std::string(kUrl));
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.Header("Memento-Datetime"), "Wed, 12 Nov 2025 00:00:00 GMT");
  EXPECT_THAT(plain.Header("Link"), HasSubstr("rel=\"timemap\""));
}

TEST_F(MementoTest, MapsListEveryCaptureThatCanBeShown) {
  Store({.url = kUrl, .at = "2025-11-11T00:00:00Z", .body = "", .headers = {}, .status = 404,
         .outcome = v1::OUTCOME_GONE});
  for (const char* path : {"/web/timemap/link/", "/timemap/link/"}) {
    const RawResponse link = Get(path + std::string(kUrl));
    EXPECT_EQ(link.Header("Content-Type"), "application/link-format");
    EXPECT_THAT(link.body, HasSubstr("rel=\"self\"; type=\"application/link-format\"; "
                                     "from=\"Mon, 10 Nov 2025 00:00:00 GMT\"; "
                                     "until=\"Fri, 14 Nov 2025 00:00:00 GMT\""));
    EXPECT_THAT(link.body, HasSubstr("rel=\"first memento\"; datetime=\"Mon, 10"));
    EXPECT_THAT(link.body, HasSubstr("rel=\"memento\"; datetime=\"Wed, 12"));
    EXPECT_THAT(link.body, HasSubstr("rel=\"last memento\"; datetime=\"Fri, 14"));
    EXPECT_THAT(link.body, Not(HasSubstr("Tue, 11")));
  }
  const json map = GetJson("/timemap/json/" + std::string(kUrl));
  EXPECT_EQ(map["original_uri"], kUrl);
  ASSERT_EQ(map["mementos"]["list"].size(), 3u);
  EXPECT_EQ(map["mementos"]["list"][1]["datetime"], "2025-11-12T00:00:00Z");
  EXPECT_EQ(map["mementos"]["last"]["uri"], self_ + "/web/20251114000000/" + kUrl);
  EXPECT_EQ(map["timemap_uri"]["cdxj_format"], self_ + "/web/timemap/cdxj/" + kUrl);
  const RawResponse cdxj = Get("/timemap/cdxj/" + std::string(kUrl));
  EXPECT_THAT(cdxj.body, HasSubstr("\n20251112000000 {\"uri\":"));
  EXPECT_EQ(Get("/timemap/link/http://none.cn/").status, 404);
  EXPECT_EQ(Get("/timemap/xml/http://a.cn/").status, 400);
  EXPECT_EQ(Get("/timemap/link").status, 400);
  EXPECT_EQ(Get("/timemap/link/").status, 400);
}

TEST_F(MementoTest, OneCaptureIsTheFirstAndTheLast) {
  Store({.url = "http://b.cn/", .at = "2025-11-10T00:00:00Z", .body = "one"});
  EXPECT_THAT(Get("/timemap/link/http://b.cn/").body, HasSubstr("rel=\"first last memento\""));
}

TEST_F(MementoTest, AvailabilityGivesTheClosest) {
  const json found = GetJson("/wayback/available?url=a.gov.cn/x?a%3D1;2,3&timestamp=20251112");
  const json& closest = found["archived_snapshots"]["closest"];
  EXPECT_EQ(closest["status"], "200");
  EXPECT_EQ(closest["available"], true);
  EXPECT_EQ(closest["timestamp"], "20251112000000");
  EXPECT_EQ(found["timestamp"], "20251112");
  EXPECT_EQ(GetJson("/wayback/available?url=a.gov.cn/x?a%3D1;2,3")["archived_snapshots"]["closest"]
                   ["timestamp"],
            "20251114000000");
  EXPECT_EQ(GetJson("/wayback/available?url=none.cn")["archived_snapshots"], json::object());
  EXPECT_EQ(Get("/wayback/available").status, 400);
}

}  // namespace
}  // namespace signboard::gateway
