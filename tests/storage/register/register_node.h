// An archive and a register in one process, joined over a real socket: what a storage role is.
#pragma once

#include <grpcpp/client_context.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "proto/base/rpc_client.h"
#include "proto/base/rpc_server.h"
#include "storage/archive/archive.h"
#include "storage/archive/archive_service.h"
#include "storage/archive/redetector.h"
#include "storage/archive/schema.h"
#include "storage/kv/local_space.h"
#include "storage/register/follower.h"
#include "storage/register/register.h"
#include "storage/register/register_service.h"

namespace signboard::registry {

class RegisterNode {
 public:
  // Aborts when the directory does not open.
  RegisterNode(const std::string& directory, const Clock& clock,
               std::vector<kv::SlotRange> shards = {kv::SlotRange{}}) {
    kv::LocalSpaceOptions options;
    options.directory = directory;
    options.families = archive::ArchiveFamilies();
    for (kv::FamilySpec& family : RegisterFamilies()) options.families.push_back(family);
    options.schema_version = archive::kSchemaVersion;
    options.shards = std::move(shards);
    space_ = kv::LocalSpace::Open(std::move(options)).value();
    archive_ = archive::Archive::Open(*space_, {}, clock).value();
    redetector_ = archive::Redetector::Open(*space_, *archive_, nullptr, clock).value();
    register_ = Register::Open(*space_, clock).value();
    thread_ = std::thread([this] { io_.run(); });
    archiving_.emplace(*archive_, pool_, io_.get_executor(), ArchivingOptions());
    registering_.emplace(*register_, pool_, io_.get_executor(), RegisterServiceOptions());
    StartServer("127.0.0.1:0");
  }
  ~RegisterNode() {
    Unfollow();
    StopServer();
    registering_.reset();
    archiving_.reset();
    work_.reset();
    io_.stop();
    thread_.join();
  }

  void StartServer(const std::string& address) {
    server_ = base::RpcServer::Start({address, {&*archiving_, &*registering_}}).value();
    address_ = "127.0.0.1:" + std::to_string(server_->port());
  }
  void StopServer() {
    archiving_->Stop();
    registering_->Stop();
    server_->Stop(Millis(60'000));  // Longer than a test may take: Stop must not need it.
  }
  // As after a restart of the archive's process, at its old address.
  void RestartServer() {
    StopServer();
    server_.reset();
    archiving_.emplace(*archive_, pool_, io_.get_executor(), ArchivingOptions());
    registering_.emplace(*register_, pool_, io_.get_executor(), RegisterServiceOptions());
    StartServer(address_);
  }
  void Follow() {
    FollowerOptions options;
    options.retry_first = Millis(10);
    options.retry_max = Millis(100);
    follower_ = std::make_unique<Follower>(base::Connect(address_), *register_, io_.get_executor(),
                                           pool_, options);
  }
  void Unfollow() {
    if (!follower_) return;
    boost::asio::co_spawn(io_, follower_->Stop(), boost::asio::use_future).get();
    follower_.reset();
  }
  // Until the register has merged all that is in the archive.
  void AwaitLevel() {
    while (!IsLevel()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  bool IsLevel() {
    for (const auto& shard : space_->Shards()) {
      const kv::Slot slot = shard->slots().first;
      if (register_->Followed(slot) != archive_->NewestFindings(slot).value()) return false;
    }
    return true;
  }

  kv::LocalSpace& space() { return *space_; }
  archive::Archive& archive() { return *archive_; }
  archive::Redetector& redetector() { return *redetector_; }
  Register& reg() { return *register_; }
  RegisterService& service() { return *registering_; }
  const std::string& address() const { return address_; }

 private:
  archive::ArchiveServiceOptions ArchivingOptions() {
    archive::ArchiveServiceOptions options;
    options.redetector = redetector_.get();
    return options;
  }

  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<archive::Redetector> redetector_;
  std::unique_ptr<Register> register_;
  boost::asio::io_context io_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_{
      boost::asio::make_work_guard(io_)};
  base::Pool pool_{base::Pool::Options{"register", 2, 1'024}};
  std::thread thread_;
  std::optional<archive::ArchiveService> archiving_;
  std::optional<RegisterService> registering_;
  std::unique_ptr<base::RpcServer> server_;
  std::unique_ptr<Follower> follower_;
  std::string address_;
};

// Page `number` of a small world: ten counties of Jiangxi, some pages each. As a worker sends it.
inline archive::Capture WorldPage(int number) {
  static constexpr const char* kCounties[10][2] = {
      {"360922", "万载县"}, {"360923", "上高县"}, {"360924", "宜丰县"}, {"360925", "靖安县"},
      {"360926", "铜鼓县"}, {"360121", "南昌县"}, {"360123", "安义县"}, {"360124", "进贤县"},
      {"360222", "浮梁县"}, {"360321", "莲花县"}};
  constexpr int64_t kNoonMs = 1'763'438'400'000;
  const auto& [code, name] = kCounties[number % 10];
  archive::Capture capture;
  v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
  snapshot.set_url("http://m" + std::to_string(number % 7) + ".cn/" + std::to_string(number));
  std::string capture_id = base::Sha256("page " + std::to_string(number));
  capture_id.resize(archive::kCaptureIdBytes);
  snapshot.set_capture_id(capture_id);
  snapshot.set_captured_ms(kNoonMs + number);
  snapshot.set_method("GET");
  snapshot.set_outcome(v1::OUTCOME_CONTENT);
  capture.decoded = "page " + std::to_string(number);
  snapshot.set_body_sha256(base::Sha256(capture.decoded));
  snapshot.set_body_bytes(capture.decoded.size());
  snapshot.mutable_page()->set_site_name("媒体" + std::to_string(number % 7));
  v1::Finding& finding = *capture.header.add_findings();
  finding.set_is_announcement(true);
  finding.set_score(0.5 + 0.01 * (number % 40));
  finding.set_event("unveiled");
  finding.set_centre_name_zh(std::string(name) + "国际传播中心");
  finding.mutable_place()->set_code(code);
  finding.mutable_place()->set_name_zh(name);
  finding.mutable_place()->set_level("county");
  finding.mutable_place()->add_parents(std::string(code).substr(0, 4) + "00");
  finding.mutable_place()->add_parents("360000");
  finding.set_event_date("2025-11-18");
  finding.add_accounts("account " + std::to_string(number));
  std::string text;
  for (int i = 0; i < 40; ++i) text += "第" + std::to_string((number / 10 + 1) * i) + "段";
  capture.header.set_text(text);
  return capture;
}

}  // namespace signboard::registry
