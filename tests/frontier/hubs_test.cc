// Hubs by behaviour, hubs that fade, hubs that move, and what may overtake ordinary pages.
#include <gmock/gmock.h>

#include "frontier/moved_hubs.h"
#include "tests/frontier/frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Millis kSecond{1'000};

class HubsTest : public FrontierFixture {
 protected:
  // The lease of a URL once its turn has come; whatever comes before it is unchanged.
  v1::Lease LeaseOf(const std::string& url) {
    now_ = std::max(now_, FromMillis(Explain(url, now_).due_ms()));
    for (int i = 0; i < 1'000; ++i, now_ += kSecond) {
      for (const v1::Lease& lease : LendMany(now_)) {
        if (lease.url() == url) return lease;
        Report(Ended(lease, v1::OUTCOME_UNCHANGED), now_);
      }
    }
    ADD_FAILURE() << url << " is not lent";
    return {};
  }
  void Visit(const std::string& url, const std::vector<std::string>& links, bool is_hub = false) {
    v1::Report report = Content(LeaseOf(url), links);
    report.set_is_hub(is_hub);
    EXPECT_EQ(Report(report, now_).status(), v1::ReportAck::ACCEPTED) << url;
  }
  void End(const std::string& url, v1::Outcome outcome) {
    Report(Ended(LeaseOf(url), outcome), now_);
  }
  void Redirect(const std::string& url, const std::string& to) {
    v1::Report report = Ended(LeaseOf(url), v1::OUTCOME_REDIRECT, 301);
    report.add_outlinks()->set_url(to);
    report.mutable_outlinks(0)->set_kind(v1::Outlink::REDIRECT);
    Report(report, now_);
  }
  v1::UrlExplanation Why(const std::string& url) { return Explain(url, now_); }
  // A link that was never seen.
  std::string New() { return "http://a.cn/new/" + std::to_string(next_++); }
  static std::vector<std::string> Entries(int count) {
    std::vector<std::string> urls;
    for (int i = 0; i < count; ++i) urls.push_back("http://a.cn/n/" + std::to_string(i));
    return urls;
  }

  UnixTime now_ = kNoon;
  int next_ = 0;
};

TEST_F(HubsTest, PageThatShowsNewLinksAgainAndAgainIsWatchedAsOne) {
  AddSeed("http://a.cn/");
  Visit("http://a.cn/", {"http://a.cn/page"});
  Visit("http://a.cn/page", {New(), New()});
  for (int i = 0; i < 2; ++i) Visit("http://a.cn/page", {New()});
  EXPECT_FALSE(Why("http://a.cn/page").is_hub());
  Visit("http://a.cn/page", {New()});
  const v1::UrlExplanation why = Why("http://a.cn/page");
  EXPECT_TRUE(why.is_hub());
  EXPECT_EQ(why.priority(), v1::PRIORITY_HUB);
  EXPECT_EQ(SpanOf(why.interval()), options_.revisit.hub_interval_start);
  EXPECT_THAT(why.because(), Contains(HasSubstr("3 of its last 3 visits showed links never")));
  Restart();
  for (uint32_t i = 0; i < options_.revisit.behaviour_visits; ++i) Visit("http://a.cn/page", {});
  EXPECT_FALSE(Why("http://a.cn/page").is_hub());
  EXPECT_EQ(Why("http://a.cn/page").priority(), v1::PRIORITY_NORMAL);
}

TEST_F(HubsTest, BusyListsAreVisitedMoreOftenThanQuietOnesAndOverRestarts) {
  AddSeed("http://a.cn/");
  AddSeed("http://b.cn/");
  for (int i = 0; i < 6; ++i) {
    Visit("http://a.cn/", {New(), New(), New()});
    Visit("http://b.cn/", {});
  }
  const auto wait = [&](const std::string& url) { return SpanOf(Why(url).interval()); };
  const Millis mean = options_.revisit.hub_interval_start;
  EXPECT_LT(wait("http://a.cn/"), mean);
  EXPECT_GT(wait("http://b.cn/"), mean);
  EXPECT_LT(wait("http://b.cn/"), mean * 2);
  const Millis before = wait("http://b.cn/");
  Restart();
  Visit("http://b.cn/", {});
  EXPECT_NEAR(static_cast<double>(wait("http://b.cn/").count()),
              static_cast<double>(before.count()), static_cast<double>(mean.count()) / 10);
}

