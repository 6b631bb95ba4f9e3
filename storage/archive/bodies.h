// Bodies by their digest, each kept once a slot: whole at first, in a chain later (packer.h). What
// is read is compared with its digest; what does not fit is never given away.
//
// Threads: safe from any. Two AddBody of the same bytes must not overlap until the first one's
//          batch is written, or the count of new bodies is wrong.
// Errors:  kDataLoss: the bytes are missing or damaged; the message names snapshot and digest.
// Cost:    AddBody looks at a key of the digest family, never at a body. A read is two gets, or one
//          and a scan of a chain.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "signboard/v1/archive.pb.h"
#include "storage/archive/schema.h"

namespace signboard::archive {

// Adds `bytes` to the batch unless they are kept. True: they are new.
StatusOr<bool> AddBody(kv::Shard& shard, kv::Slot slot, BodyKind kind, std::string_view sha256,
                       std::string bytes, kv::Batch* batch);

// The decoded, rendered or wire bytes of a snapshot that has them. Its `id` is for messages.
StatusOr<std::string> ReadDecoded(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot);
StatusOr<std::string> ReadRendered(kv::Shard& shard, kv::Slot slot,
                                   const v1::Snapshot& snapshot);
StatusOr<std::string> ReadWire(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot);

}  // namespace signboard::archive
