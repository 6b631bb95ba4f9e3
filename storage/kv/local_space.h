// LocalSpace keeps a Space in a directory of this machine, for one process at a time.
//
//   DIR/LOCK             held (flock) by the process that has the Space open; holds its PID
//   DIR/SPACE            what this directory is: kind, schema version, shards (space_file.h)
//   DIR/shard-000-256/   one RocksDB, for slots 0..256
//
// A new Space is marked unfinished until every shard has its first epoch on disk: a crash while
// it is made leaves something Open completes, and later a missing shard is told from a new one.
//
// The directory is free for another opener once Close was called and the last Cursor, View and
// running call are gone.
//
// Threads: safe from any.
// Errors:  as space.h. Open says kFailedPrecondition when another process has the directory (names
//          its PID), when its schema is newer than ours (names both) or when it holds families we
//          do not know; kDataLoss when SPACE or a shard is damaged or missing (names the file).
// Cost:    a synced write is one append and one fdatasync shared by all who wait (kv_bench.cc).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "storage/kv/space.h"

namespace signboard::kv {

class DirectoryLock;
class RocksShard;

// The block cache and the write buffers that the Spaces of one process share.
class KvMemory;
std::shared_ptr<KvMemory> MakeKvMemory(size_t block_cache_bytes, size_t write_buffer_bytes);

struct LocalSpaceOptions {
  std::string directory = {};  // Made when it is not there, with its parents.
  std::vector<FamilySpec> families = {};
  // Of the keys and values, by the caller's count, from 1. See stored_schema_version().
  uint32_t schema_version = 1;
  // Of this Space alone; not read when `memory` is given.
  size_t block_cache_bytes = size_t{64} << 20;
  size_t write_buffer_bytes = size_t{64} << 20;
  std::shared_ptr<KvMemory> memory = {};
  // How a new Space is cut, by first slot; an existing one stays as it is.
  std::vector<SlotRange> shards = {SlotRange{}};
  // Of each shard's log, kept for Tail after its batches are in tables.
  size_t log_kept_bytes = size_t{1} << 30;
};

class LocalSpace final : public Space {
 public:
  static StatusOr<std::unique_ptr<LocalSpace>> Open(LocalSpaceOptions options);
  ~LocalSpace() override;  // Closes.

  const std::vector<FamilySpec>& families() const override { return options_.families; }
  std::vector<std::shared_ptr<Shard>> Shards() const override;
  StatusOr<std::shared_ptr<Shard>> ShardOf(Slot slot) const override;
  Status Close() override;

  // What Open found. Less than LocalSpaceOptions::schema_version: migrate, then raise it.
  uint32_t stored_schema_version() const { return stored_schema_version_; }
  // The data is now of LocalSpaceOptions::schema_version. Not to be called by two threads at once.
  Status RaiseSchemaVersion();

 private:
  explicit LocalSpace(LocalSpaceOptions options) : options_(std::move(options)) {}
  Status OpenShards(bool create);

  LocalSpaceOptions options_;  // Constant after Open.
  std::atomic<uint32_t> stored_schema_version_ = 0;
  std::vector<SlotRange> ranges_;                    // Constant after Open, as `shards_`.
  std::vector<std::shared_ptr<RocksShard>> shards_;  // By first slot.
  std::shared_ptr<DirectoryLock> lock_;              // Shared with the shards.
  std::atomic<bool> closed_ = false;
};

}  // namespace signboard::kv