TEST_F(HubsTest, AnAnnouncementIsToTheCreditOfTheListThatLedThere) {
  AddSeed("http://a.cn/");
  AddSeed("http://b.cn/");
  for (const char* seed : {"http://a.cn/", "http://b.cn/"}) {
    const std::string page = std::string(seed) + "founded.html";
    Visit(seed, {page});
    v1::Report report = Content(LeaseOf(page));
    const bool announces = seed == std::string("http://a.cn/");
    report.mutable_fetched()->add_findings()->set_is_announcement(announces);
    Report(report, now_);
  }
  for (int i = 0; i < 4; ++i) {
    Visit("http://a.cn/", {});
    Visit("http://b.cn/", {});
  }
  EXPECT_LT(SpanOf(Why("http://a.cn/").interval()), SpanOf(Why("http://b.cn/").interval()));
}

TEST_F(HubsTest, KnownLinksMakeNoHub) {
  AddSeed("http://a.cn/");
  Visit("http://a.cn/", {"http://a.cn/page", "http://a.cn/1", "http://a.cn/2"});
  for (int i = 0; i < 6; ++i) Visit("http://a.cn/page", {"http://a.cn/1", "http://a.cn/2"});
  EXPECT_FALSE(Why("http://a.cn/page").is_hub());
}

TEST_F(HubsTest, ListThatNeverYieldsFadesToAPageAndComesBackWithItsFirstNews) {
  AddSeed("http://a.cn/");
  Visit("http://a.cn/", {"http://a.cn/list"});
  Visit("http://a.cn/list", {"http://a.cn/1"}, true);
  EXPECT_TRUE(Why("http://a.cn/list").is_hub());
  while (now_ < kNoon + options_.revisit.fade_after) Visit("http://a.cn/list", {}, true);
  for (uint32_t i = 0; i < options_.revisit.fade_visits; ++i) Visit("http://a.cn/list", {}, true);
  EXPECT_FALSE(Why("http://a.cn/list").is_hub());
  EXPECT_THAT(Why("http://a.cn/list").because(), Contains(HasSubstr("watched as a page")));
  for (int i = 0; i < 20; ++i) End("http://a.cn/list", v1::OUTCOME_UNCHANGED);
  EXPECT_LE(FromMillis(Why("http://a.cn/list").due_ms()) - now_,
            options_.revisit.faded_interval_max);
  Visit("http://a.cn/list", {New()}, true);
  EXPECT_TRUE(Why("http://a.cn/list").is_hub());
  EXPECT_EQ(SpanOf(Why("http://a.cn/list").interval()), options_.revisit.hub_interval_start);
}

TEST_F(HubsTest, SeedNeverFades) {
  AddSeed("http://a.cn/");
  while (now_ < kNoon + options_.revisit.fade_after * 4) Visit("http://a.cn/", {});
  EXPECT_TRUE(Why("http://a.cn/").is_hub());
}

TEST_F(HubsTest, SiteHasOnlySoManyHubsByBehaviour) {
  options_.unproven_hubs_max = 1;
  Restart();
  AddSeed("http://a.cn/");
  Visit("http://a.cn/", {"http://a.cn/p", "http://a.cn/q"});
  for (const char* url : {"http://a.cn/p", "http://a.cn/q"}) {
    for (int i = 0; i < 6; ++i) Visit(url, {New()});
  }
  EXPECT_TRUE(Why("http://a.cn/p").is_hub());
  EXPECT_FALSE(Why("http://a.cn/q").is_hub());
}

TEST_F(HubsTest, NewsColumnsOvertakePagesButNotAllOfAThousand) {
  AddSeed("http://a.cn/");
  v1::Report report = Content(LeaseOf("http://a.cn/"), {"http://a.cn/0-page"});
  for (int i = 0; i < 1'000; ++i) {
    v1::Outlink& link = *report.add_outlinks();
    link.set_url("http://a.cn/column/" + std::to_string(i));
    link.set_priority(v1::PRIORITY_HUB);
  }
  Report(report, now_);
  uint32_t before = 0;
  for (;; ++before) {
    now_ += kSecond;
    const v1::Lease lease = LendOne(now_);
    if (lease.url() == "http://a.cn/0-page") break;
    EXPECT_EQ(lease.priority(), v1::PRIORITY_HUB);
    Report(Ended(lease, v1::OUTCOME_UNCHANGED), now_);
  }
  EXPECT_EQ(before, kHubLinksPerReportMax);
}

