// Lending gives URLs out, most urgent first, each queue resting as long as it asked for, and takes
// back what came of them.
//
// A URL is waiting (due some day), leased (lent to one worker) or settled (nothing to do). Each
// move between the three is one atomic write: a crash loses no URL and repeats none that was
// reported. A lease nobody reports ends by itself: a dead worker costs time, never a URL.
//
// Politeness lives here and nowhere else: two leases of one queue start at least its delay apart,
// counted over all workers and over restarts; the delay counts again from the end of a fetch.
//
// Threads: safe from any. Calls wait for disk; never call one on an io_context thread.
// Time:    passed in by the caller.
// Errors:  kUnavailable: the disk refused, retry. kDataLoss: a record does not decode, stop.
// Cost:    Lend is O(max) seeks, independent of the number of URLs and queues. One synced write
//          for all leases of a call, one for all reports of a call (of each shard).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "frontier/core.h"

namespace signboard::frontier {

class Transaction;

class Lending {
 public:
  explicit Lending(Core& core) : core_(core) {}

  // Lends at most `max` URLs that are due and whose queues do not rest; at most one per queue.
  // None: an empty result. The leases are on disk when it returns.
  StatusOr<std::vector<v1::Lease>> Lend(size_t max, const std::string& worker_id, UnixTime now);

  // When Lend can next give something, or a lease runs out. nullopt: not before something new
  // arrives.
  std::optional<UnixTime> NextInstant();

  // Ends leases: outcomes, links, schedule. One ack per report, in order; durable when it returns.
  std::vector<v1::ReportAck> Report(const std::vector<v1::Report>& reports, UnixTime now);

  // Ends leases that were never sent: their URLs wait again at their places. Those that are not
  // live: ignored.
  Status Return(const std::vector<std::string>& lease_ids, UnixTime now);

  // The same for every lease of `worker_id` that is not among `held`. Returns how many.
  StatusOr<size_t> Reclaim(const std::string& worker_id,
                           const std::unordered_set<std::string>& held, UnixTime now);

  // Live leases by the worker that holds them.
  std::map<std::string, std::vector<std::string>> Holders() const;

  // A worker's word on how far a lease has come. Kept in memory; a lease that is not live: ignored.
  void Progress(std::string_view lease_id, v1::JobState state);

 private:
  // They were not written: their URLs wait again.
  void Lose(const std::vector<v1::Lease>& leases) REQUIRES_LOCK(core_.mutex);
  // All of a shard in one write.
  Status TakeBack(const std::vector<uint64_t>& nonces, Events& events)
      REQUIRES_LOCK(core_.mutex);

  Core& core_;
};

}  // namespace signboard::frontier
