// Queues as an operator sees them: how long each rests, whether it is blocked; and the two knobs.
// Both knobs survive restarts, also for a queue of our own that has no URL yet.
//
// Threads: safe from any. Calls wait for disk.
// Time:    passed in.
// Errors:  kInvalidArgument: no queue key. kNotFound: a crawl has no such queue.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "frontier/core.h"

namespace signboard::frontier {

// Which queue: one of our own or, where `crawl` is not empty, of a crawl of URLFrontier clients.
struct QueueRef {
  std::string key;
  std::string crawl{};
};

class Queues {
 public:
  explicit Queues(Core& core) : core_(core) {}

  // By key, after `after.key`, those of `after.crawl` whose key holds `part`; at most `max`.
  StatusOr<std::vector<v1::Queue>> List(const QueueRef& after, const std::string& part, size_t max,
                                        UnixTime now);
  // kNotFound: no such queue.
  StatusOr<v1::Queue> Get(const QueueRef& queue, UnixTime now);
  // An operator's delay beside ours and robots.txt's; the greatest counts. In a crawl, its own.
  // nullopt: none. `dry_run`, here and below: as it would be.
  StatusOr<v1::Queue> SetDelay(const QueueRef& queue, std::optional<Millis> delay, UnixTime now,
                               bool dry_run = false);
  // Nothing of the queue is lent until then. nullopt: unblocks.
  StatusOr<v1::Queue> Block(const QueueRef& queue, std::optional<Millis> lasts,
                            const std::string& why, UnixTime now, bool dry_run = false);

 private:
  // nullptr: there is none.
  QueueState* Find(const QueueRef& queue) REQUIRES_LOCK(core_.mutex);
  StatusOr<v1::Queue> Change(const QueueRef& queue, UnixTime now, bool dry_run,
                             const std::function<void(QueueRecord&)>& change);

  Core& core_;
};

// The queue as the wire shows it.
StatusOr<v1::Queue> Describe(Core& core, QueueState& queue, UnixTime now)
    REQUIRES_LOCK(core.mutex);

}  // namespace signboard::frontier
