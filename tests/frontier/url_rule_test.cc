#include "frontier/url_rule.h"

#include <gtest/gtest.h>

namespace signboard::frontier {
namespace {

TEST(UrlRuleTest, MatchesFromTheBeginningOfThePath) {
  EXPECT_TRUE(RuleMatches("/news/", "/news/1.html"));
  EXPECT_TRUE(RuleMatches("/news/", "/news/"));
  EXPECT_FALSE(RuleMatches("/news/", "/news"));
  EXPECT_FALSE(RuleMatches("/news/", "/old/news/"));
  EXPECT_TRUE(RuleMatches("/", "/anything?at=all"));
}

TEST(UrlRuleTest, StarStandsForAnyCharacters) {
  EXPECT_TRUE(RuleMatches("*/news/", "/old/news/1"));
  EXPECT_TRUE(RuleMatches("/a*b*c", "/axxbxxcxx"));
  EXPECT_TRUE(RuleMatches("/a*b*c", "/abc"));
  EXPECT_FALSE(RuleMatches("/a*b*c", "/acb"));
  EXPECT_TRUE(RuleMatches("*", "/"));
  EXPECT_TRUE(RuleMatches("/**a", "/xa"));
  EXPECT_TRUE(RuleMatches("*?page=", "/list?page=2")) << "a question mark is itself";
  EXPECT_FALSE(RuleMatches("/lis?", "/list"));
}

TEST(UrlRuleTest, DollarAtTheEndStandsForTheEnd) {
  EXPECT_TRUE(RuleMatches("*.pdf$", "/a/b.pdf"));
  EXPECT_FALSE(RuleMatches("*.pdf$", "/a/b.pdf?x=1"));
  EXPECT_TRUE(RuleMatches("*.pdf$", "/a.pdf/b.pdf")) << "the last one counts";
  EXPECT_TRUE(RuleMatches("/$", "/"));
  EXPECT_FALSE(RuleMatches("/$", "/a"));
  EXPECT_TRUE(RuleMatches("/a*$", "/abc"));
  EXPECT_FALSE(RuleMatches("/ab*bc$", "/abc")) << "no byte is matched twice";
  EXPECT_TRUE(RuleMatches("/a$b", "/a$bc")) << "elsewhere it is itself";
}

TEST(UrlRuleTest, ManyStarsOverALongPathTakeNoLongerThanThePathIsLong) {
  std::string rule = "/";
  while (rule.size() + 2 < kRuleBytesMax) rule += "*a";
  const std::string path = "/" + std::string(2'000, 'a');
  EXPECT_TRUE(RuleMatches(rule, path));
  EXPECT_FALSE(RuleMatches(rule + "*b", path));
}

TEST(UrlRuleTest, RulesAreKeptAsCanonicalUrlsAreWritten) {
  EXPECT_EQ(NormalRule("/新闻/*").value(), "/%E6%96%B0%E9%97%BB/*");
  EXPECT_EQ(NormalRule("/%e6%9").value(), "/%E6%9");
}

TEST(UrlRuleTest, WhatIsNoRuleIsToldWhy) {
  for (const char* rule : {"", "news", "?page=", "/a b", "/a\n", "http://a.cn/"})
    EXPECT_EQ(NormalRule(rule).status().code(), StatusCode::kInvalidArgument) << rule;
  EXPECT_FALSE(NormalRule("/" + std::string(kRuleBytesMax, 'a')).ok());
}

}  // namespace
}  // namespace signboard::frontier
