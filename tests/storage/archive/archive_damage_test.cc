// Bytes flipped on the disk of a closed archive: the reader is told, and never given them.
#include "tests/storage/archive/damage_fixture.h"

namespace signboard::archive {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

using ArchiveDamageTest = DamagedArchiveTest;

TEST_F(ArchiveDamageTest, FlippedByteOfABodyIsDataLossThatNamesSnapshotAndDigest) {
  const std::string body = base::RandomBytes(200'000);  // Nothing that compresses.
  const std::string id = Keep(Page("http://jxja.gov.cn/photo", kNoon, body));
  const std::string whole = Keep(Page("http://jxja.gov.cn/text", kNoon, "text"));
  FlipIn(body.substr(100'000, 64));
  for (const auto form : {v1::GetRequest::DECODED, v1::GetRequest::WIRE}) {
    const Status status = Body(id, form).status();
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << status;
    EXPECT_THAT(status.message(), HasSubstr(id));
    EXPECT_THAT(status.message(), HasSubstr(base::ToHex(base::Sha256(body))));
  }
  EXPECT_EQ(Body(whole).value(), "text") << "the rest is served";
  EXPECT_EQ(CheckSchema(*space_).code(), StatusCode::kDataLoss);
}

TEST_F(ArchiveDamageTest, BodyThatIsNotItsDigestIsDataLoss) {
  const std::string id = Keep(Page("http://jxja.gov.cn/", kNoon, "true"));
  const Place place = PlaceOf(*space_, "http://jxja.gov.cn/").value();
  const std::string key = BodyKey(place.slot, BodyKind::kDecoded, base::Sha256("true"));
  kv::Batch batch;
  batch.Put(kBodyFamily, key, "fake");
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  EXPECT_THAT(Body(id).status().message(), HasSubstr("is damaged"));
  EXPECT_EQ(CheckSchema(*space_).code(), StatusCode::kDataLoss);

  batch.Clear();
  batch.Delete(kBodyFamily, key);
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  const Status status = Body(id).status();
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.message(), HasSubstr("is missing"));
  EXPECT_EQ(CheckSchema(*space_).code(), StatusCode::kDataLoss);
}

TEST_F(ArchiveDamageTest, FlippedByteAnywhereInATableIsNeverServed) {
  std::vector<std::string> ids;
  for (int i = 0; i < 40; ++i) {
    ids.push_back(Keep(Page("http://jxja.gov.cn/" + std::to_string(i), kNoon + i,
                            "body " + std::to_string(i) + base::RandomBytes(300))));
  }
  std::vector<std::string> bodies;
  for (const std::string& id : ids) bodies.push_back(Body(id).value());
  Settle();
  int reported = 0;
  for (const fs::path& path : Files(".sst")) {
    const std::string bytes = ReadAll(path);
    for (const size_t at : {bytes.size() / 3, bytes.size() / 2}) {
      Flip(path, at);
      auto space = OpenSpace(directory_.path());
      if (!space.ok()) {
        EXPECT_EQ(space.status().code(), StatusCode::kDataLoss) << space.status();
        ++reported;
      } else {
        archive_ = Archive::Open(**space, {}, clock_).value();
        for (size_t i = 0; i < ids.size(); ++i) {
          const auto body = Body(ids[i]);
          if (body.ok()) {
            EXPECT_EQ(*body, bodies[i]) << path << " at " << at;
          } else {
            EXPECT_EQ(body.status().code(), StatusCode::kDataLoss) << body.status();
            ++reported;
          }
        }
        archive_.reset();
      }
      space = base::Unavailable("closed");
      Flip(path, at);
    }
  }
  EXPECT_GT(reported, 0);
}

TEST_F(ArchiveDamageTest, RecordThatDoesNotDecodeIsDataLoss) {
  const std::string url = "http://jxja.gov.cn/";
  Keep(Page(url, kNoon, "a"));
  const Place place = PlaceOf(*space_, url).value();
  const auto cursor = place.shard->Scan(index::kIndexFamily, {});
  cursor->SeekToFirst();
  ASSERT_TRUE(cursor->Valid());
  const std::string key(cursor->key());
  kv::Batch batch;
  batch.Put(index::kIndexFamily, key, "\xff");
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  EXPECT_EQ(Find(url, std::nullopt).status().code(), StatusCode::kDataLoss);

  batch.Clear();
  batch.Put(kSnapshotFamily, key, "\xff\xff");
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  EXPECT_EQ(CheckSchema(*space_).code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace signboard::archive
