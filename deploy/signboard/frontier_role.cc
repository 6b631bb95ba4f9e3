#include "deploy/signboard/frontier_role.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <future>

#include "frontier/schema.h"

namespace signboard::cli {

void OwnShards(const kv::Space& space, const char* role, const std::string& address,
               v1::ClusterView* view) {
  for (const auto& shard : space.Shards()) {
    v1::Owner* const owner = view->add_owners();
    owner->set_role(role);
    owner->set_address(address);
    owner->set_slot_first(shard->slots().first);
    owner->set_slot_last(shard->slots().last);
    owner->set_epoch(shard->epoch());
  }
}

StatusOr<std::unique_ptr<FrontierRole>> FrontierRole::Open(const Ground& ground) {
  std::unique_ptr<FrontierRole> role(new FrontierRole(ground));
  kv::LocalSpaceOptions options;
  options.memory = ground.memory;
  options.directory = ground.settings->data_directory + "/frontier";
  options.families = frontier::FrontierFamilies();
  options.schema_version = frontier::kSchemaVersion;
  ASSIGN_OR_RETURN(role->space_, kv::LocalSpace::Open(options));
  ASSIGN_OR_RETURN(role->frontier_,
                   frontier::Frontier::Open(*role->space_, ground.settings->Frontier()));
  role->scheduling_ = std::make_unique<frontier::SchedulingService>(
      *role->frontier_, *ground.disk, *ground.clock, ground.io->get_executor());
  role->url_frontier_ = std::make_unique<frontier::UrlFrontierService>(
      *role->frontier_, *ground.disk, *ground.clock);
  return role;
}

void FrontierRole::Own(const std::string& address, v1::ClusterView* view) {
  url_frontier_->SetAddress(address);
  OwnShards(*space_, "frontier", address, view);
}

void FrontierRole::Stop(Millis most) {
  auto gone = boost::asio::co_spawn(*ground_.io, scheduling_->Stop(), boost::asio::use_future);
  gone.wait_for(most);
}

}  // namespace signboard::cli
