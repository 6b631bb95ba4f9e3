// A gateway before a real archive (RocksDB in a temporary directory, gRPC over a socket) and a
// scripted frontier and register, for tests that ask it over HTTP.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "proto/base/digest.h"
#include "proto/base/pool.h"
#include "proto/base/rpc.h"
#include "signboard/v1/scheduling.grpc.pb.h"
#include "storage/archive/archive_service.h"
#include "storage/archive/schema.h"
#include "storage/gateway/gateway.h"
#include "storage/kv/local_space.h"
#include "tests/proto/net/raw_http.h"
#include "tests/storage/gateway/scripted_register.h"

namespace signboard::gateway {

namespace asio = boost::asio;

inline std::string Gzip(const std::string& text) {
  z_stream z{};
  deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&z, text.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

// Says over gRPC what the test has told it to.
class ScriptedFrontier final : public v1::Scheduling::CallbackService {
 public:
  explicit ScriptedFrontier(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  std::vector<v1::Seed> seeds;
  std::vector<v1::RecrawlProgress> progress;  // Then silence, until the last one is an end.
  v1::RecrawlRequest asked;                   // The last recrawl.

  grpc::ServerUnaryReactor* GetFrontierStats(grpc::CallbackServerContext* context,
                                             const v1::GetFrontierStatsRequest*,
                                             v1::FrontierStats* reply) override {
    return base::ServeUnary(context, executor_, [reply]() -> asio::awaitable<Status> {
      reply->set_urls(1'234'567);
      co_return OkStatus();
    });
  }
  grpc::ServerWriteReactor<v1::Seed>* ListSeeds(grpc::CallbackServerContext* context,
                                                const v1::ListSeedsRequest*) override {
    return base::ServeWrites<v1::Seed>(
        context, executor_,
        [this](base::ServerWriter<v1::Seed>* stream) -> asio::awaitable<Status> {
          for (const v1::Seed& seed : seeds) co_await stream->Write(seed);
          co_return OkStatus();
        });
  }
  grpc::ServerWriteReactor<v1::RecrawlProgress>* Recrawl(
      grpc::CallbackServerContext* context, const v1::RecrawlRequest* request) override {
    asked = *request;
    return base::ServeWrites<v1::RecrawlProgress>(
        context, executor_,
        [this](base::ServerWriter<v1::RecrawlProgress>* stream) -> asio::awaitable<Status> {
          for (const v1::RecrawlProgress& one : progress) co_await stream->Write(one);
          if (!progress.empty() && progress.back().state() == v1::JOB_QUEUED) {
            auto silence = base::WaitFor([](std::shared_ptr<base::Waiter>) {});
            co_await std::move(silence);  // Until the client goes.
          }
          co_return OkStatus();
        });
  }
  grpc::ServerUnaryReactor* GetJob(grpc::CallbackServerContext* context,
                                   const v1::GetJobRequest* request,
                                   v1::RecrawlProgress* reply) override {
    return base::ServeUnary(
        context, executor_, [this, request, reply]() -> asio::awaitable<Status> {
          for (const v1::RecrawlProgress& one : progress) {
            if (one.job_id() != request->job_id()) continue;
            *reply = one;
            co_return OkStatus();
          }
          co_return base::NotFound("no job " + request->job_id());
        });
  }

 private:
  const asio::any_io_executor executor_;
};

struct Page {
  std::string url;
  std::string at;  // RFC 3339.
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {
      {"Content-Type", "text/html; charset=utf-8"}};
  std::string title = {};
  int status = 200;
  bool gzip = false;
  v1::Outcome outcome = v1::OUTCOME_CONTENT;
};

class GatewayTest : public ::testing::Test {
 protected:
  void SetUp() override {
    thread_ = std::thread([this] { io_.run(); });
    space_ = kv::LocalSpace::Open({.directory = directory_.string(),
                                   .families = archive::ArchiveFamilies(),
                                   .schema_version = archive::kSchemaVersion})
                 .value();
    archive_ = archive::Archive::Open(*space_, {}, clock_).value();
    service_ = std::make_unique<archive::ArchiveService>(*archive_, pool_, io_.get_executor(),
                                                         archive::ArchiveServiceOptions{});
    frontier_ = std::make_unique<ScriptedFrontier>(io_.get_executor());
    register_ = std::make_unique<ScriptedRegister>(io_.get_executor());
    server_ = base::RpcServer::Start({.address = "127.0.0.1:0",
                                      .services = {service_.get(), frontier_.get(),
                                                   register_.get()}})
                  .value();
    StartGateway({});
  }

  void TearDown() override {
    StopGateway();
    StopBackend();
    service_.reset();
    frontier_.reset();
    register_.reset();
    archive_.reset();
    space_.reset();
    guard_.reset();
    io_.stop();
    thread_.join();
    std::filesystem::remove_all(directory_);
  }

  void StartGateway(GatewayOptions options) {
    const std::string address = "127.0.0.1:" + std::to_string(server_->port());
    options.listen = "127.0.0.1:0";
    options.archive = base::Connect(address);
    options.scheduling = base::Connect(address);
    options.registry = base::Connect(address);
    options.version = "1.2.3";
    gateway_ = Gateway::Start(io_.get_executor(), options, clock_).value();
  }
  void StopGateway() {
    if (gateway_) asio::co_spawn(io_, gateway_->Stop(), asio::use_future).get();
    gateway_.reset();
  }
  void RestartWithToken(std::string token) {
    StopGateway();
    GatewayOptions options;
    options.write_token = std::move(token);
    StartGateway(std::move(options));
  }
  void StopBackend() {
    if (server_) server_->Stop(Millis(1'000));
    server_.reset();
  }

  // The snapshot id.
  std::string Store(const Page& page) {
    archive::Capture capture;
    v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
    snapshot.set_url(page.url);
    snapshot.set_capture_id(base::RandomBytes(16));
    snapshot.set_captured_ms(ToMillis(base::ParseRfc3339(page.at).value()));
    snapshot.set_method("GET");
    snapshot.set_outcome(page.outcome);
    snapshot.set_http_status(page.status);
    snapshot.mutable_page()->set_title(page.title);
    for (const auto& [name, value] : page.headers) {
      v1::HeaderField& field = *snapshot.add_response_headers();
      field.set_name(name);
      field.set_value(value);
      if (name == "Content-Type") snapshot.set_content_type(value);
    }
    if (page.outcome == v1::OUTCOME_CONTENT || !page.body.empty()) {
      capture.decoded = page.body;
      snapshot.set_body_bytes(page.body.size());
      snapshot.set_body_sha256(base::Sha256(page.body));
      snapshot.mutable_page()->set_fingerprint(snapshot.body_sha256().substr(0, 8));
    }
    if (page.gzip) {
      capture.wire = Gzip(page.body);
      snapshot.mutable_recipe()->set_method(v1::WireRecipe::STORED);
      snapshot.set_wire_bytes(capture.wire.size());
      snapshot.set_wire_sha256(base::Sha256(capture.wire));
    }
    auto stored = archive_->Store(std::move(capture));
    EXPECT_TRUE(stored.ok()) << stored.status();
    return stored.ok() ? stored->snapshot_id() : "";
  }

  testing::RawResponse Get(std::string_view target, std::string_view headers = {}) {
    return testing::Fetch(gateway_->port(), target, headers);
  }
  nlohmann::json GetJson(std::string_view target) {
    return nlohmann::json::parse(Get(target).body, nullptr, false);
  }
  testing::RawResponse PostJob(std::string_view body, std::string_view headers = {}) {
    return testing::Fetch(gateway_->port(), "/api/v1/jobs",
                          "Content-Type: application/json\r\n" + std::string(headers), "POST",
                          body);
  }

  static inline std::atomic<int> made_{0};
  const std::filesystem::path directory_ =
      std::filesystem::temp_directory_path() /
      ("gateway_test-" + std::to_string(::getpid()) + "-" + std::to_string(made_++));
  base::ManualClock clock_{base::ParseRfc3339("2026-01-01T00:00:00Z").value()};
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
  std::thread thread_;
  base::Pool pool_{{.name = "test"}};
  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<archive::ArchiveService> service_;
  std::unique_ptr<ScriptedFrontier> frontier_;
  std::unique_ptr<ScriptedRegister> register_;
  std::unique_ptr<base::RpcServer> server_;
  std::unique_ptr<Gateway> gateway_;
};

}  // namespace signboard::gateway
