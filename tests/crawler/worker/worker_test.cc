// A Worker against a frontier of a few lines, over real gRPC on loopback: what it says of itself.
#include "crawler/worker/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "proto/base/rpc_server.h"
#include "proto/base/span.h"
#include "tests/support/fake_site.h"

namespace signboard::worker {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using testing::FakeSite;
using ServerWork = grpc::ServerReaderWriter<v1::WorkReply, v1::WorkRequest>;

void Acknowledge(ServerWork& stream, const std::string& id) {
  v1::WorkReply reply;
  reply.mutable_ack()->set_lease_id(id);
  reply.mutable_ack()->set_status(v1::ReportAck::ACCEPTED);
  stream.Write(reply);
}

// Each Work stream is one step of the test's. After the last, whatever is reported is acknowledged.
class Frontier final : public v1::Scheduling::Service {
 public:
  using Step = std::function<void(ServerWork&, const v1::WorkRequest::Hello&)>;
  explicit Frontier(std::vector<Step> steps) : steps_(std::move(steps)) {}

  grpc::Status Work(grpc::ServerContext*, ServerWork* stream) override {
    v1::WorkRequest request;
    if (!stream->Read(&request)) return grpc::Status::CANCELLED;
    EXPECT_TRUE(request.has_hello());
    const size_t at = next_++;
    if (at < steps_.size()) {
      steps_[at](*stream, request.hello());
      if (at + 1 == steps_.size()) done_.set_value();
      return grpc::Status(grpc::UNAVAILABLE, "dies");
    }
    while (stream->Read(&request)) {
      if (request.has_report()) Acknowledge(*stream, request.report().lease_id());
    }
    return grpc::Status::OK;
  }
  void Wait() { done_.get_future().wait(); }

