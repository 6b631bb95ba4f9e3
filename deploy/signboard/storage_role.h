// StorageRole: the archive and the register over one space, their services, and the follower that
// carries findings from the one into the other.
//
// Life:    Open; the gRPC server with its services; Follow, once it listens. Then StopFollowing,
//          the server's end, and this may die.
// Threads: one.
// Errors:  Open: a directory in use, a damaged file, named.
#pragma once

#include <grpcpp/impl/codegen/service_type.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "deploy/signboard/roles.h"
#include "deploy/signboard/site_watch.h"
#include "signboard/v1/cluster.pb.h"
#include "storage/archive/archive.h"
#include "storage/archive/archive_service.h"
#include "storage/archive/packer.h"
#include "storage/archive/redetector.h"
#include "storage/archive/verify_service.h"
#include "storage/register/alert_book.h"
#include "storage/register/alert_sender.h"
#include "storage/register/follower.h"
#include "storage/register/register.h"
#include "storage/register/register_service.h"

namespace signboard::cli {

class StorageRole {
 public:
  static StatusOr<std::unique_ptr<StorageRole>> Open(const Ground& ground);

  std::vector<grpc::Service*> services();
  const kv::Space& space() const { return *space_; }
  void Own(const std::string& address, v1::ClusterView* view) const;
  // `archive`: where TailFindings is answered, which may be this process.
  void Follow(std::shared_ptr<grpc::Channel> archive);
  // Ends the follower, the alerts and every stream that would never end by itself.
  void StopFollowing(Millis most);
  void Poke() { sender_->Poke(); }
  // Has the alerts told of sites that fall silent, by what these two say of them.
  void WatchSites(base::Peer archive, base::Peer scheduling);
  // Messages are sent so from now on, and sites looked at so.
  void Reload(registry::AlertSenderOptions sending, SiteWatchOptions watching);

 private:
  explicit StorageRole(const Ground& ground) : ground_(ground) {}
  Status OpenAlerts();

  const Ground ground_;
  std::atomic<bool> takes_mail_{false};
  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<archive::Packer> packer_;
  std::unique_ptr<archive::Redetector> redetector_;
  std::unique_ptr<registry::Register> register_;
  std::unique_ptr<registry::AlertBook> alerts_;
  std::unique_ptr<registry::AlertSender> sender_;
  std::unique_ptr<registry::SiteAlarms> site_alarms_;
  std::unique_ptr<registry::PageAlarms> page_alarms_;
  std::unique_ptr<SiteWatch> watch_;
  std::unique_ptr<archive::ArchiveService> archiving_;
  std::unique_ptr<archive::VerifyService> verifying_;
  std::unique_ptr<registry::RegisterService> registering_;
  std::unique_ptr<registry::Follower> follower_;
};

}  // namespace signboard::cli
