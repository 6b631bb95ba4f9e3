#include "frontier/lending.h"

#include <gmock/gmock.h>
#include <sys/wait.h>

#include <set>

#include "tests/frontier/frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class LendingTest : public FrontierFixture {};

TEST_F(LendingTest, SeedIsLentOnceAndWaitsForItsReport) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  EXPECT_EQ(lease.url(), "http://a.cn/");
  EXPECT_EQ(lease.queue(), "a.cn");
  EXPECT_EQ(lease.priority(), v1::PRIORITY_HUB);
  EXPECT_EQ(lease.scope().host(), "a.cn");
  EXPECT_EQ(lease.seed_url(), "http://a.cn/");
  EXPECT_FALSE(lease.has_last()) << "never fetched";
  EXPECT_LE(lease.lease_id().size(), 64U);
  EXPECT_THAT(Lend(kNoon + Millis(60'000)), IsEmpty());
}

TEST_F(LendingTest, HostRestsForItsGapBetweenTwoLeases) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1", "http://a.cn/2"});
  EXPECT_THAT(Lend(kNoon + Millis(999)), IsEmpty()) << "one millisecond too early";
  EXPECT_THAT(Lend(kNoon + Millis(1'000)), ElementsAre("http://a.cn/1"));
  EXPECT_THAT(Lend(kNoon + Millis(5'000)), IsEmpty()) << "one in flight";
}

TEST_F(LendingTest, GapCountsAgainFromTheEndOfAFetch) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  Report(Content(lease, {"http://a.cn/1"}), kNoon + Millis(20'000));
  EXPECT_THAT(Lend(kNoon + Millis(20'999)), IsEmpty());
  EXPECT_THAT(Lend(kNoon + Millis(21'000)), ElementsAre("http://a.cn/1"));
}

TEST_F(LendingTest, HostsAreLentBesideEachOther) {
  for (const char* host : {"a", "b", "c"}) AddSeed(std::string("http://") + host + ".gov.cn/");
  EXPECT_THAT(Lend(kNoon), UnorderedElementsAre("http://a.gov.cn/", "http://b.gov.cn/",
                                                "http://c.gov.cn/"));
}

TEST_F(LendingTest, OnlySoManyHostsOfADomainAreLeasedAtOnce) {
  for (int i = 0; i < 6; ++i) AddSeed("http://h" + std::to_string(i) + ".cjyun.org/");
  const auto leases = LendMany(kNoon);
  ASSERT_EQ(leases.size(), 4U);
  EXPECT_THAT(Lend(kNoon + Millis(10'000)), IsEmpty());
  Report(Content(leases[0]), kNoon + Millis(10'000));
  EXPECT_EQ(Lend(kNoon + Millis(10'000)).size(), 1U);
}

TEST_F(LendingTest, LeaseEndsAtItsInstantAndTheUrlIsDueAtItsOldPlace) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  const UnixTime end = kNoon + options_.lease_time;
  EXPECT_EQ(*frontier_->lending().NextInstant(), end);
  EXPECT_THAT(Lend(end - Millis(1)), IsEmpty());
  EXPECT_EQ(Explain("http://a.cn/", end - Millis(1)).state(), "leased");
  EXPECT_THAT(Lend(end), ElementsAre("http://a.cn/"));
  EXPECT_EQ(frontier_->Stats(end).value().leases_expired(), 1U);
}

TEST_F(LendingTest, LateReportKeepsItsLinksAndNothingElse) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  const UnixTime end = kNoon + options_.lease_time;
  const v1::ReportAck ack = Report(Content(lease, {"http://a.cn/1"}), end);
  EXPECT_EQ(ack.status(), v1::ReportAck::EXPIRED);
  EXPECT_EQ(ack.links_new(), 1U);
  EXPECT_EQ(Explain("http://a.cn/", end).fetch_count(), 0U);
  EXPECT_THAT(Lend(end), ElementsAre("http://a.cn/"));
}

TEST_F(LendingTest, ReportAtTheLastMillisecondCounts) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  EXPECT_EQ(Report(Content(lease), kNoon + options_.lease_time - Millis(1)).status(),
            v1::ReportAck::ACCEPTED);
}

TEST_F(LendingTest, SecondReportOfALeaseChangesNothing) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  EXPECT_EQ(Report(Content(lease), kNoon).status(), v1::ReportAck::ACCEPTED);
  EXPECT_EQ(Report(Content(lease), kNoon).status(), v1::ReportAck::EXPIRED);
  EXPECT_EQ(Explain("http://a.cn/", kNoon).fetch_count(), 1U);
}

TEST_F(LendingTest, SecondReportOfALeaseInOneCallChangesNothing) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  const auto acks = frontier_->lending().Report({Content(lease), Content(lease)}, kNoon);
  EXPECT_EQ(acks[0].status(), v1::ReportAck::ACCEPTED);
  EXPECT_EQ(acks[1].status(), v1::ReportAck::EXPIRED);
}

TEST_F(LendingTest, MalformedReportsAreRejectedAndTheLeaseLives) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  for (const std::string& id : {std::string(), std::string("x"), std::string(26, '\xff'),
                                lease.lease_id() + "x"}) {
    v1::Report report = Content(lease);
    report.set_lease_id(id);
    EXPECT_EQ(Report(report, kNoon).status(), v1::ReportAck::REJECTED);
  }
  v1::Report other_url = Content(lease);
  other_url.mutable_lease_id()->back() ^= 1;
  EXPECT_EQ(Report(other_url, kNoon).status(), v1::ReportAck::REJECTED);
  v1::Report unknown = Content(lease);
  (*unknown.mutable_lease_id())[12] ^= 1;
  EXPECT_EQ(Report(unknown, kNoon).status(), v1::ReportAck::EXPIRED);
  v1::Report no_outcome = Content(lease);
  no_outcome.set_outcome(v1::OUTCOME_UNSPECIFIED);
  EXPECT_EQ(Report(no_outcome, kNoon).status(), v1::ReportAck::REJECTED);
  v1::Report flood = Content(lease);
  for (int i = 0; i <= kReportLinksMax; ++i) flood.add_outlinks()->set_url("http://a.cn/x");
  EXPECT_EQ(Report(flood, kNoon).status(), v1::ReportAck::REJECTED);
  EXPECT_EQ(Report(Content(lease), kNoon).status(), v1::ReportAck::ACCEPTED);
}

TEST_F(LendingTest, TooManyRequestsRestsTheHostTenSeconds) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1", "http://a.cn/2"});
  const UnixTime then = kNoon + Millis(1'000);
  const v1::Lease lease = LendOne(then);
  Report(Ended(lease, v1::OUTCOME_REFUSED, 429), then);
  EXPECT_THAT(Lend(then + Millis(9'999)), IsEmpty());
  EXPECT_THAT(Lend(then + Millis(10'000)), ElementsAre("http://a.cn/2"));
}

TEST_F(LendingTest, RetryAfterIsObeyedOverARestart) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1", "http://a.cn/2"});
  const UnixTime then = kNoon + Millis(1'000);
  v1::Report report = Ended(LendOne(then), v1::OUTCOME_ERROR, 503);
  *report.mutable_retry_after() = ToProto(Millis(40'000));
  Report(report, then);
  Restart();
  EXPECT_THAT(Lend(then + Millis(39'999)), IsEmpty());
  EXPECT_THAT(Lend(then + Millis(40'000)), ElementsAre("http://a.cn/2"));
}

TEST_F(LendingTest, CrawlDelayIsObeyedOverARestart) {
  AddSeed("http://a.cn/");
  v1::Report report = Content(LendOne(kNoon), {"http://a.cn/1"});
  *report.mutable_crawl_delay() = ToProto(Millis(30'000));
  Report(report, kNoon);
  Restart();
  EXPECT_EQ(SpanOf(QueueOf("a.cn", kNoon).delay()), Millis(30'000));
  EXPECT_THAT(Lend(kNoon + Millis(29'999)), IsEmpty());
  EXPECT_THAT(Lend(kNoon + Millis(30'000)), ElementsAre("http://a.cn/1"));
}

TEST_F(LendingTest, FirewallBlocksTheHostTwiceAsLongEachTime) {
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1", "http://a.cn/2", "http://a.cn/3"});
  UnixTime now = kNoon + Millis(1'000);
  Millis last{0};
  for (int i = 0; i < 3; ++i) {
    const v1::Lease lease = LendMany(now, 1).at(0);
    Report(Ended(lease, v1::OUTCOME_BLOCKED, 412), now);
    Restart();
    const v1::Queue queue = QueueOf("a.cn", now);
    const Millis wait = FromMillis(queue.blocked_until_ms()) - now;
    EXPECT_GE(wait, Millis(60'000) * (1 << i));
    EXPECT_LE(wait, Millis(66'000) * (1 << i));
    EXPECT_NE(queue.blocked_why(), "");
    EXPECT_GT(wait, last);
    last = wait;
    now += wait;
    EXPECT_THAT(Lend(now - Millis(1)), IsEmpty());
  }
}

TEST_F(LendingTest, OnDemandOvertakesHubsAndHubsOvertakePages) {
  AddSeed("http://a.cn/");
  v1::Report report = Content(LendOne(kNoon), {"http://a.cn/1", "http://a.cn/2"});
  v1::Outlink& hub = *report.add_outlinks();
  hub.set_url("http://a.cn/list");
  hub.set_priority(v1::PRIORITY_HUB);
  v1::Outlink& old = *report.add_outlinks();
  old.set_url("http://a.cn/0");
  old.set_priority(v1::PRIORITY_BACKFILL);
  Report(report, kNoon);
  ASSERT_TRUE(frontier_->recrawls().Start("http://a.cn/2", Millis(0), kNoon).ok());
  UnixTime now = kNoon;
  std::vector<std::string> order;
  for (int i = 0; i < 4; ++i) {
    now += Millis(1'000);
    order.push_back(Crawl(now));
  }
  EXPECT_THAT(order, ElementsAre("http://a.cn/2", "http://a.cn/list", "http://a.cn/1",
                                 "http://a.cn/0"))
      << "the recrawled page is not due again before its schedule says so";
}

TEST_F(LendingTest, LeasesDelaysAndOutcomesSurviveARestart) {
  AddSeed("http://a.cn/");
  AddSeed("http://b.cn/");
  const auto leases = LendMany(kNoon);
  ASSERT_EQ(leases.size(), 2U);
  Report(Content(leases[0]), kNoon);
  Restart();
  EXPECT_THAT(Lend(kNoon + Millis(500)), IsEmpty());
  EXPECT_EQ(Report(Content(leases[1]), kNoon + Millis(500)).status(), v1::ReportAck::ACCEPTED);
  const v1::FrontierStats stats = frontier_->Stats(kNoon).value();
  EXPECT_EQ(stats.urls(), 2U);
  EXPECT_EQ(stats.waiting(), 2U);
  EXPECT_EQ(stats.leased(), 0U);
  EXPECT_EQ(stats.outcomes(0).count(), 2U);
}

TEST_F(LendingTest, LeaseThatRanOutWhileNobodyWasThereIsDue) {
  AddSeed("http://a.cn/");
  LendOne(kNoon);
  Restart();
  EXPECT_THAT(Lend(kNoon + options_.lease_time), ElementsAre("http://a.cn/"));
}

TEST_F(LendingTest, ReturnedLeaseWaitsAtItsOldPlace) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  ASSERT_TRUE(frontier_->lending().Return({lease.lease_id(), "x"}, kNoon).ok());
  EXPECT_THAT(Lend(kNoon + Millis(999)), IsEmpty()) << "its host rests all the same";
  EXPECT_THAT(Lend(kNoon + Millis(1'000)), ElementsAre("http://a.cn/"));
  EXPECT_EQ(Report(Content(lease), kNoon).status(), v1::ReportAck::EXPIRED);
}

// What was acknowledged before a kill -9 is there after it.
TEST_F(LendingTest, KilledProcessLosesNoLeaseAndNoReport) {
  frontier_.reset();
  space_.reset();
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    Start();
    AddSeed("http://a.cn/");
    Crawl(kNoon, {"http://a.cn/1"});
    const std::string id = LendOne(kNoon + Millis(1'000)).lease_id();
    const bool told = write(pipe_ends[1], id.data(), id.size()) == static_cast<ssize_t>(id.size());
    raise(told ? SIGKILL : SIGABRT);
  }
  std::string id(26, '\0');
  ASSERT_EQ(read(pipe_ends[0], id.data(), id.size()), static_cast<ssize_t>(id.size()));
  int how = 0;
  ASSERT_EQ(waitpid(child, &how, 0), child);
  ASSERT_TRUE(WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL);
  close(pipe_ends[0]);
  close(pipe_ends[1]);

  Start();
  EXPECT_THAT(Lend(kNoon + Millis(60'000)), IsEmpty());
  EXPECT_EQ(Explain("http://a.cn/1", kNoon).state(), "leased");
  v1::Lease lease;
  lease.set_lease_id(id);
  EXPECT_EQ(Report(Content(lease), kNoon + Millis(2'000)).status(), v1::ReportAck::ACCEPTED);
}

TEST_F(LendingTest, SeveralLeasesOfAQueueAreDifferentUrls) {
  options_.in_flight_max = 3;
  options_.delay = Millis(0);
  Restart();
  AddSeed("http://a.cn/");
  Crawl(kNoon, {"http://a.cn/1", "http://a.cn/2", "http://a.cn/3", "http://a.cn/4"});
  std::set<std::string> urls;
  for (int i = 0; i < 5; ++i) {
    for (const std::string& url : Lend(kNoon)) EXPECT_TRUE(urls.insert(url).second) << url;
  }
  EXPECT_EQ(urls.size(), 3U);
}

TEST_F(LendingTest, LinksIntoOtherShardsAreThereWhenTheReportIsAcknowledged) {
  frontier_.reset();
  space_.reset();
  std::filesystem::remove_all(directory_);
  shards_ = {{0, 99}, {100, 200}, {201, kv::kReservedSlot}};
  Start();
  v1::Scope scope;
  scope.set_host("a.cn");
  AddSeed("http://a.cn/", kNoon, scope);
  v1::Report report = Content(LendOne(kNoon));
  for (int i = 0; i < 40; ++i) {
    v1::Outlink& link = *report.add_outlinks();
    link.set_url("http://a.cn/" + std::to_string(i));
    link.set_queue("queue" + std::to_string(i) + ".cn");  // Their own politeness, their own slots.
  }
  const v1::ReportAck ack = Report(report, kNoon);
  EXPECT_EQ(ack.links_new(), 40U);
  Restart();
  EXPECT_EQ(LendMany(kNoon).size(), 40U);
}

TEST_F(LendingTest, HundredThousandUrlsOfAThousandHostsAreLentByFewSeeks) {
  options_.delay = Millis(1);
  Restart();
  v1::AddSeedsRequest request;
  for (int i = 0; i < 1'000; ++i) {
    request.add_seeds()->set_url("http://h" + std::to_string(i) + ".cn/");
  }
  ASSERT_TRUE(frontier_->seeds().Add(request, kNoon).ok());
  auto leases = LendMany(kNoon, 1'000);
  ASSERT_EQ(leases.size(), 1'000U);
  std::vector<v1::Report> reports;
  for (const v1::Lease& lease : leases) {
    v1::Report report = Content(lease);
    for (int i = 0; i < 100; ++i) {
      report.add_outlinks()->set_url(lease.url() + std::to_string(i) + ".html");
    }
    reports.push_back(std::move(report));
  }
  for (const v1::ReportAck& ack : frontier_->lending().Report(reports, kNoon)) {
    ASSERT_EQ(ack.links_new(), 100U);
  }
  EXPECT_EQ(frontier_->Stats(kNoon).value().urls(), 101'000U);
  std::set<std::string> lent;
  UnixTime now = kNoon;
  for (int round = 0; round < 3; ++round) {
    now += Millis(1'000);
    reports.clear();
    for (const v1::Lease& lease : LendMany(now, 1'000)) {
      EXPECT_TRUE(lent.insert(lease.url()).second);
      reports.push_back(Content(lease));
    }
    frontier_->lending().Report(reports, now);
  }
  EXPECT_EQ(lent.size(), 3'000U);
}

}  // namespace
}  // namespace signboard::frontier
