// FrontierRole: the frontier's store, the Scheduling service over it for our workers, and the
// public URLFrontier for anybody's.
//
// Life:    Open, then the gRPC server with its service; the server stops before Stop.
// Threads: Open and Stop from one thread; Poke from any.
// Errors:  Open: a directory in use, a damaged file, named.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <string>
#include <vector>

#include "deploy/signboard/roles.h"
#include "frontier/frontier.h"
#include "frontier/scheduling_service.h"
#include "frontier/url_frontier_service.h"
#include "signboard/v1/cluster.pb.h"

namespace signboard::cli {

class FrontierRole {
 public:
  static StatusOr<std::unique_ptr<FrontierRole>> Open(const Ground& ground);

  std::vector<grpc::Service*> services() { return {scheduling_.get(), url_frontier_.get()}; }
  const kv::Space& space() const { return *space_; }
  // Adds what it owns, to be reached at `address`.
  void Own(const std::string& address, v1::ClusterView* view);
  // The clock has jumped: look anew at what is due by it.
  void Poke() { scheduling_->Poke(); }
  void Stop(Millis most);

 private:
  explicit FrontierRole(const Ground& ground) : ground_(ground) {}

  const Ground ground_;
  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<frontier::Frontier> frontier_;
  std::unique_ptr<frontier::SchedulingService> scheduling_;
  std::unique_ptr<frontier::UrlFrontierService> url_frontier_;
};

// One owner entry for each shard of the space.
void OwnShards(const kv::Space& space, const char* role, const std::string& address,
               v1::ClusterView* view);

}  // namespace signboard::cli
