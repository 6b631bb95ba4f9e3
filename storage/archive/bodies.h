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
#include "storage/archive/damage_notes.h"
#include "storage/archive/schema.h"

namespace signboard::archive {

enum class Added {
  kNew,
  kKnown,   // They are kept: nothing was added.
  kMended,  // They were kept and found damaged: now they are written again, without their note.
};
// Adds `bytes` to the batch unless they are kept, whole.
StatusOr<Added> AddBody(kv::Shard& shard, kv::Slot slot, BodyKind kind, std::string_view sha256,
                        std::string bytes, const DamageNotes& notes, kv::Batch* batch);

// The decoded, rendered or wire bytes of a snapshot that has them. Its `id` is for messages.
StatusOr<std::string> ReadDecoded(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot,
                                  const kv::View* view = nullptr);
StatusOr<std::string> ReadRendered(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot,
                                   const kv::View* view = nullptr);
StatusOr<std::string> ReadWire(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot,
                               const kv::View* view = nullptr);
// What the recipe of a snapshot makes of its decoded bytes.
StatusOr<std::string> MakeWire(const v1::Snapshot& snapshot, std::string decoded);

}  // namespace signboard::archive
