#include "deploy/signboard/storage_role.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <utility>

#include "deploy/signboard/alert_settings.h"
#include "deploy/signboard/frontier_role.h"
#include "deploy/signboard/rule_folder.h"
#include "storage/archive/schema.h"
#include "storage/gateway/register_words.h"
#include "storage/register/alert_schema.h"

namespace signboard::cli {

StatusOr<std::unique_ptr<StorageRole>> StorageRole::Open(const Ground& ground) {
  std::unique_ptr<StorageRole> role(new StorageRole(ground));
  kv::LocalSpaceOptions options;
  options.memory = ground.memory;
  options.directory = ground.settings->data_directory + "/archive";
  options.families = archive::ArchiveFamilies();
  for (const kv::FamilySpec& family : registry::RegisterFamilies())
    options.families.push_back(family);
  for (const kv::FamilySpec& family : registry::AlertFamilies())
    options.families.push_back(family);
  options.schema_version = archive::kSchemaVersion;
  ASSIGN_OR_RETURN(role->space_, kv::LocalSpace::Open(options));
  // What older versions wrote is read as it is (storage/archive/schema.h).
  if (role->space_->stored_schema_version() < archive::kSchemaVersion)
    RETURN_IF_ERROR(role->space_->RaiseSchemaVersion());
  ASSIGN_OR_RETURN(role->archive_, archive::Archive::Open(*role->space_, {}, *ground.clock));
  ASSIGN_OR_RETURN(role->register_, registry::Register::Open(*role->space_, *ground.clock));
  RETURN_IF_ERROR(role->OpenAlerts());
  role->packer_ = std::make_unique<archive::Packer>(*role->space_);
  ASSIGN_OR_RETURN(auto rules, ReadRuleFolder(ground.settings->rules));
  ASSIGN_OR_RETURN(role->redetector_,
                   archive::Redetector::Open(*role->space_, *role->archive_, std::move(rules),
                                             *ground.clock));
  archive::ArchiveServiceOptions archiving;
  archiving.redetector = role->redetector_.get();
  archiving.stores_max = static_cast<uint64_t>(ground.settings->stores);
  const auto executor = ground.io->get_executor();
  role->archiving_ = std::make_unique<archive::ArchiveService>(*role->archive_, *ground.disk,
                                                               executor, archiving);
  role->verifying_ = std::make_unique<archive::VerifyService>(*role->archive_, executor);
  registry::RegisterServiceOptions registering;
  registering.alerts = role->alerts_.get();
  registering.sender = role->sender_.get();
  role->registering_ = std::make_unique<registry::RegisterService>(*role->register_, *ground.disk,
                                                                   executor, registering);
  return role;
}

Status StorageRole::OpenAlerts() {
  ASSIGN_OR_RETURN(registry::AlertSenderOptions sending, AlertSending(*ground_.settings));
  registry::AlertOptions options;
  takes_mail_ = sending.mail.has_value();
  options.takes_mail = [this] { return takes_mail_.load(); };
  options.event_json = [](const v1::AnnouncementEvent& event) {
    return gateway::Dump(gateway::AnnouncementEventJson(event));
  };
  ASSIGN_OR_RETURN(alerts_, registry::AlertBook::Open(*space_, *register_, *ground_.clock,
                                                      std::move(options)));
  ASSIGN_OR_RETURN(site_alarms_, registry::SiteAlarms::Open(*space_, *alerts_));
  ASSIGN_OR_RETURN(page_alarms_, registry::PageAlarms::Open(*space_, *alerts_));
  // Its client belongs to the thread that runs it.
  auto made = boost::asio::post(*ground_.io, boost::asio::use_future([&] {
    sender_ = std::make_unique<registry::AlertSender>(*alerts_, *register_, *ground_.io,
                                                      *ground_.disk, *ground_.clock,
                                                      std::move(sending));
  }));
  made.get();
  return OkStatus();
}

void StorageRole::WatchSites(base::Peer archive, base::Peer scheduling) {
  const SiteWatchOptions options{ground_.settings->sites_every, ground_.settings->site_patience};
  gateway::Backend backend(std::move(archive), std::move(scheduling));
  auto made = boost::asio::post(*ground_.io, boost::asio::use_future([&] {
    watch_ = std::make_unique<SiteWatch>(*site_alarms_, *page_alarms_, std::move(backend),
                                         *ground_.io, *ground_.disk, *ground_.clock, options);
  }));
  made.get();
}

void StorageRole::Reload(registry::AlertSenderOptions sending, SiteWatchOptions watching) {
  takes_mail_ = sending.mail.has_value();
  auto done = boost::asio::post(*ground_.io, boost::asio::use_future([&] {
    sender_->Configure(std::move(sending));
    if (watch_) watch_->Configure(watching);
  }));
  done.get();
}

std::vector<grpc::Service*> StorageRole::services() {
  return {archiving_.get(), verifying_.get(), registering_.get()};
}

void StorageRole::Own(const std::string& address, v1::ClusterView* view) const {
  OwnShards(*space_, "archive", address, view);
  v1::Owner* const owner = view->add_owners();
  owner->set_role("register");
  owner->set_address(address);
  owner->set_slot_first(kv::kReservedSlot);
  owner->set_slot_last(kv::kReservedSlot);
  for (const auto& shard : space_->Shards())
    if (shard->slots().last >= kv::kReservedSlot) owner->set_epoch(shard->epoch());
}

void StorageRole::Follow(std::shared_ptr<grpc::Channel> archive) {
  follower_ = std::make_unique<registry::Follower>(std::move(archive), *register_,
                                                   ground_.io->get_executor(), *ground_.disk,
                                                   registry::FollowerOptions());
}

void StorageRole::StopFollowing(Millis most) {
  if (follower_) {
    auto gone = boost::asio::co_spawn(*ground_.io, follower_->Stop(), boost::asio::use_future);
    gone.wait_for(most);
  }
  if (watch_) {
    auto still = boost::asio::co_spawn(*ground_.io, watch_->Stop(), boost::asio::use_future);
    still.wait_for(most);
  }
  auto silent = boost::asio::co_spawn(*ground_.io, sender_->Stop(), boost::asio::use_future);
  silent.wait_for(most);
  archiving_->Stop();
  verifying_->Stop();
  registering_->Stop();
}

}  // namespace signboard::cli
