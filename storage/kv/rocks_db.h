// OpenDb is one opened RocksDB with its families: what a shard, its cursors and its views share.
// RocksDB must outlive all of them, so each holds a reference, and the last one closes it.
//
// The epoch lives under a key of RocksDB's default family, which no FamilySpec names; it is raised
// and synced by each opening, before any other write.
//
// Threads: safe from any; all but `fenced` is constant after Open.
// Errors:  kFailedPrecondition: the directory holds a family we do not know. kDataLoss: damaged or,
//          without `create`, not there; names the directory, and the file if known.
#pragma once

#include <rocksdb/db.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "storage/kv/rocks_options.h"
#include "storage/kv/space.h"

namespace signboard::kv {

struct RocksShardOptions {
  std::string directory;
  SlotRange slots;
  std::vector<FamilySpec> families;
  std::shared_ptr<KvMemory> memory;
  rocksdb::Env* env = rocksdb::Env::Default();
  bool create = false;  // Make the RocksDB if it is not there.
  size_t log_kept_bytes = size_t{1} << 30;
  std::shared_ptr<void> ownership;  // Held while any file is open.
  // Makes `directory` a Space with a copy of this shard; `copy` writes it to the place it is given.
  // Empty: the copy is `directory` itself.
  using CopyTo = std::function<Status(const std::string& shard_directory)>;
  std::function<Status(const std::string& directory, const CopyTo& copy)> checkpoint;
};

struct OpenDb {
  static StatusOr<std::shared_ptr<OpenDb>> Open(const RocksShardOptions& options);
  OpenDb() = default;
  ~OpenDb();
  OpenDb(const OpenDb&) = delete;
  OpenDb& operator=(const OpenDb&) = delete;

  // "shard DIR"
  std::string where;
  SlotRange slots;
  std::shared_ptr<void> ownership;  // Before `db`: let go after it.
  std::shared_ptr<KvMemory> memory;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // By Family.
  rocksdb::ColumnFamilyHandle* own_family = nullptr;
  uint64_t epoch = 0;
  std::atomic<bool> fenced = false;
  std::atomic<bool> ever_buffered = false;  // Raised before the first buffered write.

  // Null: no such family.
  rocksdb::ColumnFamilyHandle* HandleOf(Family family) const {
    return family < families.size() ? families[family] : nullptr;
  }
  // Which of our families a RocksDB number is; nullopt: none.
  std::optional<Family> FamilyOf(uint32_t id) const;
  // All that was written before is durable when it returns. Of many at once, one syncs for all
  // whose writes it covers.
  Status SyncLog();

  base::Mutex sync_mutex;
  base::CondVar synced;  // A sync has ended.
  bool syncing GUARDED_BY(sync_mutex) = false;
  uint64_t synced_sequence GUARDED_BY(sync_mutex) = 0;  // Not less is durable.
};

}  // namespace signboard::kv
