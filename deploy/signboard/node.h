// Node is one process of a deployment: some of the four roles, or all of them on one machine.
//
//   io (one thread)        bodies of the gRPC services, the gateway, /readyz
//   crawl io (one thread)  the worker and its curl transfers (crawler_role.h)
//   disk pool              RocksDB: many threads, so that synced writes share their syncs
//   parse pool             decode, parse, extract
//
// The roles speak gRPC over sockets even within one process: what works here works spread over
// machines. Where the others are, the directory knows (directory.h).
//
// Life:    Start opens the stores, the servers, then the worker. Stop goes backwards: /readyz says
//          no, the worker reports what is in flight, the gateway and the gRPC server finish their
//          calls, the stores close.
// Threads: Start and Stop from one thread.
// Errors:  Start names what failed and where: a directory in use, an address taken, a damaged file.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <thread>

#include "deploy/signboard/backup_service.h"
#include "deploy/signboard/cluster_service.h"
#include "deploy/signboard/crawler_role.h"
#include "deploy/signboard/directory.h"
#include "deploy/signboard/frontier_role.h"
#include "deploy/signboard/health_server.h"
#include "deploy/signboard/roles.h"
#include "deploy/signboard/storage_role.h"
#include "proto/base/rpc_server.h"
#include "storage/gateway/gateway.h"

namespace signboard::cli {

class Node {
 public:
  // `clock` must outlive the node.
  static StatusOr<std::unique_ptr<Node>> Start(Settings settings, Roles roles, const Clock& clock);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Drains for at most `grace`, then lets go.
  void Stop(Millis grace);

  // host:port where gRPC answers; the port is the real one when 0 was asked for. Empty: nowhere.
  const std::string& grpc_address() const { return grpc_address_; }
  uint16_t http_port() const { return gateway_ ? gateway_->port() : 0; }
  uint16_t health_port() const { return health_ ? health_->port() : 0; }

  // The clock has jumped: look anew at what is due by it.
  void Poke();
  // Takes what of `fresh` can change without a restart: [alerts]. Errors: nothing has changed.
  Status Reload(const Settings& fresh);

 private:
  Node(Settings settings, Roles roles, const Clock& clock);
  Status StartAll();
  Status StartServer();
  Status StartGateway();
  std::string ListenAddress() const;
  boost::asio::awaitable<HealthServer::Words> Check();

  using Work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  const Settings settings_;
  const Roles roles_;
  const Clock& clock_;
  std::string grpc_address_;

  boost::asio::io_context io_{1};
  Work io_work_{io_.get_executor()};
  std::unique_ptr<base::Pool> disk_pool_;
  Directory directory_{io_.get_executor()};
  std::unique_ptr<HealthServer> health_;
  std::unique_ptr<FrontierRole> frontier_;
  std::unique_ptr<StorageRole> storage_;
  std::unique_ptr<BackupService> backup_;
  ClusterService cluster_{io_.get_executor(), &directory_};
  std::unique_ptr<base::RpcServer> server_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::unique_ptr<CrawlerRole> crawler_;
  std::thread io_thread_;
  bool stopped_ = false;
};

}  // namespace signboard::cli
