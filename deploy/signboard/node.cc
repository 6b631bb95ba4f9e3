#include "deploy/signboard/node.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "crawler/decode/content_coding.h"
#include "deploy/signboard/version.h"
#include "frontier/schema.h"
#include "proto/base/digest.h"
#include "proto/base/log.h"
#include "proto/base/rpc_client.h"
#include "proto/base/text.h"
#include "storage/archive/schema.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

// Writers that wait together share one sync of the log.
constexpr size_t kDiskThreads = 16;

// Hosts that may be fetched although nobody can be asked who crawls: those an operator named.
bool IsNamedHost(const Settings& settings, const std::vector<net::ConnectTo>& connect_to,
                 const Url& url) {
  for (const auto& rule : connect_to)
    if (rule.Matches(url.host(), url.effective_port())) return true;
  if (settings.guard_allow.empty()) return false;
  return base::IsIpv4(url.host()) || base::IsIpv6(url.host()) || url.host() == "localhost";
}

std::string WorkerId() {
  char host[256] = "unknown";
  gethostname(host, sizeof host - 1);
  return std::string(host) + "-" + std::to_string(getpid()) + "-" +
         base::ToHex(base::RandomBytes(4));
}

}  // namespace

Node::Node(Settings settings, const Clock& clock) : settings_(std::move(settings)), clock_(clock) {}

StatusOr<std::unique_ptr<Node>> Node::Start(Settings settings, const Clock& clock) {
  std::unique_ptr<Node> node(new Node(std::move(settings), clock));
  RETURN_IF_ERROR(node->OpenStores());
  node->io_thread_ = std::thread([io = &node->io_] { io->run(); });
  node->crawl_thread_ = std::thread([io = &node->crawl_io_] { io->run(); });
  Status status = node->StartServices();
  if (status.ok()) status = node->StartWorker();
  if (!status.ok()) return status;
  return node;
}

Status Node::OpenStores() {
  const auto memory =
      kv::MakeKvMemory(settings_.block_cache.bytes, settings_.write_buffers.bytes);
  kv::LocalSpaceOptions options;
  options.memory = memory;
  options.directory = settings_.data_directory + "/frontier";
  options.families = frontier::FrontierFamilies();
  options.schema_version = frontier::kSchemaVersion;
  ASSIGN_OR_RETURN(frontier_space_, kv::LocalSpace::Open(options));
  options.directory = settings_.data_directory + "/archive";
  options.families = archive::ArchiveFamilies();
  for (const kv::FamilySpec& family : registry::RegisterFamilies())
    options.families.push_back(family);
  options.schema_version = archive::kSchemaVersion;
  ASSIGN_OR_RETURN(archive_space_, kv::LocalSpace::Open(options));
  ASSIGN_OR_RETURN(frontier_, frontier::Frontier::Open(*frontier_space_, settings_.Frontier()));
  ASSIGN_OR_RETURN(archive_, archive::Archive::Open(*archive_space_, {}, clock_));
  ASSIGN_OR_RETURN(register_, registry::Register::Open(*archive_space_, clock_));
  return OkStatus();
}

v1::ClusterView Node::View() const {
  v1::ClusterView view;
  view.set_version(1);
  const std::pair<const char*, const kv::Space*> roles[] = {{"frontier", frontier_space_.get()},
                                                            {"archive", archive_space_.get()}};
  for (const auto& [role, space] : roles) {
    for (const auto& shard : space->Shards()) {
      auto* owner = view.add_owners();
      owner->set_role(role);
      owner->set_address(settings_.listen);
      owner->set_slot_first(shard->slots().first);
      owner->set_slot_last(shard->slots().last);
      owner->set_epoch(shard->epoch());
    }
  }
  return view;
}

