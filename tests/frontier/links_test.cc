#include "frontier/links.h"

#include <gmock/gmock.h>

#include "tests/frontier/frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LinksTest : public FrontierFixture {};

TEST_F(LinksTest, NewAndKnownLinksAreCounted) {
  AddSeed("http://a.cn/");
  const v1::ReportAck ack =
      Report(Content(LendOne(kNoon), {"http://a.cn/", "http://a.cn/1", "http://a.cn/1"}), kNoon);
  EXPECT_EQ(ack.links_new(), 1U);
  EXPECT_EQ(ack.links_known(), 2U);
}

TEST_F(LinksTest, TwoReportsThatFindOnePageMakeOneUrl) {
  v1::Scope scope;
  scope.set_host("gov.example.cn");
  scope.set_subdomains(true);
  AddSeed("http://a.gov.example.cn/", kNoon, scope);
  AddSeed("http://b.gov.example.cn/", kNoon, scope);
  const auto leases = LendMany(kNoon);
  ASSERT_EQ(leases.size(), 2U);
  const auto acks = frontier_->lending().Report(
      {Content(leases[0], {"http://c.gov.example.cn/1"}),
       Content(leases[1], {"http://c.gov.example.cn/1"})},
      kNoon);
  EXPECT_EQ(acks[0].links_new(), 1U);
  EXPECT_EQ(acks[1].links_known(), 1U);
  EXPECT_THAT(Lend(kNoon), ElementsAre("http://c.gov.example.cn/1"));
}

