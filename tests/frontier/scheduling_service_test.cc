// signboard.v1.Scheduling over real gRPC on loopback, with the synchronous client: what any program
// would see.
#include "frontier/scheduling_service.h"

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "proto/base/rpc_server.h"
#include "tests/frontier/frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ClientWork = grpc::ClientReaderWriter<v1::WorkRequest, v1::WorkReply>;

// One Work stream.
class Worker {
 public:
  Worker(v1::Scheduling::Stub& stub, const std::string& id) : stream_(stub.Work(&context_)) {
    v1::WorkRequest hello;
    hello.mutable_hello()->set_worker_id(id);
    stream_->Write(hello);
  }
  // One that says what it holds.
  Worker(v1::Scheduling::Stub& stub, const std::string& id,
         const std::vector<std::string>& lease_ids)
      : stream_(stub.Work(&context_)) {
    v1::WorkRequest hello;
    hello.mutable_hello()->set_worker_id(id);
    v1::WorkRequest::Holding& holding = *hello.mutable_hello()->mutable_holding();
    for (const std::string& lease_id : lease_ids) holding.add_lease_ids(lease_id);
    stream_->Write(hello);
  }
  bool Credit(uint32_t leases) {
    v1::WorkRequest request;
    request.mutable_credit()->set_leases(leases);
    return stream_->Write(request);
  }
  bool Send(const v1::Report& report) {
    v1::WorkRequest request;
    *request.mutable_report() = report;
    return stream_->Write(request);
  }
  bool Write(const v1::WorkRequest& request) { return stream_->Write(request); }
  // nullopt: the stream is over.
  std::optional<v1::WorkReply> Read() {
    v1::WorkReply reply;
    if (!stream_->Read(&reply)) return std::nullopt;
    return reply;
  }
  // Skips what is no lease.
  v1::Lease ReadLease() {
    for (auto reply = Read(); reply; reply = Read()) {
      if (reply->has_lease()) return reply->lease();
    }
    ADD_FAILURE() << "the stream ended before a lease";
    return {};
  }
  v1::ReportAck ReadAck() {
    for (auto reply = Read(); reply; reply = Read()) {
      if (reply->has_ack()) return reply->ack();
    }
    ADD_FAILURE() << "the stream ended before an ack";
    return {};
  }
  void HalfClose() { stream_->WritesDone(); }
  grpc::Status Finish() { return stream_->Finish(); }
  void Vanish() { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<ClientWork> stream_;
};

class SchedulingServiceTest : public FrontierFixture {
 protected:
  void SetUp() override {
    options_.delay = Millis(20);
    options_.worker_wait = Millis(3'000);
    Start();
    thread_ = std::thread([this] { io_.run(); });
    pool_ = std::make_unique<base::Pool>(base::Pool::Options{.name = "test", .threads = 2});
    service_ =
        std::make_unique<SchedulingService>(*frontier_, *pool_, *clock_, io_.get_executor());
    server_ = base::RpcServer::Start({.address = "127.0.0.1:0", .services = {service_.get()}})
                  .value();
    stub_ = v1::Scheduling::NewStub(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                            grpc::InsecureChannelCredentials()));
  }
  void TearDown() override {
    server_->Stop(Millis(100));
    asio::co_spawn(io_, service_->Stop(), asio::use_future).get();
    service_.reset();
    pool_.reset();
    guard_.reset();
    thread_.join();
    FrontierFixture::TearDown();
  }

