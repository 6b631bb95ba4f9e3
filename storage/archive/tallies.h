// Counts what is kept, in the batch that keeps it: a question about totals reads a few small
// records, whatever the archive holds.
//
// Threads: ReadTallies is safe from any. AddToTally: two calls for one slot and stripe must not
//          overlap until the first one's batch is written.
// Errors:  kDataLoss: a record does not decode. Others are the shard's.
#pragma once

#include <cstdint>
#include <string_view>

#include "proto/base/status.h"
#include "storage/archive/schema.h"

namespace signboard::archive {

struct Tally {
  uint64_t snapshots = 0;
  uint64_t urls = 0;            // Exact URLs.
  uint64_t bodies = 0;          // Decoded.
  uint64_t body_bytes = 0;      // Decoded, each body once a slot.
  uint64_t body_bytes_all = 0;  // Decoded, for every capture with a body of its own.

  Tally& operator+=(const Tally& other);
  friend bool operator==(const Tally&, const Tally&) = default;
};

uint8_t TallyStripe(std::string_view surt);

Status AddToTally(kv::Shard& shard, kv::Slot slot, uint8_t stripe, const Tally& more,
                  kv::Batch* batch);

// Of the slots first..last.
StatusOr<Tally> ReadTallies(kv::Shard& shard, kv::SlotRange slots,
                            const kv::View* view = nullptr);

}  // namespace signboard::archive
