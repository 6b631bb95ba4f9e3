#include "storage/archive/sync_groups.h"

#include <algorithm>
#include <utility>

namespace signboard::archive {

class SyncGroups::SyncJob final : public base::Pool::Job {
 public:
  SyncJob(std::shared_ptr<State> state, std::shared_ptr<kv::Shard> shard)
      : state_(std::move(state)), shard_(std::move(shard)) {}
  void Run() override { state_->SyncUntilNoneWaits(*shard_); }

 private:
  const std::shared_ptr<State> state_;
  const std::shared_ptr<kv::Shard> shard_;
};

void SyncGroups::Add(std::shared_ptr<kv::Shard> shard, uint64_t finding, Done done) {
  {
    const base::MutexLock lock(state_->mutex);
    const auto [found, first] = state_->waiting.try_emplace(shard.get());
    Group& group = found->second;
    group.finding = std::max(group.finding, finding);
    group.done.push_back(std::move(done));
    if (!first) return;
  }
  pool_.Submit(std::make_shared<SyncJob>(state_, std::move(shard)));
}

void SyncGroups::State::SyncUntilNoneWaits(kv::Shard& shard) {
  for (;;) {
    Group group;
    {
      const base::MutexLock lock(mutex);
      const auto found = waiting.find(&shard);
      if (found->second.done.empty()) {
        waiting.erase(found);
        return;
      }
      std::swap(group, found->second);
    }
    const Status status = archive.Sync(shard, group.finding);
    for (const Done& done : group.done) done(status);
  }
}

}  // namespace signboard::archive