  // Through the wire.
  void Seed(const std::vector<std::string>& urls) {
    grpc::ClientContext context;
    v1::AddSeedsRequest request;
    for (const std::string& url : urls) request.add_seeds()->set_url(url);
    v1::AddSeedsReply reply;
    const grpc::Status status = stub_->AddSeeds(&context, request, &reply);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  base::SystemClock system_clock_;
  base::ManualClock manual_clock_{kNoon};
  const Clock* clock_ = &system_clock_;
  asio::io_context io_{1};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> guard_{
      io_.get_executor()};
  std::thread thread_;
  std::unique_ptr<base::Pool> pool_;
  std::unique_ptr<SchedulingService> service_;
  std::unique_ptr<base::RpcServer> server_;
  std::unique_ptr<v1::Scheduling::Stub> stub_;
};

TEST_F(SchedulingServiceTest, CreditsAreFilledAsUrlsArrive) {
  Worker worker(*stub_, "w");
  EXPECT_TRUE(worker.Read()->has_welcome());
  worker.Credit(10);
  Seed({"http://a.cn/"});
  const v1::Lease lease = worker.ReadLease();
  EXPECT_EQ(lease.url(), "http://a.cn/");
  worker.Send(Content(lease, {"http://a.cn/1"}));
  EXPECT_EQ(worker.ReadAck().links_new(), 1U);
  EXPECT_EQ(worker.ReadLease().url(), "http://a.cn/1") << "woken when its host has rested";
  worker.HalfClose();
  EXPECT_TRUE(worker.Finish().ok());
}

TEST_F(SchedulingServiceTest, NoMoreLeasesThanCredits) {
  Seed({"http://a.cn/", "http://b.cn/"});
  Worker worker(*stub_, "w");
  worker.Credit(1);
  const v1::Lease first = worker.ReadLease();
  worker.Send(Content(first));
  EXPECT_TRUE(worker.Read()->has_ack()) << "and no lease before it";
  worker.Credit(1);
  EXPECT_NE(worker.ReadLease().url(), first.url());
}

// What two workers hold at each moment.
class Ledger {
 public:
  void Lent(const v1::Lease& lease) {
    std::lock_guard lock(mutex_);
    EXPECT_EQ(++live_[lease.url()], 1) << lease.url();
    EXPECT_EQ(++hosts_[lease.queue()], 1) << "one at a time on " << lease.queue();
    ++lent_[lease.url()];
  }
  void Reporting(const v1::Lease& lease) {
    std::lock_guard lock(mutex_);
    --live_[lease.url()];
    --hosts_[lease.queue()];
  }
  void Settled() {
    std::lock_guard lock(mutex_);
    ++settled_;
    changed_.notify_all();
  }
  void WaitForSettled(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return settled_ >= count; });
  }
  const std::map<std::string, int>& lent() const { return lent_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> live_;
  std::map<std::string, int> hosts_;
  std::map<std::string, int> lent_;
  size_t settled_ = 0;
};

TEST_F(SchedulingServiceTest, NoUrlIsLeasedTwiceAtOnce) {
  constexpr int kHosts = 6;
  constexpr int kPages = 40;
  std::vector<std::string> seeds;
  for (int i = 0; i < kHosts; ++i) seeds.push_back("http://h" + std::to_string(i) + ".cn/");
  Seed(seeds);
  Ledger ledger;
  const auto crawl = [&](Worker* worker) {
    worker->Credit(4);
    for (auto reply = worker->Read(); reply; reply = worker->Read()) {
      if (reply->has_ack()) {
        EXPECT_EQ(reply->ack().status(), v1::ReportAck::ACCEPTED);
        ledger.Settled();
      }
      if (!reply->has_lease()) continue;
      const v1::Lease& lease = reply->lease();
      ledger.Lent(lease);
      v1::Report report = Content(lease);
      for (int i = 1; i < kPages && lease.depth() == 0; ++i) {
        report.add_outlinks()->set_url(lease.url() + std::to_string(i));
      }
      ledger.Reporting(lease);
      worker->Send(report);
      worker->Credit(1);
    }
  };
  Worker one(*stub_, "one");
  Worker two(*stub_, "two");
  std::thread first(crawl, &one);
  std::thread second(crawl, &two);
  ledger.WaitForSettled(kHosts * kPages);
  one.Vanish();
  two.Vanish();
  first.join();
  second.join();
  EXPECT_EQ(ledger.lent().size(), static_cast<size_t>(kHosts * kPages));
  for (const auto& [url, count] : ledger.lent()) EXPECT_EQ(count, 1) << url;
}

TEST_F(SchedulingServiceTest, HalfClosedWorkerGetsItsAcksAndTheEnd) {
  Seed({"http://a.cn/"});
  Worker worker(*stub_, "w");
  worker.Credit(5);
  const v1::Lease lease = worker.ReadLease();
  worker.Send(Content(lease));
  worker.HalfClose();
  EXPECT_EQ(worker.ReadAck().status(), v1::ReportAck::ACCEPTED);
  EXPECT_FALSE(worker.Read().has_value());
  EXPECT_TRUE(worker.Finish().ok());
}

TEST_F(SchedulingServiceTest, VanishedWorkersLeasesAreNotLentAgainBeforeTheyEnd) {
  Seed({"http://a.cn/", "http://b.cn/"});
  v1::Lease held;
  {
    Worker worker(*stub_, "gone");
    worker.Credit(1);
    held = worker.ReadLease();
    worker.Vanish();
    worker.Finish();
  }
  Worker other(*stub_, "other");
  other.Credit(10);
  EXPECT_NE(other.ReadLease().url(), held.url());
  EXPECT_EQ(Explain(held.url(), clock_->Now()).state(), "leased");
  other.HalfClose();
  EXPECT_TRUE(other.Finish().ok());
}

TEST_F(SchedulingServiceTest, LeaseThatIsGivenBackIsLentAgainAtOnce) {
  Seed({"http://a.cn/"});
  Worker worker(*stub_, "gives back");
  worker.Credit(1);
  const v1::Lease held = worker.ReadLease();
  EXPECT_EQ(held.trace_id().size(), 32u);
  v1::WorkRequest release;
  release.mutable_release()->set_lease_id(held.lease_id());
  ASSERT_TRUE(worker.Write(release));
  release.mutable_release()->set_lease_id("no lease");
  ASSERT_TRUE(worker.Write(release)) << "ignored";
  Worker other(*stub_, "other");
  other.Credit(1);
  const v1::Lease again = other.ReadLease();
  EXPECT_EQ(again.url(), held.url());
  EXPECT_NE(again.lease_id(), held.lease_id());
  EXPECT_NE(again.trace_id(), held.trace_id());
  // The first one's report comes too late to count.
  worker.Send(Content(held));
  EXPECT_EQ(worker.ReadAck().status(), v1::ReportAck::EXPIRED);
}

TEST_F(SchedulingServiceTest, WorkerThatDoesNotComeBackLosesItsLeases) {
  Seed({"http://a.cn/"});
  v1::Lease held;
  {
    Worker worker(*stub_, "dies");
    worker.Credit(1);
    held = worker.ReadLease();
    worker.Vanish();
    worker.Finish();
  }
  Worker other(*stub_, "other");
  other.Credit(1);
  EXPECT_EQ(other.ReadLease().url(), held.url()) << "long before the lease would end";
}

TEST_F(SchedulingServiceTest, LeaseThatNeverReachedItsWorkerIsLentAgainWhenItComesBack) {
  Seed({"http://a.cn/", "http://b.cn/"});
  // As a frontier that dies between its disk and the wire.
  ASSERT_EQ(frontier_->lending().Lend(10, "w", clock_->Now()).value().size(), 2U);
  Worker worker(*stub_, "w", {});
  worker.Credit(2);
  const v1::Lease first = worker.ReadLease();
  const v1::Lease second = worker.ReadLease();
  EXPECT_NE(first.url(), second.url());
  worker.Send(Content(first));
  EXPECT_EQ(worker.ReadAck().status(), v1::ReportAck::ACCEPTED);
}

TEST_F(SchedulingServiceTest, WorkerThatComesBackKeepsWhatItHolds) {
  Seed({"http://a.cn/", "http://b.cn/"});
  v1::Lease held;
  v1::Lease lost;
  {
    Worker worker(*stub_, "w", {});
    worker.Credit(2);
    held = worker.ReadLease();
    lost = worker.ReadLease();
    worker.Vanish();
    worker.Finish();
  }
  Worker back(*stub_, "w", {held.lease_id(), "no lease"});
  Worker other(*stub_, "other", {});
  other.Credit(2);
  EXPECT_EQ(other.ReadLease().url(), lost.url());
  back.Send(Content(held));
  EXPECT_EQ(back.ReadAck().status(), v1::ReportAck::ACCEPTED);
}

TEST_F(SchedulingServiceTest, HelloWithoutAListTakesNothingBack) {
  Seed({"http://a.cn/", "http://b.cn/"});
  v1::Lease held;
  {
    Worker worker(*stub_, "older");
    worker.Credit(1);
    held = worker.ReadLease();
    worker.Vanish();
    worker.Finish();
  }
  Worker back(*stub_, "older");
  back.Credit(2);
  EXPECT_NE(back.ReadLease().url(), held.url());
  back.Send(Content(held));
  EXPECT_EQ(back.ReadAck().status(), v1::ReportAck::ACCEPTED);
}

TEST_F(SchedulingServiceTest, NewerStreamOfAWorkerEndsTheOlder) {
  Worker older(*stub_, "w", {});
  EXPECT_TRUE(older.Read()->has_welcome());
  older.Credit(10);
  Worker newer(*stub_, "w", {});
  EXPECT_FALSE(older.Read().has_value());
  EXPECT_EQ(older.Finish().error_code(), grpc::FAILED_PRECONDITION);
  newer.Credit(1);
  Seed({"http://a.cn/"});
  EXPECT_EQ(newer.ReadLease().url(), "http://a.cn/") << "the older one's credits are gone";
  grpc::ClientContext context;
  v1::FrontierStats stats;
  EXPECT_TRUE(stub_->GetFrontierStats(&context, {}, &stats).ok());
  EXPECT_EQ(stats.workers(), 1U);
}

TEST_F(SchedulingServiceTest, HelloTakesNothingBackThatIsLentAfterIt) {
  constexpr int kTimes = 30;
  std::vector<std::string> seeds;
  for (int i = 0; i < kTimes; ++i) seeds.push_back("http://h" + std::to_string(i) + ".cn/");
  Seed(seeds);
  std::vector<std::unique_ptr<Worker>> streams;
  for (int i = 0; i < kTimes; ++i) {
    streams.push_back(std::make_unique<Worker>(*stub_, "w", std::vector<std::string>()));
    streams.back()->Credit(1);
    streams.back()->Send(Content(streams.back()->ReadLease()));
    EXPECT_EQ(streams.back()->ReadAck().status(), v1::ReportAck::ACCEPTED) << i;
  }
}

TEST_F(SchedulingServiceTest, WorkBeginsWithOneHello) {
  {
    grpc::ClientContext context;
    auto stream = stub_->Work(&context);
    v1::WorkRequest credit;
    credit.mutable_credit()->set_leases(1);
    stream->Write(credit);
    EXPECT_EQ(stream->Finish().error_code(), grpc::FAILED_PRECONDITION);
  }
  {
    Worker worker(*stub_, "");
    EXPECT_EQ(worker.Finish().error_code(), grpc::INVALID_ARGUMENT);
  }
  {
    Worker worker(*stub_, "w", std::vector<std::string>(kHoldingMax + 1, "x"));
    EXPECT_EQ(worker.Finish().error_code(), grpc::INVALID_ARGUMENT);
  }
  {
    Worker worker(*stub_, "greedy");
    worker.Credit(kCreditsMax);
    worker.Credit(1);
    while (worker.Read()) {}
    EXPECT_EQ(worker.Finish().error_code(), grpc::INVALID_ARGUMENT);
  }
}

TEST_F(SchedulingServiceTest, RecrawlIsFollowedToItsEnd) {
  Worker worker(*stub_, "w");
  std::thread crawler([&] {
    worker.Credit(1);
    const v1::Lease lease = worker.ReadLease();
    EXPECT_EQ(lease.priority(), v1::PRIORITY_ON_DEMAND);
    v1::WorkRequest progress;
    v1::Report report = Content(lease);
    report.mutable_fetched()->set_snapshot_id("snapshot");
    worker.Send(report);
    worker.ReadAck();
    worker.HalfClose();
    worker.Finish();
  });
  grpc::ClientContext context;
  v1::RecrawlRequest request;
  request.set_url("http://a.cn/x");
  auto stream = stub_->Recrawl(&context, request);
  v1::RecrawlProgress progress;
  std::vector<v1::JobState> states;
  while (stream->Read(&progress)) states.push_back(progress.state());
  EXPECT_TRUE(stream->Finish().ok());
  crawler.join();
  ASSERT_FALSE(states.empty());
  EXPECT_EQ(states.back(), v1::JOB_DONE);
  EXPECT_EQ(progress.fetched().snapshot_id(), "snapshot");

  grpc::ClientContext again;
  v1::GetJobRequest get;
  get.set_job_id(progress.job_id());
  v1::RecrawlProgress job;
  EXPECT_TRUE(stub_->GetJob(&again, get, &job).ok());
  EXPECT_EQ(job.state(), v1::JOB_DONE);
}

TEST_F(SchedulingServiceTest, QueuesAreListedBlockedAndSlowed) {
  Seed({"http://a.cn/", "http://b.cn/"});
  {
    grpc::ClientContext context;
    v1::ListQueuesRequest request;
    request.set_limit(1);
    auto stream = stub_->ListQueues(&context, request);
    v1::Queue queue;
    std::vector<std::string> keys;
    while (stream->Read(&queue)) keys.push_back(queue.key());
    EXPECT_TRUE(stream->Finish().ok());
    EXPECT_THAT(keys, ::testing::ElementsAre("a.cn"));
  }
  {
    grpc::ClientContext context;
    v1::BlockQueueRequest request;
    request.set_key("a.cn");
    *request.mutable_lasts() = ToProto(kHour);
    v1::Queue queue;
    EXPECT_TRUE(stub_->BlockQueue(&context, request, &queue).ok());
    EXPECT_GT(queue.blocked_until_ms(), 0);
  }
  {
    grpc::ClientContext context;
    v1::SetQueueDelayRequest request;
    request.set_key("b.cn");
    *request.mutable_delay() = ToProto(Millis(7'000));
    v1::Queue queue;
    EXPECT_TRUE(stub_->SetQueueDelay(&context, request, &queue).ok());
    EXPECT_EQ(queue.delay().seconds(), 7);
  }
}

TEST_F(SchedulingServiceTest, SeedsAndStatsAnswer) {
  Seed({"http://a.cn/", "http://b.cn/"});
  {
    grpc::ClientContext context;
    auto stream = stub_->ListSeeds(&context, {});
    v1::Seed seed;
    int count = 0;
    while (stream->Read(&seed)) ++count;
    EXPECT_TRUE(stream->Finish().ok());
    EXPECT_EQ(count, 2);
  }
  {
    grpc::ClientContext context;
    v1::ExplainUrlRequest request;
    request.set_url("http://unknown.cn/");
    v1::UrlExplanation why;
    EXPECT_EQ(stub_->ExplainUrl(&context, request, &why).error_code(), grpc::NOT_FOUND);
  }
  {
    grpc::ClientContext context;
    v1::ChangeSeedsRequest request;
    request.set_change(v1::ChangeSeedsRequest::PAUSE);
    request.add_urls("http://b.cn/");
    v1::ChangeSeedsReply reply;
    EXPECT_TRUE(stub_->ChangeSeeds(&context, request, &reply).ok());
    EXPECT_EQ(reply.changed_size(), 1);
  }
  {
    grpc::ClientContext context;
    v1::BackfillSeedsRequest request;
    request.add_urls("http://a.cn/");
    request.set_since("2018-01-01");
    v1::BackfillSeedsReply reply;
    EXPECT_TRUE(stub_->BackfillSeeds(&context, request, &reply).ok());
    EXPECT_EQ(reply.seeds(0).backfill().since(), "2018-01-01");
  }
  Worker worker(*stub_, "w");
  ASSERT_TRUE(worker.Read()->has_welcome());
  grpc::ClientContext context;
  v1::FrontierStats stats;
  EXPECT_TRUE(stub_->GetFrontierStats(&context, {}, &stats).ok());
  EXPECT_EQ(stats.urls(), 2U);
  EXPECT_EQ(stats.seeds(), 2U);
  EXPECT_EQ(stats.workers(), 1U);
  EXPECT_GT(stats.epoch(), 0U);
}

class SimulatedTimeTest : public SchedulingServiceTest {
 protected:
  SimulatedTimeTest() { clock_ = &manual_clock_; }
};

TEST_F(SimulatedTimeTest, JumpOfTheClockIsFollowedOncePoked) {
  Seed({"http://a.cn/"});
  Worker worker(*stub_, "w");
  worker.Credit(10);
  worker.Send(Content(worker.ReadLease()));
  EXPECT_EQ(worker.ReadAck().status(), v1::ReportAck::ACCEPTED);
  manual_clock_.Advance(options_.revisit.hub_interval_start);
  service_->Poke();
  EXPECT_EQ(worker.ReadLease().url(), "http://a.cn/");
}

}  // namespace
}  // namespace signboard::frontier
