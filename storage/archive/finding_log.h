// The findings of a shard as a log: who follows it with a cursor misses none, because sequence
// numbers are given in the order of commits.
//
// Threads: safe from any. Writers of findings take turns, and a page with findings is rare; all
//          other writers share one sync.
// Errors:  kDataLoss: a record does not decode. Others are the shard's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "signboard/v1/archive.pb.h"
#include "storage/archive/schema.h"

namespace signboard::archive {

struct LoggedFindings {
  uint64_t sequence = 0;
  v1::StoreRequest::Header findings;  // Of the snapshot only id, url and captured_ms.
};

class FindingLog {
 public:
  // Writes `batch`, synced, with one more entry.
  Status Write(kv::Shard& shard, kv::Slot slot, const v1::StoreRequest::Header& findings,
               kv::Batch* batch) EXCLUDES_LOCK(mutex_);

  // At most `limit` entries of a slot behind `after`, in order.
  static StatusOr<std::vector<LoggedFindings>> Read(kv::Shard& shard, kv::Slot slot,
                                                    uint64_t after, size_t limit);

 private:
  struct Last {
    uint64_t epoch = 0;
    uint64_t sequence = 0;
  };
  StatusOr<uint64_t> Next(kv::Shard& shard) REQUIRES_LOCK(mutex_);

  base::Mutex mutex_;
  std::map<kv::Slot, Last> last_ GUARDED_BY(mutex_);  // By a shard's first slot.
};

}  // namespace signboard::archive
