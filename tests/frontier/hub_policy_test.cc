#include "frontier/hub_policy.h"

#include <gtest/gtest.h>

namespace signboard::frontier {
namespace {

class HubPolicyTest : public ::testing::Test {
 protected:
  // After visits that did ('n') or did not ('-') show new links, the oldest first.
  static Yields After(const std::string& visits) {
    Yields yields;
    for (const char c : visits) yields = yields.After(c == 'n');
    return yields;
  }
  HubVerdict Judge(HubSigns signs, const std::string& visits) {
    signs.yields = After(visits);
    return JudgeHub(signs, options_);
  }

  RevisitOptions options_;
  const std::string barren_ = std::string(options_.fade_visits, '-');
};

TEST_F(HubPolicyTest, PageThatShowsNewLinksAgainAndAgainBecomesAHub) {
  EXPECT_EQ(Judge({}, ""), HubVerdict::kPage);
  EXPECT_EQ(Judge({}, "nn"), HubVerdict::kPage) << "twice may be chance";
  EXPECT_EQ(Judge({}, "n-n--n"), HubVerdict::kHub);
  EXPECT_EQ(Judge({}, "nn------n"), HubVerdict::kPage) << "the first is too long ago";
}

TEST_F(HubPolicyTest, HubByBehaviourStaysOneUntilNoneOfItsLastVisitsYields) {
  const HubSigns signs{.by_behaviour = true};
  EXPECT_EQ(Judge(signs, "nnn-------"), HubVerdict::kHub);
  EXPECT_EQ(Judge(signs, "nnn--------"), HubVerdict::kPage);
}

TEST_F(HubPolicyTest, ListThatNeverYieldsFadesOnceItHadItsTimeAndItsVisits) {
  const HubSigns old{.listed = true, .since_yield = options_.fade_after};
  const HubSigns young{.listed = true, .since_yield = options_.fade_after - Millis(1)};
  EXPECT_EQ(Judge(old, barren_), HubVerdict::kFaded);
  EXPECT_EQ(Judge(old, barren_.substr(1)), HubVerdict::kHub);
  EXPECT_EQ(Judge(young, barren_), HubVerdict::kHub);
  EXPECT_EQ(Judge(old, barren_ + "n"), HubVerdict::kHub) << "one new link is enough";
}

TEST_F(HubPolicyTest, SuccessorFadesLikeAListAndASeedNever) {
  EXPECT_EQ(Judge({.moved = true, .since_yield = options_.fade_after}, barren_),
            HubVerdict::kFaded);
  EXPECT_EQ(Judge({.moved = true}, ""), HubVerdict::kHub);
  EXPECT_EQ(Judge({.seed = true, .since_yield = options_.fade_after * 100}, barren_),
            HubVerdict::kHub);
}

TEST_F(HubPolicyTest, ThirtyTwoVisitsAreRemembered) {
  const Yields yields = After("n" + std::string(40, '-'));
  EXPECT_EQ(yields.visits, kYieldVisitsMax);
  EXPECT_EQ(yields.bits, 0U);
  EXPECT_EQ(yields.Barren(), kYieldVisitsMax);
  EXPECT_EQ(After(std::string(40, 'n')).CountIn(kYieldVisitsMax), kYieldVisitsMax);
  EXPECT_EQ(After("n--").Barren(), 2U);
}

}  // namespace
}  // namespace signboard::frontier