Status Node::StartServices() {
  disk_pool_ = std::make_unique<base::Pool>(base::Pool::Options{"disk", kDiskThreads, 4'096});
  scheduling_ = std::make_unique<frontier::SchedulingService>(*frontier_, *disk_pool_, clock_,
                                                              io_.get_executor());
  archive::ArchiveServiceOptions archiving;
  archiving.stores_max = static_cast<uint64_t>(settings_.stores);
  archiving_ = std::make_unique<archive::ArchiveService>(*archive_, *disk_pool_, io_.get_executor(),
                                                         archiving);
  registering_ = std::make_unique<registry::RegisterService>(
      *register_, *disk_pool_, io_.get_executor(), registry::RegisterServiceOptions());
  cluster_ = std::make_unique<ClusterService>(io_.get_executor(), View());
  ASSIGN_OR_RETURN(server_, base::RpcServer::Start({settings_.listen,
                                                    {scheduling_.get(), archiving_.get(),
                                                     registering_.get(), cluster_.get()}}));
  const std::string host = settings_.listen.substr(0, settings_.listen.rfind(':'));
  grpc_address_ = (host.empty() ? "127.0.0.1" : host) + ":" + std::to_string(server_->port());
  follower_ = std::make_unique<registry::Follower>(base::Connect(grpc_address_), *register_,
                                                   io_.get_executor(), *disk_pool_,
                                                   registry::FollowerOptions());

  gateway::GatewayOptions options;
  options.listen = settings_.gateway_listen;
  options.archive = base::Connect(grpc_address_);
  options.scheduling = base::Connect(grpc_address_);
  options.registry = base::Connect(grpc_address_);
  options.version = kVersion;
  options.write_token = settings_.gateway_token;
  ASSIGN_OR_RETURN(gateway_, gateway::Gateway::Start(io_.get_executor(), options, clock_));
  return OkStatus();
}

Status Node::StartWorker() {
  ASSIGN_OR_RETURN(auto connect_to, net::ConnectTo::ParseAll(settings_.connect_to));
  net::HttpClientOptions http;
  http.connect_to = connect_to;
  ASSIGN_OR_RETURN(http.guard, net::AddressGuard::Make(settings_.guard_allow));
  ASSIGN_OR_RETURN(http.tls_unverified, net::ParseTlsUnverified(settings_.tls_unverified));
  http_ = std::make_unique<net::HttpClient>(crawl_io_, http);
  fetch::FetcherOptions fetching;
  fetching.user_agent = settings_.UserAgent();
  fetching.limits = settings_.Limits();
  fetching.decode = [](std::string_view wire, std::string_view coding, size_t most) {
    decode::DecodeLimits limits;
    limits.decoded_bytes_max = most;
    return decode::DecodeContent(wire, coding, limits).bytes;
  };
  fetcher_ = std::make_unique<fetch::Fetcher>(http_.get(), &clock_, fetching);
  robots::RobotsCacheOptions robots;
  robots.user_agent_token = settings_.robots_token;
  robots_ = std::make_unique<robots::RobotsCache>(fetcher_.get(), &clock_, robots);
  parse_pool_ = std::make_unique<base::Pool>(
      base::Pool::Options{"parse", static_cast<size_t>(settings_.threads), 4'096});
  const auto channel = base::Connect(grpc_address_);
  archive_client_ = std::make_unique<worker::ArchiveClient>(channel);

  services_.fetcher = fetcher_.get();
  services_.robots = robots_.get();
  services_.archive = archive_client_.get();
  services_.pool = parse_pool_.get();
  services_.clock = &clock_;
  services_.vantage = settings_.vantage;
  services_.software = std::string("signboard/") + kVersion;
  services_.decode_ratio_max = settings_.ratio_max;
  services_.body_bytes_max = settings_.body_max.bytes;
  services_.html_bytes_max = settings_.html_max.bytes;
  if (settings_.contact_url.empty()) {
    services_.without_contact = [this, connect_to](const Url& url) {
      return IsNamedHost(settings_, connect_to, url);
    };
  }
  worker::WorkerOptions options;
  options.id = WorkerId();
  options.leases_max = static_cast<size_t>(settings_.fetches);
  worker_ = std::make_unique<worker::Worker>(crawl_io_.get_executor(), channel, &services_,
                                             options);
  worker_ended_ = std::make_shared<std::promise<void>>();
  asio::co_spawn(crawl_io_, worker_->Run(),
                 [ended = worker_ended_](const std::exception_ptr&) { ended->set_value(); });
  return OkStatus();
}

void Node::Stop(Millis grace) {
  if (stopped_) return;
  stopped_ = true;
  const auto end = std::chrono::steady_clock::now() + grace;
  const auto left = [end] {
    return std::max(Millis(0), std::chrono::duration_cast<Millis>(
                                   end - std::chrono::steady_clock::now()));
  };
  if (worker_) {
    asio::post(crawl_io_, [worker = worker_.get()] { worker->Stop(); });
    if (worker_ended_->get_future().wait_for(left() / 2) != std::future_status::ready)
      Log(kWarn, "worker_cut_off", {{"why", "what is in flight did not end in time"}});
  }
  crawl_io_.stop();
  if (crawl_thread_.joinable()) crawl_thread_.join();
  if (gateway_) {
    auto gone = asio::co_spawn(io_, gateway_->Stop(), asio::use_future);
    gone.wait_for(left() / 2);
  }
  if (follower_) {
    auto gone = asio::co_spawn(io_, follower_->Stop(), asio::use_future);
    gone.wait_for(std::max(left(), Millis(1'000)));
  }
  if (registering_) registering_->Stop();
  if (server_) server_->Stop(std::min(left(), Millis(1'000)));
  if (scheduling_) {
    auto gone = asio::co_spawn(io_, scheduling_->Stop(), asio::use_future);
    gone.wait_for(std::max(left(), Millis(1'000)));
  }
  io_.stop();
  if (io_thread_.joinable()) io_thread_.join();
}

Node::~Node() { Stop(Millis(0)); }

}  // namespace signboard::cli