TEST_F(LinksTest, LinksOutOfScopeAreNotTaken) {
  v1::Scope scope;
  scope.set_host("a.cn");
  scope.set_path_prefix("/news/");
  AddSeed("http://a.cn/news/", kNoon, scope);
  const v1::ReportAck ack = Report(
      Content(LendOne(kNoon),
              {"http://b.cn/news/1", "http://a.cn/other", "http://a.cn:81/news/1",
               "http://www.a.cn/news/1", "ftp://a.cn/news/1", "not a url", "",
               "http://a.cn/news/" + std::string(kUrlBytesMax, 'x'), "https://a.cn/news/1"}),
      kNoon);
  EXPECT_EQ(ack.status(), v1::ReportAck::ACCEPTED);
  EXPECT_EQ(ack.links_new(), 1U) << "https is the same host";
  EXPECT_NE(ack.message(), "");
  EXPECT_THAT(Lend(kNoon + Millis(1'000)), ElementsAre("https://a.cn/news/1"));
}

TEST_F(LinksTest, LinksDeeperThanTheScopeAllowsAreNotTaken) {
  v1::Scope scope;
  scope.set_depth_max(1);
  AddSeed("http://a.cn/", kNoon, scope);
  Crawl(kNoon, {"http://a.cn/1"});
  const v1::Lease lease = LendOne(kNoon + Millis(1'000));
  EXPECT_EQ(lease.depth(), 1U);
  EXPECT_EQ(lease.via(), "http://a.cn/");
  v1::Report report = Content(lease, {"http://a.cn/2"});
  report.add_outlinks()->set_url("http://a.cn/moved");
  report.mutable_outlinks(1)->set_kind(v1::Outlink::REDIRECT);
  EXPECT_EQ(Report(report, kNoon + Millis(1'000)).links_new(), 1U) 
      << "a redirect is no step deeper";
  EXPECT_THAT(Lend(kNoon + Millis(2'000)), ElementsAre("http://a.cn/moved"));
}

TEST_F(LinksTest, SitemapsOfSitemapsEndAtTheThird) {
  AddSeed("http://a.cn/");
  std::string next = "http://a.cn/s1.xml";
  UnixTime now = kNoon;
  for (int depth = 1; depth <= 4; ++depth) {
    v1::Report report = Content(LendOne(now), {next});
    report.mutable_outlinks(0)->set_kind(v1::Outlink::SITEMAP);
    EXPECT_EQ(Report(report, now).links_new(), depth <= 3 ? 1U : 0U) << depth;
    next = "http://a.cn/s" + std::to_string(depth + 1) + ".xml";
    now += Millis(2'000);
  }
}

TEST_F(LinksTest, ChainOfRedirectsEndsAtTheTenth) {
  AddSeed("http://a.cn/");
  UnixTime now = kNoon;
  for (uint32_t step = 1; step <= kRedirectsMax + 1; ++step) {
    v1::Report report = Content(LendOne(now), {"http://a.cn/" + std::to_string(step)});
    report.mutable_outlinks(0)->set_kind(v1::Outlink::REDIRECT);
    EXPECT_EQ(Report(report, now).links_new(), step <= kRedirectsMax ? 1U : 0U) << step;
    now += Millis(2'000);
  }
}

TEST_F(LinksTest, UrlThatWasNeverMetIsExplained) {
  AddSeed("http://a.cn/");
  const auto in_scope = frontier_->Explain("http://a.cn/never", kNoon);
  EXPECT_THAT(base::ToString(in_scope.status()), HasSubstr("scope of the seed http://a.cn/"));
  const auto outside = frontier_->Explain("http://b.cn/", kNoon);
  EXPECT_THAT(base::ToString(outside.status()), HasSubstr("no seed's scope holds it"));
}

TEST_F(LinksTest, SiteTakesNoMoreUrlsThanItsBudget) {
  options_.urls_per_queue_max = 3;
  Restart();
  AddSeed("http://a.cn/");
  EXPECT_EQ(Report(Content(LendOne(kNoon), {"http://a.cn/1", "http://a.cn/2", "http://a.cn/3"}),
                   kNoon).links_new(), 2U);
}

TEST_F(LinksTest, DomainTakesNoMoreHostsThanItsLimit) {
  options_.queues_per_domain_max = 3;
  Restart();
  v1::Scope scope;
  scope.set_host("a.cn");
  scope.set_subdomains(true);
  AddSeed("http://a.cn/", kNoon, scope);
  EXPECT_EQ(Report(Content(LendOne(kNoon), {"http://1.a.cn/", "http://2.a.cn/", "http://3.a.cn/"}),
                   kNoon).links_new(), 2U);
}

TEST_F(LinksTest, PageCannotAskToBeOnDemand) {
  AddSeed("http://a.cn/");
  v1::Report report = Content(LendOne(kNoon), {"http://a.cn/1"});
  report.mutable_outlinks(0)->set_priority(v1::PRIORITY_ON_DEMAND);
  Report(report, kNoon);
  EXPECT_EQ(LendOne(kNoon + Millis(1'000)).priority(), v1::PRIORITY_NORMAL);
}

TEST_F(LinksTest, WhatIsNewOnAKnownHubOvertakesWhatItsFirstVisitBroughtUp) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1", "http://a.cn/2", "http://a.cn/3"});
  // The seed is a hub, due again in the midst of it.
  const UnixTime later = kNoon + options_.revisit.hub_interval_start;
  EXPECT_EQ(Crawl(later, {"http://a.cn/1", "http://a.cn/4"}), "http://a.cn/");
  const v1::Lease news = LendOne(later + Millis(1'000));
  EXPECT_EQ(news.url(), "http://a.cn/4");
  EXPECT_EQ(news.priority(), v1::PRIORITY_HUB);
  Report(Content(news, {"http://a.cn/5"}), later + Millis(1'000));
  EXPECT_FALSE(Explain("http://a.cn/4", later).is_hub());
  EXPECT_EQ(Explain("http://a.cn/4", later).priority(), v1::PRIORITY_NORMAL);
  EXPECT_EQ(Explain("http://a.cn/5", later).priority(), v1::PRIORITY_NORMAL)
      << "a link of a page that is no hub";
}

TEST_F(LinksTest, NewsDoNotOvertakeWhatSomebodyAskedFor) {
  AddSeed("http://a.cn/");
  Crawl(kNoon);
  const UnixTime later = kNoon + options_.revisit.hub_interval_start;
  Crawl(later, {"http://a.cn/1", "http://a.cn/2"});
  ASSERT_TRUE(frontier_->recrawls().Start("http://a.cn/2", Millis(0), later).ok());
  EXPECT_EQ(LendOne(later + Millis(1'000)).url(), "http://a.cn/2");
}

TEST_F(LinksTest, LeaseNamesThePlaceOfItsSeedOverARestart) {
  v1::AddSeedsRequest request;
  request.add_seeds()->set_url("http://a.cn/");
  request.mutable_seeds(0)->set_code("360925");
  ASSERT_TRUE(frontier_->seeds().Add(request, kNoon).ok());
  const v1::Lease seed = LendOne(kNoon);
  EXPECT_EQ(seed.place_code(), "360925");
  Report(Content(seed, {"http://a.cn/1"}), kNoon);
  Restart();
  EXPECT_EQ(LendOne(kNoon + Millis(1'000)).place_code(), "360925");
  ASSERT_TRUE(frontier_->recrawls().Start("http://b.cn/", Millis(0), kNoon).ok());
  EXPECT_EQ(LendOne(kNoon + Millis(1'000)).place_code(), "") << "under no seed";
}

class SeedsTest : public FrontierFixture {};

TEST_F(SeedsTest, AreCanonicalAndValidated) {
  v1::AddSeedsRequest request;
  request.add_seeds()->set_url("HTTP://A.cn:80/x/../");
  request.add_seeds()->set_url("mailto:a@a.cn");
  request.add_seeds()->set_url("http://b.cn/");
  request.mutable_seeds(2)->set_kind("newspaper");
  request.add_seeds()->set_url("http://c.cn/");
  request.mutable_seeds(3)->set_code("36092");
  request.add_seeds()->set_url("http://a.cn/");
  const v1::AddSeedsReply reply = frontier_->seeds().Add(request, kNoon).value();
  ASSERT_EQ(reply.results_size(), 5);
  EXPECT_EQ(reply.results(0).url(), "http://a.cn/");
  EXPECT_TRUE(reply.results(0).added());
  for (int i = 1; i <= 3; ++i) EXPECT_NE(reply.results(i).error(), "") << i;
  EXPECT_FALSE(reply.results(4).added()) << "known";
  EXPECT_EQ(frontier_->seeds().List("", "", 10).size(), 1U);
}

TEST_F(SeedsTest, DryRunAddsNothing) {
  v1::AddSeedsRequest request;
  request.set_dry_run(true);
  request.add_seeds()->set_url("http://a.cn/");
  EXPECT_TRUE(frontier_->seeds().Add(request, kNoon).value().results(0).added());
  EXPECT_THAT(frontier_->seeds().List("", "", 10), IsEmpty());
  EXPECT_THAT(Lend(kNoon), IsEmpty());
}

TEST_F(SeedsTest, AreListedByHostAndSurviveARestart) {
  for (const char* url : {"http://a.cn/", "http://x.a.cn/", "http://ba.cn/"}) AddSeed(url);
  Restart();
  EXPECT_EQ(frontier_->seeds().List("a.cn", "", 10).size(), 2U);
  EXPECT_EQ(frontier_->seeds().List("", "http://a.cn/", 10).size(), 2U) << "after the first";
}

TEST_F(SeedsTest, PausedSeedsUrlsAreNotLentUntilItIsResumed) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1", "http://a.cn/2"});
  ChangeSeed(v1::ChangeSeedsRequest::PAUSE, "http://a.cn/");
  EXPECT_THAT(Lend(kNoon + kHour), IsEmpty());
  Restart();
  EXPECT_THAT(Lend(kNoon + kHour), IsEmpty());
  EXPECT_TRUE(CheckSchema(*space_).ok());
  ChangeSeed(v1::ChangeSeedsRequest::RESUME, "http://a.cn/");
  std::vector<std::string> order;
  for (int i = 0; i < 3; ++i) order.push_back(Crawl(kNoon + kHour + Millis(i * 1'000)));
  EXPECT_THAT(order, ElementsAre("http://a.cn/", "http://a.cn/1", "http://a.cn/2"));
}

TEST_F(SeedsTest, RemovedSeedsUrlsAreSettledAndComeBackWithIt) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1"});
  ChangeSeed(v1::ChangeSeedsRequest::REMOVE, "http://a.cn/");
  EXPECT_THAT(Lend(kNoon + kHour), IsEmpty());
  EXPECT_EQ(Explain("http://a.cn/1", kNoon).state(), "settled");
  EXPECT_EQ(frontier_->Stats(kNoon).value().settled(), 2U);
  AddSeed("http://a.cn/", kNoon + kHour);
  EXPECT_EQ(Crawl(kNoon + kHour, {"http://a.cn/1"}), "http://a.cn/");
  EXPECT_THAT(Lend(kNoon + kHour + Millis(1'000)), ElementsAre("http://a.cn/1"));
}

TEST_F(SeedsTest, UrlOfARemovedSeedGoesOnUnderAnotherThatHoldsIt) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1"});
  AddSeed("http://a.cn/other/", kNoon + Millis(1));
  v1::Scope whole;
  whole.set_host("a.cn");
  ChangeSeed(v1::ChangeSeedsRequest::REMOVE, "http://a.cn/");
  EXPECT_EQ(Crawl(kNoon + Millis(1'000)), "http://a.cn/other/");
  const v1::Lease lease = LendOne(kNoon + Millis(2'000));
  EXPECT_EQ(lease.url(), "http://a.cn/1");
  EXPECT_EQ(lease.seed_url(), "http://a.cn/other/");
}

class QueuesTest : public FrontierFixture {};

TEST_F(QueuesTest, OperatorsDelayIsObeyedOverARestart) {
  AddSeed("http://a.cn/");
  frontier_->queues().SetDelay({"a.cn"}, Millis(60'000), kNoon).value();
  Crawl(kNoon, {"http://a.cn/1"});
  Restart();
  EXPECT_THAT(Lend(kNoon + Millis(59'999)), IsEmpty());
  EXPECT_THAT(Lend(kNoon + Millis(60'000)), ElementsAre("http://a.cn/1"));
  EXPECT_EQ(SpanOf(frontier_->queues().SetDelay({"a.cn"}, std::nullopt, kNoon).value().delay()),
            Millis(1'000));
}

TEST_F(QueuesTest, BlockHoldsOverARestartAndCanBeLifted) {
  frontier_->queues().Block({"a.cn"}, Millis(60'000), "they asked", kNoon).value();
  AddSeed("http://a.cn/");
  Restart();
  EXPECT_THAT(Lend(kNoon + Millis(59'999)), IsEmpty());
  const v1::UrlExplanation why = Explain("http://a.cn/", kNoon);
  EXPECT_THAT(why.because(), ::testing::Contains(::testing::HasSubstr("they asked")));
  frontier_->queues().Block({"a.cn"}, std::nullopt, "", kNoon).value();
  EXPECT_THAT(Lend(kNoon), ElementsAre("http://a.cn/"));
}

TEST_F(QueuesTest, AreListedByKeyInPages) {
  for (const char* host : {"a", "b", "c", "d"}) AddSeed("http://" + std::string(host) + ".cn/");
  const auto page = frontier_->queues().List({"a.cn"}, "", 2, kNoon).value();
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].key(), "b.cn");
  EXPECT_EQ(page[1].key(), "c.cn");
  EXPECT_EQ(page[0].url_count(), 1U);
  EXPECT_EQ(page[0].next_due_ms(), ToMillis(kNoon));
  EXPECT_FALSE(frontier_->queues().SetDelay({""}, Millis(1), kNoon).ok());
}

TEST_F(QueuesTest, ExplanationSaysWhyAUrlWaits) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1"});
  const v1::UrlExplanation why = Explain("http://a.cn/1", kNoon);
  EXPECT_EQ(why.state(), "waiting");
  EXPECT_EQ(why.via(), "http://a.cn/");
  EXPECT_THAT(why.because(), ::testing::Contains(::testing::HasSubstr("rests until")));
  EXPECT_EQ(frontier_->Explain("http://a.cn/nowhere", kNoon).status().code(),
            StatusCode::kNotFound);
  EXPECT_EQ(frontier_->Explain("nonsense", kNoon).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace signboard::frontier
