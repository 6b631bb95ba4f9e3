// The findings of a shard as a log: who follows it with a cursor misses none, because sequence
// numbers are given in the order of commits.
//
// Keys lie by slot, so that a slot can move; the order over all slots of a shard is made by looking
// into each. The places of the newest entries are also in memory: a follower that is level looks
// nowhere else.
//
// Threads: safe from any. Writers of findings take turns, and a page with findings is rare; all
//          other writers share one sync. A FindingTail belongs to one thread at a time.
// Errors:  kDataLoss: a record does not decode. Others are the shard's.
// Cost:    behind kRecentMax entries, one seek a slot for kPlacesMax entries; else a read an entry.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/signal.h"
#include "proto/base/status.h"
#include "signboard/v1/archive.pb.h"
#include "storage/archive/schema.h"

namespace signboard::archive {

struct FindingPlace {
  uint64_t sequence = 0;
  kv::Slot slot = 0;
};

class FindingLog {
 public:
  static constexpr size_t kPlacesMax = 64;
  static constexpr size_t kRecentMax = 1'024;

  // Writes `batch`, not synced, with one more entry, and gives its number. Nobody is told of it.
  StatusOr<uint64_t> Write(kv::Shard& shard, kv::Slot slot,
                           const v1::StoreRequest::Header& findings, kv::Batch* batch)
      EXCLUDES_LOCK(mutex_);
  // The shard was synced after the write of an entry: it and those before it are there for good.
  // Rings.
  Status Publish(kv::Shard& shard, uint64_t sequence) EXCLUDES_LOCK(mutex_);

  // The newest entry of a shard that is durable; 0: there is none.
  StatusOr<uint64_t> Newest(kv::Shard& shard) EXCLUDES_LOCK(mutex_);
  // Where the next entries after `after` are, in order, at most kPlacesMax; none: it is the newest.
  StatusOr<std::vector<FindingPlace>> PlacesAfter(kv::Shard& shard, uint64_t after)
      EXCLUDES_LOCK(mutex_);
  static StatusOr<v1::LoggedFindings> Load(kv::Shard& shard, const FindingPlace& place);

  // Rings after every entry, of whatever shard.
  base::Bell& bell() { return bell_; }

 private:
  struct Known {
    uint64_t epoch = 0;
    uint64_t given = 0;         // The last number given out; its write may have failed.
    uint64_t newest = 0;        // The last one that is durable: what is told of.
    uint64_t recent_after = 0;  // `recent` holds every entry after this one, and those to come.
    std::deque<FindingPlace> recent;
  };
  StatusOr<Known*> KnownOf(kv::Shard& shard) REQUIRES_LOCK(mutex_);

  base::Bell bell_;
  base::Mutex mutex_;
  std::map<kv::Slot, Known> known_ GUARDED_BY(mutex_);  // By a shard's first slot.
};

// Reads a shard's log from an entry on.
class FindingTail {
 public:
  // `log` outlives the tail.
  FindingTail(std::shared_ptr<kv::Shard> shard, FindingLog* log, uint64_t after)
      : shard_(std::move(shard)), log_(log), after_(after) {}

  kv::SlotRange slots() const { return shard_->slots(); }
  StatusOr<uint64_t> Newest() { return log_->Newest(*shard_); }
  // nullopt: there is none yet; wait for FindingLog::bell.
  StatusOr<std::optional<v1::LoggedFindings>> Next();

 private:
  std::shared_ptr<kv::Shard> shard_;
  FindingLog* log_;
  uint64_t after_;
  std::deque<FindingPlace> ahead_;
};

}  // namespace signboard::archive
