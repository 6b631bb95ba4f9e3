// DIR/SPACE says what a directory is. Text, so that a person can read it; checked, so that a
// damaged one is never believed:
//
//   signboard space 1
//   kind local
//   schema 3
//   state ready            or "unfinished": shards may be missing, and are made
//   shard 0 256            one line a shard, first and last slot, ascending
//   crc32c 1f2e3d4c        of all bytes before this line
//
// Written to SPACE.new, synced, renamed, and the directory synced: a crash leaves the old or the
// new one.
//
// Errors: kDataLoss: the file does not read as this, names it. kFailedPrecondition: of a newer
//         format or another kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "storage/kv/space.h"

namespace signboard::kv {

inline constexpr uint32_t kSpaceFormat = 1;

struct SpaceFile {
  std::string kind = "local";
  uint32_t schema_version = 0;
  bool ready = false;
  std::vector<SlotRange> shards;  // Ascending, not overlapping.
};

// nullopt: there is none.
StatusOr<std::optional<SpaceFile>> ReadSpaceFile(const std::string& directory);
Status WriteSpaceFile(const std::string& directory, const SpaceFile& file);

// Sorts; kInvalidArgument: empty, overlapping or outside 0..kReservedSlot.
StatusOr<std::vector<SlotRange>> CheckedRanges(std::vector<SlotRange> ranges);
// "shard-000-256"
std::string ShardDirectory(SlotRange slots);

}  // namespace signboard::kv
