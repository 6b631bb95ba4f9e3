// A shard whose file system misbehaves: a full disk, a disk that fails, an owner that was replaced.
#include "storage/kv/rocks_shard.h"

#include <gtest/gtest.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/storage/kv/temp_directory.h"

namespace signboard::kv {
namespace {

namespace fs = std::filesystem;

enum class Trouble { kNone, kFull, kBroken, kFenced };

// The system's files, whose appends fail as told.
class TroubledFiles final : public rocksdb::FileSystemWrapper {
 public:
  TroubledFiles() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "TroubledFiles"; }
  std::atomic<Trouble> trouble = Trouble::kNone;

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const rocksdb::IOStatus s = target()->NewWritableFile(name, options, &file, debug);
    if (s.ok()) *result = std::make_unique<File>(std::move(file), this);
    return s;
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, const TroubledFiles* owner)
        : FSWritableFileOwnerWrapper(std::move(file)), owner_(owner) {}
    using FSWritableFileOwnerWrapper::Append;
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      switch (owner_->trouble.load()) {
        case Trouble::kFull: return rocksdb::IOStatus::NoSpace("no space left");
        case Trouble::kBroken: return rocksdb::IOStatus::IOError("the disk is gone");
        case Trouble::kFenced: return rocksdb::IOStatus::IOFenced("another owner");
        case Trouble::kNone: break;
      }
      return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }

   private:
    const TroubledFiles* owner_;
  };
};

class RocksShardTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }
  void Open() {
    shard_.reset();
    RocksShardOptions options;
    options.directory = directory_.Sub("shard");
    options.families = {{.name = "one"}};
    options.memory = std::make_shared<KvMemory>(8 << 20, 8 << 20);
    options.env = env_.get();
    options.create = true;
    StatusOr<std::shared_ptr<RocksShard>> opened = RocksShard::Open(std::move(options));
    ASSERT_TRUE(opened.ok()) << base::ToString(opened.status());
    shard_ = *std::move(opened);
  }
  Status Put(const std::string& name) {
    Batch batch;
    batch.Put(0, SlotKey(1) + name, name);
    return shard_->Write(batch, Durability::kSynced);
  }
  bool Has(const std::string& name) {
    return shard_->Get(0, SlotKey(1) + name, nullptr).value().has_value();
  }
  // Whether writes go on some time after the trouble went.
  bool GoesOn() {
    for (int i = 0; i < 600; ++i) {
      if (Put("after").ok()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }

  testing::TempDirectory directory_;
  std::shared_ptr<TroubledFiles> files_ = std::make_shared<TroubledFiles>();
  std::unique_ptr<rocksdb::Env> env_ = rocksdb::NewCompositeEnv(files_);
  std::shared_ptr<RocksShard> shard_;
};

TEST_F(RocksShardTest, FullDiskRefusesWritesServesReadsAndGoesOnWhenThereIsSpace) {
  ASSERT_TRUE(Put("before").ok());
  files_->trouble = Trouble::kFull;
  for (int i = 0; i < 3; ++i) {
    const Status refused = Put("refused");
    EXPECT_EQ(refused.code(), StatusCode::kResourceExhausted) << base::ToString(refused);
    EXPECT_NE(base::Message(refused).find(directory_.Sub("shard")), std::string_view::npos);
    EXPECT_TRUE(Has("before"));
  }
  files_->trouble = Trouble::kNone;
  EXPECT_TRUE(GoesOn());
  EXPECT_TRUE(Has("before"));
  Open();
  EXPECT_TRUE(Has("before"));
  EXPECT_TRUE(Has("after"));
}

TEST_F(RocksShardTest, BrokenDiskIsUnavailableAndLosesNothingAcknowledged) {
  ASSERT_TRUE(Put("before").ok());
  files_->trouble = Trouble::kBroken;
  const Status refused = Put("refused");
  EXPECT_EQ(refused.code(), StatusCode::kUnavailable) << base::ToString(refused);
  EXPECT_TRUE(Has("before"));
  files_->trouble = Trouble::kNone;
  Open();
  EXPECT_TRUE(Has("before"));
  EXPECT_TRUE(Put("after").ok());
}

TEST_F(RocksShardTest, FileSystemThatKnowsANewerOwnerFencesTheShard) {
  files_->trouble = Trouble::kFenced;
  const Status refused = Put("late");
  EXPECT_TRUE(IsFenced(refused)) << base::ToString(refused);
  files_->trouble = Trouble::kNone;
}

TEST_F(RocksShardTest, TailSaysWhenTheLogNoLongerReachesBack) {
  const uint64_t start = shard_->LastSequence();
  ASSERT_TRUE(Put("a").ok());
  ASSERT_TRUE(shard_->CompactAll().ok());  // Closes the log, which is then kept for Tail.
  ASSERT_TRUE(Put("b").ok());
  const uint64_t between = start + 1;
  int given = 0;
  const auto count = [&](const TailEntry&) { return ++given > 0; };
  ASSERT_TRUE(shard_->Tail(start, count).ok());
  EXPECT_EQ(given, 2);
  Open();  // All logs but the new one are kept ones now.
  ASSERT_TRUE(Put("c").ok());
  fs::remove_all(directory_.Sub("shard/archive"));
  for (const uint64_t after : {start, between}) {
    const Status s = shard_->Tail(after, count);
    EXPECT_EQ(s.code(), StatusCode::kNotFound) << base::ToString(s);
  }
}

}  // namespace
}  // namespace signboard::kv
