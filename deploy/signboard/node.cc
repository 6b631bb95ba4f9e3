#include "deploy/signboard/node.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <utility>

#include "deploy/signboard/alert_settings.h"
#include "deploy/signboard/version.h"
#include "proto/base/log.h"
#include "proto/base/rpc_client.h"
#include "signboard/v1/archive.grpc.pb.h"
#include "signboard/v1/scheduling.grpc.pb.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

// Writers that wait together share one sync of the log.
constexpr size_t kDiskThreads = 16;
constexpr Millis kCheckTimeout{2'000};
constexpr Millis kLastMoments{1'000};

// ":7070" is every address; who is on this machine reaches it by the loopback one.
std::string Reachable(const std::string& listen, int port) {
  const std::string host = listen.substr(0, listen.rfind(':'));
  const bool any = host.empty() || host == "0.0.0.0" || host == "[::]";
  return (any ? "127.0.0.1" : host) + ":" + std::to_string(port);
}

}  // namespace

Node::Node(Settings settings, Roles roles, const Clock& clock)
    : settings_(std::move(settings)), roles_(roles), clock_(clock) {}

StatusOr<std::unique_ptr<Node>> Node::Start(Settings settings, Roles roles, const Clock& clock) {
  std::unique_ptr<Node> node(new Node(std::move(settings), roles, clock));
  node->io_thread_ = std::thread([io = &node->io_] { io->run(); });
  RETURN_IF_ERROR(node->StartAll());
  return node;
}

Status Node::StartAll() {
  if (!settings_.metrics_listen.empty()) {
    ASSIGN_OR_RETURN(health_, HealthServer::Start(io_.get_executor(), settings_.metrics_listen,
                                                  kVersion));
  }
  disk_pool_ = std::make_unique<base::Pool>(base::Pool::Options{"disk", kDiskThreads, 4'096});
  Ground ground;
  ground.settings = &settings_;
  ground.clock = &clock_;
  ground.io = &io_;
  ground.disk = disk_pool_.get();
  if (roles_.serves_data())
    ground.memory = kv::MakeKvMemory(settings_.block_cache.bytes, settings_.write_buffers.bytes);
  if (roles_.frontier) {
    ASSIGN_OR_RETURN(frontier_, FrontierRole::Open(ground));
  }
  if (roles_.storage) {
    ASSIGN_OR_RETURN(storage_, StorageRole::Open(ground));
  }
  RETURN_IF_ERROR(StartServer());
  directory_.Watch(settings_.cluster_nodes);
  if (storage_) storage_->Follow(base::Connect(grpc_address_));
  if (storage_) storage_->WatchSites(directory_.Find("archive"), directory_.Find("frontier"));
  if (roles_.gateway) RETURN_IF_ERROR(StartGateway());
  if (roles_.crawler) {
    ASSIGN_OR_RETURN(crawler_, CrawlerRole::Start(ground, directory_.Find("frontier"),
                                                  directory_.Find("archive")));
  }
  if (health_) health_->SetCheck([this] { return Check(); });
  return OkStatus();
}

std::string Node::ListenAddress() const {
  if (roles_.frontier) return settings_.listen;
  return roles_.storage ? settings_.storage_listen : settings_.cluster_listen;
}

Status Node::StartServer() {
  const std::string listen = ListenAddress();
  if (listen.empty()) return OkStatus();
  base::RpcServer::Options options{listen, {&cluster_}};
  backup_ = std::make_unique<BackupService>(settings_.data_directory, *disk_pool_,
                                            io_.get_executor());
  if (frontier_) {
    backup_->Add("frontier", frontier_->space());
    for (grpc::Service* service : frontier_->services()) options.services.push_back(service);
  }
  if (storage_) {
    backup_->Add("archive", storage_->space());
    for (grpc::Service* service : storage_->services()) options.services.push_back(service);
  }
  if (roles_.serves_data()) options.services.push_back(backup_.get());
  ASSIGN_OR_RETURN(server_, base::RpcServer::Start(options));
  grpc_address_ = Reachable(listen, server_->port());
  const std::string& told = settings_.cluster_advertise;
  v1::ClusterView own;
  if (frontier_) frontier_->Own(told.empty() ? grpc_address_ : told, &own);
  if (storage_) storage_->Own(told.empty() ? grpc_address_ : told, &own);
  directory_.Merge(own);
  return OkStatus();
}

Status Node::StartGateway() {
  gateway::GatewayOptions options;
  options.listen = settings_.gateway_listen;
  options.archive = directory_.Find("archive");
  options.scheduling = directory_.Find("frontier");
  options.registry = directory_.Find("register");
  options.version = kVersion;
  options.write_token = settings_.gateway_token;
  ASSIGN_OR_RETURN(gateway_, gateway::Gateway::Start(io_.get_executor(), options, clock_));
  return OkStatus();
}

void Node::Poke() {
  if (frontier_) frontier_->Poke();
  if (storage_) storage_->Poke();
}

Status Node::Reload(const Settings& fresh) {
  ASSIGN_OR_RETURN(registry::AlertSenderOptions sending, AlertSending(fresh));
  if (storage_) storage_->Reload(std::move(sending), {fresh.sites_every, fresh.site_patience});
  return OkStatus();
}

// A role is ready when it can do its work now: its own stores are open, and whoever it needs
// answers.
asio::awaitable<HealthServer::Words> Node::Check() {
  HealthServer::Words words;
  if (frontier_) words.emplace_back("frontier", OkStatus());
  if (storage_) words.emplace_back("storage", OkStatus());
  if (crawler_) {
    words.emplace_back("the frontier that lends",
                       crawler_->connected() ? OkStatus() : base::Unavailable("none"));
  }
  if (gateway_) {
    const auto scheduling = v1::Scheduling::NewStub(directory_.Find("frontier").channel());
    v1::FrontierStats stats;
    const Status status = co_await base::CallUnary(
        scheduling->async(), &v1::Scheduling::Stub::async::GetFrontierStats,
        v1::GetFrontierStatsRequest(), &stats, kCheckTimeout);
    words.emplace_back("the frontier", status);
  }
  if (crawler_ || gateway_) {
    const auto archive = v1::Archive::NewStub(directory_.Find("archive").channel());
    v1::ArchiveStats stats;
    const Status status = co_await base::CallUnary(
        archive->async(), &v1::Archive::Stub::async::GetArchiveStats,
        v1::GetArchiveStatsRequest(), &stats, kCheckTimeout);
    words.emplace_back("the archive", status);
  }
  co_return words;
}

void Node::Stop(Millis grace) {
  if (stopped_) return;
  stopped_ = true;
  const auto end = std::chrono::steady_clock::now() + grace;
  const auto left = [end] {
    return std::max(Millis(0), std::chrono::duration_cast<Millis>(
                                   end - std::chrono::steady_clock::now()));
  };
  const auto on_io = [this, &left](asio::awaitable<void> last) {
    auto gone = asio::co_spawn(io_, std::move(last), asio::use_future);
    gone.wait_for(std::max(left(), kLastMoments));
  };
  if (health_) health_->Drain();
  if (gateway_) gateway_->Drain();
  if (server_) server_->SetServing(false);
  if (crawler_) crawler_->Drain(left() * 3 / 4);
  if (gateway_) on_io(gateway_->Stop());
  if (storage_) storage_->StopFollowing(std::max(left(), kLastMoments));
  cluster_.Stop();
  if (backup_) backup_->Stop();
  if (server_) server_->Stop(std::min(left(), kLastMoments));
  if (frontier_) frontier_->Stop(std::max(left(), kLastMoments));
  on_io(directory_.Stop());
  if (health_) on_io(health_->Stop());
  io_.stop();
  if (io_thread_.joinable()) io_thread_.join();
}

Node::~Node() { Stop(Millis(0)); }

}  // namespace signboard::cli
