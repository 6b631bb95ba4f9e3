// `signboard verify`, from inside: what is whole is proven, what is damaged is named, and nothing
// else is.
#include <map>
#include <set>

#include "storage/archive/chains.h"
#include "storage/archive/packer.h"
#include "storage/archive/slot_count.h"
#include "storage/archive/tallies.h"
#include "tests/storage/archive/damage_fixture.h"
#include "tests/storage/archive/wire_fixture.h"

namespace signboard::archive {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Capture WithFinding(Capture capture) {
  v1::Finding& finding = *capture.header.add_findings();
  finding.set_is_announcement(true);
  finding.set_centre_name_zh("静安国际传播中心");
  capture.header.set_text("静安国际传播中心揭牌");
  return capture;
}

constexpr size_t kTableOfBlocksBytes = 40'000;

class VerifyTest : public DamagedArchiveTest {
 protected:
  struct Result {
    std::vector<v1::Damage> damages;
    v1::VerifyProgress progress;

    std::set<std::string> Named() const {
      std::set<std::string> ids;
      for (const v1::Damage& damage : damages) ids.insert(damage.snapshot_id());
      return ids;
    }
    std::set<v1::Damage::What> Whats() const {
      std::set<v1::Damage::What> whats;
      for (const v1::Damage& damage : damages) whats.insert(damage.what());
      return whats;
    }
  };
  // `anew`: a verifier for each slice, which goes on where the last one stood.
  Result Verify(bool anew = false) {
    Result result;
    std::unique_ptr<Verifier> verifier;
    while (!result.progress.done()) {
      if (verifier == nullptr || anew) {
        auto made = MakeVerifier(*archive_, result.progress.place(), 0);
        if (!made.ok()) ADD_FAILURE() << made.status();
        if (!made.ok()) break;
        verifier = *std::move(made);
      }
      auto slice = verifier->Next();
      if (!slice.ok()) ADD_FAILURE() << slice.status();
      if (!slice.ok()) break;
      for (v1::Damage& damage : slice->damages) result.damages.push_back(std::move(damage));
      result.progress = slice->progress;
    }
    return result;
  }

  uint64_t Damaged() const { return DamageOf(*archive_).count(); }

