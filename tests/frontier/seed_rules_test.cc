// What a seed's rules do to links and to URLs that are known already.
#include <gmock/gmock.h>

#include "frontier/url_rule.h"
#include "tests/frontier/frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Millis kSecond{1'000};

class SeedRulesTest : public FrontierFixture {
 protected:
  static v1::Scope Rules(const std::vector<std::string>& include,
                         const std::vector<std::string>& exclude) {
    v1::Scope scope;
    for (const std::string& rule : include) scope.add_include(rule);
    for (const std::string& rule : exclude) scope.add_exclude(rule);
    return scope;
  }
  std::string ErrorOf(const v1::Scope& scope) {
    v1::AddSeedsRequest request;
    request.add_seeds()->set_url("http://a.cn/");
    *request.mutable_seeds(0)->mutable_scope() = scope;
    return frontier_->seeds().Add(request, kNoon).value().results(0).error();
  }
};

TEST_F(SeedRulesTest, ExcludeBeatsIncludeAndWhatNoIncludeMatchesIsOut) {
  AddSeed("http://a.cn/", kNoon, Rules({"/news/", "/gg/*.html$"}, {"*print=1", "/news/old/"}));
  const v1::ReportAck ack = Report(
      Content(LendOne(kNoon),
              {"http://a.cn/news/1", "http://a.cn/news/1?print=1", "http://a.cn/news/old/2",
               "http://a.cn/gg/3.html", "http://a.cn/gg/3.html?x", "http://a.cn/other"}),
      kNoon);
  EXPECT_EQ(ack.links_new(), 2U);
  EXPECT_THAT(Lend(kNoon + kSecond), ElementsAre("http://a.cn/gg/3.html"));
}

TEST_F(SeedRulesTest, SeedItselfIsExempt) {
  AddSeed("http://a.cn/", kNoon, Rules({"/news/"}, {"/"}));
  EXPECT_THAT(Lend(kNoon), ElementsAre("http://a.cn/"));
}

TEST_F(SeedRulesTest, NewRulesHoldForKnownUrlsAndCanBeLifted) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/a/1", "http://a.cn/b/1"});
  AddSeed("http://a.cn/", kNoon, Rules({}, {"/b/"}));
  EXPECT_EQ(Crawl(kNoon + kSecond), "http://a.cn/a/1");
  EXPECT_THAT(Lend(kNoon + kHour / 12), IsEmpty());
  Restart();
  EXPECT_THAT(Lend(kNoon + kHour / 12), IsEmpty());
  EXPECT_THAT(Explain("http://a.cn/b/1", kNoon).because(),
              Contains("excluded by the rule /b/ of the seed http://a.cn/"));
  EXPECT_TRUE(CheckSchema(*space_).ok());
  AddSeed("http://a.cn/");
  EXPECT_THAT(Lend(kNoon + kHour / 12), ElementsAre("http://a.cn/b/1"));
}

TEST_F(SeedRulesTest, HubsAreReadAnewOnceTheirScopeIsAnother) {
  AddSeed("http://a.cn/", kNoon, Rules({}, {"/b/"}));
  Crawl(kNoon);
  UnixTime now = kNoon + options_.revisit.hub_interval_start;
  const v1::Lease before = LendOne(now);
  EXPECT_EQ(before.last().etag(), "\"1\"");
  AddSeed("http://a.cn/");
  // It is answered while the scope changes.
  v1::Report unchanged = Ended(before, v1::OUTCOME_UNCHANGED, 304);
  *unchanged.mutable_state() = before.last();
  Report(unchanged, now);
  now += kHour;
  const v1::Lease lease = LendOne(now);
  EXPECT_TRUE(lease.has_last());
  EXPECT_EQ(lease.last().etag(), "") << "so that it tells its links";
  Report(Content(lease), now);
  EXPECT_EQ(LendOne(now + kHour).last().etag(), "\"1\"") << "once";
}

TEST_F(SeedRulesTest, ShorterDepthHoldsForKnownUrls) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1"});
  Crawl(kNoon + kSecond, {"http://a.cn/2"});
  v1::Scope scope;
  scope.set_depth_max(1);
  AddSeed("http://a.cn/", kNoon, scope);
  EXPECT_THAT(Lend(kNoon + kSecond * 2), IsEmpty());
  EXPECT_THAT(Explain("http://a.cn/2", kNoon).because(), Contains(HasSubstr("deeper than")));
}

TEST_F(SeedRulesTest, ScopeStaysWhereTheSeedIsAddedAgainWithoutOne) {
  AddSeed("http://a.cn/", kNoon, Rules({}, {"/b/"}));
  v1::AddSeedsRequest request;
  request.add_seeds()->set_url("http://a.cn/");
  request.mutable_seeds(0)->set_code("360925");
  ASSERT_TRUE(frontier_->seeds().Add(request, kNoon).ok());
  const v1::Seed seed = frontier_->seeds().List("", "", 1).front();
  EXPECT_EQ(seed.code(), "360925");
  EXPECT_THAT(seed.scope().exclude(), ElementsAre("/b/"));
}

TEST_F(SeedRulesTest, RefusedLinkIsExplained) {
  AddSeed("http://a.cn/", kNoon, Rules({"/news/"}, {"/news/old/"}));
  Crawl(kNoon, {"http://a.cn/news/old/1", "http://a.cn/x"});
  EXPECT_THAT(base::ToString(frontier_->Explain("http://a.cn/news/old/1", kNoon).status()),
              HasSubstr("excluded by the rule /news/old/ of the seed http://a.cn/"));
  EXPECT_THAT(base::ToString(frontier_->Explain("http://a.cn/x", kNoon).status()),
              HasSubstr("none of its include rules matches"));
}

TEST_F(SeedRulesTest, UrlThatItsSeedRefusesGoesOnUnderAnotherThatHoldsIt) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/b/1"});
  AddSeed("http://a.cn/", kNoon, Rules({}, {"/b/"}));
  AddSeed("http://a.cn/b/", kNoon);
  EXPECT_EQ(Crawl(kNoon + kSecond), "http://a.cn/b/");
  const v1::Lease lease = LendOne(kNoon + kSecond * 2);
  EXPECT_EQ(lease.url(), "http://a.cn/b/1");
  EXPECT_EQ(lease.seed_url(), "http://a.cn/b/");
}

TEST_F(SeedRulesTest, ExcludedUrlIsFetchedWhenSomebodyAsks) {
  AddSeed("http://a.cn/", kNoon, Rules({}, {"/b/"}));
  Crawl(kNoon);
  ASSERT_TRUE(frontier_->recrawls().Start("http://a.cn/b/1", Millis(0), kNoon).ok());
  EXPECT_THAT(Lend(kNoon + kSecond), ElementsAre("http://a.cn/b/1"));
}

TEST_F(SeedRulesTest, WhatIsNoScopeIsToldWhy) {
  EXPECT_EQ(ErrorOf(Rules({"/新闻/"}, {"*.pdf$"})), "");
  EXPECT_THAT(ErrorOf(Rules({"news"}, {})), HasSubstr("neither / nor *"));
  EXPECT_THAT(ErrorOf(Rules({}, {"/a b"})), HasSubstr("space"));
  EXPECT_THAT(ErrorOf(Rules({}, std::vector<std::string>(kRulesMax + 1, "/a"))),
              HasSubstr("at most 50"));
  v1::Scope path;
  path.set_path_prefix("news");
  EXPECT_THAT(ErrorOf(path), HasSubstr("begins with no /"));
}

}  // namespace
}  // namespace signboard::frontier
