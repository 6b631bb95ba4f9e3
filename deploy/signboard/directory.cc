#include "deploy/signboard/directory.h"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "proto/base/log.h"
#include "proto/base/rpc_client.h"
#include "signboard/v1/cluster.grpc.pb.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

constexpr Millis kRetryFirst{100};
constexpr Millis kRetryMax{5'000};

}  // namespace

Directory::Directory(asio::any_io_executor executor) : loops_(std::move(executor)) {}

void Directory::Merge(const v1::ClusterView& view) {
  bool news = false;
  {
    base::MutexLock lock(mutex_);
    for (const v1::Owner& owner : view.owners()) {
      const Range range{owner.role(), owner.slot_first(), owner.slot_last()};
      const auto known = owners_.find(range);
      if (known != owners_.end() && known->second.epoch() >= owner.epoch()) continue;
      const bool moves = known == owners_.end() || known->second.address() != owner.address();
      owners_[range] = owner;
      news = true;
      if (!moves) continue;
      peers_[owner.role()].MoveTo(base::Connect(owner.address()));
      Log(kInfo, "owner", {{"role", owner.role()}, {"address", owner.address()},
                           {"epoch", owner.epoch()}});
    }
    if (news) ++version_;
  }
  if (news) changed_.Ring();
}

base::Peer Directory::Find(const std::string& role) {
  base::MutexLock lock(mutex_);
  return peers_[role];
}

v1::ClusterView Directory::View() const {
  base::MutexLock lock(mutex_);
  v1::ClusterView view;
  view.set_version(version_);
  for (const auto& [range, owner] : owners_) *view.add_owners() = owner;
  return view;
}

void Directory::Watch(const std::vector<std::string>& nodes) {
  for (const std::string& address : nodes) loops_.Spawn("watch_node", WatchNode(address));
}

asio::awaitable<void> Directory::WatchNode(std::string address) {
  const auto stub = v1::Cluster::NewStub(base::Connect(address));
  asio::steady_timer timer(loops_.executor());
  Millis wait = kRetryFirst;
  while (true) {
    base::ClientReader<v1::ClusterView> reader;
    reader.Start(stub->async(), &v1::Cluster::Stub::async::Watch, v1::WatchRequest(), std::nullopt);
    v1::ClusterView view;
    while (co_await reader.Read(&view)) {
      Merge(view);
      wait = kRetryFirst;
    }
    const Status ended = co_await reader.Finish();
    Log(kDebug, "node_lost", {{"address", address}, {"status", base::ToString(ended)}});
    timer.expires_after(wait);
    co_await timer.async_wait(asio::use_awaitable);
    wait = std::min(wait * 2, kRetryMax);
  }
}

asio::awaitable<void> Directory::Stop() {
  loops_.Cancel();
  co_await loops_.Join();
}

}  // namespace signboard::cli
