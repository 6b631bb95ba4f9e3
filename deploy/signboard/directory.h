// Directory: who plays which role, as far as this process knows: what it owns itself, and what the
// nodes of [cluster] say when they are watched (Cluster.Watch).
//
// Of two owners of the same slots the one with the greater epoch counts, because an epoch grows
// with every owner. A node that goes away keeps its entry until somebody else owns what it
// owned: calls to it fail meanwhile, and are made again.
//
// Threads: the loops run on `executor`, which is serial; everything else from any.
// Errors:  none: a node that does not answer is asked again, after 100 ms to 5 s.
// Life:    Start; Stop is awaited before it dies.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/peer.h"
#include "proto/base/signal.h"
#include "proto/base/status.h"
#include "proto/base/task_group.h"
#include "signboard/v1/cluster.pb.h"

namespace signboard::cli {

class Directory {
 public:
  explicit Directory(boost::asio::any_io_executor executor);

  // Takes over what a view says.
  void Merge(const v1::ClusterView& view);
  // Watches these addresses from now on.
  void Watch(const std::vector<std::string>& nodes);
  boost::asio::awaitable<void> Stop();

  // "frontier", "archive" or "register". The peer moves when the role's owner does.
  base::Peer Find(const std::string& role);
  v1::ClusterView View() const;
  // Rings at every change.
  base::Bell& changed() { return changed_; }

 private:
  // Role, first slot, last slot.
  using Range = std::tuple<std::string, uint32_t, uint32_t>;

  boost::asio::awaitable<void> WatchNode(std::string address);

  mutable base::Mutex mutex_;
  uint64_t version_ GUARDED_BY(mutex_) = 0;
  std::map<Range, v1::Owner> owners_ GUARDED_BY(mutex_);
  std::map<std::string, base::Peer> peers_ GUARDED_BY(mutex_);
  base::Bell changed_;
  base::TaskGroup loops_;  // Last: its tasks use the rest.
};

}  // namespace signboard::cli
