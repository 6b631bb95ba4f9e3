// The sample world served on loopback from within this process, for `signboard demo`.
//
// Threads: Start from any; it serves on a thread of its own.
// Errors:  Start: those of World::Open and HttpServer::Listen.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <thread>

#include "deploy/world/world.h"
#include "proto/net/http_server.h"
#include "signboard/v1/scheduling.pb.h"

namespace signboard::cli {

class DemoWorld {
 public:
  // `clock` must outlive the world.
  static StatusOr<std::unique_ptr<DemoWorld>> Start(const std::string& sites, const Clock& clock);
  ~DemoWorld();
  DemoWorld(const DemoWorld&) = delete;
  DemoWorld& operator=(const DemoWorld&) = delete;

  uint16_t port() const { return server_->port(); }
  const world::World& world() const { return world_; }
  // Every site's, with its place and kind.
  v1::AddSeedsRequest Seeds() const;

 private:
  explicit DemoWorld(world::World world) : world_(std::move(world)) {}

  const world::World world_;
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  std::unique_ptr<net::HttpServer> server_;
  std::thread thread_;
};

// The days a world lives through: from the morning (8:00 in Beijing) of the day on which something
// first happens in it to `after` its last change. A world without changes lives one day.
struct WorldDays {
  UnixTime first;
  UnixTime last;
};
WorldDays DaysOf(const world::World& world, Millis after);

}  // namespace signboard::cli
