#include "frontier/revisit_policy.h"

#include <gtest/gtest.h>

namespace signboard::frontier {
namespace {

class RevisitPolicyTest : public ::testing::Test {
 protected:
  Millis Wait(const PageHistory& page, const Visit& visit) {
    return AdaptiveRevisitPolicy(options_).Next(page, visit)->wait;
  }

  RevisitOptions options_;
  const Visit changed_{.outcome = v1::OUTCOME_CONTENT, .changed = true};
  const Visit same_{.outcome = v1::OUTCOME_UNCHANGED};
};

TEST_F(RevisitPolicyTest, FirstVisitStartsHubsAndPagesApart) {
  EXPECT_EQ(Wait({.hub = true}, changed_), options_.hub_interval_start);
  EXPECT_EQ(Wait({.hub = false}, changed_), options_.page_interval_start);
}

TEST_F(RevisitPolicyTest, ChangeHalvesAndItsAbsenceMakesHalfAsLongAgain) {
  const Millis hour(3'600'000);
  EXPECT_EQ(Wait({.hub = true, .interval = hour}, changed_), hour / 2);
  EXPECT_EQ(Wait({.hub = true, .interval = hour}, same_), hour * 3 / 2);
}

TEST_F(RevisitPolicyTest, IntervalStaysWithinItsBounds) {
  EXPECT_EQ(Wait({.hub = true, .interval = options_.hub_interval_min}, changed_),
            options_.hub_interval_min);
  EXPECT_EQ(Wait({.interval = options_.page_interval_max}, same_), options_.page_interval_max);
}

TEST_F(RevisitPolicyTest, IntervalsMayBeShorterThanASecond) {
  options_.hub_interval_start = options_.hub_interval_min = Millis(50);
  EXPECT_EQ(Wait({.hub = true}, changed_), Millis(50));
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
  const auto next = AdaptiveRevisitPolicy(options_).Next({.interval = Millis(5'000'000)},
                                                         {.outcome = v1::OUTCOME_ERROR});
  EXPECT_EQ(next->interval, Millis(5'000'000));
}

TEST_F(RevisitPolicyTest, RobotsRefusalWaitsADay) {
  EXPECT_EQ(Wait({}, {.outcome = v1::OUTCOME_REFUSED, .reason = v1::REASON_ROBOTS}),
            Millis(24 * 3'600'000));
}

TEST_F(RevisitPolicyTest, UrlThatCannotBeFetchedIsNeverTriedAgain) {
  for (const v1::Reason reason : {v1::REASON_BAD_URL, v1::REASON_OUT_OF_SCOPE}) {
    EXPECT_FALSE(AdaptiveRevisitPolicy(options_)
                     .Next({}, {.outcome = v1::OUTCOME_REFUSED, .reason = reason})
                     .has_value());
  }
}

TEST_F(RevisitPolicyTest, GonePageIsTriedLessAndLessOften) {
  const Visit gone{.outcome = v1::OUTCOME_GONE};
  EXPECT_EQ(Wait({.failures_in_row = 2}, gone), Wait({.failures_in_row = 0}, gone) * 4);
  EXPECT_EQ(Wait({.failures_in_row = 64}, gone), options_.page_interval_max);
}

}  // namespace
}  // namespace signboard::frontier
