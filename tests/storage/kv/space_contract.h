// What every Space must do, wherever its files lie. A kind of Space passes by giving a SpaceWorld:
//   INSTANTIATE_TEST_SUITE_P(Local, SpaceContract, ::testing::Values(&MakeLocalWorld));
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "storage/kv/shard_files.h"

namespace signboard::kv::testing {

inline constexpr Family kSmall = 0;  // No blobs.
inline constexpr Family kBig = 1;    // Blobs.
inline std::vector<FamilySpec> ContractFamilies() {
  return {{.name = "small"}, {.name = "big", .blobs = true}};
}

// The place where one Space lives from test to test.
class SpaceWorld {
 public:
  virtual ~SpaceWorld() = default;
  // Opens the Space, made at the first call with these shards.
  virtual StatusOr<std::unique_ptr<Space>> Open(std::vector<SlotRange> shards) = 0;
  // Where Shard::Checkpoint may write, and how to open what it wrote.
  virtual std::string CopyPlace() = 0;
  virtual StatusOr<std::unique_ptr<Space>> OpenCopy() = 0;
  // Flips a byte in the middle of the largest file of this kind (".sst", ".blob"); its name.
  virtual std::string Damage(const std::string& suffix) = 0;
};
using MakeWorld = std::unique_ptr<SpaceWorld> (*)();

class SpaceContract : public ::testing::TestWithParam<MakeWorld> {
 protected:
  void SetUp() override {
    world_ = GetParam()();
    Open();
  }
  void Open(std::vector<SlotRange> shards = {SlotRange{}}) {
    shard_.reset();
    space_.reset();
    StatusOr<std::unique_ptr<Space>> opened = world_->Open(std::move(shards));
    ASSERT_TRUE(opened.ok()) << base::ToString(opened.status());
    space_ = *std::move(opened);
    shard_ = space_->Shards().front();
  }
  static std::string Key(const std::string& name, Slot slot = 7) { return SlotKey(slot) + name; }
  Status Put(Family family, const std::string& name, const std::string& value,
             Durability durability = Durability::kSynced) {
    Batch batch;
    batch.Put(family, Key(name), value);
    return shard_->Write(batch, durability);
  }
  // "(none)", the value, or the error.
  static std::string Got(const StatusOr<std::optional<std::string>>& got) {
    if (!got.ok()) return base::ToString(got.status());
    return got->value_or("(none)");
  }
  std::string Get(Family family, const std::string& name, const View* view = nullptr) {
    return Got(shard_->Get(family, Key(name), view));
  }
  // The names a cursor passes, without their slot.
  std::string Forwards(const CursorOptions& options) {
    std::string names;
    const std::unique_ptr<Cursor> c = shard_->Scan(kSmall, options);
    for (c->SeekToFirst(); c->Valid(); c->Next()) names += c->key().substr(2);
    EXPECT_TRUE(c->status().ok()) << base::ToString(c->status());
    return names;
  }
  std::string Backwards(const CursorOptions& options) {
    std::string names;
    const std::unique_ptr<Cursor> c = shard_->Scan(kSmall, options);
    for (c->SeekToLast(); c->Valid(); c->Prev()) names += c->key().substr(2);
    EXPECT_TRUE(c->status().ok()) << base::ToString(c->status());
    return names;
  }
  std::vector<TailEntry> TailAll(uint64_t after) {
    std::vector<TailEntry> entries;
    const Status s = shard_->Tail(after, [&](TailEntry entry) {
      entries.push_back(std::move(entry));
      return true;
    });
    EXPECT_TRUE(s.ok()) << base::ToString(s);
    return entries;
  }
  // Not compressible, and different for each seed.
  static std::string Noise(size_t bytes, uint64_t seed) {
    std::string text(bytes, '\0');
    uint64_t x = seed * 2654435761U + 88172645463325252ULL;
    for (char& c : text) {
      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      c = static_cast<char>(x);
    }
    return text;
  }