  void Write(kv::Shard& shard, kv::Batch batch) {
    ASSERT_TRUE(shard.Write(batch, kv::Durability::kSynced).ok());
  }
};

TEST_F(VerifyTest, WholeArchiveIsProvenWithEverythingThatACaptureMayBe) {
  const std::string url = "http://jxja.gov.cn/";
  const std::string page = "<html>" + base::ToHex(base::RandomBytes(3'000)) + "</html>";
  Keep(Page(url, kNoon, page));
  Keep(Bare(url, kNoon + kDay, v1::OUTCOME_UNCHANGED, 304));
  Keep(Bare(url, kNoon + 2 * kDay, v1::OUTCOME_UNREACHABLE));
  Keep(Compressed("http://jxja.gov.cn/gz", kNoon, page));
  Keep(WithWire("http://jxja.gov.cn/odd", kNoon, page, base::RandomBytes(20'000)));
  Keep(WithFinding(Page("https://www.fenyi.gov.cn/a", kNoon, "a")));
  Keep(WithFinding(Page("https://www.fenyi.gov.cn/b", kNoon, "b")));
  for (const auto& shard : space_->Shards()) ASSERT_TRUE(shard->CompactAll().ok());

  for (const bool anew : {false, true}) {
    const Result result = Verify(anew);
    EXPECT_THAT(result.damages, IsEmpty()) << result.damages.front().DebugString();
    EXPECT_EQ(result.progress.captures(), 7u);
    EXPECT_EQ(result.progress.wires(), 2u);
    EXPECT_EQ(result.progress.findings(), 2u);
    EXPECT_EQ(result.progress.slots(), 257u);
    EXPECT_GT(result.progress.files(), 5u);
    EXPECT_EQ(result.progress.damaged(), 0u);
  }
  EXPECT_EQ(Damaged(), 0u);
}

TEST_F(VerifyTest, DamageInAChainIsNamedWithWhatIsBehindItAndMendedWhenItComesAgain) {
  const std::string url = "http://jxja.gov.cn/";
  const std::string same = base::ToHex(base::RandomBytes(2'000));
  std::vector<std::string> ids;
  for (int i = 0; i < 6; ++i)
    ids.push_back(Keep(Page(url, kNoon + i * kDay, same + std::to_string(i))));
  ASSERT_TRUE(PackAll(*space_).ok());
  EXPECT_THAT(Verify().damages, IsEmpty());

  const Place place = PlaceOf(*space_, url).value();
  const auto at = [&](int i) {
    return FindBody(*place.shard, place.slot, BodyKind::kDecoded,
                    base::Sha256(same + std::to_string(i)))
        .value()
        ->chained;
  };
  ASSERT_EQ(at(3)->position, 3);
  kv::Batch batch;
  batch.Put(kChainFamily, ChainKey(place.slot, *at(3)), MakePatch("other", same + "2"));
  Write(*place.shard, std::move(batch));
  EXPECT_EQ(Verify().Named(), (std::set<std::string>{ids[3], ids[4], ids[5]}));
  EXPECT_EQ(Damaged(), 3u);

  // They come again, each by itself, and are packed again.
  for (int i = 3; i < 6; ++i) Keep(Page(url, kNoon + (i + 10) * kDay, same + std::to_string(i)));
  ASSERT_TRUE(PackAll(*space_).ok());
  EXPECT_TRUE(at(4));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(Body(ids[i]).value(), same + std::to_string(i));
  EXPECT_THAT(Verify().damages, IsEmpty());
  EXPECT_EQ(Damaged(), 0u);
}

TEST_F(VerifyTest, FlippedByteAnywhereIsNamedAndAllElseIsServed) {
  std::map<std::string, std::string> bodies;  // By snapshot id.
  std::map<std::string, std::string> urls;
  for (int i = 0; i < 200; ++i) {
    const std::string body = base::RandomBytes(i % 20 == 0 ? 9'000 : 300);
    Capture capture = Page("http://jxja.gov.cn/" + std::to_string(i % 150), kNoon + i, body);
    capture.header.mutable_snapshot()->set_detail(base::ToHex(base::RandomBytes(150)));
    if (i % 10 == 0) capture = WithFinding(std::move(capture));
    const std::string url = capture.header.snapshot().url();
    const std::string id = Keep(std::move(capture));
    bodies[id] = body;
    urls[id] = url;
  }
  Settle();
  std::vector<fs::path> files = Files(".blob");
  for (const fs::path& path : Files(".sst")) files.push_back(path);
  ASSERT_GT(files.size(), 6u);
  std::set<v1::Damage::What> seen;
  for (const fs::path& path : files) {
    const size_t size = ReadAll(path).size();
    for (const size_t at : {size_t{100}, size / 3, size / 2, size - size / 5, size - 20}) {
      const TempDirectory trial;  // What is noted in it changes its files.
      fs::copy(directory_.path(), trial.path(), fs::copy_options::recursive);
      Flip(fs::path(trial.path()) / path.lexically_relative(directory_.path()), at);
      const std::string where = path.string() + " at " + std::to_string(at);
      auto space = OpenSpace(trial.path());
      if (!space.ok()) {
        EXPECT_EQ(space.status().code(), StatusCode::kDataLoss) << space.status();
        continue;
      }
      archive_ = Archive::Open(**space, {}, clock_).value();
      const Result result = Verify();
      const std::set<std::string> named = result.Named();
      seen.merge(result.Whats());
      EXPECT_THAT(result.Whats(), Contains(v1::Damage::FILE)) << where;
      size_t lost = 0, beside = 0;
      for (const auto& [id, body] : bodies) {
        const auto read = Body(id);
        EXPECT_EQ(read.value_or(body), body) << where << " was served";
        EXPECT_TRUE(read.ok() || named.contains(id)) << where << ": " << id;
        lost += read.ok() ? 0 : 1;
        // A search for the newest looks beyond its URL's last capture: into the next block.
        if (!Find(urls[id], std::nullopt).ok() && !named.contains(id)) ++beside;
      }
      // A block of data is that alone; what leads to the blocks is the whole table, and so is the
      // one block of a small one.
      if (at == 100 && size > kTableOfBlocksBytes) {
        EXPECT_LT(lost, bodies.size() / 2) << where << " isolates nothing";
      }
      EXPECT_LE(beside, 4u) << where;
      archive_.reset();
    }
  }
  for (const auto what : {v1::Damage::BODY, v1::Damage::RECORD, v1::Damage::INDEX,
                          v1::Damage::FINDINGS, v1::Damage::COUNT})
    EXPECT_TRUE(seen.contains(what)) << v1::Damage::What_Name(what);
  Reopen();
  EXPECT_THAT(Verify().damages, IsEmpty()) << "but for what was flipped";
}

TEST_F(VerifyTest, DamagedBodyIsNotedUntilACaptureWithTheSameBytesPutsItBack) {
  const std::string url = "http://jxja.gov.cn/photo";
  const std::string body = base::RandomBytes(50'000);
  const std::string first = Keep(Page(url, kNoon, body));
  const std::string again = Keep(Page(url, kNoon + kDay, body));
  const std::string other = Keep(Page("http://jxja.gov.cn/other", kNoon, "other"));
  FlipIn(body.substr(10'000, 64));

  Result result = Verify();
  EXPECT_EQ(result.Named(), (std::set<std::string>{first, again, ""})) << "the file has no id";
  EXPECT_EQ(result.Whats(), (std::set{v1::Damage::BODY, v1::Damage::FILE}));
  EXPECT_EQ(result.damages.front().url(), url);
  EXPECT_EQ(result.damages.front().captured_ms(), kNoon);
  EXPECT_THAT(result.damages.front().detail(), HasSubstr(base::ToHex(base::Sha256(body))));
  EXPECT_EQ(Damaged(), 2u) << "the bytes once, and the file";
  EXPECT_EQ(Body(first).status().code(), StatusCode::kDataLoss);
  Reopen();
  EXPECT_EQ(Damaged(), 2u) << "notes are kept";

  const Status unchanged =
      archive_->Store(Bare(url, kNoon + 2 * kDay - 1, v1::OUTCOME_UNCHANGED, 304)).status();
  EXPECT_EQ(unchanged.code(), StatusCode::kNotFound) << "the page must bring its bytes";
  const v1::ArchiveStats before = Stats();
  const std::string third = Keep(Page(url, kNoon + 2 * kDay, body));
  for (const std::string& id : {first, again, third}) EXPECT_EQ(Body(id).value(), body);
  EXPECT_EQ(Body(other).value(), "other");
  EXPECT_EQ(Stats().bodies(), before.bodies());
  EXPECT_EQ(Damaged(), 1u) << "the file";

  for (const auto& shard : space_->Shards()) ASSERT_TRUE(shard->CompactAll().ok());
  clock_.Advance(Millis(1));
  EXPECT_THAT(Verify().damages, IsEmpty()) << "the damaged file is gone";
  EXPECT_EQ(Damaged(), 0u);
}

TEST_F(VerifyTest, ReaderThatMeetsDamageNotesItToo) {
  const std::string body = base::RandomBytes(50'000);
  const std::string id = Keep(Page("http://jxja.gov.cn/", kNoon, body));
  FlipIn(body.substr(10'000, 64));
  EXPECT_EQ(Damaged(), 0u);
  for (const auto form : {v1::GetRequest::DECODED, v1::GetRequest::WIRE})
    EXPECT_EQ(Body(id, form).status().code(), StatusCode::kDataLoss);
  EXPECT_EQ(Damaged(), 1u);
  Keep(Page("http://jxja.gov.cn/copy", kNoon, body));
  EXPECT_EQ(Body(id).value(), body);
  EXPECT_EQ(Damaged(), 0u);
}

TEST_F(VerifyTest, WireBytesThatDoNotComeBackAreNamedBesideAWholeBody) {
  const std::string wire = base::RandomBytes(30'000);
  const std::string id = Keep(WithWire("http://jxja.gov.cn/", kNoon, "page", wire));
  FlipIn(wire.substr(10'000, 64));
  const Result result = Verify();
  EXPECT_EQ(result.Whats(), (std::set{v1::Damage::WIRE, v1::Damage::FILE}));
  EXPECT_THAT(result.Named(), Contains(id));
  EXPECT_EQ(Body(id).value(), "page");
  EXPECT_EQ(Body(id, v1::GetRequest::WIRE).status().code(), StatusCode::kDataLoss);
}

TEST_F(VerifyTest, CountsThatDoNotFitAreNamedOfTheirSlotAlone) {
  const std::string url = "http://jxja.gov.cn/";
  Keep(Page(url, kNoon, "a"));
  Keep(Page("https://www.fenyi.gov.cn/", kNoon, "b"));
  const Place place = PlaceOf(*space_, url).value();
  const std::string where = "slot " + std::to_string(place.slot) + ": ";
  const auto details = [&](const Result& result) {
    std::vector<std::string> all;
    for (const v1::Damage& damage : result.damages) all.push_back(damage.detail());
    return all;
  };
  kv::Batch batch;
  batch.Put(kBodyFamily, BodyKey(place.slot, BodyKind::kDecoded, base::Sha256("x")), "x");
  std::string one;
  base::AppendU64(&one, 1);
  batch.Put(kDigestFamily, BodyKey(place.slot, BodyKind::kDecoded, base::Sha256("x")), one);
  Write(*place.shard, batch);
  EXPECT_THAT(details(Verify()),
              ElementsAre(AllOf(HasSubstr(where), HasSubstr("reached by no capture")),
                          AllOf(HasSubstr(where), HasSubstr("tallies"))));

  batch.Clear();
  ASSERT_TRUE(AddToTally(*place.shard, place.slot, 0, {.bodies = 1, .body_bytes = 1}, &batch).ok());
  batch.Delete(kBodyFamily, BodyKey(place.slot, BodyKind::kDecoded, base::Sha256("x")));
  batch.Delete(kDigestFamily, BodyKey(place.slot, BodyKind::kDecoded, base::Sha256("x")));
  batch.Put(kCaptureFamily, CaptureKey(place.slot, std::string(16, 'i')), "nowhere");
  Write(*place.shard, batch);
  EXPECT_THAT(details(Verify()), ElementsAre(HasSubstr("keys in capture"), HasSubstr("tallies")));
}

TEST_F(VerifyTest, BodiesAreCountedInPartsWithTheSameResult) {
  for (int i = 0; i < 10; ++i) {
    Keep(WithWire("http://jxja.gov.cn/" + std::to_string(i), kNoon, "page " + std::to_string(i),
                  "wire " + std::to_string(i)));
  }
  const Place place = PlaceOf(*space_, "http://jxja.gov.cn/").value();
  for (const size_t part_max : {1, 3, 20, 21}) {
    SlotCount count(place.shard, place.slot, part_max);
    // No time at all: a step at a time.
    StatusOr<bool> over = false;
    while (over.ok() && !*over) over = count.Step({});
    ASSERT_TRUE(over.ok()) << over.status();
    EXPECT_THAT(count.found(), IsEmpty());
  }
  kv::Batch batch;
  const std::string orphan = BodyKey(place.slot, BodyKind::kWire, base::Sha256("x"));
  batch.Put(kBodyFamily, orphan, "x");
  std::string one;
  base::AppendU64(&one, 1);
  batch.Put(kDigestFamily, orphan, one);
  Write(*place.shard, batch);
  for (const size_t part_max : {1, 3, 20, 100}) {
    SlotCount count(place.shard, place.slot, part_max);
    ASSERT_TRUE(count.Step(SlotCount::Time::max()).ok());
    EXPECT_THAT(count.found(), ElementsAre(HasSubstr("1 bodies are reached by no capture")));
  }
}

TEST_F(VerifyTest, CaptureWithoutItsNeighbourRecordsIsNamed) {
  const std::string url = "http://jxja.gov.cn/";
  const std::string a = Keep(Page(url, kNoon, "a"));
  const std::string b = Keep(Page(url, kNoon + 1, "b"));
  const std::string c = Keep(Page(url, kNoon + 2, "c"));
  const Place place = PlaceOf(*space_, url).value();
  const auto key = [&](const std::string& id) {
    const auto parts = base::ParseSnapshotId(id).value();
    return base::EncodeSnapshotKey({place.slot, place.surt, parts.time, parts.disc}).value();
  };
  kv::Batch batch;
  batch.Delete(index::kIndexFamily, key(a));
  batch.Delete(kSnapshotFamily, key(b));
  Write(*place.shard, batch);
  const Result result = Verify();
  std::map<std::string, v1::Damage::What> whats;
  for (const v1::Damage& damage : result.damages)
    if (!damage.snapshot_id().empty()) whats[damage.snapshot_id()] = damage.what();
  EXPECT_EQ(whats, (std::map<std::string, v1::Damage::What>{{a, v1::Damage::INDEX},
                                                            {b, v1::Damage::RECORD}}));
  EXPECT_THAT(result.Named(), Not(Contains(c)));
}

TEST_F(VerifyTest, GoesOnWhileCapturesAreStored) {
  for (int i = 0; i < 50; ++i)
    Keep(Page("http://jxja.gov.cn/" + std::to_string(i), kNoon, "page " + std::to_string(i)));
  std::unique_ptr<Verifier> verifier = MakeVerifier(*archive_, "", 50).value();
  Result result;
  for (int i = 0; !result.progress.done(); ++i) {
    auto slice = verifier->Next();
    ASSERT_TRUE(slice.ok()) << slice.status();
    EXPECT_THAT(slice->damages, IsEmpty());
    result.progress = slice->progress;
    Keep(Page("http://jxja.gov.cn/" + std::to_string(i % 60), kNoon + 1 + i, base::RandomBytes(9)));
  }
}

TEST_F(VerifyTest, PlaceThatNobodyGaveIsRefused) {
  v1::VerifyPlace place;
  const auto code = [&] {
    return MakeVerifier(*archive_, place.SerializeAsString(), 0).status().code();
  };
  EXPECT_EQ(code(), StatusCode::kOk);
  place.set_slot(7);
  place.set_key("\x01");
  EXPECT_EQ(code(), StatusCode::kInvalidArgument);
  place.set_key(kv::SlotKey(8) + "key");
  EXPECT_EQ(code(), StatusCode::kInvalidArgument);
  place.set_key(kv::SlotKey(7) + "key");
  EXPECT_EQ(code(), StatusCode::kOk);
  place.set_phase(v1::VerifyPlace::FINDINGS);
  EXPECT_EQ(code(), StatusCode::kInvalidArgument);
  place.Clear();
  place.set_slot(1'000);
  EXPECT_EQ(code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(MakeVerifier(*archive_, "\xff\xff", 0).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace signboard::archive