TEST_F(HubsTest, SiteTakesNoMoreHubsOnTrustThanItsLimit) {
  options_.unproven_hubs_max = 2;
  Restart();
  AddSeed("http://a.cn/");
  v1::Report report = Content(LeaseOf("http://a.cn/"), {"http://a.cn/1", "http://a.cn/2",
                                                        "http://a.cn/3"});
  for (v1::Outlink& link : *report.mutable_outlinks()) link.set_priority(v1::PRIORITY_HUB);
  Report(report, now_);
  EXPECT_TRUE(Why("http://a.cn/2").is_hub());
  EXPECT_FALSE(Why("http://a.cn/3").is_hub());
  EXPECT_EQ(Why("http://a.cn/3").priority(), v1::PRIORITY_NORMAL);
  // One is what it was said to be: there is room for another.
  Visit("http://a.cn/1", {}, true);
  report = Content(LeaseOf("http://a.cn/2"), {"http://a.cn/4"});
  report.mutable_outlinks(0)->set_priority(v1::PRIORITY_HUB);
  Report(report, now_);
  EXPECT_TRUE(Why("http://a.cn/4").is_hub());
}

TEST_F(HubsTest, OnlySoManyNewsOfAReportOvertakePages) {
  AddSeed("http://a.cn/");
  Visit("http://a.cn/", {});
  std::vector<std::string> links;
  for (uint32_t i = 0; i <= kNewsPerReportMax; ++i) links.push_back(New());
  Visit("http://a.cn/", links);
  EXPECT_EQ(Why(links[kNewsPerReportMax - 1]).priority(), v1::PRIORITY_HUB);
  EXPECT_EQ(Why(links[kNewsPerReportMax]).priority(), v1::PRIORITY_NORMAL);
}

class MovedHubsTest : public HubsTest {
 protected:
  // A seed whose page shows /old, a list of `count` entries that are first seen on it.
  void WatchOldList(int count) {
    AddSeed("http://a.cn/");
    Visit("http://a.cn/", {"http://a.cn/old"});
    Visit("http://a.cn/old", Entries(count), true);
    // Both are looked at ever less often: /old is due before the seed is.
    for (int i = 0; i < 3; ++i) Visit("http://a.cn/old", Entries(count), true);
  }
};

TEST_F(MovedHubsTest, TargetOfAHubsRedirectTakesItsPlace) {
  WatchOldList(3);
  const Millis interval = SpanOf(Why("http://a.cn/old").interval());
  Redirect("http://a.cn/old", "http://a.cn/new");
  const v1::UrlExplanation why = Why("http://a.cn/new");
  EXPECT_TRUE(why.is_hub());
  EXPECT_EQ(why.priority(), v1::PRIORITY_HUB);
  EXPECT_EQ(SpanOf(why.interval()), interval);
  EXPECT_EQ(why.moved_from(), "http://a.cn/old");
  EXPECT_EQ(Why("http://a.cn/old").moved_to(), "http://a.cn/new");
  EXPECT_THAT(why.because(), Contains(HasSubstr("moved here from http://a.cn/old")));
  Visit("http://a.cn/new", {});
  EXPECT_TRUE(Why("http://a.cn/new").is_hub()) << "whatever it looks like";
}

TEST_F(MovedHubsTest, KnownPageThatAHubRedirectsToBecomesOne) {
  WatchOldList(3);
  Visit("http://a.cn/n/0", {});
  Redirect("http://a.cn/old", "http://a.cn/n/0");
  EXPECT_TRUE(Why("http://a.cn/n/0").is_hub());
  EXPECT_LE(Why("http://a.cn/n/0").due_ms(), ToMillis(now_));
}

TEST_F(MovedHubsTest, PageThatRedirectsHandsNothingOn) {
  AddSeed("http://a.cn/");
  Visit("http://a.cn/", {"http://a.cn/page"});
  Visit("http://a.cn/page", {});
  Redirect("http://a.cn/page", "http://a.cn/other");
  EXPECT_FALSE(Why("http://a.cn/other").is_hub());
  EXPECT_EQ(Why("http://a.cn/page").moved_to(), "");
}

