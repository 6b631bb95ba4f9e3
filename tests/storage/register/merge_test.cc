// What the register makes of the pages it is told of.
#include <algorithm>

#include "storage/register/sources.h"
#include "tests/storage/register/register_fixture.h"

namespace signboard::registry {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kCounty[] = "http://www.jxjaxzf.gov.cn/jaxzf/yw/202511/t20251118_1.shtml";
constexpr char kMedia[] = "http://jarmt.cjyun.org/p/1.html";
constexpr char kMirror[] = "http://big5.example.com/gate/1.html";
constexpr char kText[] =
    "11月18日，靖安国际传播中心揭牌成立。中心由县委宣传部主管，县融媒体中心运营，目前账号覆盖七十多个国家和地区，"
    "触达受众超过三千万人次，是全市第三家县级国际传播中心。";
constexpr char kTraditional[] =
    "11月18日，靖安國際傳播中心揭牌成立。中心由縣委宣傳部主管，縣融媒體中心運營，目前賬號覆蓋七十多個國家和地區，"
    "觸達受眾超過三千萬人次，是全市第三家縣級國際傳播中心。";
constexpr char kOtherWords[] =
    "本报讯 记者昨日从宜春市获悉，继两家之后，又有一家县级对外传播机构开门迎客。当天的活动上，来自多国的嘉宾"
    "参观了展厅，品尝了白茶，并观看了茶艺表演。";

v1::LoggedFindings CountyPage() {
  v1::Finding f = Jingan();
  f.set_lead_organ("靖安县委宣传部");
  Quote("lead_organ", "县委宣传部主管", &f);
  return PageOf(kCounty, kNoon).Says(f).Text(kText).Published(kNoon - 4 * kHour).Site(
      "靖安县人民政府", "靖安县融媒体中心");
}
v1::LoggedFindings MediaPage() {
  v1::Finding f = Jingan();
  f.set_score(0.8);
  f.set_centre_name_zh("靖安县国际传播中心");
  f.set_operator_organ("靖安县融媒体中心");
  v1::Claim* claim = f.add_claims();
  claim->set_metric("reach");
  claim->set_value(30'000'000);
  Quote("operator", "县融媒体中心运营", &f);
  Quote("claim", "三千万", &f);
  return PageOf(kMedia, kNoon + kHour).Says(f).Text(kText).Published(kNoon - kHour).Site(
      "靖安县融媒体中心");
}
v1::LoggedFindings MirrorPage() {
  v1::Finding f = Jingan();
  f.set_score(0.7);
  f.set_centre_name_zh("靖安國際傳播中心");
  return PageOf(kMirror, kNoon + 2 * kHour).Says(f).Text(kTraditional).Published(kNoon).Site(
      "某某網");
}
// The county's page, edited: another claim.
v1::LoggedFindings EditedPage() {
  v1::Finding f = Jingan();
  f.set_lead_organ("靖安县委宣传部");
  v1::Claim* claim = f.add_claims();
  claim->set_metric("countries");
  claim->set_value(70);
  return PageOf(kCounty, kNoon + kDay).Says(f).Text(kText).Published(kNoon - 4 * kHour).Site(
      "靖安县人民政府", "靖安县融媒体中心");
}
v1::LoggedFindings CityPaper() {
  v1::Finding f = Jingan();
  f.set_score(0.6);
  f.clear_event_date();
  return PageOf("http://yichun.example.cn/1", kNoon + 3 * kHour).Says(f).Text(kOtherWords).Site(
      "宜春日报");
}

std::vector<v1::LoggedFindings> AllPages() {
  return {CountyPage(), MediaPage(), MirrorPage(), EditedPage(), CityPaper()};
}

TEST_F(RegisterTest, OneFoundingOnSeveralPagesIsOneAnnouncement) {
  for (const v1::LoggedFindings& page : AllPages()) Merge(page);
  const auto all = All();
  ASSERT_EQ(all.size(), 1u);
  const v1::Announcement& found = all[0];
  EXPECT_THAT(found.id(), ::testing::MatchesRegex("a[0-9a-f]{12}"));
  EXPECT_THAT(found.centre_id(), ::testing::MatchesRegex("c[0-9a-f]{12}"));
  EXPECT_EQ(found.state(), "found");
  EXPECT_EQ(found.first_found_ms(), kNoon + 1);
  ASSERT_EQ(found.sources_size(), 5);
  EXPECT_EQ(found.sources(0).url(), kCounty);
  EXPECT_EQ(found.sources(1).url(), kMedia);
  EXPECT_EQ(found.sources(4).url(), kCounty) << "the edited version, found last";
  EXPECT_EQ(found.sources(0).medium(), "靖安县融媒体中心");
  EXPECT_EQ(found.sources(3).medium(), "宜春日报");
  // The county names the media centre as its source; the mirror has the media centre's text.
  EXPECT_TRUE(found.sources(0).is_reprint());
  EXPECT_FALSE(found.sources(1).is_reprint());
  EXPECT_TRUE(found.sources(2).is_reprint());
  EXPECT_FALSE(found.sources(3).is_reprint());
  EXPECT_EQ(found.independent_source_count(), 2u) << "the media centre and the city's paper";
  EXPECT_EQ(register_->Stats().announcements(), 1u);

  const auto events = Events();
  ASSERT_EQ(events.size(), 5u);
  EXPECT_EQ(events[0].type(), "new");
  for (size_t i = 1; i < 5; ++i) {
    EXPECT_EQ(events[i].type(), "updated");
    EXPECT_EQ(events[i].sequence(), i + 1);
  }
  EXPECT_EQ(events[4].announcement().SerializeAsString(), found.SerializeAsString());

  const v1::Centre centre = register_->centres().Get(found.centre_id()).value();
  EXPECT_EQ(centre.place().code(), "360925");
  EXPECT_EQ(centre.level(), "county");
  EXPECT_EQ(centre.known_before(), "");
  EXPECT_THAT(centre.announcement_ids(), ElementsAre(found.id()));
  EXPECT_THAT(Said(centre, "name_zh"), Contains("靖安县国际传播中心"));
  EXPECT_THAT(Said(centre, "claim.reach"), ElementsAre("30000000"));
  EXPECT_THAT(Said(centre, "operator"), ElementsAre("靖安县融媒体中心"));
}

TEST_F(RegisterTest, MergedFieldsComeFromTheBestPageThatHasThemAndQuotesNameIt) {
  for (const v1::LoggedFindings& page : AllPages()) Merge(page);
  const v1::Finding merged = All()[0].merged();
  EXPECT_TRUE(merged.is_announcement());
  EXPECT_EQ(merged.score(), 0.9);
  EXPECT_EQ(merged.centre_name_zh(), "靖安国际传播中心");
  EXPECT_EQ(merged.lead_organ(), "靖安县委宣传部");
  EXPECT_EQ(merged.operator_organ(), "靖安县融媒体中心") << "only the media centre says so";
  EXPECT_EQ(merged.event_date(), "2025-11-18");
  ASSERT_EQ(merged.claims_size(), 2) << "one metric each from two pages";
  ASSERT_EQ(merged.quotes_size(), 3);
  for (const v1::Quote& quote : merged.quotes()) {
    const v1::LoggedFindings from = quote.field() == "lead_organ" ? CountyPage() : MediaPage();
    EXPECT_EQ(quote.snapshot_id(), from.snapshot().id()) << quote.field();
  }
}

TEST_F(RegisterTest, TheSamePagesInAnyOrderAreTheSameAnnouncement) {
  std::vector<v1::LoggedFindings> pages = AllPages();
  for (const v1::LoggedFindings& page : pages) Merge(page);
  const std::string expected = Substance(All()[0]);
  const std::string centre = register_->centres().Get(All()[0].centre_id()).value().DebugString();
  const std::vector<std::vector<size_t>> orders = {{4, 3, 2, 1, 0}, {3, 0, 1, 2, 4},
                                                   {2, 1, 3, 0, 4}, {1, 4, 0, 3, 2},
                                                   {0, 2, 4, 1, 3}, {3, 4, 1, 0, 2}};
  for (const std::vector<size_t>& order : orders) {
    kv::testing::TempDirectory directory;
    auto space = OpenSpace(directory.Sub("archive"), AllFamilies()).value();
    auto other = Register::Open(*space, clock_).value();
    uint64_t sequence = 0;
    for (const size_t at : order) {
      pages[at].set_sequence(++sequence);
      ASSERT_TRUE(other->Apply(0, pages[at]).ok());
    }
    auto list = other->ListAnnouncements({}).value();
    ASSERT_EQ(list.rows.size(), 1u);
    ASSERT_EQ(Substance(list.rows[0]), expected);
    ASSERT_EQ(other->centres().Get(list.rows[0].centre_id()).value().DebugString(), centre);
  }
}

TEST_F(RegisterTest, EntriesThatWereMergedChangeNothing) {
  for (const v1::LoggedFindings& page : AllPages()) Merge(page);
  const std::string before = All()[0].DebugString();
  uint64_t sequence = 0;
  for (v1::LoggedFindings page : AllPages()) {
    page.set_sequence(++sequence);
    EXPECT_TRUE(register_->Apply(0, page).ok());
  }
  EXPECT_EQ(All()[0].DebugString(), before);
  // The same pages out of another log: nothing new in them either.
  sequence = 0;
  for (v1::LoggedFindings page : AllPages()) {
    page.set_sequence(++sequence);
    EXPECT_TRUE(register_->Apply(128, page).ok());
  }
  EXPECT_EQ(All()[0].DebugString(), before);
  EXPECT_EQ(register_->Stats().sequence(), 5u);
  Reopen();
  EXPECT_EQ(All()[0].DebugString(), before);
  EXPECT_EQ(register_->Followed(0), 5u);
  EXPECT_EQ(register_->Followed(128), 5u);
  EXPECT_EQ(register_->Stats().announcements(), 1u);
  EXPECT_EQ(register_->Stats().sequence(), 5u);
}

TEST_F(RegisterTest, CapturesThatSayTheSameAreOneSource) {
  for (int i = 5; i > 0; --i) {
    v1::Finding f = Jingan();
    Quote("event", "揭牌成立", &f);
    f.mutable_quotes(0)->set_from(static_cast<uint32_t>(i));
    Merge(PageOf(kCounty, kNoon + i * kHour).Says(f).Text(kText));
  }
  ASSERT_EQ(All()[0].sources_size(), 1);
  EXPECT_EQ(All()[0].sources(0).captured_ms(), kNoon + kHour) << "the earliest";
}

TEST_F(RegisterTest, DetectedAnewAPageReplacesItself) {
  Merge(CountyPage());
  v1::LoggedFindings again = CountyPage();
  again.mutable_findings(0)->set_lead_organ("中共靖安县委宣传部");
  Merge(again);
  ASSERT_EQ(All()[0].sources_size(), 1);
  EXPECT_EQ(All()[0].merged().lead_organ(), "中共靖安县委宣传部");
  again.mutable_findings(0)->set_is_announcement(false);
  Merge(again);
  EXPECT_EQ(All()[0].state(), "retracted") << "its only source is none";
  EXPECT_EQ(Events().back().type(), "retracted");
  Merge(MediaPage());
  EXPECT_EQ(All()[0].state(), "found");
  EXPECT_EQ(All()[0].sources(0).url(), kMedia);
}

TEST_F(RegisterTest, CentreKnownForLongIsNotAnnouncedAgain) {
  v1::Finding f = Jingan();
  f.set_centre_name_zh("济南国际传播中心");
  f.mutable_place()->set_code("370100");
  f.mutable_place()->set_name_zh("济南市");
  f.mutable_place()->set_level("prefecture");
  f.add_accounts("Jinan, China");
  const auto page = [&f](int64_t published, const char* url) {
    return PageOf(url, kNoon).Says(f).Text(kText).Published(published);
  };
  Merge(page(kNoon - kDay, "http://a.cn/anniversary"));
  f.clear_place();
  Merge(page(kNoon - kDay, "http://a.cn/without-place"));
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_THAT(Events(), IsEmpty());
  v1::Centre centre = CentreNamed("济南国际传播中心");
  EXPECT_THAT(centre.known_before(), Not(IsEmpty()));
  EXPECT_THAT(Said(centre, "account"), Contains("Jinan, China"));
  EXPECT_THAT(Said(centre, "founded"), Contains("2022-05-24"));
  // Found late, but published within the month: that is the announcement.
  f = Jingan();
  f.set_centre_name_zh("济南国际传播中心");
  f.mutable_place()->set_code("370100");
  f.mutable_place()->set_level("prefecture");
  f.set_event_date("2022-05-24");
  Merge(page(1'653'451'200'000, "http://a.cn/report"));  // 2022-05-25T04:00Z
  ASSERT_EQ(All().size(), 1u);
  EXPECT_EQ(All()[0].centre_id(), centre.id());
  EXPECT_THAT(CentreNamed("济南国际传播中心").announcement_ids(), ElementsAre(All()[0].id()));
}

TEST_F(RegisterTest, ReportAMonthAfterTheFirstIsNoSource) {
  Merge(CountyPage());
  v1::Finding f = Jingan();
  f.set_event_date("");
  const auto later = [&](int days) {
    return PageOf("http://b.cn/" + std::to_string(days), kNoon + days * kDay).Says(f).Text("");
  };
  Merge(later(29));
  Merge(later(32));
  f.set_event_date("2025-11-18");
  Merge(later(200));
  ASSERT_EQ(All().size(), 1u);
  EXPECT_EQ(All()[0].sources_size(), 2);
  // A year on, alone and with the day it retells: no announcement either.
  f.set_centre_name_zh("宜丰国际传播中心");
  f.mutable_place()->set_code("360924");
  Merge(later(400));
  EXPECT_EQ(All().size(), 1u);
}

TEST_F(RegisterTest, PlanIsAStatementOnceTheCentreIsKnown) {
  v1::Finding plan = Jingan();
  plan.set_is_announcement(false);
  plan.set_event("planned");
  plan.clear_event_date();
  plan.set_lead_organ("靖安县委");
  const size_t known = Centres().size();
  Merge(PageOf("http://c.cn/plan", kNoon - 90 * kDay).Says(plan).Text("计划"));
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_EQ(Centres().size(), known) << "planned is not there";
  v1::Finding station = Jingan();
  station.set_unit_type("station");
  Merge(PageOf("http://c.cn/station", kNoon).Says(station).Text("站"));
  EXPECT_THAT(All(), IsEmpty()) << "a station is no centre";
  Merge(CountyPage());
  ASSERT_EQ(All().size(), 1u);
  const v1::Centre centre = register_->centres().Get(All()[0].centre_id()).value();
  EXPECT_THAT(Said(centre, "event"), ElementsAre("planned", "unveiled"));
  EXPECT_THAT(Said(centre, "lead_organ"), ElementsAre("靖安县委", "靖安县委宣传部"));
  EXPECT_EQ(Centres().size(), known + 1);
}

TEST_F(RegisterTest, CentreOfUnknownYearIsAnnouncedOnItsDayAlone) {
  v1::Finding f = Jingan();
  f.set_centre_name_zh("城关区国际传播中心");
  f.mutable_place()->set_code("620102");
  f.mutable_place()->set_name_zh("城关区");
  f.set_event_date("");
  Merge(PageOf("http://d.cn/1", kNoon + 90 * kDay).Says(f).Text("回顾"));
  EXPECT_THAT(All(), IsEmpty());
  f.set_event_date("2025-11-18");
  Merge(PageOf("http://d.cn/2", kNoon).Says(f).Text("揭牌"));
  EXPECT_EQ(All().size(), 1u);
}

TEST_F(RegisterTest, BareNameOfNowhereIsNoCentre) {
  v1::Finding f = Jingan();
  f.set_centre_name_zh("国际传播中心");
  f.clear_place();
  Merge(PageOf("http://e.cn/1", kNoon).Says(f).Text("揭牌"));
  f.set_centre_name_zh("");
  Merge(PageOf("http://e.cn/2", kNoon).Says(f).Text("揭牌"));
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_EQ(register_->Followed(0), 2u);
}

TEST_F(RegisterTest, HostileFindingsAreCutAndNeverStopTheLog) {
  v1::Finding f = Jingan();
  const std::string huge(300'000, 'x');
  f.set_score(std::numeric_limits<double>::quiet_NaN());
  f.set_centre_name_en(huge);
  f.set_lead_organ(std::string("a\0b\x1b[31m", 8) + huge);
  f.mutable_place()->set_level(huge);
  f.set_event_date("99999999-99-99" + huge);
  for (int i = 0; i < 1'000; ++i) {
    f.add_accounts("账号" + std::to_string(i));
    f.add_claims()->set_metric(huge.substr(0, 100) + std::to_string(i));
    Quote("claim", "引" + huge.substr(0, 1'000), &f);
    f.mutable_quotes(i)->set_from(UINT32_MAX);
  }
  v1::LoggedFindings entry = PageOf("http://f.cn/1", kNoon).Says(f).Text(huge);
  for (int i = 0; i < 999; ++i) *entry.add_findings() = Jingan();
  entry.mutable_snapshot()->mutable_page()->set_published_ms(INT64_MIN);
  entry.mutable_snapshot()->mutable_page()->set_title(huge);
  Merge(entry);
  v1::LoggedFindings empty;
  Merge(empty);
  v1::Finding zero = Jingan();
  zero.mutable_place()->set_code(std::string("36\0", 3));
  Merge(PageOf("http://f.cn/2", kNoon).Says(zero).Text("\xff\xfe"));
  EXPECT_EQ(register_->Followed(0), 3u);
  for (const v1::Announcement& announcement : All()) {
    EXPECT_LT(announcement.ByteSizeLong(), 40'000u);
    EXPECT_GE(announcement.merged().score(), 0);
    EXPECT_LE(announcement.merged().score(), 1);
  }
  for (const v1::Centre& centre : Centres()) EXPECT_LT(centre.ByteSizeLong(), 400'000u);
}

TEST_F(RegisterTest, FloodOfReprintsKeepsTheFirstSourcesAndItsBounds) {
  Merge(CountyPage());
  Merge(CityPaper());
  for (int i = 0; i < kSourcesMax + 20; ++i) {
    const std::string url = "http://x" + std::to_string(i) + ".farm.cn/";
    v1::Finding f = Jingan();
    f.set_score(1);
    Merge(PageOf(url, kNoon + kHour + i).Says(f).Text(kText).Site("农场" + std::to_string(i)));
  }
  const v1::Announcement found = All()[0];
  EXPECT_EQ(found.sources_size(), kSourcesMax);
  std::vector<std::string> urls;
  for (const v1::Source& source : found.sources()) urls.push_back(source.url());
  EXPECT_THAT(urls, Contains(kCounty));
  EXPECT_THAT(urls, Contains("http://yichun.example.cn/1"));
  EXPECT_LE(found.independent_source_count(), 2u);
}

}  // namespace
}  // namespace signboard::registry
