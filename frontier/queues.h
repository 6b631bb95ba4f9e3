// Queues as an operator sees them: how long each rests, whether it is blocked; and the two knobs.
// Both knobs survive restarts, also for a queue that has no URL yet.
//
// Threads: safe from any. Calls wait for disk.
// Time:    passed in.
// Errors:  kInvalidArgument: no queue key.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "frontier/core.h"

namespace signboard::frontier {

class Queues {
 public:
  explicit Queues(Core& core) : core_(core) {}

  // By key, after `after`, those whose key holds `part`; at most `max`.
  StatusOr<std::vector<v1::Queue>> List(const std::string& after, const std::string& part,
                                        size_t max, UnixTime now);
  // An operator's delay beside ours and robots.txt's; the greatest counts. nullopt: none.
  StatusOr<v1::Queue> SetDelay(const std::string& key, std::optional<Millis> delay, UnixTime now);
  // Nothing of the queue is lent until then. nullopt: unblocks.
  StatusOr<v1::Queue> Block(const std::string& key, std::optional<Millis> lasts,
                            const std::string& why, UnixTime now);

 private:
  StatusOr<v1::Queue> Change(const std::string& key, UnixTime now,
                             const std::function<void(QueueRecord&)>& change);

  Core& core_;
};

// The queue as the wire shows it.
StatusOr<v1::Queue> Describe(Core& core, QueueState& queue, UnixTime now)
    REQUIRES_LOCK(core.mutex);

}  // namespace signboard::frontier
