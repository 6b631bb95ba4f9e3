// RocksShard is a Shard on one RocksDB, whatever file system its files lie on.
//
// A write that fails because the disk is full or refuses leaves RocksDB standing: reads go on,
// writes are refused with the reason. The next write, at most once in kResumeGap, asks it to go
// on; when there is space again, it does.
//
// Life: Close() fences at once, for the calls that begin after it; the RocksDB itself closes with
// the last running call, Cursor and View.
//
// Threads: safe from any.
// Errors:  as space.h; messages begin with "shard DIR".
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "storage/kv/rocks_db.h"
#include "storage/kv/shard_files.h"
#include "storage/kv/space.h"

namespace signboard::kv {

class RocksShard final : public Shard {
 public:
  static StatusOr<std::shared_ptr<RocksShard>> Open(RocksShardOptions options);
  ~RocksShard() override;  // Closes.

  SlotRange slots() const override { return options_.slots; }
  uint64_t epoch() const override { return epoch_; }

  Status Write(const Batch& batch, Durability durability) override;
  Status Write(Batch&& batch, Durability durability) override;
  StatusOr<std::optional<std::string>> Get(Family family, std::string_view key,
                                           const View* view) override;
  StatusOr<std::vector<std::optional<std::string>>> MultiGet(
      Family family, const std::vector<std::string>& keys, const View* view) override;
  std::unique_ptr<Cursor> Scan(Family family, CursorOptions options) override;
  std::unique_ptr<View> TakeView() override;
  uint64_t LastSequence() const override;
  Status Tail(uint64_t after_sequence, const std::function<bool(TailEntry)>& give) override;
  Status Checkpoint(const std::string& directory) override;
  Status VerifyChecksums() override;
  Status CompactAll() override;
  uint64_t KeyCountEstimate(Family family) const override;
  uint64_t DiskBytes() const override;

  // All writes that were acknowledged are durable when it returns.
  Status Close();

 private:
  friend std::unique_ptr<ShardFiles> FilesOf(Shard& shard);
  explicit RocksShard(RocksShardOptions options) : options_(std::move(options)) {}

  // What the shard reads and writes; kept open by the caller's copy. Null after Close.
  std::shared_ptr<OpenDb> Acquire() const EXCLUDES_LOCK(mutex_);
  Status FencedHere() const { return Fenced("shard " + options_.directory); }
  Status CopyTo(OpenDb* db, const std::string& directory) const;
  // Where this fails, the write that follows says what stands in its way.
  Status WriteRocks(OpenDb* db, rocksdb::WriteBatch* batch, Durability durability);
  void TryResume(OpenDb* db) EXCLUDES_LOCK(resume_mutex_);

  const RocksShardOptions options_;
  uint64_t epoch_ = 0;  // Constant after Open.

  mutable base::Mutex mutex_;
  std::shared_ptr<OpenDb> db_ GUARDED_BY(mutex_);

  std::atomic<bool> stopped_ = false;  // The last write failed: resume before the next.
  base::Mutex resume_mutex_;
  std::chrono::steady_clock::time_point last_attempt_ GUARDED_BY(resume_mutex_);
};

}  // namespace signboard::kv
