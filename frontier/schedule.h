// Schedule is what the frontier keeps in memory: one small state per queue, the live leases, and
// the queues ordered by the instant each can next give a URL. URLs themselves stay on disk.
//
// A queue is in exactly one place: among the urgent (something on demand waits), among the others,
// waiting for its registrable domain (too many of its hosts are leased), or in none (nothing
// waits, or it has all the leases it may have; it comes back when one of them ends).
//
// What is known of a queue's next URLs is a lower bound per class; `stale` says that only a seek
// can tell more (Core::Refresh).
//
// Threads: guarded by Core::mutex, like all that holds it.
// Cost:    O(log queues) per move. About 300 bytes per queue.
#pragma once

#include <array>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "frontier/options.h"
#include "frontier/schema.h"

namespace signboard::frontier {

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

struct Crawl;
struct QueueState;
using QueueOrder = std::set<std::pair<int64_t, QueueState*>>;

// The queues of one registrable domain.
struct DomainState {
  size_t queue_count = 0;
  size_t hosts_leased = 0;
  std::set<QueueState*> waiting;
};

struct QueueState {
  std::string key;
  kv::Slot slot = 0;
  DomainState* domain = nullptr;  // Null: of a client's crawl.
  Crawl* crawl = nullptr;         // Null: one of our own.
  QueueRecord record;  // As on disk.
  // By class from kOnDemand: no URL that is not leased is due before this. kNever: none waits.
  std::array<int64_t, kLentClassCount> first_due{kNever, kNever, kNever, kNever};
  std::array<bool, kLentClassCount> stale{false, false, false, false};
  // Of a client's crawl, whose URLs may be due by thousands at one instant: no URL that is due at
  // the first of kNormal and not leased comes before this one.
  std::string first_url;
  std::map<std::string, uint64_t, std::less<>> leased;  // URL -> nonce of its live lease.

  QueueOrder* order = nullptr;  // Where it stands, under `instant`.
  int64_t instant = kNever;

  // When it can next give something. kNever: nothing waits.
  int64_t NextInstant() const;
  // A URL that waits, or does so again: nothing comes later by it.
  void Lower(size_t class_index, int64_t due_ms, const std::string& url);
};

struct LiveLease {
  std::string id;
  QueueState* queue = nullptr;
  std::string url;
  UnixTime lent;
  UnixTime expires;
  std::string job_id;  // The job this lease serves; empty: none.
  v1::JobState job_state = v1::JOB_FETCHING;
  std::string worker_id;       // Empty: a URLFrontier client.
  int64_t due_ms = 0;          // Of a client's crawl: its place; 0: not known.
};

class Schedule {
 public:
  explicit Schedule(const FrontierOptions& options) : options_(options) {}

  // nullptr: no such queue.
  QueueState* Find(std::string_view key);
  // Made when missing. kResourceExhausted: its domain has all the queues it may have.
  StatusOr<QueueState*> FindOrAdd(const std::string& key);
  // In the order of their keys.
  const std::map<std::string, std::unique_ptr<QueueState>, std::less<>>& queues() const {
    return queues_;
  }

  // Puts a queue where its state says. To be called after every change of it.
  void Place(QueueState& queue);
  // Takes out the most urgent queue that may lend at `now`; the caller places it again.
  QueueState* TakeReady(UnixTime now);
  // When TakeReady or Expire can next do something.
  std::optional<UnixTime> NextInstant() const;

  void AddLease(LiveLease lease);
  // Null: it is not live, or not under exactly this id.
  LiveLease* FindLease(uint64_t nonce);
  // Places its queue too. A lease that nobody reported leaves its URL due where its record says.
  enum class LeaseEnd { kReported, kLost };
  void RemoveLease(uint64_t nonce, LeaseEnd end);
  // Ends the leases that ran out by `now`, gives them, and remembers the last of them.
  std::vector<LiveLease> Expire(UnixTime now);
  // A lease that ran out and whose late report may still come.
  const LiveLease* FindEnded(uint64_t nonce) const;
  const std::unordered_map<uint64_t, LiveLease>& leases() const { return leases_; }

 private:
  void Remove(QueueState& queue);
  void Insert(QueueState& queue, QueueOrder& order, int64_t instant);

  const FrontierOptions& options_;
  std::unordered_map<std::string, DomainState> domains_;
  std::map<std::string, std::unique_ptr<QueueState>, std::less<>> queues_;
  QueueOrder urgent_;
  QueueOrder others_;
  std::unordered_map<uint64_t, LiveLease> leases_;
  std::set<std::pair<int64_t, uint64_t>> ends_;  // Expiry, nonce.
  std::unordered_map<uint64_t, LiveLease> ended_;
  std::deque<uint64_t> ended_order_;
};

}  // namespace signboard::frontier
