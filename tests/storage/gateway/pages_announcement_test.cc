#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using testing::RawResponse;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kHtml[] = "Accept: text/html\r\n";
constexpr char kReplay[] = "/web/20251118030405id_/http://jingan.gov.cn/t1.html";

TEST_F(GatewayTest, HomeListsAnnouncementsWithTheirKeptVersions) {
  register_->announcements = {Jingan()};
  v1::Centre centre;
  centre.set_level("county");
  register_->centres = {centre, centre};
  const RawResponse got = Get("/", kHtml);
  EXPECT_EQ(got.status, 200) << got.body;
  for (const char* part :
       {"靖安县国际传播中心", "江西省 › 宜春市 › 靖安县", "county", "unveiled", "2025-11-18",
        "靖安县委宣传部", "靖安县融媒体中心", "countries 70", "3rd in 宜春市", "0.97", "simulated",
        "href=\"/announcements/a1?lang=en\"", "<dd>2</dd>"}) {
    EXPECT_THAT(got.body, HasSubstr(part));
  }
  EXPECT_THAT(got.body, HasSubstr("href=\"" + std::string(kReplay) + "\""));
  EXPECT_THAT(got.body, HasSubstr("type=\"application/atom+xml\""));
  const RawResponse zh = Get("/?lang=zh", kHtml);
  for (const char* part : {"揭牌", "县级", "主导单位", "模拟"})
    EXPECT_THAT(zh.body, HasSubstr(part));
  EXPECT_LT(got.body.size(), 60'000u);
}

TEST_F(GatewayTest, FullHomeStaysSmall) {
  for (int i = 0; i < 30; ++i) register_->announcements.push_back(Jingan());
  for (v1::Announcement& a : register_->announcements)
    for (int i = 0; i < 20; ++i) *a.add_sources() = Jingan().sources(0);
  const RawResponse got = Get("/", kHtml);
  EXPECT_LT(Gzip(got.body).size(), 60'000u);
  EXPECT_THAT(got.body, HasSubstr("18 more"));
  EXPECT_THAT(got.body, HasSubstr("All announcements"));
}

TEST_F(GatewayTest, DossierShowsEachFieldWithTheWordsItRestsOn) {
  register_->announcements = {Jingan()};
  const RawResponse got = Get("/announcements/a1", kHtml);
  EXPECT_EQ(got.status, 200) << got.body;
  EXPECT_THAT(got.body, HasSubstr("由靖安县委宣传部主管"));
  EXPECT_THAT(got.body, HasSubstr(std::string(kReplay) + "#:~:text="));
  EXPECT_THAT(got.body, HasSubstr("not said")) << "the guiding organ";
  EXPECT_THAT(got.body, HasSubstr("20251118030405678-0a1b2c3d/http://jingan.gov.cn/t1.html"));
  EXPECT_THAT(got.body, HasSubstr("name and verb stand together"));
  EXPECT_THAT(got.body, HasSubstr("signboard show &apos;a1&apos;"));
  EXPECT_THAT(got.body, Not(HasSubstr("{{")));
  EXPECT_EQ(Get("/announcements/a2", kHtml).status, 404);
  EXPECT_EQ(Get("/announcements/", kHtml).status, 404);
}

TEST_F(GatewayTest, DossierShowsWhatVanishedWithBothVersions) {
  v1::Announcement a = Jingan();
  v1::Removal* removal = a.mutable_sources(0)->mutable_removal();
  removal->set_kind("edited");
  removal->set_last_snapshot_id(a.sources(0).snapshot_id());
  removal->set_snapshot_id("20251201000000000-0a1b2c3d/http://jingan.gov.cn/t1.html");
  removal->set_seen_ms(a.first_found_ms());
  register_->announcements = {a};
  const std::string page = Get("/announcements/a1", kHtml).body;
  EXPECT_THAT(page, HasSubstr("edited out of the page"));
  EXPECT_THAT(page, HasSubstr("no longer on its page 1/1"));
  EXPECT_THAT(page, HasSubstr("20251201000000000-0a1b2c3d/http://jingan.gov.cn/t1.html"));
  EXPECT_THAT(page, HasSubstr("<a href=\"" + std::string(kReplay) + "\"><code"));
  const nlohmann::json json = GetJson("/api/v1/announcements/a1");
  EXPECT_EQ(json["removed_sources"], 1);
  EXPECT_EQ(json["sources"][0]["removal"]["kind"], "edited");
  EXPECT_EQ(json["sources"][0]["removal"]["last_replay"], kReplay);
}

TEST_F(GatewayTest, ListPageFiltersAndLeadsOn) {
  for (int i = 0; i < 25; ++i) {
    register_->announcements.push_back(Jingan());
    register_->announcements.back().set_id("a" + std::to_string(i));
  }
  const RawResponse got = Get("/announcements?level=county&lang=zh", kHtml);
  EXPECT_EQ(got.status, 200);
  EXPECT_THAT(got.body, HasSubstr("<option value=\"county\" selected>"));
  EXPECT_THAT(got.body,
              HasSubstr("href=\"/announcements?level=county&amp;lang=zh&amp;cursor=a19\""));
  EXPECT_THAT(got.body, HasSubstr("/announcements.atom?level=county"));
  const RawResponse bad = Get("/announcements?since=%3Cb%3E", kHtml);
  EXPECT_EQ(bad.status, 400);
  EXPECT_THAT(bad.body, Not(HasSubstr("<b>")));
}

TEST_F(GatewayTest, WhatPagesSaidIsInertOnEveryRegisterPage) {
  const std::string evil = "<script>alert(1)</script>\"'><img src=x>{{lang}}\u202e";
  v1::Announcement a = Jingan();
  a.set_id("a\"'><i>");
  v1::Finding& f = *a.mutable_merged();
  f.set_centre_name_zh(evil);
  f.set_centre_name_en(evil);
  f.set_lead_organ(evil);
  f.set_event(evil);
  f.set_event_date(evil);
  f.mutable_place()->set_name_zh(evil);
  f.mutable_place()->set_code(evil);
  f.mutable_place()->set_level(evil);
  f.mutable_place()->set_parents(0, evil);
  f.mutable_claims(0)->set_raw(evil);
  f.mutable_claims(0)->set_metric(evil);
  f.set_ordinal_scope_code(evil);
  f.add_reasons(evil);
  f.add_partners(evil);
  v1::Source& source = *a.mutable_sources(0);
  source.set_title(evil);
  source.set_medium(evil);
  source.set_url("javascript:alert(1)");
  source.set_snapshot_id("javascript:alert(1)/" + evil);
  *source.mutable_finding() = f;
  source.mutable_finding()->mutable_quotes(0)->set_text(evil);
  register_->announcements = {a};
  for (const char* target :
       {"/", "/announcements", "/announcements/a%22%27%3E%3Ci%3E", "/?lang=zh"}) {
    const RawResponse got = Get(target, kHtml);
    EXPECT_EQ(got.status, 200) << target;
    for (const char* live : {"<script", "<img", "><i>", "href=\"javascript"})
      EXPECT_THAT(got.body, Not(HasSubstr(live))) << target;
    EXPECT_THAT(got.body, Not(HasSubstr("\u202e"))) << target;
  }
}

}  // namespace
}  // namespace signboard::gateway
