#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <stdexcept>

#include "tests/proto/base/rpc_fixture.h"

namespace signboard::base {
namespace {

using testing::Farewell;
using testing::IoThread;
using testing::Sleep;
using testing::SleepForEver;
using namespace boost::asio::experimental::awaitable_operators;  // NOLINT: what || needs

using RpcUnaryTest = testing::RpcTest;

TEST_F(RpcUnaryTest, AThousandCallsEachWayAtOnceAllGetTheirOwnAnswer) {
  // A second pair, serving on the first one's client thread and calling from its server thread.
  testing::ArchiveForTests back(client_.executor());
  std::atomic<uint64_t> next = 0;
  const testing::StatsBody count = [&next](v1::ArchiveStats* reply) -> asio::awaitable<Status> {
    co_await Sleep(Millis(1));
    reply->set_urls(++next);
    co_return OkStatus();
  };
  archive_.stats = count;
  back.stats = count;
  auto back_server = RpcServer::Start({.address = "127.0.0.1:0", .services = {&back}});
  ASSERT_TRUE(back_server.ok()) << back_server.status();
  auto back_stub = v1::Archive::NewStub(
      Connect("127.0.0.1:" + std::to_string((*back_server)->port())));
  std::vector<v1::ArchiveStats> replies(2'000);
  std::vector<std::future<Status>> calls;
  for (size_t i = 0; i < replies.size(); i += 2) {
    calls.push_back(client_.Begin(GetStats(&replies[i])));
    calls.push_back(serving_.Begin(
        CallUnary(back_stub->async(), &v1::Archive::Stub::async::GetArchiveStats,
                  v1::GetArchiveStatsRequest(), &replies[i + 1], Millis(60'000))));
  }
  for (auto& call : calls) EXPECT_EQ(call.get(), OkStatus());
  std::set<uint64_t> seen;
  for (const auto& reply : replies) seen.insert(reply.urls());
  EXPECT_EQ(seen.size(), replies.size());
}

TEST_F(RpcUnaryTest, StatusCrossesWithCodeAndMessage) {
  for (int code = 1; code <= 16; ++code) {
    const Status sent = MakeStatus(static_cast<StatusCode>(code), "为什么: 50% of \"it\"");
    archive_.stats = [sent](v1::ArchiveStats*) -> asio::awaitable<Status> { co_return sent; };
    EXPECT_EQ(Stats(), sent);
  }
}

TEST_F(RpcUnaryTest, WhenToTryAgainCrossesToo) {
  const Status sent = TryAfter(ResourceExhausted("full"), Millis(1'250));
  archive_.stats = [sent](v1::ArchiveStats*) -> asio::awaitable<Status> { co_return sent; };
  const Status got = Stats();
  EXPECT_EQ(got.code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(RetryAfter(got), Millis(1'250));
  EXPECT_EQ(RetryAfter(Annotate(got, "store")), Millis(1'250));
  EXPECT_EQ(RetryAfter(ResourceExhausted("full")), std::nullopt);
  EXPECT_EQ(RetryAfter(TryAfter(Unavailable("away"), Millis(1LL << 60))), Millis(3'600'000))
      << "a peer may say anything";
  EXPECT_TRUE(TryAfter(OkStatus(), Millis(1)).ok());
}

TEST_F(RpcUnaryTest, DetailsOfOtherMakersAreNoHint) {
  for (const std::string& details : {std::string("\xff\xff"), std::string("\x1a\x02\x0a\x00", 4),
                                    std::string(1'000, 'x')})
    EXPECT_EQ(RetryAfter(FromGrpc(grpc::Status(grpc::StatusCode::UNAVAILABLE, "x", details))),
              std::nullopt);
}

TEST_F(RpcUnaryTest, HugeMessageIsCutAndStillArrives) {
  archive_.stats = [](v1::ArchiveStats*) -> asio::awaitable<Status> {
    co_return NotFound(std::string(100'000, 'x') + "\xff");
  };
  const Status status = Stats();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_LE(Message(status).size(), kRpcErrorBytesMax + 3);
}

TEST_F(RpcUnaryTest, ExceptionInABodyIsInternalAndTheServerLives) {
  ::testing::internal::CaptureStderr();
  archive_.stats = [](v1::ArchiveStats*) -> asio::awaitable<Status> {
    co_await Sleep(Millis(0));
    throw std::runtime_error("spilled");
  };
  const Status status = Stats();
  EXPECT_EQ(status.code(), StatusCode::kInternal);
  EXPECT_THAT(std::string(Message(status)), ::testing::Not(::testing::HasSubstr("spilled")))
      << "what went wrong inside is for the log";
  archive_.stats = [](v1::ArchiveStats*) -> asio::awaitable<Status> {
    throw 3;  // NOLINT: not an std::exception
    co_return OkStatus();
  };
  EXPECT_EQ(Stats().code(), StatusCode::kInternal);
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              ::testing::HasSubstr("rpc_body_failed peer="));
  archive_.stats = [](v1::ArchiveStats*) -> asio::awaitable<Status> { co_return OkStatus(); };
  EXPECT_EQ(Stats(), OkStatus());
}

TEST_F(RpcUnaryTest, DeadlineEndsTheCallOnBothSides) {
  std::promise<void> body_ended;
  archive_.stats = [&body_ended](v1::ArchiveStats*) -> asio::awaitable<Status> {
    const Farewell farewell(&body_ended);
    co_await SleepForEver();
    co_return OkStatus();
  };
  v1::ArchiveStats reply;
  EXPECT_EQ(client_.Run(GetStats(&reply, Millis(50))).code(), StatusCode::kDeadlineExceeded);
  body_ended.get_future().wait();
}

TEST_F(RpcUnaryTest, CancellingTheAwaitingCoroutineCancelsTheBody) {
  std::promise<void> body_ended;
  std::promise<void> body_began;
  archive_.stats = [&](v1::ArchiveStats*) -> asio::awaitable<Status> {
    const Farewell farewell(&body_ended);
    body_began.set_value();
    co_await SleepForEver();
    co_return OkStatus();
  };
  auto until = [](std::future<void> event) -> asio::awaitable<void> {
    while (event.wait_for(Millis(0)) != std::future_status::ready) co_await Sleep(Millis(1));
  };
  v1::ArchiveStats reply;
  auto raced = [&]() -> asio::awaitable<size_t> {
    auto either = co_await (GetStats(&reply) || until(body_began.get_future()));
    co_return either.index();
  };
  EXPECT_EQ(client_.Run(raced()), 1U);
  body_ended.get_future().wait();
}

TEST_F(RpcUnaryTest, NoServerIsUnavailable) {
  server_->Stop(Millis(0));
  EXPECT_EQ(Stats().code(), StatusCode::kUnavailable);
}

TEST_F(RpcUnaryTest, MethodThatIsNotServedIsUnimplemented) {
  v1::CompareReply reply;
  EXPECT_EQ(client_.Run(CallUnary(archive_stub_->async(), &v1::Archive::Stub::async::Compare,
                                  v1::CompareRequest(), &reply, Millis(60'000)))
                .code(),
            StatusCode::kUnimplemented);
}

TEST_F(RpcUnaryTest, MessageBeyondFourMebibytesIsRefused) {
  v1::AddSeedsReply reply;
  v1::AddSeedsRequest request;
  request.add_seeds()->set_note(std::string(kRpcMessageBytesMax + 1, 'x'));
  EXPECT_EQ(client_.Run(CallUnary(scheduling_stub_->async(),
                                  &v1::Scheduling::Stub::async::AddSeeds, request, &reply,
                                  Millis(60'000)))
                .code(),
            StatusCode::kResourceExhausted);
}

TEST_F(RpcUnaryTest, BodiesOnThreadsOfTheirOwnAreSerialInThemselves) {
  IoThread* io = &serving_;
  archive_.stats = [io](v1::ArchiveStats* reply) -> asio::awaitable<Status> {
    uint64_t steps = 0;  // Not atomic: each body runs on its own strand.
    auto step = [](uint64_t* n) -> asio::awaitable<void> {
      for (int i = 0; i < 10; ++i) {
        co_await Sleep(Millis(0));
        ++*n;
      }
    };
    co_await (step(&steps) && step(&steps));
    reply->set_urls(steps);
    co_return OkStatus();
  };
  std::vector<std::thread> more;
  asio::io_context& context = static_cast<asio::io_context&>(io->executor().context());
  for (int i = 0; i < 3; ++i) more.emplace_back([&context] { context.run_for(Millis(300)); });
  std::vector<v1::ArchiveStats> replies(200);
  std::vector<std::future<Status>> calls;
  for (auto& reply : replies) calls.push_back(client_.Begin(GetStats(&reply)));
  for (auto& call : calls) EXPECT_EQ(call.get(), OkStatus());
  for (const auto& reply : replies) EXPECT_EQ(reply.urls(), 20U);
  for (auto& thread : more) thread.join();
}

}  // namespace
}  // namespace signboard::base
