// Captures that wait for one sync of their shard together.
//
// What is added while a shard syncs shares the next sync: no thread waits for it, and as many
// captures share it as came meanwhile.
//
// Threads: safe from any. `done` is called on a thread of the pool, never from Add.
// Life:    archive and pool outlive it; what waits is done before the pool's destructor returns.
#pragma once

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

  SyncGroups(Archive& archive, base::Pool& pool)
      : state_(std::make_shared<State>(archive)), pool_(pool) {}

  // Tells `done` when what was written to the shard is durable, or why it is not. `finding` as in
  // Archive::Written.
  void Add(std::shared_ptr<kv::Shard> shard, uint64_t finding, Done done);

 private:
  struct Group {
    uint64_t finding = 0;  // The greatest of its captures.
    std::vector<Done> done;
  };
  struct State {
    explicit State(Archive& of) : archive(of) {}
    void SyncUntilNoneWaits(kv::Shard& shard) EXCLUDES_LOCK(mutex);

    Archive& archive;
    base::Mutex mutex;
    // A shard is in it while one of the pool's threads syncs it.
    std::map<const kv::Shard*, Group> waiting GUARDED_BY(mutex);
  };
  class SyncJob;

  const std::shared_ptr<State> state_;
  base::Pool& pool_;
};

}  // namespace signboard::archive
