#include "frontier/recrawls.h"

#include <gmock/gmock.h>

#include "frontier/outcome_table.h"
#include "tests/frontier/frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RecrawlsTest : public FrontierFixture {
 protected:
  v1::RecrawlProgress Ask(const std::string& url, UnixTime now, Millis max_age = Millis(0)) {
    return frontier_->recrawls().Start(url, max_age, now).value();
  }
  v1::RecrawlProgress Get(const std::string& job_id, UnixTime now) {
    return frontier_->recrawls().Get(job_id, now).value();
  }
};

TEST_F(RecrawlsTest, IsFollowedFromQueueToEndAndLeavesTheScheduleAlone) {
  AddSeed("http://a.cn/");
  Crawl(kNoon);
  const v1::UrlExplanation before = Explain("http://a.cn/", kNoon);

  const v1::RecrawlProgress job = Ask("http://a.cn/", kNoon);
  EXPECT_EQ(job.state(), v1::JOB_QUEUED);
  EXPECT_EQ(job.position(), 0U);
  EXPECT_EQ(SpanOf(job.expected_wait()), Millis(1'000));
  EXPECT_THAT(Lend(kNoon + Millis(999)), IsEmpty()) << "politeness holds for everybody";
  const UnixTime now = kNoon + Millis(1'000);
  const v1::Lease lease = LendOne(now);
  EXPECT_EQ(lease.job_id(), job.job_id());
  EXPECT_EQ(lease.priority(), v1::PRIORITY_ON_DEMAND);
  EXPECT_TRUE(lease.has_last());
  EXPECT_EQ(Get(job.job_id(), now).state(), v1::JOB_FETCHING);
  frontier_->lending().Progress(lease.lease_id(), v1::JOB_EXTRACTING);
  EXPECT_EQ(Get(job.job_id(), now).state(), v1::JOB_EXTRACTING);
  v1::Report report = Content(lease, {"http://a.cn/1"});
  report.mutable_fetched()->set_snapshot_id("snapshot");
  EXPECT_EQ(Report(report, now).status(), v1::ReportAck::ACCEPTED);

  const v1::RecrawlProgress end = Get(job.job_id(), now);
  EXPECT_EQ(end.state(), v1::JOB_DONE);
  EXPECT_EQ(end.outcome(), v1::OUTCOME_CONTENT);
  EXPECT_EQ(end.fetched().snapshot_id(), "snapshot");
  EXPECT_EQ(end.links_new(), 1U);
  const v1::UrlExplanation after = Explain("http://a.cn/", now);
  EXPECT_EQ(after.due_ms(), before.due_ms());
  EXPECT_EQ(SpanOf(after.interval()), SpanOf(before.interval()));
  EXPECT_EQ(after.priority(), before.priority());
  EXPECT_EQ(after.fetch_count(), 2U);
}

TEST_F(RecrawlsTest, IsOneJobWhileItIsOpen) {
  AddSeed("http://a.cn/");
  const std::string first = Ask("http://a.cn/", kNoon).job_id();
  Restart();
  EXPECT_EQ(Ask("http://a.cn/", kNoon + Millis(5)).job_id(), first);
  Crawl(kNoon + Millis(5));
  EXPECT_NE(Ask("http://a.cn/", kNoon + Millis(10)).job_id(), first);
}

TEST_F(RecrawlsTest, YoungCaptureIsReused) {
  AddSeed("http://a.cn/");
  v1::Report report = Content(LendOne(kNoon));
  report.mutable_state()->set_snapshot_id("snapshot");
  report.mutable_state()->set_fetched_ms(ToMillis(kNoon));
  Report(report, kNoon);
  const v1::RecrawlProgress reused = Ask("http://a.cn/", kNoon + kHour, kHour);
  EXPECT_EQ(reused.state(), v1::JOB_REUSED);
  EXPECT_EQ(reused.fetched().snapshot_id(), "snapshot");
  EXPECT_EQ(Get(reused.job_id(), kNoon + kHour).state(), v1::JOB_REUSED);
  EXPECT_EQ(Ask("http://a.cn/", kNoon + kHour, kHour - Millis(1)).state(), v1::JOB_QUEUED);
}

TEST_F(RecrawlsTest, UnknownUrlIsFetchedOnceAndAlone) {
  const v1::RecrawlProgress job = Ask("HTTP://New.cn/x#top", kNoon);
  EXPECT_EQ(job.url(), "http://new.cn/x");
  const v1::Lease lease = LendOne(kNoon);
  EXPECT_EQ(lease.depth(), lease.scope().depth_max()) << "no link of it is in scope";
  const v1::ReportAck ack = Report(Content(lease, {"http://new.cn/y"}), kNoon);
  EXPECT_EQ(ack.links_new(), 0U);
  EXPECT_EQ(Get(job.job_id(), kNoon).state(), v1::JOB_DONE);
  EXPECT_EQ(Explain("http://new.cn/x", kNoon).state(), "settled");
  EXPECT_THAT(Lend(kNoon + 1'000 * kHour), IsEmpty());
}

TEST_F(RecrawlsTest, UnknownUrlOfASeedsSiteBeginsASchedule) {
  AddSeed("http://a.cn/");
  Crawl(kNoon);
  Ask("http://a.cn/x", kNoon);
  const v1::Lease lease = LendOne(kNoon + Millis(1'000));
  EXPECT_EQ(lease.seed_url(), "http://a.cn/");
  EXPECT_EQ(Report(Content(lease, {"http://a.cn/y"}), kNoon + Millis(1'000)).links_new(), 1U);
  const v1::UrlExplanation after = Explain("http://a.cn/x", kNoon + Millis(1'000));
  EXPECT_EQ(after.state(), "waiting");
  EXPECT_EQ(FromMillis(after.due_ms()), kNoon + options_.revisit.page_interval_start);
}

TEST_F(RecrawlsTest, AskedWhileTheUrlIsLeasedItIsFetchedAgainAfterwards) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  EXPECT_EQ(lease.job_id(), "");
  const v1::RecrawlProgress job = Ask("http://a.cn/", kNoon + Millis(10));
  EXPECT_EQ(job.state(), v1::JOB_QUEUED);
  Report(Content(lease), kNoon + Millis(20));
  EXPECT_EQ(Get(job.job_id(), kNoon + Millis(20)).state(), v1::JOB_QUEUED);
  EXPECT_EQ(LendOne(kNoon + Millis(1'020)).job_id(), job.job_id());
}

TEST_F(RecrawlsTest, LeaseThatRunsOutPutsTheJobBackInTheQueue) {
  const v1::RecrawlProgress job = Ask("http://a.cn/", kNoon);
  LendOne(kNoon);
  const UnixTime end = kNoon + options_.lease_time;
  EXPECT_EQ(Get(job.job_id(), end - Millis(1)).state(), v1::JOB_FETCHING);
  EXPECT_EQ(Get(job.job_id(), end).state(), v1::JOB_QUEUED);
  EXPECT_EQ(LendOne(end).job_id(), job.job_id());
}

TEST_F(RecrawlsTest, PositionCountsThoseBefore) {
  Ask("http://a.cn/1", kNoon);
  Ask("http://a.cn/2", kNoon + Millis(1));
  const v1::RecrawlProgress third = Ask("http://a.cn/3", kNoon + Millis(2));
  EXPECT_EQ(third.position(), 2U);
  EXPECT_EQ(SpanOf(third.expected_wait()), Millis(2'000));
}

TEST_F(RecrawlsTest, PausedSeedsUrlIsFetchedWhenSomebodyAsks) {
  AddSeed("http://a.cn/");
  ChangeSeed(v1::ChangeSeedsRequest::PAUSE, "http://a.cn/");
  EXPECT_THAT(Lend(kNoon), IsEmpty());
  Ask("http://a.cn/", kNoon);
  EXPECT_EQ(Crawl(kNoon), "http://a.cn/");
  EXPECT_THAT(Lend(kNoon + kHour), IsEmpty());
}

TEST_F(RecrawlsTest, OutcomesEndJobsAsTheTableSays) {
  for (const OutcomeRow& row : OutcomeTable()) {
    if (row.outcome == v1::OUTCOME_UNSPECIFIED) continue;
    const std::string host = "h" + std::to_string(row.outcome) + "-" + std::to_string(row.reason);
    const v1::RecrawlProgress job = Ask("http://" + host + ".cn/", kNoon);
    v1::Report report = Ended(LendOne(kNoon), row.outcome);
    report.set_reason(row.reason);
    EXPECT_EQ(Report(report, kNoon).status(), v1::ReportAck::ACCEPTED);
    const v1::RecrawlProgress end = Get(job.job_id(), kNoon);
    EXPECT_EQ(end.state(), row.job_state) << host;
    EXPECT_EQ(end.reason(), row.job_reason) << host;
  }
  EXPECT_EQ(AbsenceOf(v1::OUTCOME_CONTENT, v1::REASON_UNSPECIFIED, false), "empty");
  EXPECT_EQ(AbsenceOf(v1::OUTCOME_CONTENT, v1::REASON_UNSPECIFIED, true), "present");
  EXPECT_EQ(AbsenceOf(v1::OUTCOME_ERROR, v1::REASON_TIMEOUT, false), "error");
}

TEST_F(RecrawlsTest, SettledJobsAreForgottenAfterTheirTime) {
  const std::string job = Ask("http://a.cn/1", kNoon).job_id();
  Crawl(kNoon);
  const UnixTime later = kNoon + options_.job_keep + Millis(2);
  EXPECT_EQ(Get(job, later).state(), v1::JOB_DONE) << "nobody has swept yet";
  Ask("http://a.cn/2", later);
  EXPECT_EQ(frontier_->recrawls().Get(job, later).status().code(), StatusCode::kNotFound);
}

TEST_F(RecrawlsTest, NonsenseIsToldFromTheUnknown) {
  EXPECT_EQ(frontier_->recrawls().Start("no url", Millis(0), kNoon).status().code(),
            StatusCode::kInvalidArgument);
  for (const char* id : {"", "x", "zzzz-000000000000-00000000", "0001-000000000000-00000000"}) {
    EXPECT_EQ(frontier_->recrawls().Get(id, kNoon).status().code(), StatusCode::kNotFound) << id;
  }
}

}  // namespace
}  // namespace signboard::frontier
