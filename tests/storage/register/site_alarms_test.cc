// Sites that fall silent, block us and come back: told once each, together where it is a storm.
#include "storage/register/site_alarms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/register/alert_fixture.h"

namespace signboard::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using std::chrono::hours;
using std::chrono::minutes;

class SiteAlarmsTest : public AlertTest {
 protected:
  void SetUp() override {
    AlertTest::SetUp();
    OpenAlarms();
    v1::Subscription wanted;
    wanted.add_types("site");
    id_ = Subscribe(wanted).id();
  }
  void OpenAlarms() { alarms_ = SiteAlarms::Open(*space_, *book_).value(); }
  void RestartAll() {
    alarms_.reset();
    Restart();
    OpenAlarms();
  }
  void TearDown() override {
    alarms_.reset();
    AlertTest::TearDown();
  }
  static SiteSeen Site(int number, const std::string& state, const std::string& place = "360900") {
    SiteSeen site;
    site.url = "http://www.s" + std::to_string(number) + ".cn/";
    site.state = state;
    site.confirmed = true;
    site.places = {place, place.substr(0, 2) + "0000"};
    site.level = "county";
    site.vantage = "beijing";
    site.data = R"({"url":")" + site.url + R"(","state":")" + state + R"("})";
    return site;
  }
  size_t Look(const std::vector<SiteSeen>& sites) {
    const auto told = alarms_->Look(sites, hours(1), clock_.Now());
    EXPECT_TRUE(told.ok()) << base::ToString(told.status());
    return told.value_or(0);
  }

  std::unique_ptr<SiteAlarms> alarms_;
  std::string id_;
};

TEST_F(SiteAlarmsTest, EachChangeIsToldOnceOverRestarts) {
  EXPECT_EQ(Look({Site(0, "ok"), Site(1, "never"), Site(2, "paused")}), 0u);
  EXPECT_EQ(Look({Site(0, "blocked")}), 0u) << "perhaps it passes";
  clock_.Advance(minutes(30));
  RestartAll();
  EXPECT_EQ(Look({Site(0, "blocked")}), 0u);
  clock_.Advance(minutes(30));
  EXPECT_EQ(Look({Site(0, "blocked")}), 1u);
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(hours(10));
    RestartAll();
    EXPECT_EQ(Look({Site(0, "blocked")}), 0u) << "it is known";
  }
  EXPECT_EQ(Look({Site(0, "ok")}), 1u);
  EXPECT_EQ(Look({Site(0, "ok")}), 0u);
  EXPECT_EQ(Look({Site(0, "silent")}), 1u) << "that rests on days already";
  EXPECT_EQ(Look({Site(0, "silent")}), 0u);
  const std::vector<v1::Delivery> sent = Deliver(id_);
  EXPECT_THAT(Types(sent), ElementsAre("site.blocked", "site.recovered", "site.silent"));
  const nlohmann::json first = Payload(sent[0]);
  EXPECT_EQ(first["data"]["url"], "http://www.s0.cn/");
  EXPECT_EQ(first["data"]["state"], "blocked");
}

TEST_F(SiteAlarmsTest, AFailureThatPassesIsNobodysNews) {
  Look({Site(0, "unreachable")});
  clock_.Advance(minutes(50));
  EXPECT_EQ(Look({Site(0, "ok")}), 0u);
  clock_.Advance(minutes(50));
  EXPECT_EQ(Look({Site(0, "unreachable")}), 0u) << "its patience begins anew";
  SiteSeen once = Site(0, "unreachable");
  once.confirmed = false;
  clock_.Advance(hours(5));
  EXPECT_EQ(Look({once}), 0u) << "one failure is none";
  EXPECT_EQ(Look({Site(0, "unreachable")}), 1u);
  EXPECT_THAT(Types(Deliver(id_)), ElementsAre("site.silent")) << "it is not said to be gone";
}

TEST_F(SiteAlarmsTest, AVantageThatFailsIsToldInOneMessageToEachByItsPlaces) {
  v1::Subscription elsewhere;
  elsewhere.add_types("site.blocked");
  elsewhere.mutable_filter()->set_place_code("110000");
  const std::string few = Subscribe(elsewhere).id();
  v1::Subscription nowhere = elsewhere;
  nowhere.mutable_filter()->set_place_code("650000");
  const std::string none = Subscribe(nowhere).id();
  std::vector<SiteSeen> sites;
  for (int i = 0; i < 300; ++i) sites.push_back(Site(i, "blocked", i == 7 ? "110101" : "360900"));
  std::vector<SiteSeen> first(sites.begin(), sites.begin() + 3);
  EXPECT_EQ(Look(first), 0u);
  clock_.Advance(hours(1));
  EXPECT_EQ(Look(sites), 300u) << "those that fail for a moment come along";
  const std::vector<v1::Delivery> sent = Deliver(id_);
  ASSERT_THAT(Types(sent), ElementsAre("site.grouped"));
  const nlohmann::json storm = Payload(sent[0]);
  EXPECT_EQ(storm["data"]["type"], "site.blocked");
  EXPECT_EQ(storm["data"]["count"], 300);
  EXPECT_EQ(storm["data"]["vantage"], "beijing");
  EXPECT_EQ(storm["data"]["messages"].size(), 200u);
  EXPECT_EQ(storm["data"]["messages"][0]["type"], "site.blocked");
  const std::vector<v1::Delivery> theirs = Deliver(few);
  ASSERT_THAT(Types(theirs), ElementsAre("site.blocked"));
  EXPECT_EQ(Payload(theirs[0])["data"]["url"], "http://www.s7.cn/");
  EXPECT_THAT(Deliver(none), IsEmpty());
  for (SiteSeen& site : sites) site.state = "ok";
  RestartAll();
  EXPECT_EQ(Look(sites), 300u);
  EXPECT_THAT(Types(Deliver(id_)), ElementsAre("site.grouped"));
  EXPECT_EQ(Look(sites), 0u);
}

TEST_F(SiteAlarmsTest, ASiteThatIsWatchedNoLongerIsForgotten) {
  EXPECT_EQ(Look({Site(0, "silent"), Site(1, "silent")}), 2u);
  EXPECT_EQ(Look({Site(1, "paused")}), 0u);
  EXPECT_EQ(Look({Site(0, "silent"), Site(1, "ok")}), 1u) << "anew";
}

}  // namespace
}  // namespace signboard::registry
