#include "storage/kv/space_file.h"

#include <gtest/gtest.h>

#include "tests/storage/kv/temp_directory.h"

namespace signboard::kv {
namespace {

TEST(SpaceFileTest, ComesBackAsWritten) {
  const testing::TempDirectory directory;
  EXPECT_FALSE(ReadSpaceFile(directory.path()).value().has_value());
  SpaceFile file;
  file.schema_version = 12;
  file.ready = true;
  file.shards = {{.first = 0, .last = 9}, {.first = 10, .last = 256}};
  ASSERT_TRUE(WriteSpaceFile(directory.path(), file).ok());
  const auto read = ReadSpaceFile(directory.path());
  ASSERT_TRUE(read.ok() && read->has_value()) << base::ToString(read.status());
  EXPECT_EQ((*read)->kind, "local");
  EXPECT_EQ((*read)->schema_version, 12U);
  EXPECT_TRUE((*read)->ready);
  ASSERT_EQ((*read)->shards.size(), 2U);
  EXPECT_EQ((*read)->shards[1].first, 10);
}

TEST(SpaceFileTest, RangesAreSortedAndMustNotOverlap) {
  const auto sorted = CheckedRanges({{.first = 9, .last = 256}, {.first = 0, .last = 8}});
  ASSERT_TRUE(sorted.ok());
  EXPECT_EQ(sorted->front().first, 0);
  EXPECT_FALSE(CheckedRanges({}).ok());
  EXPECT_FALSE(CheckedRanges({{.first = 5, .last = 4}}).ok());
  EXPECT_FALSE(CheckedRanges({{.first = 0, .last = 257}}).ok());
  EXPECT_FALSE(CheckedRanges({{.first = 0, .last = 9}, {.first = 9, .last = 20}}).ok());
  EXPECT_EQ(ShardDirectory({.first = 0, .last = 256}), "shard-000-256");
}

TEST(SlotTest, KeysBeginWithTheirSlotBigEndian) {
  EXPECT_EQ(SlotKey(7), std::string("\x00\x07", 2));
  EXPECT_EQ(SlotKey(256), std::string("\x01\x00", 2));
  EXPECT_EQ(SlotOf(SlotKey(256) + "x").value(), 256);
  EXPECT_EQ(SlotOf("x").status().code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace signboard::kv
