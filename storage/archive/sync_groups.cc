#include "storage/archive/sync_groups.h"

#include <algorithm>
#include <utility>

namespace signboard::archive {
namespace {

using Steady = std::chrono::steady_clock;

constexpr unsigned kLeaveOutMax = 64;

}  // namespace

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
    Lane& lane = state_->lanes[shard.get()];
    lane.waiting.finding = std::max(lane.waiting.finding, finding);
    lane.waiting.done.push_back(std::move(done));
    if (std::exchange(lane.syncing, true)) return;
  }
  pool_.SubmitFromJob(std::make_shared<SyncJob>(state_, std::move(shard)));
}

void SyncGroups::State::LetOthersCome(Lane* lane) {
  const Time due = lane->last + kGap;
  const Time now = Steady::now();
  if (now >= due) return;
  if (lane->waits_left_out > 0) {
    --lane->waits_left_out;
    return;
  }
  const size_t before = lane->waiting.done.size();
  never.WaitFor(mutex, due - now);
  const bool in_vain = lane->waiting.done.size() == before;
  lane->leave_out = in_vain ? std::clamp(2 * lane->leave_out, 1U, kLeaveOutMax) : 0;
  lane->waits_left_out = lane->leave_out;
}

void SyncGroups::State::SyncUntilNoneWaits(kv::Shard& shard) {
  for (;;) {
    Group group;
    {
      const base::MutexLock lock(mutex);
      Lane& lane = lanes[&shard];
      if (lane.waiting.done.empty()) {
        lane.syncing = false;
        return;
      }
      LetOthersCome(&lane);
      lane.last = Steady::now();
      std::swap(group, lane.waiting);
    }
    const Status status = archive.Sync(shard, group.finding);
    for (const Done& done : group.done) done(status);
  }
}

}  // namespace signboard::archive
