#include "frontier/schema.h"

#include <gtest/gtest.h>

#include "frontier/lease_id.h"
#include "proto/base/slot.h"
#include "tests/frontier/frontier_fixture.h"

namespace signboard::frontier {
namespace {

using namespace std::string_literals;

// Golden bytes: what is on somebody's disk is read by this program.
TEST(SchemaKeys, AreTheBytesOfVersionOne) {
  EXPECT_EQ(UrlKey(7, "a.cn", "http://a.cn/"), "\0\x07" "a.cn\0http://a.cn/"s);
  EXPECT_EQ(DueKey(7, "a.cn", {DueClass::kHub, 258}, "http://a.cn/"),
            "\0\x07" "a.cn\0\x02\0\0\0\0\0\0\x01\x02http://a.cn/"s);
  EXPECT_EQ(HeldKey(7, 258, "a.cn", "http://a.cn/"),
            "\0\x07\0\0\0\0\0\0\x01\x02" "a.cn\0http://a.cn/"s);
  EXPECT_EQ(QueueKeyOf(7, "a.cn"), "\0\x07" "a.cn"s);
  EXPECT_EQ(MakeJobId(167, FromMillis(0x193f0c2a1b4), 0x5d6e7f80), "00a7-0193f0c2a1b4-5d6e7f80");
}

TEST(SchemaKeys, AreReadBack) {
  const DueEntry due = ParseDueKey(DueKey(7, "a.cn", {DueClass::kParked, 5}, "u")).value();
  EXPECT_EQ(due.what.queue, "a.cn");
  EXPECT_EQ(due.what.url, "u");
  EXPECT_EQ(due.place, (Place{DueClass::kParked, 5}));
  // Zero bytes in the number are no end of the queue.
  const HeldEntry held = ParseHeldKey(HeldKey(7, 5, "a.cn", "u")).value();
  EXPECT_EQ(held.what.queue, "a.cn");
  EXPECT_EQ(held.expires_ms, 5);
}

TEST(SchemaKeys, DamagedOnesAreDataLoss) {
  for (const std::string& key : {""s, "\0"s, "\0\x07" "a.cn"s, "\0\x07" "a.cn\0\x02\0"s}) {
    EXPECT_EQ(ParseDueKey(key).status().code(), StatusCode::kDataLoss);
  }
}

class SchemaTest : public FrontierFixture {
 protected:
  void Damage(kv::Family family, const std::string& key, std::optional<std::string> value) {
    kv::Batch batch;
    if (value) {
      batch.Put(family, key, *value);
    } else {
      batch.Delete(family, key);
    }
    auto shard = space_->ShardOf(0).value();
    ASSERT_TRUE(shard->Write(batch, kv::Durability::kSynced).ok());
  }
  void TearDown() override {}  // These stores are damaged on purpose.
};

TEST_F(SchemaTest, CheckFindsWhatDoesNotFit) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  ASSERT_TRUE(CheckSchema(*space_).ok());
  const kv::Slot slot = LeaseId::Parse(lease.lease_id())->slot;
  const std::string due = DueKey(slot, "a.cn", {DueClass::kHub, ToMillis(kNoon)}, "http://a.cn/");
  Damage(kDueFamily, due, std::nullopt);
  EXPECT_EQ(CheckSchema(*space_).code(), StatusCode::kDataLoss);
  Damage(kDueFamily, due, "");
  ASSERT_TRUE(CheckSchema(*space_).ok());
  Damage(kHeldFamily, HeldKey(slot, 5, "a.cn", "http://a.cn/"), "");
  EXPECT_EQ(CheckSchema(*space_).code(), StatusCode::kDataLoss);
}

TEST_F(SchemaTest, DamagedRecordIsToldNotServed) {
  AddSeed("http://a.cn/");
  const v1::Lease lease = LendOne(kNoon);
  const kv::Slot slot = LeaseId::Parse(lease.lease_id())->slot;
  Damage(kUrlFamily, UrlKey(slot, "a.cn", "http://a.cn/"), "\xff\xff");
  EXPECT_EQ(frontier_->Explain("http://a.cn/", kNoon).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(Report(Content(lease), kNoon).status(), v1::ReportAck::RETRY);
}

TEST_F(SchemaTest, NewerStoreIsRefused) {
  Damage(kMetaFamily, MetaKey(0, "schema"), std::to_string(kSchemaVersion + 1));
  EXPECT_EQ(Frontier::Open(*space_, {}).status().code(), StatusCode::kFailedPrecondition);
}

// A store of before hubs had a basis, as its program wrote it: two hubs, one of them never fetched.
class OlderStoreTest : public FrontierFixture {
 protected:
  void SetUp() override {
    FrontierFixture::SetUp();
    AddSeed("http://a.cn/");
    Report(Content(LendOne(kNoon)), kNoon);
    frontier_.reset();
    const kv::Slot slot = base::SlotOfQueueKey("a.cn");
    const auto shard = space_->ShardOf(slot).value();
    UrlRecord list;
    list.set_state(UrlRecord::WAITING);
    list.set_priority(v1::PRIORITY_HUB);
    list.set_due_ms(ToMillis(kNoon));
    list.set_scheduled(true);
    list.set_hub(true);
    list.set_depth(1);
    list.set_via("http://a.cn/");
    list.set_seed_url("http://a.cn/");
    QueueRecord queue;
    queue.set_url_count(2);
    kv::Batch batch;
    batch.Put(kUrlFamily, UrlKey(slot, "a.cn", "http://a.cn/list"), list.SerializeAsString());
    batch.Put(kDueFamily, DueKey(slot, "a.cn", *PlaceOf(list), "http://a.cn/list"), "");
    batch.Put(kQueueFamily, QueueKeyOf(slot, "a.cn"), queue.SerializeAsString());
    ASSERT_TRUE(shard->Write(batch, kv::Durability::kSynced).ok());
    Restart();
    ASSERT_TRUE(CheckSchema(*space_).ok());
  }
};

TEST_F(OlderStoreTest, GoesOnAndItsCountsHold) {
  EXPECT_TRUE(Explain("http://a.cn/list", kNoon).is_hub());
  v1::Report report = Content(LendOne(kNoon), {"http://a.cn/1"});
  report.set_is_hub(true);
  EXPECT_EQ(Report(report, kNoon).status(), v1::ReportAck::ACCEPTED);
  EXPECT_TRUE(CheckSchema(*space_).ok());
  EXPECT_TRUE(Explain("http://a.cn/list", kNoon).is_hub());
  const UnixTime later = kNoon + kHour;
  for (int i = 0; i < 3; ++i) {
    for (const v1::Lease& lease : LendMany(later + Millis(i * 1'000)))
      Report(Ended(lease, v1::OUTCOME_UNCHANGED), later + Millis(i * 1'000));
  }
  EXPECT_TRUE(Explain("http://a.cn/list", kNoon).is_hub()) << "unchanged says nothing else";
}

}  // namespace
}  // namespace signboard::frontier
