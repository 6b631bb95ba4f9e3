#include "crawler/robots/robots_tag.h"

#include <gtest/gtest.h>

namespace signboard::robots {
namespace {

bool Nofollow(const std::vector<std::string_view>& fields) {
  return ParseRobotsTag(fields, "Signboard").nofollow;
}

TEST(RobotsTagTest, RulesForEverybodyBind) {
  EXPECT_TRUE(Nofollow({"noindex, NoFollow"}));
  EXPECT_TRUE(Nofollow({"none"}));
  EXPECT_TRUE(Nofollow({"noindex", "nofollow"}));
  EXPECT_FALSE(Nofollow({"noindex", "nosnippet, nonefollow"}));
  EXPECT_TRUE(ParseRobotsTag({"noindex"}, "Signboard").noindex);
}

TEST(RobotsTagTest, NameBindsToTheEndOfItsField) {
  EXPECT_FALSE(Nofollow({"otherbot: noindex, nofollow"}));
  EXPECT_TRUE(Nofollow({"otherbot: noindex", "SIGNBOARD : nofollow"}));
  EXPECT_TRUE(Nofollow({"otherbot: none, signboard: nofollow"}));
}

TEST(RobotsTagTest, RuleWithAValueIsNoName) {
  EXPECT_TRUE(Nofollow({"unavailable_after: 25 Jun 2027 15:00:00 PST, nofollow"}));
  EXPECT_TRUE(Nofollow({"max-snippet:20, nofollow"}));
  EXPECT_FALSE(Nofollow({":", ",,:,", "nofollow:"}));
}

}  // namespace
}  // namespace signboard::robots
