// FrontierRole: the frontier's store and the Scheduling service over it.
//
// Life:    Open, then the gRPC server with its service; the server stops before Stop.
// Threads: Open and Stop from one thread; Poke from any.
// Errors:  Open: a directory in use, a damaged file, named.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include <memory>
#include <string>

#include "deploy/signboard/roles.h"
#include "frontier/frontier.h"
#include "frontier/scheduling_service.h"
#include "signboard/v1/cluster.pb.h"

namespace signboard::cli {

class FrontierRole {
 public:
  static StatusOr<std::unique_ptr<FrontierRole>> Open(const Ground& ground);

  grpc::Service* service() { return scheduling_.get(); }
  // Adds what it owns, to be reached at `address`.
  void Own(const std::string& address, v1::ClusterView* view) const;
  // The clock has jumped: look anew at what is due by it.
  void Poke() { scheduling_->Poke(); }
  void Stop(Millis most);

 private:
  explicit FrontierRole(const Ground& ground) : ground_(ground) {}

  const Ground ground_;
  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<frontier::Frontier> frontier_;
  std::unique_ptr<frontier::SchedulingService> scheduling_;
};

// One owner entry for each shard of the space.
void OwnShards(const kv::Space& space, const char* role, const std::string& address,
               v1::ClusterView* view);

}  // namespace signboard::cli
