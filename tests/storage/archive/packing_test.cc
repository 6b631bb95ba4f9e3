// Bodies as they lie on disk, in the form of every version of the schema.
#include "storage/archive/packing.h"

#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

constexpr char kUrl[] = "http://www.jxja.gov.cn/xwzx/t20251118_1.html";

std::string Words(size_t bytes) {
  std::string words;
  while (words.size() < bytes) words += "靖安县国际传播中心 " + std::to_string(words.size()) + "\n";
  return words;
}

TEST(PackingTest, GivesBackWhatItTook) {
  const std::string noise = base::RandomBytes(5'000);
  for (const std::string& bytes :
       {std::string(), std::string("short"), Words(100), Words(300'000), noise}) {
    const std::string packed = Pack(bytes);
    EXPECT_LE(packed.size(), bytes.size());
    EXPECT_EQ(Unpack(packed, base::Sha256(bytes)), bytes);
  }
  EXPECT_LT(Pack(Words(20'000)).size(), 10'000U);
}

TEST(PackingTest, ABodyThatIsItselfAFrameIsKeptAsItIs) {
  const std::string frame = Pack(Words(20'000));
  EXPECT_EQ(Unpack(Pack(frame), base::Sha256(frame)), frame);
  EXPECT_EQ(Unpack(frame, base::Sha256(frame)), frame);
}

TEST(PackingTest, WhatDoesNotFitItsDigestIsNothing) {
  std::string packed = Pack(Words(20'000));
  EXPECT_EQ(Unpack(packed, base::Sha256("another")), std::nullopt);
  packed[packed.size() / 2] ^= 1;
  EXPECT_EQ(Unpack(packed, base::Sha256(Words(20'000))), std::nullopt);
  EXPECT_EQ(Unpack("", base::Sha256("x")), std::nullopt);
}

class OldBodiesTest : public ArchiveTest {};

TEST_F(OldBodiesTest, BytesAsVersionOneKeptThemAreReadAndKnown) {
  const std::string body = Words(20'000);
  const std::string id = Keep(Page(kUrl, kNoon, body));
  const Place place = PlaceOf(*space_, kUrl).value();
  const std::string key = BodyKey(place.slot, BodyKind::kDecoded, base::Sha256(body));
  EXPECT_LT(place.shard->Get(kBodyFamily, key).value()->size(), body.size() / 2);
  kv::Batch batch;
  batch.Put(kBodyFamily, key, body);
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  Reopen();
  EXPECT_EQ(Body(id).value(), body);
  const std::string again = Keep(Page(kUrl, kNoon + kDay, body));
  EXPECT_EQ(Body(again).value(), body);
  EXPECT_EQ(Stats().bodies(), 1U);
}

}  // namespace
}  // namespace signboard::archive
