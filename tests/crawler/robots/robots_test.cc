// A test per clause of RFC 9309, named by clause. Sections "Beyond" are ours.
#include "crawler/robots/robots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signboard::robots {
namespace {

using ::testing::ElementsAre;

bool Allowed(std::string_view body, std::string_view path,
             std::string_view agent = "Signboard") {
  return Robots::Parse(body, agent).Allows(path);
}

// 2.1: "The protocol consists of ... User-agent lines, groups of rules."
TEST(RobotsTest, Section2_1_RulesOutsideAnyGroupAreNoRules) {
  EXPECT_TRUE(Allowed("Disallow: /\n", "/a"));
  EXPECT_TRUE(Allowed("Disallow: /\nUser-agent: *\nAllow: /\n", "/a"));
}

// 2.1: "Each group begins with a user-agent line", several of which share the rules.
TEST(RobotsTest, Section2_1_SeveralAgentLinesShareTheirRules) {
  const char* body = "User-agent: a\nUser-agent: signboard\n\nUser-agent: b\nDisallow: /x\n";
  EXPECT_FALSE(Allowed(body, "/x"));
  EXPECT_FALSE(Allowed(body, "/x", "a"));
  EXPECT_FALSE(Allowed(body, "/x", "b"));
  EXPECT_TRUE(Allowed(body, "/x", "c"));
}

// 2.1: "the last group may have no rules, which means it implicitly allows everything."
TEST(RobotsTest, Section2_1_AGroupWithoutRulesAllowsEverything) {
  EXPECT_TRUE(Allowed("User-agent: *\nDisallow: /\n\nUser-agent: Signboard\n", "/a"));
}

// 2.2.1: "Crawlers MUST use case-insensitive matching to find the group."
TEST(RobotsTest, Section2_2_1_AgentsMatchWithoutRegardToCase) {
  EXPECT_FALSE(Allowed("uSeR-aGeNt: SIGNBOARD\ndisALLOW: /x\n", "/x"));
}

// 2.2.1: the product token is what counts, not the version behind it.
TEST(RobotsTest, Section2_2_1_OnlyTheProductTokenCounts) {
  EXPECT_FALSE(Allowed("User-agent: Signboard/2.0 (+x)\nDisallow: /x\n", "/x"));
  EXPECT_TRUE(Allowed("User-agent: Signboarder\nDisallow: /x\n", "/x"));
  EXPECT_TRUE(Allowed("User-agent: Sign\nDisallow: /x\n", "/x"));
}

// 2.2.1: "If there is more than one group matching the user-agent, the matching groups' rules MUST
// be combined into one group."
TEST(RobotsTest, Section2_2_1_GroupsOfOneAgentAreCombined) {
  const char* body =
      "User-agent: signboard\nDisallow: /a\n\nUser-agent: other\nDisallow: /b\n\n"
      "User-agent: Signboard\nDisallow: /c\n";
  EXPECT_FALSE(Allowed(body, "/a"));
  EXPECT_TRUE(Allowed(body, "/b"));
  EXPECT_FALSE(Allowed(body, "/c"));
}

// 2.2.1: "If no matching group exists, crawlers MUST obey the group with '*', if present."
TEST(RobotsTest, Section2_2_1_TheStarGroupIsForWhomNoGroupNames) {
  const char* body = "User-agent: *\nDisallow: /a\nUser-agent: other\nDisallow: /b\n"
                     "User-agent: *\nDisallow: /c\n";
  EXPECT_FALSE(Allowed(body, "/a"));
  EXPECT_TRUE(Allowed(body, "/b"));
  EXPECT_FALSE(Allowed(body, "/c")) << "star groups are combined too";
}

TEST(RobotsTest, Section2_2_1_WhoeverIsNamedIgnoresTheStarGroup) {
  const char* body = "User-agent: *\nDisallow: /\nUser-agent: signboard\nDisallow: /b\n";
  EXPECT_TRUE(Allowed(body, "/a"));
  EXPECT_FALSE(Allowed(body, "/b"));
}

// 2.2.1: "If no group matches ... and there's no group with '*' ... then no rules apply."
TEST(RobotsTest, Section2_2_1_WithoutAMatchingGroupEverythingIsAllowed) {
  EXPECT_TRUE(Allowed("User-agent: other\nDisallow: /\n", "/a"));
  EXPECT_TRUE(Allowed("", "/a"));
}

// 2.2.2: "The matching process compares every octet in the path portion of the URI and the path
// from the rule", case-sensitive, from the first octet.
TEST(RobotsTest, Section2_2_2_PathsMatchByPrefixAndCase) {
  const char* body = "User-agent: *\nDisallow: /Fish\n";
  EXPECT_FALSE(Allowed(body, "/Fish"));
  EXPECT_FALSE(Allowed(body, "/Fish.html"));
  EXPECT_FALSE(Allowed(body, "/Fishheads/yum?x=1"));
  EXPECT_TRUE(Allowed(body, "/fish"));
  EXPECT_TRUE(Allowed(body, "/big/Fish"));
}

// 2.2.2: "The most specific match found MUST be used. The most specific match is the match that
// has the most octets."
TEST(RobotsTest, Section2_2_2_TheLongestRuleWins) {
  const char* body = "User-agent: *\nAllow: /a/b/\nDisallow: /a/\nDisallow: /a/b/c/d\n";
  EXPECT_FALSE(Allowed(body, "/a/x"));
  EXPECT_TRUE(Allowed(body, "/a/b/x"));
  EXPECT_FALSE(Allowed(body, "/a/b/c/d"));
}

// 2.2.2: "If an 'allow' rule and a 'disallow' rule are equivalent, then the 'allow' rule SHOULD be
// used."
TEST(RobotsTest, Section2_2_2_AllowWinsATie) {
  EXPECT_TRUE(Allowed("User-agent: *\nDisallow: /a\nAllow: /a\n", "/a"));
  EXPECT_TRUE(Allowed("User-agent: *\nAllow: /a\nDisallow: /a\n", "/a"));
}

// 2.2.2: "If no match is found ... the URI is allowed. The /robots.txt URI is implicitly allowed."
TEST(RobotsTest, Section2_2_2_NoMatchIsAllowedAndSoIsRobotsTxt) {
  const char* body = "User-agent: *\nDisallow: /a\n";
  EXPECT_TRUE(Allowed(body, "/b"));
  EXPECT_TRUE(Allowed("User-agent: *\nDisallow: /\n", "/robots.txt"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /\n", "/robots.txt.html"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /\n", ""));
}

// 2.2: an empty pattern names nothing.
TEST(RobotsTest, Section2_2_2_AnEmptyPathMatchesNothing) {
  EXPECT_TRUE(Allowed("User-agent: *\nDisallow:\n", "/a"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /\nAllow:\n", "/a"));
}

// 2.2.2, the table of examples: octets outside ASCII are compared percent-encoded, and encoded
// unreserved ASCII decoded.
TEST(RobotsTest, Section2_2_2_EscapesAreComparedInOneForm) {
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /foo/bar?baz=quz\n", "/foo/bar?baz=quz"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /foo/bar?baz=https://foo.bar\n",
                       "/foo/bar?baz=https://foo.bar"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /foo/bar/\xE3\x83\x84\n", "/foo/bar/%E3%83%84"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /foo/bar/%E3%83%84\n", "/foo/bar/%e3%83%84"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /foo/bar/%62%61%7A\n", "/foo/bar/baz"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /foo/baz\n", "/foo/%62%61z"));
  EXPECT_TRUE(Allowed("User-agent: *\nDisallow: /a%2Fb\n", "/a/b")) << "'/' is reserved";
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /100%\n", "/100%"));
}

// 2.2.3: "#" designates a line comment.
TEST(RobotsTest, Section2_2_3_CommentsEndTheLine) {
  const char* body = "# all\nUser-agent: * # everybody\nDisallow: /a#b\n#Disallow: /c\n";
  EXPECT_FALSE(Allowed(body, "/a"));
  EXPECT_TRUE(Allowed(body, "/c"));
}

// 2.2.3: "$" designates the end of the match pattern.
TEST(RobotsTest, Section2_2_3_DollarIsTheEnd) {
  const char* body = "User-agent: *\nDisallow: /a.php$\n";
  EXPECT_FALSE(Allowed(body, "/a.php"));
  EXPECT_TRUE(Allowed(body, "/a.php?x"));
  EXPECT_TRUE(Allowed(body, "/a.php5"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /a$b\n", "/a$bc")) << "only at the end";
}

// 2.2.3: "*" designates 0 or more instances of any character.
TEST(RobotsTest, Section2_2_3_StarIsAnything) {
  const char* body = "User-agent: *\nDisallow: /a/*/c\n";
  EXPECT_FALSE(Allowed(body, "/a//c"));
  EXPECT_FALSE(Allowed(body, "/a/b/b/cd"));
  EXPECT_TRUE(Allowed(body, "/a/c"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: *.php\n", "/x/y.php?z"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /*\n", "/"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /a**b\n", "/ab"));
}

TEST(RobotsTest, Section2_2_3_StarAndDollarTogether) {
  const char* body = "User-agent: *\nDisallow: /*.gif$\n";
  EXPECT_FALSE(Allowed(body, "/a.gif"));
  EXPECT_FALSE(Allowed(body, "/a.gif/b.gif"));
  EXPECT_TRUE(Allowed(body, "/a.gif/b"));
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /a*$\n", "/abc"));
  EXPECT_TRUE(Allowed("User-agent: *\nDisallow: /ab*ba$\n", "/aba")) << "no octet counts twice";
  EXPECT_FALSE(Allowed("User-agent: *\nDisallow: /ab*ba$\n", "/abba"));
}

// 2.2.3: special characters meant literally are written %2A and %24.
TEST(RobotsTest, Section2_2_3_EscapedSpecialsAreLiteral) {
  const char* body = "User-agent: *\nDisallow: /with-a-%2A.html\nDisallow: /with-%24$\n";
  EXPECT_FALSE(Allowed(body, "/with-a-*.html"));
  EXPECT_FALSE(Allowed(body, "/with-a-%2a.html"));
  EXPECT_TRUE(Allowed(body, "/with-a-x.html"));
  EXPECT_FALSE(Allowed(body, "/with-$"));
}

// 2.2.4: "Crawlers MAY interpret other records ... Parsing of other records MUST NOT interfere
// with the parsing of explicitly defined records."
TEST(RobotsTest, Section2_2_4_OtherRecordsDoNotInterfere) {
  const char* body = "User-agent: a\nSitemap: http://a.cn/s.xml\nCrawl-delay: 5\nFoo: bar\n"
                     "User-agent: Signboard\nDisallow: /x\n";
  EXPECT_FALSE(Allowed(body, "/x"));
  EXPECT_FALSE(Allowed(body, "/x", "a"));
}

// 2.3: "The file MUST be UTF-8 encoded"; section 2.2's ABNF ends lines with CR, LF or both.
TEST(RobotsTest, Section2_3_AByteOrderMarkAndAllLineEndsAreRead) {
  EXPECT_FALSE(Allowed("\xEF\xBB\xBFUser-agent: *\nDisallow: /x", "/x"));
  EXPECT_FALSE(Allowed("User-agent: *\rDisallow: /x\r", "/x"));
  EXPECT_FALSE(Allowed("User-agent: *\r\nDisallow: /x\r\n", "/x"));
  EXPECT_FALSE(Allowed(" \tUser-agent :\t* \n\t Disallow : /x \n", "/x"));
}

// 2.3.1.5: "Crawlers MUST try to parse each line of the robots.txt file. Crawlers MUST use the
// parseable rules."
TEST(RobotsTest, Section2_3_1_5_BrokenLinesCostOnlyThemselves) {
  EXPECT_FALSE(Allowed("\x01\xff garbage\nUser-agent: *\nDisallow /y\n:\nDisallow: /x\n", "/x"));
  EXPECT_TRUE(Allowed("<html><body>Not found: sorry</body></html>", "/x"));
}

// 2.5: "Crawlers SHOULD impose a parsing limit that MUST be at least 500 kibibytes."
TEST(RobotsTest, Section2_5_TheFirst500KibAreReadAndNoMore) {
  const std::string group = "User-agent: *\nDisallow: /early\n";
  const std::string rule = "\nDisallow: /last\n";
  std::string within = group;
  within.append(kRobotsBytesMax - group.size() - rule.size(), '#');
  EXPECT_FALSE(Allowed(within + rule, "/last"));
  EXPECT_TRUE(Allowed(within + std::string(rule.size(), '#') + rule, "/last"));
}

TEST(RobotsTest, Beyond_CrawlDelayIsReadForOurGroups) {
  const auto delay = [](std::string_view body) {
    return Robots::Parse(body, "Signboard").crawl_delay();
  };
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 10\n"), Millis(10'000));
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 0.25\nDisallow: /\n"), Millis(250));
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: .5\n"), Millis(500));
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 1.23456\n"), Millis(1'234));
  EXPECT_EQ(delay("User-agent: *\nCrawl-delay: 99999999999999999999999999\n"), kCrawlDelayMax);
  EXPECT_EQ(delay("User-agent: signboard\nCrawl-delay: 2\nUser-agent: signboard\nDisallow: /a\n"
                  "User-agent: signboard\nCrawl-delay: 3\n"),
            Millis(3'000));
  EXPECT_EQ(delay("User-agent: other\nCrawl-delay: 10\n"), std::nullopt);
  for (const char* bad : {"", ".", "-1", "1s", "1.2.3", "0x10", "ten"}) {
    EXPECT_EQ(delay("User-agent: *\nCrawl-delay: " + std::string(bad) + "\n"), std::nullopt) << bad;
  }
}

TEST(RobotsTest, Beyond_SitemapsAreListedWithinBounds) {
  EXPECT_THAT(Robots::Parse("Sitemap: http://a.cn/1.xml\nUser-agent: x\nsitemap:/2.xml\nSitemap:\n",
                            "Signboard")
                  .sitemaps(),
              ElementsAre("http://a.cn/1.xml", "/2.xml"));
  std::string many;
  for (size_t i = 0; i < kSitemapsMax + 5; ++i) many += "Sitemap: /" + std::to_string(i) + "\n";
  many += "Sitemap: /" + std::string(kSitemapBytesMax, 'x') + "\n";
  EXPECT_EQ(Robots::Parse(many, "Signboard").sitemaps().size(), kSitemapsMax);
}

TEST(RobotsTest, Beyond_DisallowAllDisallowsAllButRobotsTxt) {
  EXPECT_FALSE(Robots::DisallowAll().Allows("/"));
  EXPECT_TRUE(Robots::DisallowAll().Allows("/robots.txt"));
  EXPECT_TRUE(Robots().Allows("/"));
}

// A bomb for matchers that go back: each star doubles their work.
TEST(RobotsTest, Beyond_ManyStarsOnALongPathTakeLinearTime) {
  std::string body = "User-agent: *\n";
  for (int rule = 0; rule < 200; ++rule) {
    body += "Disallow: /";
    for (int star = 0; star < 500; ++star) body += "*a";
    body += "*b" + std::to_string(rule) + "$\n";
  }
  EXPECT_TRUE(Allowed(body, "/" + std::string(2'000, 'a')));
}

TEST(RobotsTest, Beyond_NormalizationGivesOneForm) {
  EXPECT_EQ(NormalizeForRobots("/%7e%41%2f% %2"), "/~A%2F%25%20%252");
  EXPECT_EQ(NormalizeForRobots(NormalizeForRobots("/%%341")), NormalizeForRobots("/%%341"));
  EXPECT_EQ(NormalizeForRobots("\xC3\xA9\x7F"), "%C3%A9%7F");
}

}  // namespace
}  // namespace signboard::robots
