#include "storage/kv/rocks_shard.h"

#include <rocksdb/utilities/checkpoint.h>

#include <algorithm>

#include "storage/kv/rocks_cursor.h"
#include "storage/kv/rocks_files.h"
#include "storage/kv/rocks_status.h"
#include "storage/kv/rocks_tail.h"
#include "storage/kv/rocks_write.h"

namespace signboard::kv {
namespace {

constexpr size_t kKeysPerRead = 256;  // Of MultiGet: bounds what is pinned at a time.

// "shard DIR: family 2, key 0007636e2c" for the person who must look.
std::string KeyName(const OpenDb& db, Family family, std::string_view key) {
  constexpr size_t kShownMax = 64;
  return db.where + ": family " + std::to_string(family) + ", key " +
         rocksdb::Slice(key.data(), std::min(key.size(), kShownMax)).ToString(true);
}

StatusOr<rocksdb::ColumnFamilyHandle*> HandleOf(const OpenDb& db, Family family) {
  rocksdb::ColumnFamilyHandle* handle = db.HandleOf(family);
  if (handle == nullptr)
    return base::InvalidArgument(db.where + ": no family " + std::to_string(family));
  return handle;
}

Status ReadSome(const OpenDb& db, Family family, const std::vector<std::string>& keys,
                size_t first, size_t count, const rocksdb::ReadOptions& read,
                std::vector<std::optional<std::string>>* out) {
  ASSIGN_OR_RETURN(rocksdb::ColumnFamilyHandle * handle, HandleOf(db, family));
  std::vector<rocksdb::Slice> slices;
  for (size_t i = first; i < first + count; ++i) {
    if (Status s = CheckKey(db.slots, keys[i]); !s.ok()) return base::Annotate(s, db.where);
    slices.emplace_back(keys[i]);
  }
  std::vector<rocksdb::PinnableSlice> values(count);
  std::vector<rocksdb::Status> statuses(count);
  db.db->MultiGet(read, handle, count, slices.data(), values.data(), statuses.data());
  for (size_t i = 0; i < count; ++i) {
    if (statuses[i].IsNotFound()) {
      out->push_back(std::nullopt);
    } else if (statuses[i].ok()) {
      out->emplace_back(values[i].ToString());
    } else {
      return FromRocks(statuses[i], KeyName(db, family, keys[first + i]));
    }
  }
  return OkStatus();
}

}  // namespace

StatusOr<std::shared_ptr<RocksShard>> RocksShard::Open(RocksShardOptions options) {
  ASSIGN_OR_RETURN(std::shared_ptr<OpenDb> db, OpenDb::Open(options));
  options.ownership.reset();  // The open files have it, as long as they are open.
  std::shared_ptr<RocksShard> shard(new RocksShard(std::move(options)));
  shard->epoch_ = db->epoch;
  const base::MutexLock lock(shard->mutex_);
  shard->db_ = std::move(db);
  return shard;
}

RocksShard::~RocksShard() { (void)Close(); }

std::shared_ptr<OpenDb> RocksShard::Acquire() const {
  const base::MutexLock lock(mutex_);
  return db_;
}

Status RocksShard::Close() {
  std::shared_ptr<OpenDb> db;
  {
    const base::MutexLock lock(mutex_);
    db = std::move(db_);
    db_ = nullptr;
  }
  if (!db) return OkStatus();
  db->fenced = true;
  return db->SyncLog();
}

Status RocksShard::Write(const Batch& batch, Durability durability) {
  const std::shared_ptr<OpenDb> db = Acquire();
  if (!db) return FencedHere();
  if (batch.empty()) return durability == Durability::kSynced ? db->SyncLog() : OkStatus();
  ASSIGN_OR_RETURN(rocksdb::WriteBatch rocks_batch, ToRocks(*db, batch));
  return WriteRocks(db.get(), &rocks_batch, durability);
}

Status RocksShard::Write(Batch&& batch, Durability durability) {
  const std::shared_ptr<OpenDb> db = Acquire();
  if (!db) return FencedHere();
  if (batch.empty()) return durability == Durability::kSynced ? db->SyncLog() : OkStatus();
  ASSIGN_OR_RETURN(rocksdb::WriteBatch rocks_batch, ToRocks(*db, batch));
  batch = Batch();  // RocksDB makes one more copy of all of it.
  return WriteRocks(db.get(), &rocks_batch, durability);
}

Status RocksShard::WriteRocks(OpenDb* db, rocksdb::WriteBatch* rocks_batch,
                              Durability durability) {
  const bool synced = durability == Durability::kSynced;
  if (stopped_) TryResume(db);
  rocksdb::WriteOptions options;
  options.sync = synced;
  if (!synced) db->ever_buffered = true;
  const rocksdb::Status s = db->db->Write(options, rocks_batch);
  if (s.ok()) return OkStatus();
  if (s.severity() >= rocksdb::Status::Severity::kHardError || s.IsIOError()) stopped_ = true;
  return FromRocks(s, db->where + ": write");
}

void RocksShard::TryResume(OpenDb* db) {
  const base::MutexLock lock(resume_mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (!stopped_ || now - last_attempt_ < kResumeGap) return;
  last_attempt_ = now;
  if (db->db->Resume().ok()) stopped_ = false;
}

StatusOr<std::optional<std::string>> RocksShard::Get(Family family, std::string_view key,
                                                     const View* view) {
  const std::shared_ptr<OpenDb> db = Acquire();
  if (!db) return FencedHere();
  ASSIGN_OR_RETURN(rocksdb::ColumnFamilyHandle * handle, HandleOf(*db, family));
  if (Status s = CheckKey(db->slots, key); !s.ok()) return base::Annotate(s, db->where);
  rocksdb::ReadOptions read;
  RETURN_IF_ERROR(RocksView::Apply(view, *db, &read));
  std::string value;
  const rocksdb::Status s = db->db->Get(read, handle, {key.data(), key.size()}, &value);
  if (s.IsNotFound()) return std::optional<std::string>();
  if (!s.ok()) return FromRocks(s, KeyName(*db, family, key));
  return std::optional<std::string>(std::move(value));
}

StatusOr<std::vector<std::optional<std::string>>> RocksShard::MultiGet(
    Family family, const std::vector<std::string>& keys, const View* view) {
  const std::shared_ptr<OpenDb> db = Acquire();
  if (!db) return FencedHere();
  // All chunks read the same instant.
  std::unique_ptr<RocksView> own;
  if (view == nullptr && keys.size() > kKeysPerRead) {
    own = std::make_unique<RocksView>(db, false);
    view = own.get();
  }
  rocksdb::ReadOptions read;
  RETURN_IF_ERROR(RocksView::Apply(view, *db, &read));
  std::vector<std::optional<std::string>> values;
  values.reserve(keys.size());
  for (size_t first = 0; first < keys.size(); first += kKeysPerRead) {
    const size_t count = std::min(kKeysPerRead, keys.size() - first);
    RETURN_IF_ERROR(ReadSome(*db, family, keys, first, count, read, &values));
  }
  return values;
}

std::unique_ptr<Cursor> RocksShard::Scan(Family family, CursorOptions options) {
  std::shared_ptr<OpenDb> db = Acquire();
  if (!db) return FailedCursor(FencedHere());
  return OpenCursor(std::move(db), family, std::move(options));
}

std::unique_ptr<View> RocksShard::TakeView() {
  return std::make_unique<RocksView>(Acquire(), false);
}

uint64_t RocksShard::LastSequence() const {
  const std::shared_ptr<OpenDb> db = Acquire();
  return db ? db->db->GetLatestSequenceNumber() : 0;
}

Status RocksShard::Tail(uint64_t after_sequence, const std::function<bool(TailEntry)>& give) {
  const std::shared_ptr<OpenDb> db = Acquire();
  if (!db) return FencedHere();
  return TailLog(db.get(), after_sequence, give);
}

Status RocksShard::CopyTo(OpenDb* db, const std::string& directory) const {
  rocksdb::Checkpoint* made = nullptr;
  rocksdb::Status s = rocksdb::Checkpoint::Create(db->db.get(), &made);
  const std::unique_ptr<rocksdb::Checkpoint> checkpoint(made);
  if (s.ok()) s = checkpoint->CreateCheckpoint(directory);
  return FromRocks(s, db->where + ": copy to " + directory);
}

Status RocksShard::Checkpoint(const std::string& directory) {
  const std::shared_ptr<OpenDb> db = Acquire();
  if (!db) return FencedHere();
  if (!options_.checkpoint) return CopyTo(db.get(), directory);
  return options_.checkpoint(
      directory, [&](const std::string& place) { return CopyTo(db.get(), place); });
}

Status RocksShard::VerifyChecksums() {
  Status first;
  RETURN_IF_ERROR(FilesOf(*this)->CheckFiles("", [&first](const FileCheck& check) {
    first = check.status;
    return first.ok();
  }));
  return first;
}

std::unique_ptr<ShardFiles> FilesOf(Shard& shard) {
  // Whatever file system its files lie on.
  const auto& rocks = dynamic_cast<RocksShard&>(shard);
  return std::make_unique<RocksFiles>(rocks.Acquire(), rocks.options_.env, rocks.FencedHere());
}

Status RocksShard::CompactAll() {
  const std::shared_ptr<OpenDb> db = Acquire();
  if (!db) return FencedHere();
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (rocksdb::ColumnFamilyHandle* family : db->families) {
    RETURN_IF_ERROR(FromRocks(db->db->CompactRange(options, family, nullptr, nullptr),
                              db->where + ": compact"));
  }
  return OkStatus();
}

uint64_t RocksShard::KeyCountEstimate(Family family) const {
  const std::shared_ptr<OpenDb> db = Acquire();
  rocksdb::ColumnFamilyHandle* handle = db ? db->HandleOf(family) : nullptr;
  uint64_t count = 0;
  if (handle != nullptr)
    db->db->GetIntProperty(handle, rocksdb::DB::Properties::kEstimateNumKeys, &count);
  return count;
}

uint64_t RocksShard::DiskBytes() const {
  const std::shared_ptr<OpenDb> db = Acquire();
  if (!db) return 0;
  using Properties = rocksdb::DB::Properties;
  uint64_t total = 0;
  for (const std::string& name : {Properties::kTotalSstFilesSize, Properties::kTotalBlobFileSize}) {
    for (rocksdb::ColumnFamilyHandle* family : db->families) {
      uint64_t bytes = 0;
      if (db->db->GetIntProperty(family, name, &bytes)) total += bytes;
    }
  }
  rocksdb::VectorLogPtr logs;
  if (db->db->GetSortedWalFiles(logs).ok())
    for (const auto& log : logs) total += log->SizeFileBytes();
  return total;
}

}  // namespace signboard::kv
