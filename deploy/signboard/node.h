// Node is all roles in one process: frontier, archive, register, worker and gateway on one machine.
//
//   io (one thread)        bodies of the gRPC services, the gateway
//   crawl io (one thread)  the worker and its curl transfers
//   disk pool              RocksDB: many threads, so that synced writes share their syncs
//   parse pool             decode, parse, extract
//
// The roles speak gRPC over the socket that other processes would use: what works here works
// spread over machines.
//
// Life:    Start opens the stores, the servers, then the worker. Stop goes backwards: the worker
//          reports what is in flight, the gateway and the gRPC server finish their calls, the
//          stores close.
// Threads: Start and Stop from one thread.
// Errors:  Start names what failed and where: a directory in use, an address taken, a damaged file.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "crawler/fetch/fetcher.h"
#include "crawler/robots/robots_cache.h"
#include "crawler/worker/worker.h"
#include "deploy/signboard/cluster_service.h"
#include "deploy/signboard/settings.h"
#include "frontier/frontier.h"
#include "frontier/scheduling_service.h"
#include "proto/base/pool.h"
#include "proto/base/rpc_server.h"
#include "storage/archive/archive.h"
#include "storage/archive/archive_service.h"
#include "storage/gateway/gateway.h"
#include "storage/kv/local_space.h"
#include "storage/register/follower.h"
#include "storage/register/register.h"
#include "storage/register/register_service.h"

namespace signboard::cli {

class Node {
 public:
  // `clock` must outlive the node.
  static StatusOr<std::unique_ptr<Node>> Start(Settings settings, const Clock& clock);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Drains for at most `grace`, then lets go: a lease that is lost so ends by itself.
  void Stop(Millis grace);

  // host:port where each answers; the port is the real one when 0 was asked for.
  const std::string& grpc_address() const { return grpc_address_; }
  uint16_t http_port() const { return gateway_->port(); }

  // The clock has jumped: look anew at what is due by it.
  void Poke() { scheduling_->Poke(); }

 private:
  Node(Settings settings, const Clock& clock);
  Status OpenStores();
  Status StartServices();
  Status StartWorker();
  v1::ClusterView View() const;

  using Work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  const Settings settings_;
  const Clock& clock_;
  std::string grpc_address_;

  boost::asio::io_context io_{1};
  boost::asio::io_context crawl_io_{1};
  std::unique_ptr<base::Pool> disk_pool_;
  std::unique_ptr<base::Pool> parse_pool_;

  std::unique_ptr<kv::LocalSpace> frontier_space_;
  std::unique_ptr<kv::LocalSpace> archive_space_;
  std::unique_ptr<frontier::Frontier> frontier_;
  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<frontier::SchedulingService> scheduling_;
  std::unique_ptr<archive::ArchiveService> archiving_;
  std::unique_ptr<registry::RegisterService> registering_;
  std::unique_ptr<ClusterService> cluster_;
  std::unique_ptr<base::RpcServer> server_;
  std::unique_ptr<registry::Follower> follower_;
  std::unique_ptr<gateway::Gateway> gateway_;

  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<fetch::Fetcher> fetcher_;
  std::unique_ptr<robots::RobotsCache> robots_;
  std::unique_ptr<worker::ArchiveClient> archive_client_;
  worker::Services services_;
  std::unique_ptr<worker::Worker> worker_;

  Work io_work_{io_.get_executor()};
  Work crawl_work_{crawl_io_.get_executor()};
  std::thread io_thread_;
  std::thread crawl_thread_;
  std::shared_ptr<std::promise<void>> worker_ended_;
  bool stopped_ = false;
};

}  // namespace signboard::cli