TEST_F(MovedHubsTest, HubHandsItsPlaceToOneTargetOnly) {
  WatchOldList(3);
  Redirect("http://a.cn/old", "http://a.cn/new?1");
  Redirect("http://a.cn/old", "http://a.cn/new?2");
  EXPECT_FALSE(Why("http://a.cn/new?2").is_hub());
  Visit("http://a.cn/old", {}, true);
  Redirect("http://a.cn/old", "http://a.cn/new?3");
  EXPECT_TRUE(Why("http://a.cn/new?3").is_hub());
}

TEST_F(MovedHubsTest, TargetThatIsNotThereIsNoHub) {
  WatchOldList(3);
  Redirect("http://a.cn/old", "http://a.cn/new");
  End("http://a.cn/new", v1::OUTCOME_GONE);
  EXPECT_FALSE(Why("http://a.cn/new").is_hub());
}

TEST_F(MovedHubsTest, WhatTookThePlaceOfASeedNeverFades) {
  AddSeed("http://a.cn/");
  Redirect("http://a.cn/", "https://a.cn/");
  Visit("https://a.cn/", {});
  while (now_ < kNoon + options_.revisit.fade_after * 4) Visit("https://a.cn/", {});
  EXPECT_TRUE(Why("https://a.cn/").is_hub());
}

TEST_F(MovedHubsTest, GoneHubHasItsSeedLookedAtAtOnceAndOnce) {
  WatchOldList(3);
  const v1::Lease lease = LeaseOf("http://a.cn/old");
  EXPECT_GT(Why("http://a.cn/").due_ms(), ToMillis(now_));
  Report(Ended(lease, v1::OUTCOME_GONE, 404), now_);
  EXPECT_LE(Why("http://a.cn/").due_ms(), ToMillis(now_));
  EXPECT_THAT(Lend(now_), IsEmpty()) << "its host rests as ever";
  Visit("http://a.cn/", {"http://a.cn/old"});
  const v1::Lease again = LeaseOf("http://a.cn/old");
  const int64_t due = Why("http://a.cn/").due_ms();
  Report(Ended(again, v1::OUTCOME_GONE, 404), now_);
  EXPECT_EQ(Why("http://a.cn/").due_ms(), due) << "it was known to be gone";
}

TEST_F(MovedHubsTest, NewPageThatShowsAGoneHubsEntriesIsItsSuccessor) {
  WatchOldList(kKinOfListMin);
  const Millis interval = SpanOf(Why("http://a.cn/old").interval());
  End("http://a.cn/old", v1::OUTCOME_GONE);
  Visit("http://a.cn/", {"http://a.cn/new"});
  std::vector<std::string> links = Entries(kKinOfListMin);
  links.push_back("http://a.cn/");
  links.push_back(New());
  Visit("http://a.cn/new", links, true);
  EXPECT_EQ(Why("http://a.cn/new").moved_from(), "http://a.cn/old");
  EXPECT_EQ(Why("http://a.cn/old").moved_to(), "http://a.cn/new");
  EXPECT_TRUE(Why("http://a.cn/new").is_hub());
  EXPECT_LE(SpanOf(Why("http://a.cn/new").interval()), interval * 3 / 2) << "what was learned";
  EXPECT_THAT(Why("http://a.cn/old").because(), Contains(HasSubstr("moved to http://a.cn/new")));
}

TEST_F(MovedHubsTest, HubThatIsThereHasNoSuccessor) {
  WatchOldList(kKinOfListMin);
  Visit("http://a.cn/", {"http://a.cn/new"});
  Visit("http://a.cn/new", Entries(kKinOfListMin), true);
  EXPECT_EQ(Why("http://a.cn/new").moved_from(), "");
}

TEST(LikelyPredecessorTest, MostOfTheLinksThatTellMustBeFromOneHub) {
  const std::set<std::string> home = {"home"};
  EXPECT_EQ(LikelyPredecessor({{"hub", kKinOfListMin}, {"home", 100}}, home, true), "hub");
  EXPECT_EQ(LikelyPredecessor({{"hub", kKinOfListMin - 1}}, home, true), "");
  EXPECT_EQ(LikelyPredecessor({{"hub", kKinOfListMin}, {"b", 3}, {"c", 2}}, home, true), "")
      << "half is not most";
  EXPECT_EQ(LikelyPredecessor({{"hub", kKinOfPageMin - 1}}, home, false), "")
      << "a box of related links";
  EXPECT_EQ(LikelyPredecessor({{"hub", kKinOfPageMin}}, home, false), "hub");
  EXPECT_EQ(LikelyPredecessor({}, home, true), "");
}

}  // namespace
}  // namespace signboard::frontier
