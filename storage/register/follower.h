// Follower carries what the archives log into the register: one TailFindings stream a shard.
//
// It begins with the shard of slot 0 and learns from each shard's level where the next one begins.
// A stream that breaks is opened again behind the last entry that was merged, after a pause that
// doubles from retry_first to retry_max; a dead peer is noticed by the channel's keepalive.
//
// Threads: its loops run on `executor`, which is serial; the register is called on `pool`.
// Errors:  none: what fails is logged, counted and tried again. kDataLoss is an error in the log.
// Life:    begins to follow when it is made. Stop is awaited on `executor` before it dies, and it
//          dies before register, pool and executor.
#pragma once

#include <grpcpp/channel.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <set>

#include "proto/base/pool.h"
#include "proto/base/task_group.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.grpc.pb.h"
#include "storage/register/register.h"

namespace signboard::registry {

struct FollowerOptions {
  Millis retry_first{100};
  Millis retry_max{10'000};
};

class Follower {
 public:
  Follower(std::shared_ptr<grpc::Channel> archive, Register& reg,
           boost::asio::any_io_executor executor, base::Pool& pool, FollowerOptions options);

  // Ends every loop; what was merged stays merged.
  boost::asio::awaitable<void> Stop();

 private:
  // On the executor. Does nothing when the shard is followed already.
  void StartShard(kv::Slot slot_first);
  boost::asio::awaitable<void> FollowShard(kv::Slot slot_first);
  // Until the stream breaks. `*heard` is set when anything came.
  boost::asio::awaitable<Status> FollowStream(kv::Slot slot_first, bool* heard);

  // Constant after construction.
  Register& register_;
  base::Pool& pool_;
  const FollowerOptions options_;
  const std::unique_ptr<v1::Archive::Stub> archive_;
  // Touched on the executor alone.
  std::set<kv::Slot> shards_;
  base::TaskGroup loops_;  // Last: its tasks use the rest.
};

}  // namespace signboard::registry
