// An archive that answers over real gRPC on loopback.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "proto/base/rpc_server.h"
#include "storage/archive/archive_service.h"
#include "storage/archive/verify_service.h"
#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {

class ServedArchiveTest : public ArchiveTest {
 protected:
  void SetUp() override {
    ArchiveTest::SetUp();
    Serve({});
  }
  void TearDown() override {
    StopServing();
    ArchiveTest::TearDown();
  }
  void Serve(ArchiveServiceOptions options) {
    StopServing();
    pool_.emplace(base::Pool::Options{"test", 2, 1'024});
    io_.emplace();
    work_.emplace(boost::asio::make_work_guard(*io_));
    thread_ = std::thread([this] { io_->run(); });
    service_.emplace(*archive_, *pool_, io_->get_executor(), options);
    verifying_.emplace(*archive_, io_->get_executor(), verifies_max_);
    auto server = base::RpcServer::Start({"127.0.0.1:0", {&*service_, &*verifying_}});
    ASSERT_TRUE(server.ok()) << base::ToString(server.status());
    server_ = std::move(server).value();
    const auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                             grpc::InsecureChannelCredentials());
    stub_ = v1::Archive::NewStub(channel);
    verify_stub_ = v1::Verification::NewStub(channel);
  }
  void StopServing() {
    if (!server_) return;
    service_->Stop();
    verifying_->Stop();
    server_->Stop(Millis(60'000));  // Longer than a test may take: Stop must not need it.
    server_.reset();
    service_.reset();
    verifying_.reset();
    pool_.reset();
    work_.reset();
    io_->stop();
    thread_.join();
    io_.reset();
  }

  std::optional<base::Pool> pool_;
  std::optional<boost::asio::io_context> io_;
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  std::thread thread_;
  std::optional<ArchiveService> service_;
  uint64_t verifies_max_ = 2;
  std::optional<VerifyService> verifying_;
  std::unique_ptr<base::RpcServer> server_;
  std::unique_ptr<v1::Archive::Stub> stub_;
  std::unique_ptr<v1::Verification::Stub> verify_stub_;
};

}  // namespace signboard::archive
