// Seeds: what an operator asked for. A seed is a hub at depth 0; what its pages link to within its
// scope is fetched too.
//
// Pausing and removing take effect at once and cost nothing: the URLs of such a seed are moved
// aside or settled when their turn comes, and so are those that a changed scope no longer holds
// (admission.h). Resuming, or a wider scope, puts those moved aside back to their places.
//
// Threads: safe from any. Calls wait for disk.
// Time:    passed in where it counts.
// Errors:  what is wrong with one seed is in its result; a Status is ours: the call was done in
//          part. Calls may be repeated.
#pragma once

#include <string>
#include <vector>

#include "frontier/core.h"

namespace signboard::frontier {

class Transaction;

// A new seed as it would be kept. kInvalidArgument says what is wrong with it.
StatusOr<v1::Seed> ValidSeed(const v1::Seed& asked);

class Seeds {
 public:
  explicit Seeds(Core& core) : core_(core) {}

  // One result per seed, in order. A known seed keeps its state and gets the new facts.
  StatusOr<v1::AddSeedsReply> Add(const v1::AddSeedsRequest& request, UnixTime now);

  // In the order of their URLs, after `after`, at most `max`. `host`: of that host or below it.
  std::vector<v1::Seed> List(const std::string& host, const std::string& after, size_t max);

  StatusOr<v1::ChangeSeedsReply> Change(const v1::ChangeSeedsRequest& request);

  // Starts or stops the fetching of the past (backfills.h); one that runs gets the new `since`.
  StatusOr<v1::BackfillSeedsReply> Backfill(const v1::BackfillSeedsRequest& request,
                                            UnixTime now);

 private:
  Status AddOne(Transaction& transaction, QueueState& queue, const v1::Seed& seed, UnixTime now)
      REQUIRES_LOCK(core_.mutex);
  Status ChangeOne(v1::ChangeSeedsRequest::Change change, const v1::Seed& seed)
      REQUIRES_LOCK(core_.mutex);
  // On disk, then in memory.
  Status Keep(const v1::Seed& seed) REQUIRES_LOCK(core_.mutex);
  // Puts back every URL of the domain of `host` that was moved aside and may be lent now.
  Status Unpark(const std::string& host) REQUIRES_LOCK(core_.mutex);
  Status UnparkQueue(QueueState& queue) REQUIRES_LOCK(core_.mutex);
  // Has the hubs of that domain read as if for the first time: "not modified" would not tell the
  // links that another scope refused.
  Status ReadAnew(const std::string& host) REQUIRES_LOCK(core_.mutex);
  Status ReadQueueAnew(QueueState& queue) REQUIRES_LOCK(core_.mutex);
  std::vector<QueueState*> DomainOf(const std::string& host) REQUIRES_LOCK(core_.mutex);

  Core& core_;
};

}  // namespace signboard::frontier
