// Captures that wait for one sync of their shard together.
//
// What is added while a shard syncs shares the next sync: no thread waits for it, and as many
// captures share it as came meanwhile. Where captures come fast a sync also begins no sooner than
// kGap behind the last one, because a crawl that is busy needs its processor more than it needs
// this capture at once. A sender that waits for each capture before it sends the next gains nothing
// by that; so after a wait in which nothing came the following ones are left out, twice as many
// each time.
//
// Threads: `done` is called on a thread of the pool, never from Add.
// Life:    archive and pool outlive it; what waits is done before the pool's destructor returns.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/pool.h"
#include "storage/archive/archive.h"

namespace signboard::archive {

class SyncGroups {
 public:
  using Done = std::function<void(const Status&)>;
  static constexpr Millis kGap{5};

  SyncGroups(Archive& archive, base::Pool& pool)
      : state_(std::make_shared<State>(archive)), pool_(pool) {}

  // Tells `done` when what was written to the shard is durable, or why it is not. `finding` as in
  // Archive::Written. To be called by a job of the pool as its last act.
  void Add(std::shared_ptr<kv::Shard> shard, uint64_t finding, Done done);

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Group {
    uint64_t finding = 0;  // The greatest of its captures.
    std::vector<Done> done;
  };
  // The captures of one shard.
  struct Lane {
    Group waiting;
    bool syncing = false;  // One of the pool's threads is at it.
    Time last = {};        // When the last sync began.
    unsigned waits_left_out = 0;
    unsigned leave_out = 0;  // After the next wait that is in vain.
  };
  struct State {
    explicit State(Archive& of) : archive(of) {}
    void SyncUntilNoneWaits(kv::Shard& shard) EXCLUDES_LOCK(mutex);
    void LetOthersCome(Lane* lane) REQUIRES_LOCK(mutex);

    Archive& archive;
    base::Mutex mutex;
    base::CondVar never;  // Of which nobody tells: to wait without the lock.
    std::map<const kv::Shard*, Lane> lanes GUARDED_BY(mutex);
  };
  class SyncJob;

  const std::shared_ptr<State> state_;
  base::Pool& pool_;
};

}  // namespace signboard::archive