  std::unique_ptr<SpaceWorld> world_;
  std::unique_ptr<Space> space_;
  std::shared_ptr<Shard> shard_;
};

TEST_P(SpaceContract, BatchIsWholeAndLaterOperationsWin) {
  ASSERT_TRUE(Put(kSmall, "c", "old").ok());
  Batch batch;
  batch.Put(kSmall, Key("a"), "1");
  batch.Put(kBig, Key("a"), "2");
  batch.Put(kSmall, Key("a"), "3");
  batch.Put(kSmall, Key("b"), "4");
  batch.Delete(kSmall, Key("b"));
  batch.Delete(kSmall, Key("c"));
  ASSERT_TRUE(shard_->Write(batch, Durability::kSynced).ok());
  EXPECT_EQ(Get(kSmall, "a"), "3");
  EXPECT_EQ(Get(kBig, "a"), "2");
  EXPECT_EQ(Get(kSmall, "b"), "(none)");
  EXPECT_EQ(Get(kSmall, "c"), "(none)");
}

TEST_P(SpaceContract, RefusedBatchChangesNothing) {
  Batch batch;
  batch.Put(kSmall, Key("a"), "1");
  batch.Put(99, Key("a"), "1");
  EXPECT_EQ(shard_->Write(batch, Durability::kSynced).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Get(kSmall, "a"), "(none)");
}

TEST_P(SpaceContract, ScanIsOrderedBothWaysWithinItsBounds) {
  for (const char* name : {"d", "b", "a", "c", "e"}) ASSERT_TRUE(Put(kSmall, name, "v").ok());
  EXPECT_EQ(Forwards({}), "abcde");
  EXPECT_EQ(Backwards({}), "edcba");
  EXPECT_EQ(Forwards({.lower = Key("b"), .upper = Key("d")}), "bc");
  EXPECT_EQ(Backwards({.lower = Key("b"), .upper = Key("d")}), "cb");
  EXPECT_EQ(Forwards({.lower = Key("d"), .upper = Key("b")}), "") << "bounds the wrong way round";
  EXPECT_EQ(Forwards({.lower = Key("c"), .upper = Key("c")}), "");
  EXPECT_EQ(Forwards({.lower = Key("c"), .readahead_bytes = 1 << 20}), "cde");
}

TEST_P(SpaceContract, SeekFindsTheNextKeyAndSeekForPrevTheOneBefore) {
  for (const char* name : {"b", "d", "f"}) ASSERT_TRUE(Put(kSmall, name, name).ok());
  const auto c = shard_->Scan(kSmall, {.lower = Key("b"), .upper = Key("f")});
  c->Seek(Key("c"));
  ASSERT_TRUE(c->Valid());
  EXPECT_EQ(c->value(), "d");
  c->Prev();
  ASSERT_TRUE(c->Valid());
  EXPECT_EQ(c->value(), "b");
  c->Prev();
  EXPECT_FALSE(c->Valid());
  c->Next();
  EXPECT_FALSE(c->Valid()) << "a cursor that fell off stays off until it seeks";
  c->SeekForPrev(Key("c"));
  ASSERT_TRUE(c->Valid());
  EXPECT_EQ(c->value(), "b");
  c->SeekForPrev(Key("z"));
  ASSERT_TRUE(c->Valid());
  EXPECT_EQ(c->value(), "d") << "the upper bound is exclusive";
  c->Seek(Key("a"));
  ASSERT_TRUE(c->Valid());
  EXPECT_EQ(c->value(), "b") << "the lower bound is inclusive";
  c->Seek(Key("e"));
  EXPECT_FALSE(c->Valid());
  EXPECT_TRUE(c->status().ok());
}

TEST_P(SpaceContract, MultiGetKeepsTheOrderAskedFor) {
  std::vector<std::string> keys;
  Batch batch;
  for (int i = 0; i < 1000; ++i) {
    keys.push_back(Key("k" + std::to_string((i * 7919) % 1000)));
    if (i % 3 != 0) batch.Put(kSmall, keys.back(), "v" + keys.back());
  }
  ASSERT_TRUE(shard_->Write(batch, Durability::kSynced).ok());
  keys.push_back(keys[1]);  // Twice is allowed.
  const auto got = shard_->MultiGet(kSmall, keys);
  ASSERT_TRUE(got.ok()) << base::ToString(got.status());
  ASSERT_EQ(got->size(), keys.size());
  for (size_t i = 0; i < 1000; ++i)
    EXPECT_EQ((*got)[i], i % 3 == 0 ? std::nullopt : std::optional("v" + keys[i])) << i;
  EXPECT_EQ(got->back(), "v" + keys[1]);
  EXPECT_TRUE(shard_->MultiGet(kSmall, {})->empty());
}

TEST_P(SpaceContract, DeleteRangeTakesItsBeginningAndLeavesItsEnd) {
  for (const char* name : {"a", "b", "c", "d"}) ASSERT_TRUE(Put(kSmall, name, "v").ok());
  Batch batch;
  batch.DeleteRange(kSmall, Key("b"), Key("d"));
  batch.DeleteRange(kSmall, Key("a"), Key("a"));
  ASSERT_TRUE(shard_->Write(batch, Durability::kSynced).ok());
  EXPECT_EQ(Forwards({}), "ad");
  batch.Clear();
  batch.DeleteRange(kSmall, Key("d"), Key("a"));
  EXPECT_EQ(shard_->Write(batch, Durability::kSynced).code(), StatusCode::kInvalidArgument);
  batch.Clear();
  batch.DeleteRange(kSmall, SlotKey(0), SlotKey(kReservedSlot + 1));  // All there is.
  ASSERT_TRUE(shard_->Write(batch, Durability::kSynced).ok());
  EXPECT_EQ(Forwards({}), "");
}

TEST_P(SpaceContract, ViewSeesThePast) {
  ASSERT_TRUE(Put(kSmall, "a", "old").ok());
  ASSERT_TRUE(Put(kBig, "a", Noise(10'000, 1)).ok());
  const std::unique_ptr<View> view = shard_->TakeView();
  ASSERT_TRUE(Put(kSmall, "a", "new").ok());
  ASSERT_TRUE(Put(kSmall, "b", "new").ok());
  ASSERT_TRUE(Put(kBig, "a", Noise(10'000, 2)).ok());
  ASSERT_TRUE(shard_->CompactAll().ok());
  EXPECT_EQ(Get(kSmall, "a", view.get()), "old");
  EXPECT_EQ(Get(kSmall, "b", view.get()), "(none)");
  EXPECT_EQ(Get(kBig, "a", view.get()), Noise(10'000, 1));
  EXPECT_EQ(Forwards({.view = view.get()}), "a");
  EXPECT_EQ(shard_->MultiGet(kSmall, {Key("a")}, view.get())->front(), "old");
  EXPECT_EQ(Get(kSmall, "a"), "new");
}

TEST_P(SpaceContract, BigValuesComeBackAsTheyWere) {
  const std::vector<size_t> sizes = {0, 1, 4095, 4096, 4097, 1 << 20, 20 << 20};
  for (size_t size : sizes)
    ASSERT_TRUE(Put(kBig, std::to_string(size), Noise(size, size)).ok());
  const auto check = [&] {
    for (size_t size : sizes)
      EXPECT_TRUE(Get(kBig, std::to_string(size)) == Noise(size, size)) << size << " bytes";
  };
  check();
  const Status compacted = shard_->CompactAll();
  ASSERT_TRUE(compacted.ok()) << base::ToString(compacted);
  check();
  Open();
  check();
  EXPECT_GT(shard_->DiskBytes(), uint64_t{20} << 20);
  EXPECT_EQ(shard_->KeyCountEstimate(kBig), sizes.size());
}

TEST_P(SpaceContract, BoundsOfKeyAndBatchAreKept) {
  Batch batch;
  batch.Put(kSmall, Key(std::string(kKeyBytesMax - 2, 'k')), "v");
  EXPECT_TRUE(shard_->Write(batch, Durability::kSynced).ok());
  batch.Put(kSmall, Key(std::string(kKeyBytesMax - 1, 'k')), "v");
  EXPECT_EQ(shard_->Write(batch, Durability::kSynced).code(), StatusCode::kInvalidArgument);
  batch.Clear();
  batch.Put(kBig, Key("a"), std::string(kValueBytesMax + 1, 'v'));
  EXPECT_EQ(shard_->Write(batch, Durability::kSynced).code(), StatusCode::kInvalidArgument);
  batch.Clear();
  batch.Put(kSmall, "x", "v");
  EXPECT_EQ(shard_->Write(batch, Durability::kSynced).code(), StatusCode::kInvalidArgument)
      << "a key without a slot";
}

TEST_P(SpaceContract, EpochGrowsWithEveryOpening) {
  uint64_t last = shard_->epoch();
  EXPECT_GT(last, 0U);
  for (int i = 0; i < 3; ++i) {
    Open();
    EXPECT_GT(shard_->epoch(), last);
    last = shard_->epoch();
  }
}

TEST_P(SpaceContract, EverythingIsFencedAfterClose) {
  ASSERT_TRUE(Put(kSmall, "a", "1").ok());
  const std::unique_ptr<Cursor> cursor = shard_->Scan(kSmall, {});
  const std::unique_ptr<View> view = shard_->TakeView();
  cursor->SeekToFirst();
  ASSERT_TRUE(cursor->Valid());
  ASSERT_TRUE(space_->Close().ok());
  const std::string_view still_there = cursor->key();
  EXPECT_EQ(still_there, Key("a")) << "memory a reader holds stays";
  EXPECT_FALSE(cursor->Valid());
  EXPECT_TRUE(IsFenced(cursor->status()));
  EXPECT_TRUE(IsFenced(Put(kSmall, "b", "2")));
  EXPECT_TRUE(IsFenced(base::Annotate(Put(kSmall, "b", "2"), "settle"))) << "however deep";
  EXPECT_TRUE(IsFenced(shard_->Get(kSmall, Key("a")).status()));
  EXPECT_TRUE(IsFenced(shard_->MultiGet(kSmall, {Key("a")}, view.get()).status()));
  EXPECT_TRUE(IsFenced(shard_->Scan(kSmall, {.view = view.get()})->status()));
  EXPECT_TRUE(IsFenced(shard_->Tail(0, [](const TailEntry&) { return true; })));
  EXPECT_TRUE(IsFenced(shard_->VerifyChecksums()));
  EXPECT_TRUE(IsFenced(FilesOf(*shard_)->Files().status()));
  EXPECT_TRUE(IsFenced(
      shard_->Scan(kSmall, {.view = FilesOf(*shard_)->TakePassingView().get()})->status()));
  EXPECT_TRUE(IsFenced(shard_->CompactAll()));
  EXPECT_TRUE(IsFenced(shard_->Checkpoint(world_->CopyPlace())));
  EXPECT_TRUE(IsFenced(space_->ShardOf(7).status()));
  EXPECT_TRUE(space_->Shards().empty());
  EXPECT_NE(shard_->TakeView(), nullptr);
  EXPECT_TRUE(space_->Close().ok()) << "closing twice is closing";
  EXPECT_FALSE(IsFenced(base::FailedPrecondition("another reason")));
}

TEST_P(SpaceContract, TailGivesEveryBatchInOrderAndResumesAnywhere) {
  const uint64_t start = shard_->LastSequence();
  for (int i = 0; i < 20; ++i) {
    Batch batch;
    batch.Put(kSmall, Key("a" + std::to_string(i)), "v");
    batch.Put(kBig, Key("a" + std::to_string(i)), Noise(8'000, 3));
    if (i % 2 == 0) batch.Delete(kSmall, Key("x"));
    if (i % 5 == 0) batch.DeleteRange(kSmall, Key("y"), Key("z"));
    const Durability durability = i % 3 == 0 ? Durability::kBuffered : Durability::kSynced;
    ASSERT_TRUE(shard_->Write(batch, durability).ok());
    if (i == 10) {  // Moves the log under the reader.
      ASSERT_TRUE(shard_->CompactAll().ok());
    }
  }
  const std::vector<TailEntry> all = TailAll(start);
  ASSERT_EQ(all.size(), 20U);
  EXPECT_EQ(all.back().sequence, shard_->LastSequence());
  for (size_t i = 0; i < all.size(); ++i) {
    const auto& operations = all[i].batch.operations();
    ASSERT_EQ(operations.size(), 2U + (i % 2 == 0) + (i % 5 == 0));
    EXPECT_EQ(operations[0].key, Key("a" + std::to_string(i)));
    EXPECT_EQ(operations[1].family, kBig);
    EXPECT_EQ(operations[1].value, Noise(8'000, 3));
    EXPECT_EQ(TailAll(all[i].sequence).size(), all.size() - i - 1) << "resumed after " << i;
  }
  EXPECT_TRUE(TailAll(shard_->LastSequence()).empty());
  EXPECT_EQ(shard_->Tail(shard_->LastSequence() + 1, [](const TailEntry&) { return true; }).code(),
            StatusCode::kNotFound);
  int given = 0;
  ASSERT_TRUE(shard_->Tail(start, [&](const TailEntry&) { return ++given < 3; }).ok());
  EXPECT_EQ(given, 3) << "stops when told";
}

TEST_P(SpaceContract, TailGoesOnAcrossOpenings) {
  const uint64_t start = shard_->LastSequence();
  ASSERT_TRUE(Put(kSmall, "a", "1").ok());
  Open();
  ASSERT_TRUE(Put(kSmall, "b", "2").ok());
  Open();
  ASSERT_TRUE(Put(kSmall, "c", "3").ok());
  std::string names;
  for (const TailEntry& entry : TailAll(start))
    for (const auto& operation : entry.batch.operations()) names += operation.key.substr(2);
  EXPECT_EQ(names, "abc");
}

TEST_P(SpaceContract, ConcurrentSyncedWritersAllLandAndTailTellsThemApart) {
  constexpr int kThreads = 8, kEach = 50;
  const uint64_t start = shard_->LastSequence();
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string name = std::to_string(t) + "/" + std::to_string(i);
        Batch batch;
        batch.Put(kSmall, Key(name), name);
        batch.Put(kSmall, Key(name + "+"), name);
        EXPECT_TRUE(shard_->Write(batch, Durability::kSynced).ok());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::vector<TailEntry> entries = TailAll(start);
  EXPECT_EQ(entries.size(), size_t{kThreads * kEach});
  for (const TailEntry& entry : entries) {
    ASSERT_EQ(entry.batch.operations().size(), 2U);
    EXPECT_EQ(entry.batch.operations()[0].key + "+", entry.batch.operations()[1].key);
  }
  Open();
  for (int t = 0; t < kThreads; ++t)
    for (int i = 0; i < kEach; ++i) {
      const std::string name = std::to_string(t) + "/" + std::to_string(i);
      EXPECT_EQ(Get(kSmall, name), name);
    }
}

TEST_P(SpaceContract, CheckpointOpensAsASpaceWithTheSameInIt) {
  ASSERT_TRUE(Put(kSmall, "a", "1").ok());
  ASSERT_TRUE(Put(kBig, "a", Noise(50'000, 4)).ok());
  ASSERT_TRUE(shard_->CompactAll().ok());
  ASSERT_TRUE(Put(kSmall, "b", "only in the log").ok());
  const Status copied = shard_->Checkpoint(world_->CopyPlace());
  ASSERT_TRUE(copied.ok()) << base::ToString(copied);
  ASSERT_TRUE(Put(kSmall, "c", "after").ok());
  EXPECT_EQ(shard_->Checkpoint(world_->CopyPlace()).code(), StatusCode::kInvalidArgument);
  const auto copy = world_->OpenCopy();
  ASSERT_TRUE(copy.ok()) << base::ToString(copy.status());
  const std::shared_ptr<Shard> shard = *(*copy)->ShardOf(7);
  EXPECT_EQ(Got(shard->Get(kSmall, Key("a"))), "1");
  EXPECT_EQ(Got(shard->Get(kBig, Key("a"))), Noise(50'000, 4));
  EXPECT_EQ(Got(shard->Get(kSmall, Key("b"))), "only in the log");
  EXPECT_EQ(Got(shard->Get(kSmall, Key("c"))), "(none)");
  EXPECT_TRUE(shard->VerifyChecksums().ok());
  Batch batch;
  batch.Put(kSmall, Key("a"), "of the copy");
  ASSERT_TRUE(shard->Write(batch, Durability::kSynced).ok());
  EXPECT_EQ(Get(kSmall, "a"), "1") << "the copy is a copy";
}

TEST_P(SpaceContract, VerifyNamesTheDamagedFile) {
  for (const char* suffix : {".sst", ".blob"}) {
    Batch batch;
    for (int i = 0; i < 2'000; ++i)
      batch.Put(kSmall, Key(suffix + std::to_string(i)), Noise(100, static_cast<uint64_t>(i)));
    batch.Put(kBig, Key(suffix), Noise(300'000, 5));
    ASSERT_TRUE(shard_->Write(batch, Durability::kSynced).ok());
    ASSERT_TRUE(shard_->CompactAll().ok());
    const Status sound = shard_->VerifyChecksums();
    ASSERT_TRUE(sound.ok()) << base::ToString(sound);
    const std::string name = world_->Damage(suffix);
    ASSERT_NE(name, "");
    const Status damaged = shard_->VerifyChecksums();
    EXPECT_EQ(damaged.code(), StatusCode::kDataLoss);
    EXPECT_NE(base::Message(damaged).find(name), std::string_view::npos)
        << base::ToString(damaged) << " does not name " << name;
    std::vector<std::string> files, bad;
    const Status checked = FilesOf(*shard_)->CheckFiles("", [&](const FileCheck& check) {
      files.push_back(check.path);
      if (!check.status.ok()) bad.push_back(check.path);
      return true;
    });
    EXPECT_TRUE(checked.ok()) << base::ToString(checked);
    EXPECT_EQ(files.size(), FilesOf(*shard_)->Files().value().size()) << "goes on behind damage";
    ASSERT_EQ(bad.size(), 1U);
    EXPECT_TRUE(bad[0].ends_with(name)) << bad[0];
    size_t behind = 0;
    ASSERT_TRUE(FilesOf(*shard_)->CheckFiles(bad[0], [&behind](const FileCheck& check) {
      ++behind;
      return check.status.ok();
    }).ok());
    EXPECT_EQ(behind, static_cast<size_t>(files.end() - std::find(files.begin(), files.end(),
                                                                  bad[0])) - 1);
    EXPECT_EQ(world_->Damage(suffix), name);  // Flips it back.
  }
  EXPECT_TRUE(shard_->VerifyChecksums().ok());
}

TEST_P(SpaceContract, DamagedValueIsReportedNotServed) {
  Batch batch;
  std::vector<std::string> keys;
  for (int i = 0; i < 2'000; ++i) {
    keys.push_back(Key(std::to_string(i)));
    batch.Put(kSmall, keys.back(), Noise(100, static_cast<uint64_t>(i)));
  }
  batch.Put(kBig, Key("a"), Noise(300'000, 6));
  ASSERT_TRUE(shard_->Write(batch, Durability::kSynced).ok());
  ASSERT_TRUE(shard_->CompactAll().ok());
  Open();
  ASSERT_NE(world_->Damage(".blob"), "");
  const Status big = shard_->Get(kBig, Key("a")).status();
  EXPECT_EQ(big.code(), StatusCode::kDataLoss) << base::ToString(big);
  EXPECT_NE(base::Message(big).find("key 000761"), std::string_view::npos) << base::ToString(big);
  const std::string table = world_->Damage(".sst");
  const Status small = shard_->MultiGet(kSmall, keys).status();
  EXPECT_EQ(small.code(), StatusCode::kDataLoss) << base::ToString(small);
  EXPECT_NE(base::Message(small).find(table), std::string_view::npos) << base::ToString(small);
  const std::unique_ptr<Cursor> cursor = shard_->Scan(kSmall, {});
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
  }
  EXPECT_EQ(cursor->status().code(), StatusCode::kDataLoss) << "a scan does not just end";
}

TEST_P(SpaceContract, SlotOutsideTheShardIsRefused) {
  const Status of_no_shard = [&] {
    Batch batch;
    batch.Put(kSmall, Key("a", kReservedSlot + 1), "v");
    return shard_->Write(batch, Durability::kSynced);
  }();
  EXPECT_EQ(of_no_shard.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(space_->ShardOf(kReservedSlot + 1).status().code(), StatusCode::kInvalidArgument);

  space_.reset();
  shard_.reset();
  world_ = GetParam()();
  Open({{.first = 128, .last = 256}, {.first = 0, .last = 127}});
  ASSERT_EQ(space_->Shards().size(), 2U);
  EXPECT_EQ(space_->Shards()[0]->slots().first, 0);
  EXPECT_EQ(space_->Shards()[1]->slots().first, 128);
  const std::shared_ptr<Shard> low = *space_->ShardOf(127);
  const std::shared_ptr<Shard> high = *space_->ShardOf(128);
  EXPECT_NE(low, high);
  Batch batch;
  batch.Put(kSmall, Key("a", 127), "v");
  EXPECT_TRUE(low->Write(batch, Durability::kSynced).ok());
  EXPECT_EQ(high->Write(batch, Durability::kSynced).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(high->Get(kSmall, Key("a", 127)).status().code(), StatusCode::kInvalidArgument);
  batch.Clear();
  batch.DeleteRange(kSmall, SlotKey(0), SlotKey(129));
  EXPECT_EQ(low->Write(batch, Durability::kSynced).code(), StatusCode::kInvalidArgument);
  std::unique_ptr<View> view = low->TakeView();
  EXPECT_EQ(high->Get(kSmall, Key("a", 128), view.get()).status().code(),
            StatusCode::kInvalidArgument)
      << "a view of another shard";
  view.reset();
  Open();
  EXPECT_EQ(space_->Shards().size(), 2U) << "a space keeps its shards";
}

}  // namespace signboard::kv::testing
