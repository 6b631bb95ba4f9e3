#include "frontier/revisit_policy.h"

#include <gtest/gtest.h>

namespace signboard::frontier {
namespace {

constexpr Millis kHour(3'600'000);
constexpr Millis kDay = kHour * 24;
// A Monday, 0:00 UTC.
constexpr UnixTime kMonday = FromMillis(1'763'337'600'000);

class RevisitPolicyTest : public ::testing::Test {
 protected:
  Millis Wait(const PageHistory& page, const Visit& visit, const HubOutlook& outlook = {}) {
    return RevisitPolicy(options_).Next(page, visit, outlook)->wait;
  }
  // Of a hub among ten, whose weights are a thousandth each on average.
  Millis HubWait(HubWeight weight, HubOutlook outlook = {}) {
    outlook.all = {.count = 10, .links = 10'000, .value = 10'000};
    return Wait({.hub = true, .first = false, .weight = weight}, seen_, outlook);
  }
  // A page that was visited so often, a day apart, and had changed so often.
  static PageHistory Page(uint32_t visits, double changes) {
    PageHistory page{.first = false};
    page.watched = {.signs = changes, .days = static_cast<double>(visits), .visits = visits};
    return page;
  }

  RevisitOptions options_;
  const Visit seen_{.outcome = v1::OUTCOME_CONTENT, .now = kMonday};
};

TEST_F(RevisitPolicyTest, FirstVisitStartsHubsAndPagesApart) {
  EXPECT_EQ(Wait({.hub = true}, seen_), options_.hub_interval_start);
  EXPECT_EQ(Wait({.hub = false}, seen_), options_.page_interval_start);
}

TEST_F(RevisitPolicyTest, AnAverageHubIsVisitedAtTheMeanInterval) {
  EXPECT_EQ(HubWait({1'000, 1'000}), options_.hub_interval_start);
}

TEST_F(RevisitPolicyTest, AHubOfFourTimesTheLinksGetsTwiceTheirHalfOfTheVisits) {
  // The root of four is two: a half, and a half doubled.
  EXPECT_EQ(HubWait({2'000, 1'000}), options_.hub_interval_start * 2 / 3);
  options_.place_share = 0;
  EXPECT_EQ(HubWait({2'000, 1'000}), options_.hub_interval_start / 2);
  options_.place_share = 1;
  EXPECT_EQ(HubWait({2'000, 1'000}), options_.hub_interval_start);
}

TEST_F(RevisitPolicyTest, AQuietPlaceWaitsAtMostTwiceAsLongAsTheAverage) {
  const Millis quiet = HubWait({1, 1'000});
  EXPECT_GT(quiet, options_.hub_interval_start * 19 / 10);
  EXPECT_LE(quiet, options_.hub_interval_start * 2);
}

TEST_F(RevisitPolicyTest, APlaceThatAnnouncedIsVisitedMoreOften) {
  const Watched quiet{.signs = 3, .days = 10, .visits = 20};
  Watched told = quiet;
  told.announcements = 1;
  EXPECT_LT(HubWait(WeightOf(told, 1)), HubWait(WeightOf(quiet, 1)));
  // The hubs of one place share its value.
  EXPECT_GT(HubWait(WeightOf(quiet, 4)), HubWait(WeightOf(quiet, 1)));
}

TEST_F(RevisitPolicyTest, NoHubIsVisitedMoreOrLessThanItsBounds) {
  EXPECT_EQ(HubWait({4'000'000'000, 1'000}), options_.hub_interval_min);
  options_.place_share = 0;
  EXPECT_EQ(HubWait({1, 1'000}), options_.hub_interval_max);
}

TEST_F(RevisitPolicyTest, AllHubsTogetherKeepToTheBudget) {
  options_.hub_visits_max = 10;  // A day, and there are ten hubs.
  EXPECT_EQ(HubWait({1'000, 1'000}), kDay);
}

TEST_F(RevisitPolicyTest, TheHubsOfAQueueLeaveRoomForItsPages) {
  // A hundred of them, a minute apart: a round takes a hundred minutes, and half is theirs.
  HubOutlook outlook;
  outlook.queue_hubs = 100;
  outlook.queue_delay = Millis(60'000);
  EXPECT_EQ(HubWait({1'000, 1'000}, outlook), Millis(200 * 60'000));
}

TEST_F(RevisitPolicyTest, AListThatOverflowedIsLookedAtSooner) {
  PageHistory hub{.hub = true, .first = false};
  Visit visit = seen_;
  visit.overflowed = true;
  EXPECT_EQ(Wait(hub, visit), options_.hub_interval_start / 2);
  hub.first = true;  // All that it shows is new.
  EXPECT_EQ(Wait(hub, visit), options_.hub_interval_start);
}

TEST_F(RevisitPolicyTest, IntervalsMayBeShorterThanASecond) {
  options_.hub_interval_start = options_.hub_interval_min = Millis(50);
  EXPECT_EQ(Wait({.hub = true}, seen_), Millis(50));
}

TEST_F(RevisitPolicyTest, PagesAreVisitedAboutAsOftenAsTheyChange) {
  const Millis often = Wait(Page(20, 15), seen_);
  const Millis seldom = Wait(Page(20, 2), seen_);
  EXPECT_LT(often, kDay);
  EXPECT_GT(seldom, kDay * 4);
  EXPECT_LT(seldom, kDay * 10);
  EXPECT_GE(Wait(Page(1'000, 1'000), seen_), options_.page_interval_min);
}

TEST_F(RevisitPolicyTest, APageThatNeverChangesFadesOut) {
  Millis before{0};
  for (const uint32_t days : {4U, 16U, 64U}) {
    const Millis wait = Wait(Page(days, 0), seen_);
    EXPECT_GT(wait, before);
    before = wait;
  }
  EXPECT_EQ(Wait(Page(1'000, 0), seen_), options_.page_interval_max);
}

TEST_F(RevisitPolicyTest, ChangesThatWereNotSeenApartAreEstimated) {
  // Every other visit saw a change: there were more, for two of them look like one.
  const Watched half{.signs = 50, .days = 100, .visits = 100};
  EXPECT_NEAR(ChangesPerDay(half), 0.69, 0.02);
  const Watched all{.signs = 10, .days = 10, .visits = 10};
  EXPECT_GT(ChangesPerDay(all), 2);
  EXPECT_LT(ChangesPerDay(all), 4);
}

TEST_F(RevisitPolicyTest, WhatIsLongPastCountsLess) {
  Watched hub;
  for (int i = 0; i < 100; ++i) hub = hub.After(kDay, 10);
  EXPECT_NEAR(LinksPerDay(hub), 10, 0.5);
  for (int i = 0; i < 240; ++i) hub = hub.After(kDay, 0);
  EXPECT_LT(LinksPerDay(hub), 1);
}

TEST_F(RevisitPolicyTest, FailuresWaitTwiceAsLongEachTimeWithTheSameJitter) {
  const Visit error{.outcome = v1::OUTCOME_UNREACHABLE};
  const Millis first = Wait({.failures_in_row = 0, .url_hash = 77}, error);
  const Millis second = Wait({.failures_in_row = 1, .url_hash = 77}, error);
  EXPECT_GE(first, options_.error_wait_start);
  EXPECT_LE(first, options_.error_wait_start * 11 / 10);
  EXPECT_EQ(second, first * 2);
  EXPECT_LE(Wait({.failures_in_row = 64, .url_hash = 100}, error),
            options_.error_wait_max * 11 / 10);
}

TEST_F(RevisitPolicyTest, FailureLeavesTheIntervalAlone) {
  const auto next = RevisitPolicy(options_).Next({.interval = Millis(5'000'000)},
                                                 {.outcome = v1::OUTCOME_ERROR}, {});
  EXPECT_EQ(next->interval, Millis(5'000'000));
}

TEST_F(RevisitPolicyTest, RobotsRefusalWaitsADay) {
  EXPECT_EQ(Wait({}, {.outcome = v1::OUTCOME_REFUSED, .reason = v1::REASON_ROBOTS}), kDay);
}

TEST_F(RevisitPolicyTest, UrlThatCannotBeFetchedIsNeverTriedAgain) {
  for (const v1::Reason reason : {v1::REASON_BAD_URL, v1::REASON_OUT_OF_SCOPE}) {
    EXPECT_FALSE(RevisitPolicy(options_)
                     .Next({}, {.outcome = v1::OUTCOME_REFUSED, .reason = reason}, {})
                     .has_value());
  }
}

TEST_F(RevisitPolicyTest, GonePageIsTriedLessAndLessOften) {
  const Visit gone{.outcome = v1::OUTCOME_GONE};
  EXPECT_EQ(Wait({.failures_in_row = 2}, gone), Wait({.failures_in_row = 0}, gone) * 4);
  EXPECT_EQ(Wait({.failures_in_row = 64}, gone), options_.page_interval_max);
}

TEST(WeekProfileTest, AFlatWeekLeavesIntervalsAsTheyAre) {
  const WeekProfile week;
  for (const Millis interval : {kHour / 7, kHour, kDay, kDay * 7, kDay * 30})
    EXPECT_EQ(week.Stretch(kMonday + kHour / 3, interval), interval);
}

TEST(WeekProfileTest, VisitsMoveToTheHoursInWhichLinksCome) {
  WeekProfile week;
  // A year of links at ten on working days, seen by visits six hours apart.
  for (int day = 0; day < 365; ++day) {
    const UnixTime morning = kMonday + kDay * day + kHour * 6;
    if (day % 7 < 5) week.Add(morning, morning + kHour * 6, 20);
  }
  const Millis at_work = week.Stretch(kMonday + kHour * 8, kHour);
  const Millis at_night = week.Stretch(kMonday + kHour * 20, kHour);
  EXPECT_LT(at_work, kHour);
  EXPECT_GT(at_night, kHour);
  // Nothing starves, and over a week it comes to the same.
  EXPECT_LT(at_night, kHour * 4);
  EXPECT_NEAR(static_cast<double>(week.Stretch(kMonday, kDay * 7).count()),
              static_cast<double>((kDay * 7).count()), 10);
  // Kept and read again, it is the same week; what is no week reads as a flat one.
  const WeekProfile again = WeekProfile::FromCounts(week.Counts());
  EXPECT_NEAR(static_cast<double>(again.Stretch(kMonday + kHour * 8, kHour).count()),
              static_cast<double>(at_work.count()), 60'000);
  EXPECT_EQ(WeekProfile::FromCounts({1, 2}).Stretch(kMonday, kHour), kHour);
}

}  // namespace
}  // namespace signboard::frontier
