#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/proto/base/rpc_fixture.h"

namespace signboard::base {
namespace {

using ::testing::HasSubstr;
using testing::Farewell;
using testing::SleepForEver;

using RpcServerTest = testing::RpcTest;

// One message there, one back, both as bytes: services whose stubs we do not generate.
std::string CallBytes(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                      const std::string& request) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  const grpc::Slice slice(request);
  const grpc::ByteBuffer in(&slice, 1);
  grpc::ByteBuffer out;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, method, {}, &in, &out,
                 [&done](grpc::Status status) { done.set_value(std::move(status)); });
  const grpc::Status status = done.get_future().get();
  EXPECT_TRUE(status.ok()) << status.error_message();
  grpc::Slice whole;
  EXPECT_TRUE(out.DumpToSingleSlice(&whole).ok());
  return {reinterpret_cast<const char*>(whole.begin()), whole.size()};
}

TEST_F(RpcServerTest, HealthSaysWhetherItServes) {
  const std::string check = "/grpc.health.v1.Health/Check";
  EXPECT_EQ(CallBytes(channel_, check, ""), "\x08\x01");  // status: SERVING
  server_->SetServing(false);
  EXPECT_EQ(CallBytes(channel_, check, ""), "\x08\x02");  // status: NOT_SERVING
}

TEST_F(RpcServerTest, ReflectionListsTheServices) {
  const std::string list = CallBytes(
      channel_, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x3a\x01*");
  EXPECT_THAT(list, HasSubstr("signboard.v1.Archive"));
  EXPECT_THAT(list, HasSubstr("signboard.v1.Scheduling"));
}

TEST_F(RpcServerTest, AddressInUseIsUnavailableAndNamed) {
  const std::string address = "127.0.0.1:" + std::to_string(server_->port());
  const auto second = RpcServer::Start({.address = address, .services = {}});
  EXPECT_EQ(second.status().code(), StatusCode::kUnavailable);
  EXPECT_THAT(ToString(second.status()), HasSubstr(address));
  EXPECT_THAT(ToString(second.status()), HasSubstr("in use"));
}

TEST_F(RpcServerTest, AddressThatIsNotOursIsUnavailableAndNamed) {
  const auto server = RpcServer::Start({.address = "192.0.2.1:0", .services = {}});
  EXPECT_EQ(server.status().code(), StatusCode::kUnavailable);
  EXPECT_THAT(ToString(server.status()), HasSubstr("192.0.2.1:0"));
}

TEST_F(RpcServerTest, AddressThatDoesNotParseIsRefused) {
  for (const char* bad : {"", "localhost", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000",
                          "127.0.0.1:-1", "::1:80", "a\nb"}) {
    const auto server = RpcServer::Start({.address = bad, .services = {}});
    EXPECT_EQ(server.status().code(), StatusCode::kInvalidArgument) << bad;
    EXPECT_EQ(ToString(server.status()).find('\n'), std::string::npos);
  }
}

TEST_F(RpcServerTest, EmptyHostListensEverywhere) {
  testing::ArchiveForTests archive(serving_.executor());
  archive.stats = [](v1::ArchiveStats*) -> asio::awaitable<Status> { co_return OkStatus(); };
  auto server = RpcServer::Start({.address = ":0", .services = {&archive}});
  ASSERT_TRUE(server.ok()) << server.status();
  auto stub = v1::Archive::NewStub(Connect("127.0.0.1:" + std::to_string((*server)->port())));
  v1::ArchiveStats reply;
  EXPECT_EQ(client_.Run(CallUnary(stub->async(), &v1::Archive::Stub::async::GetArchiveStats,
                                  v1::GetArchiveStatsRequest(), &reply, Millis(60'000))),
            OkStatus());
}

TEST_F(RpcServerTest, StopEndsRunningBodiesAndTheirCalls) {
  std::vector<std::promise<void>> ended(20);
  std::vector<std::promise<void>> began(20);
  std::atomic<size_t> next = 0;
  archive_.stats = [&](v1::ArchiveStats*) -> asio::awaitable<Status> {
    const size_t i = next++;
    const Farewell farewell(&ended[i]);
    began[i].set_value();
    co_await SleepForEver();
    co_return OkStatus();
  };
  std::vector<v1::ArchiveStats> replies(ended.size());
  std::vector<std::future<Status>> calls;
  for (auto& reply : replies) calls.push_back(client_.Begin(GetStats(&reply)));
  for (auto& promise : began) promise.get_future().wait();
  server_->Stop(Millis(10));
  for (auto& promise : ended) {
    EXPECT_EQ(promise.get_future().wait_for(Millis(0)), std::future_status::ready);
  }
  for (auto& call : calls) EXPECT_FALSE(call.get().ok());
}

TEST_F(RpcServerTest, StopLetsShortCallsEnd) {
  std::promise<void> began;
  archive_.stats = [&](v1::ArchiveStats* reply) -> asio::awaitable<Status> {
    began.set_value();
    co_await testing::Sleep(Millis(30));
    reply->set_urls(3);
    co_return OkStatus();
  };
  v1::ArchiveStats reply;
  auto call = client_.Begin(GetStats(&reply));
  began.get_future().wait();
  server_->Stop(Millis(60'000));
  EXPECT_EQ(call.get(), OkStatus());
  EXPECT_EQ(reply.urls(), 3U);
}

TEST_F(RpcServerTest, BodyThatDiesWithItsIoContextEndsItsCall) {
  auto context = std::make_unique<asio::io_context>();
  testing::ArchiveForTests archive(context->get_executor());
  archive.stats = [](v1::ArchiveStats*) -> asio::awaitable<Status> {
    co_await SleepForEver();
    co_return OkStatus();
  };
  auto server = RpcServer::Start({.address = "127.0.0.1:0", .services = {&archive}});
  ASSERT_TRUE(server.ok()) << server.status();
  auto stub = v1::Archive::NewStub(Connect("127.0.0.1:" + std::to_string((*server)->port())));
  v1::ArchiveStats reply;
  auto call =
      client_.Begin(CallUnary(stub->async(), &v1::Archive::Stub::async::GetArchiveStats,
                              v1::GetArchiveStatsRequest(), &reply, Millis(60'000)));
  while (context->run_for(Millis(10)) == 0) context->restart();
  context.reset();
  EXPECT_EQ(call.get().code(), StatusCode::kUnavailable);
}

TEST_F(RpcServerTest, ClientComesBackWhenTheServerDoes) {
  archive_.stats = [](v1::ArchiveStats*) -> asio::awaitable<Status> { co_return OkStatus(); };
  EXPECT_EQ(Stats(), OkStatus());
  const std::string address = "127.0.0.1:" + std::to_string(server_->port());
  server_.reset();
  EXPECT_EQ(Stats().code(), StatusCode::kUnavailable);
  auto again = RpcServer::Start({.address = address, .services = {&archive_}});
  ASSERT_TRUE(again.ok()) << again.status();
  server_ = *std::move(again);
  Status status = Stats();
  for (int i = 0; i < 1'000 && !status.ok(); ++i) {
    std::this_thread::sleep_for(Millis(10));
    status = Stats();
  }
  EXPECT_EQ(status, OkStatus());
}

}  // namespace
}  // namespace signboard::base
