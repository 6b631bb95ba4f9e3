// Two of our services, implemented for the tests of proto/base/rpc.h, behind real sockets.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "proto/base/rpc.h"
#include "signboard/v1/archive.grpc.pb.h"
#include "signboard/v1/scheduling.grpc.pb.h"
#include "tests/proto/base/runtime_fixture.h"

namespace signboard::base::testing {

using StatsBody = std::function<asio::awaitable<Status>(v1::ArchiveStats*)>;
using StoreBody =
    std::function<asio::awaitable<Status>(ServerReader<v1::StoreRequest>*, v1::StoreReply*)>;
using VersionsBody =
    std::function<asio::awaitable<Status>(uint32_t limit, ServerWriter<v1::Version>*)>;
using WorkBody =
    std::function<asio::awaitable<Status>(ServerStream<v1::WorkRequest, v1::WorkReply>*)>;

// What each method does is the test's.
class ArchiveForTests final : public v1::Archive::CallbackService {
 public:
  explicit ArchiveForTests(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  StatsBody stats;
  StoreBody store;
  VersionsBody versions;

  grpc::ServerUnaryReactor* GetArchiveStats(grpc::CallbackServerContext* context,
                                            const v1::GetArchiveStatsRequest* /*request*/,
                                            v1::ArchiveStats* reply) override {
    return ServeUnary(context, executor_, [this, reply] { return stats(reply); });
  }
  grpc::ServerReadReactor<v1::StoreRequest>* Store(grpc::CallbackServerContext* context,
                                                   v1::StoreReply* reply) override {
    return ServeReads<v1::StoreRequest>(
        context, executor_,
        [this, reply](ServerReader<v1::StoreRequest>* in) { return store(in, reply); });
  }
  grpc::ServerWriteReactor<v1::Version>* ListVersions(
      grpc::CallbackServerContext* context, const v1::ListVersionsRequest* request) override {
    return ServeWrites<v1::Version>(
        context, executor_, [this, limit = request->limit()](ServerWriter<v1::Version>* out) {
          return versions(limit, out);
        });
  }

 private:
  asio::any_io_executor executor_;
};

class SchedulingForTests final : public v1::Scheduling::CallbackService {
 public:
  explicit SchedulingForTests(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  WorkBody work;

  grpc::ServerBidiReactor<v1::WorkRequest, v1::WorkReply>* Work(
      grpc::CallbackServerContext* context) override {
    return ServeBidi<v1::WorkRequest, v1::WorkReply>(
        context, executor_, [this](ServerStream<v1::WorkRequest, v1::WorkReply>* stream) {
          return work(stream);
        });
  }

 private:
  asio::any_io_executor executor_;
};

// A server and a client, each with an io_context of its own.
class RpcTest : public ::testing::Test {
 public:
  void SetUp() override {
    auto server =
        RpcServer::Start({.address = "127.0.0.1:0", .services = {&archive_, &scheduling_}});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = Connect("127.0.0.1:" + std::to_string(server_->port()));
    archive_stub_ = v1::Archive::NewStub(channel_);
    scheduling_stub_ = v1::Scheduling::NewStub(channel_);
  }

  asio::awaitable<Status> GetStats(v1::ArchiveStats* reply, Millis timeout = Millis(60'000)) {
    return CallUnary(archive_stub_->async(), &v1::Archive::Stub::async::GetArchiveStats,
                     v1::GetArchiveStatsRequest(), reply, timeout);
  }
  Status Stats() {
    v1::ArchiveStats reply;
    return client_.Run(GetStats(&reply));
  }
  void StartVersions(ClientReader<v1::Version>* reader, uint32_t limit) {
    v1::ListVersionsRequest request;
    request.set_limit(limit);
    reader->Start(archive_stub_->async(), &v1::Archive::Stub::async::ListVersions, request,
                  Millis(60'000));
  }
  void StartWork(ClientBidi<v1::WorkRequest, v1::WorkReply>* stream) {
    stream->Start(scheduling_stub_->async(), &v1::Scheduling::Stub::async::Work, std::nullopt);
  }

  IoThread serving_;
  IoThread client_;
  ArchiveForTests archive_{serving_.executor()};
  SchedulingForTests scheduling_{serving_.executor()};
  std::unique_ptr<RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::Archive::Stub> archive_stub_;
  std::unique_ptr<v1::Scheduling::Stub> scheduling_stub_;
};

inline v1::Version VersionNumber(int n) {
  v1::Version version;
  version.mutable_snapshot()->set_url("http://a.cn/" + std::to_string(n));
  return version;
}

inline v1::WorkRequest Credit(uint32_t n) {
  v1::WorkRequest request;
  request.mutable_credit()->set_leases(n);
  return request;
}

inline v1::WorkReply LeaseOf(uint32_t n) {
  v1::WorkReply reply;
  reply.mutable_lease()->set_depth(n);
  return reply;
}

}  // namespace signboard::base::testing
