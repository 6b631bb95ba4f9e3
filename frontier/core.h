// Core is what the parts of the frontier share: the Space, the schedule in memory, the seeds, the
// counts. Private to frontier/; the face is Frontier.
//
// Threads: `mutex` is held for the length of every operation, its write included. One synced write
//          carries as many leases or reports as there are (Lending), so the disk's latency is paid
//          per batch, not per URL.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "frontier/crawl_index.h"
#include "frontier/options.h"
#include "frontier/revisit_policy.h"
#include "frontier/schedule.h"
#include "frontier/seed_book.h"
#include "proto/base/mutex.h"

namespace signboard::frontier {

// Told what others may be waiting for, after it is durable, on the thread that did it and without
// a lock. Must not block.
class FrontierObserver {
 public:
  virtual ~FrontierObserver() = default;
  virtual void WorkArrived() = 0;  // Something may be lent earlier than was known.
  virtual void JobChanged(const std::string& job_id) = 0;
};

inline constexpr size_t kOutcomeCount = static_cast<size_t>(v1::Outcome_ARRAYSIZE);
using OutcomeTally = std::array<uint64_t, kOutcomeCount>;

// What an operation has to tell once it has let go of the lock.
struct Events {
  std::vector<std::string> jobs{};
  bool work = false;
};

struct Core {
  Core(kv::Space& space_in, FrontierOptions options_in)
      : space(space_in),
        options(options_in),
        policy(options.revisit),
        schedule(options),
        crawls(options),
        random(std::random_device()()) {}

  // Reads queues, seeds, live leases and counts. kFailedPrecondition: made by a newer program.
  Status Load();
  // Makes first_due of `queue` exact, by one seek for each stale class.
  Status Refresh(QueueState& queue) REQUIRES_LOCK(mutex);
  // Ends the leases that ran out by `now`.
  void Expire(UnixTime now, Events& events) REQUIRES_LOCK(mutex);
  void Tell(const Events& events) EXCLUDES_LOCK(mutex);
  // All that was written before is durable when it returns; whoever asks meanwhile shares it.
  Status Sync() EXCLUDES_LOCK(mutex);
  // Of our own or of a client's crawl. nullptr: no such queue.
  QueueState* FindQueue(std::string_view name) REQUIRES_LOCK(mutex);
  // The delay in force: the greatest of ours, robots.txt's and the operator's.
  Millis DelayOf(const QueueRecord& record) const;
  // Of a client's queue: its own, or that of the node.
  int64_t ClientDelaySeconds(const QueueRecord& record) const REQUIRES_LOCK(mutex);
  // Of a client's queue: the first instant of its next serve.
  int64_t RestOf(const QueueRecord& record) const REQUIRES_LOCK(mutex);

  // The hubs of a queue are no longer those of `before`, but those of `after`.
  void WeighAnew(const QueueRecord& before, const QueueRecord& after) REQUIRES_LOCK(mutex);
  // Keeps the week, once it has learned enough to be worth a write. What is lost of it in a crash
  // is learned again.
  void KeepWeek() REQUIRES_LOCK(mutex);

  kv::Space& space;
  const FrontierOptions options;
  const RevisitPolicy policy;

  base::Mutex mutex;
  Schedule schedule GUARDED_BY(mutex);
  CrawlIndex crawls GUARDED_BY(mutex);
  ClientRecord clients GUARDED_BY(mutex);
  SeedBook seeds GUARDED_BY(mutex);
  std::map<kv::Slot, OutcomeTally> outcomes GUARDED_BY(mutex);
  HubSums hubs GUARDED_BY(mutex);
  WeekProfile week GUARDED_BY(mutex);
  uint64_t week_unsaved GUARDED_BY(mutex) = 0;  // Visits.
  std::mt19937_64 random GUARDED_BY(mutex);
  uint64_t leases_lent GUARDED_BY(mutex) = 0;
  uint64_t leases_expired GUARDED_BY(mutex) = 0;
  uint64_t reports_settled GUARDED_BY(mutex) = 0;

  base::Mutex observer_mutex;
  FrontierObserver* observer GUARDED_BY(observer_mutex) = nullptr;

 private:
  Status CheckVersion(kv::Shard& shard);
  Status LoadQueues(kv::Shard& shard) REQUIRES_LOCK(mutex);
  Status LoadSeeds(kv::Shard& shard) REQUIRES_LOCK(mutex);
  Status LoadLeases(kv::Shard& shard) REQUIRES_LOCK(mutex);
  Status LoadOutcomes(kv::Shard& shard) REQUIRES_LOCK(mutex);
  Status LoadClients() REQUIRES_LOCK(mutex);
  Status LoadWeek() REQUIRES_LOCK(mutex);
  Status PlaceAll() REQUIRES_LOCK(mutex);
};

}  // namespace signboard::frontier
