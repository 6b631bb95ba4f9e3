// What bench frontier measures: a frontier served over gRPC, its client, and the floors.
//
// Threads: one calls; each call joins what it started.
// Errors:  those of the store; kInternal: an answer that is not what it must be.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "deploy/signboard/bench_clock.h"
#include "frontier/frontier.h"
#include "frontier/url_frontier_service.h"
#include "proto/base/rpc_server.h"
#include "storage/kv/local_space.h"

namespace signboard::cli {

// What something cost the server's side.
struct BenchCost {
  double cpu_s = 0;
  double wall_s = 0;
};

// URL `i` of so many hosts, as a crawler would meet it.
std::string BenchUrl(size_t i, size_t hosts);
std::string BenchHost(size_t i, size_t hosts);

class FrontierRig {
 public:
  // In `directory`, on a clock that only Pass moves.
  static StatusOr<std::unique_ptr<FrontierRig>> Open(const std::string& directory);
  ~FrontierRig();

  frontier::Frontier& frontier() { return *frontier_; }
  kv::LocalSpace& space() { return *space_; }
  UnixTime now() const { return clock_.Now(); }
  void Pass(Millis span) { clock_.Advance(span); }
  urlfrontier::URLFrontier::Stub& stub() { return *stub_; }

 private:
  FrontierRig() = default;

  base::ManualClock clock_{FromMillis(1'763'467'200'000)};
  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<frontier::Frontier> frontier_;
  std::unique_ptr<base::Pool> pool_;
  std::unique_ptr<frontier::UrlFrontierService> service_;
  std::unique_ptr<base::RpcServer> server_;
  std::unique_ptr<urlfrontier::URLFrontier::Stub> stub_;
};

// The same service, empty: it acks.
class EchoRig {
 public:
  static StatusOr<std::unique_ptr<EchoRig>> Start();
  ~EchoRig();
  urlfrontier::URLFrontier::Stub& stub() { return *stub_; }

 private:
  class Service;
  EchoRig();
  base::Pool pool_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<base::RpcServer> server_;
  std::unique_ptr<urlfrontier::URLFrontier::Stub> stub_;
};

// All items over one stream, written by one thread and acked to another. kInternal: an ack that is
// not `expected`.
StatusOr<BenchCost> PutItems(urlfrontier::URLFrontier::Stub& stub,
                             const std::function<urlfrontier::URLItem(size_t)>& item, size_t count);
StatusOr<BenchCost> PutBatches(urlfrontier::URLFrontier::Stub& stub,
                               const std::function<std::string(size_t)>& url, size_t count,
                               size_t per_batch);

}  // namespace signboard::cli