 private:
  const std::vector<Step> steps_;
  std::atomic<size_t> next_ = 0;
  std::promise<void> done_;
};

void Lend(ServerWork& stream, const std::string& id, const std::string& url,
          const std::string& job_id = "") {
  v1::WorkReply reply;
  reply.mutable_lease()->set_job_id(job_id);
  reply.mutable_lease()->set_lease_id(id);
  reply.mutable_lease()->set_url(url);
  *reply.mutable_lease()->mutable_lasts() = base::ToProto(Millis(600'000));
  stream.Write(reply);
}

// The next report or release; what is neither is passed over.
v1::WorkRequest ReadWord(ServerWork& stream) {
  v1::WorkRequest request;
  while (stream.Read(&request)) {
    if (request.has_report() || request.has_release()) break;
  }
  return request;
}

class WorkerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    net::HttpClientOptions options;
    options.guard = net::AddressGuard::Make({"127.0.0.1/32"}).value();
    options.connect_to =
        net::ConnectTo::ParseAll({"*:80=127.0.0.1:" + std::to_string(site_.port())}).value();
    client_ = std::make_unique<net::HttpClient>(io_, std::move(options));
    fetcher_ = std::make_unique<fetch::Fetcher>(client_.get(), &clock_, fetch::FetcherOptions{});
    robots_ = std::make_unique<robots::RobotsCache>(fetcher_.get(), &clock_,
                                                    robots::RobotsCacheOptions{});
    services_.fetcher = fetcher_.get();
    services_.robots = robots_.get();
    services_.clock = &clock_;
    services_.without_contact = [](const Url& url) { return url.host() == "silent.cn"; };
    site_.Serve("silent.cn/robots.txt", {testing::Hang()});
  }

  // Until the last step was taken, and the worker has ended.
  void Run(std::vector<Frontier::Step> steps, size_t leases_max = 8) {
    Frontier frontier(std::move(steps));
    auto server =
        base::RpcServer::Start({.address = "127.0.0.1:0", .services = {&frontier}}).value();
    base::Peer peer(base::Connect("127.0.0.1:" + std::to_string(server->port())));
    Worker worker(io_.get_executor(), peer, &services_,
                  {.id = "w", .leases_max = leases_max, .reconnect_min = Millis(1),
                   .reconnect_max = Millis(1)});
    auto ended = asio::co_spawn(io_, worker.Run(), asio::use_future);
    std::thread thread([this] { io_.run(); });
    frontier.Wait();
    asio::post(io_, [&worker] {
      worker.Stop();
      worker.Abandon();
    });
    ended.wait();
    server->Stop(Millis(100));
    thread.join();
  }

  asio::io_context io_{1};
  base::SystemClock clock_;
  FakeSite site_;
  std::unique_ptr<net::HttpClient> client_;
  std::unique_ptr<fetch::Fetcher> fetcher_;
  std::unique_ptr<robots::RobotsCache> robots_;
  Services services_;
};

std::vector<std::string> Held(const v1::WorkRequest::Hello& hello) {
  EXPECT_TRUE(hello.has_holding());
  return {hello.holding().lease_ids().begin(), hello.holding().lease_ids().end()};
}

TEST_F(WorkerTest, EveryHelloSaysWhatIsCrawledAndWhatWasNotAnswered) {
  std::vector<std::vector<std::string>> held;
  const auto lend = [&](ServerWork& stream, const v1::WorkRequest::Hello& hello) {
    held.push_back(Held(hello));
    Lend(stream, "refused", "http://no-contact.cn/");
    Lend(stream, "crawling", "http://silent.cn/");
    EXPECT_EQ(ReadWord(stream).report().lease_id(), "refused");
  };
  const auto answer = [&](ServerWork& stream, const v1::WorkRequest::Hello& hello) {
    held.push_back(Held(hello));
    EXPECT_EQ(ReadWord(stream).report().lease_id(), "refused") << "again";
    Acknowledge(stream, "refused");
  };
  const auto look = [&](ServerWork&, const v1::WorkRequest::Hello& hello) {
    held.push_back(Held(hello));
  };
  Run({lend, answer, look});
  ASSERT_EQ(held.size(), 3U);
  EXPECT_THAT(held[0], IsEmpty());
  EXPECT_THAT(held[1], UnorderedElementsAre("refused", "crawling"));
  EXPECT_THAT(held[2], ElementsAre("crawling"));
}

TEST_F(WorkerTest, AllCreditComesBackAlsoWhatMakesNoPiece) {
  constexpr uint32_t kLeasesMax = 64;  // Pieces of eight.
  constexpr uint32_t kLent = 11;
  const auto lend = [&](ServerWork& stream, const v1::WorkRequest::Hello&) {
    v1::WorkRequest request;
    ASSERT_TRUE(stream.Read(&request));
    EXPECT_EQ(request.credit().leases(), kLeasesMax);
    for (uint32_t i = 0; i < kLent; ++i)
      Lend(stream, "refused" + std::to_string(i), "http://no-contact.cn/");
    uint32_t back = 0;
    while (back < kLent && stream.Read(&request)) {
      if (request.has_report()) Acknowledge(stream, request.report().lease_id());
      back += request.credit().leases();
    }
    EXPECT_EQ(back, kLent);
  };
  Run({lend}, kLeasesMax);
}

TEST_F(WorkerTest, ProgressIsToldOfLeasesThatARecrawlWaitsFor) {
  const auto lend = [&](ServerWork& stream, const v1::WorkRequest::Hello&) {
    Lend(stream, "unwatched", "http://silent.cn/1");
    Lend(stream, "watched", "http://silent.cn/2", "job");
    v1::WorkRequest request;
    while (stream.Read(&request) && !request.has_progress()) {
    }
    EXPECT_EQ(request.progress().lease_id(), "watched") << "and not the one before it";
    EXPECT_EQ(request.progress().state(), v1::JOB_FETCHING);
  };
  Run({lend});
}

}  // namespace
}  // namespace signboard::worker
