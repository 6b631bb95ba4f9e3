// Bytes flipped on the disk of a closed archive: the reader is told, and never given them.
#include <fstream>
#include <sstream>

#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ArchiveDamageTest : public ArchiveTest {
 protected:
  void TearDown() override {}  // The schema does not hold any more.

  static std::string Read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }
  static void Flip(const fs::path& path, size_t at) {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 0x10));
  }
  std::vector<fs::path> Files(const std::string& extension) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(directory_.path()))
      if (entry.path().extension() == extension) found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
  }
  // Everything out of the log and into tables, then closed.
  void Settle() {
    for (const auto& shard : space_->Shards()) ASSERT_TRUE(shard->CompactAll().ok());
    Close();
  }
};

TEST_F(ArchiveDamageTest, FlippedByteOfABodyIsDataLossThatNamesSnapshotAndDigest) {
  const std::string body = base::RandomBytes(200'000);  // Nothing that compresses.
  const std::string id = Keep(Page("http://jxja.gov.cn/photo", kNoon, body));
  const std::string whole = Keep(Page("http://jxja.gov.cn/text", kNoon, "text"));
  Settle();
  int flipped = 0;
  for (const fs::path& path : Files(".blob")) {
    const size_t at = Read(path).find(body.substr(100'000, 64));
    if (at == std::string::npos) continue;
    Flip(path, at);
    ++flipped;
  }
  ASSERT_EQ(flipped, 1);

  Reopen();
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
    const std::string bytes = Read(path);
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
