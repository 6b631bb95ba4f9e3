// What a backup takes away, and what can be made of it.
#include "storage/kv/space_copy.h"

#include <gtest/gtest.h>

#include <map>

#include "storage/kv/local_space.h"
#include "tests/storage/kv/temp_directory.h"

namespace signboard::kv {
namespace {

namespace fs = std::filesystem;

class SpaceCopyTest : public ::testing::Test {
 protected:
  StatusOr<std::unique_ptr<LocalSpace>> Open(const fs::path& directory) {
    LocalSpaceOptions options;
    options.directory = directory;
    options.families = {{.name = "small"}, {.name = "big", .blobs = true}};
    options.shards = {{0, 99}, {100, 256}};
    return LocalSpace::Open(std::move(options));
  }
  void Put(Space& space, Slot slot, const std::string& name, const std::string& value) {
    Batch batch;
    batch.Put(value.size() > 1'000 ? 1 : 0, SlotKey(slot) + name, value);
    ASSERT_TRUE((*space.ShardOf(slot))->Write(batch, Durability::kBuffered).ok());
  }
  static std::string Get(Space& space, Slot slot, const std::string& name, Family family = 0) {
    return (*space.ShardOf(slot))->Get(family, SlotKey(slot) + name).value().value_or("(none)");
  }
  // As a backup would: by reading, in pieces, into another place.
  static void Rebuild(const SpaceCopy& copy, const fs::path& to) {
    for (const CopiedFile& file : copy.files()) {
      fs::create_directories((to / file.path).parent_path());
      std::ofstream out(to / file.path, std::ios::binary);
      for (uint64_t at = 0; at < file.bytes;) {
        const auto piece = copy.Read(file, at, 1'000);
        ASSERT_TRUE(piece.ok()) << piece.status();
        ASSERT_FALSE(piece->empty());
        out << *piece;
        at += piece->size();
      }
    }
  }
  static std::map<std::string, std::string> Identities(const SpaceCopy& copy) {
    std::map<std::string, std::string> identities;
    for (const CopiedFile& file : copy.files()) identities[file.path] = file.identity;
    return identities;
  }

  testing::TempDirectory directory_;
};

TEST_F(SpaceCopyTest, HoldsAllThatWasWrittenBeforeAndNothingThatCameAfter) {
  const auto space = Open(directory_.path() / "live").value();
  const std::string big(50'000, 'b');
  Put(*space, 7, "a", "1");
  Put(*space, 200, "b", big);
  const fs::path place = directory_.path() / "copy";
  auto copy = SpaceCopy::Take(*space, place);
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(SpaceCopy::Take(*space, place).status().code(), StatusCode::kInvalidArgument);
  Put(*space, 7, "a", "2");
  Put(*space, 8, "later", "3");
  for (const auto& shard : space->Shards()) ASSERT_TRUE(shard->CompactAll().ok());
  Rebuild(**copy, directory_.path() / "rebuilt");
  copy->reset();
  EXPECT_FALSE(fs::exists(place));

  const auto rebuilt = Open(directory_.path() / "rebuilt");
  ASSERT_TRUE(rebuilt.ok()) << rebuilt.status();
  EXPECT_EQ(Get(**rebuilt, 7, "a"), "1");
  EXPECT_EQ(Get(**rebuilt, 200, "b", 1), big);
  EXPECT_EQ(Get(**rebuilt, 8, "later"), "(none)");
  for (const auto& shard : (*rebuilt)->Shards()) EXPECT_TRUE(shard->VerifyChecksums().ok());
  EXPECT_EQ(Get(*space, 7, "a"), "2");
}

TEST_F(SpaceCopyTest, FilesThatDidNotChangeAreKnownAgain) {
  const auto space = Open(directory_.path() / "live").value();
  Put(*space, 7, "a", "1");
  Put(*space, 7, "b", std::string(50'000, 'b'));
  const auto first = Identities(*SpaceCopy::Take(*space, directory_.path() / "copy").value());
  Put(*space, 7, "c", "2");
  const auto second = Identities(*SpaceCopy::Take(*space, directory_.path() / "copy").value());
  size_t tables = 0;
  for (const auto& [path, identity] : first) {
    const bool table = path.ends_with(".sst") || path.ends_with(".blob");
    EXPECT_EQ(!identity.empty(), table) << path;
    if (!table) continue;
    ++tables;
    ASSERT_TRUE(second.contains(path)) << path;
    EXPECT_EQ(second.at(path), identity) << path;
  }
  EXPECT_GE(tables, 3u) << "two tables and a blob file of one shard, and its epoch";
  EXPECT_GT(second.size(), first.size());
  EXPECT_TRUE(second.contains("SPACE"));
  EXPECT_FALSE(second.contains("LOCK"));
}

TEST_F(SpaceCopyTest, WhatACrashLeftIsRemovedByItsName) {
  fs::create_directories(directory_.path() / "backup-a/shard-000-256");
  fs::create_directories(directory_.path() / "other");
  RemoveCopies(directory_.path(), "backup-");
  EXPECT_FALSE(fs::exists(directory_.path() / "backup-a"));
  EXPECT_TRUE(fs::exists(directory_.path() / "other"));
  RemoveCopies(directory_.path() / "nowhere", "backup-");
}

}  // namespace
}  // namespace signboard::kv
