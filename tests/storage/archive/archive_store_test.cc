#include <thread>

#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

using ::testing::HasSubstr;

class ArchiveStoreTest : public ArchiveTest {};

TEST_F(ArchiveStoreTest, IdNamesTheInstantAndTheExactUrl) {
  const std::string id = Keep(Page("http://www.jxja.gov.cn/a.html", kNoon + 7, "第一版"));
  EXPECT_THAT(id, ::testing::MatchesRegex("20251118040000007-[0-9a-f]{8}/"
                                          "http://www.jxja.gov.cn/a.html"));
  EXPECT_EQ(Body(id).value(), "第一版");
}

TEST_F(ArchiveStoreTest, SameBodyUnderThreeUrlsIsKeptOnce) {
  const std::string body(10'000, 'x');
  for (const char* path : {"1", "2", "3"}) {
    auto reply = archive_->Store(Page(std::string("http://jxja.gov.cn/") + path, kNoon, body));
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->known_body(), *path != '1');
  }
  const v1::ArchiveStats stats = Stats();
  EXPECT_EQ(stats.snapshots(), 3u);
  EXPECT_EQ(stats.urls(), 3u);
  EXPECT_EQ(stats.bodies(), 1u);
  EXPECT_EQ(stats.body_bytes(), 10'000u);
  EXPECT_EQ(stats.body_bytes_all(), 30'000u);
  EXPECT_EQ(stats.stored(), 3u);
  EXPECT_GE(stats.epoch(), 1u);
}

TEST_F(ArchiveStoreTest, SameBodyStoredByManyThreadsIsKeptOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 10; ++i) {
        Keep(Page("http://jxja.gov.cn/" + std::to_string(t) + "/" + std::to_string(i), kNoon,
                  "body " + std::to_string(i)));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Stats().snapshots(), 80u);
  EXPECT_EQ(Stats().urls(), 80u);
  EXPECT_EQ(Stats().bodies(), 10u);
}

TEST_F(ArchiveStoreTest, EmptyBodyIsABody) {
  const std::string id = Keep(Page("http://jxja.gov.cn/empty", kNoon, ""));
  EXPECT_EQ(Body(id).value(), "");
  EXPECT_EQ(Stats().bodies(), 1u);
}

TEST_F(ArchiveStoreTest, StoringACaptureTwiceIsOneCapture) {
  const Capture capture = Page("http://jxja.gov.cn/", kNoon, "a");
  const std::string id = Keep(capture);
  auto again = archive_->Store(capture);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(again->known_capture());
  EXPECT_TRUE(again->known_body());
  EXPECT_EQ(again->snapshot_id(), id);
  EXPECT_EQ(Stats().snapshots(), 1u);
}

TEST_F(ArchiveStoreTest, StoringACaptureFromManyThreadsAtOnceIsOneCapture) {
  const Capture capture = Page("http://jxja.gov.cn/", kNoon, "a");
  std::atomic<int> first{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      auto reply = archive_->Store(capture);
      ASSERT_TRUE(reply.ok()) << reply.status();
      if (!reply->known_capture()) ++first;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(first, 1);
  EXPECT_EQ(Stats().snapshots(), 1u);
  EXPECT_EQ(Stats().body_bytes_all(), 1u);
}

TEST_F(ArchiveStoreTest, CaptureIdOfAnotherCaptureIsRefused) {
  const Capture capture = Page("http://jxja.gov.cn/", kNoon, "a");
  const std::string id = Keep(capture);
  Capture other = Page("http://jxja.gov.cn/b", kNoon, "a");
  other.header.mutable_snapshot()->set_capture_id(capture.header.snapshot().capture_id());
  const Status status = archive_->Store(other).status();
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr(id));
}

TEST_F(ArchiveStoreTest, CapturesOfOneMillisecondAreAllKept) {
  std::vector<std::string> ids;
  for (int i = 0; i < 20; ++i)
    ids.push_back(Keep(Page("http://jxja.gov.cn/", kNoon, std::to_string(i))));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(Body(ids[i]).value(), std::to_string(i));
  EXPECT_EQ(Stats().snapshots(), 20u);
}

TEST_F(ArchiveStoreTest, UnchangedCaptureGivesTheBodyItRepeats) {
  const std::string first = Keep(Page("http://jxja.gov.cn/", kNoon, "a"));
  Keep(Page("http://jxja.gov.cn/", kNoon + kDay, "b"));
  Capture unchanged = Bare("http://jxja.gov.cn/", kNoon + 2 * kDay, v1::OUTCOME_UNCHANGED, 304);
  unchanged.header.mutable_snapshot()->set_revisit_of(first);
  const std::string id = Keep(unchanged);
  EXPECT_EQ(Body(id).value(), "a") << "the one it named, not the newest";

  const v1::Snapshot found = Find("http://jxja.gov.cn/", std::nullopt).value();
  EXPECT_EQ(found.id(), id);
  EXPECT_EQ(found.http_status(), 304);
  EXPECT_EQ(found.revisit_of(), first);
  EXPECT_EQ(found.body_sha256(), base::Sha256("a"));
  EXPECT_EQ(found.content_type(), "text/html; charset=utf-8");
  EXPECT_EQ(Body(id, v1::GetRequest::WIRE).value(), "a");
  EXPECT_EQ(Stats().bodies(), 2u);
}

TEST_F(ArchiveStoreTest, UnchangedCaptureOfNothingKeptRepeatsTheNewestBodyBeforeIt) {
  Keep(Page("http://jxja.gov.cn/", kNoon, "a"));
  const std::string second = Keep(Page("http://jxja.gov.cn/", kNoon + kDay, "b"));
  Keep(Bare("http://jxja.gov.cn/", kNoon + kDay + 1, v1::OUTCOME_BLOCKED, 412));
  Keep(Page("http://jxja.gov.cn/", kNoon + 9 * kDay, "c"));
  for (const std::string& named :
       {std::string(), std::string("nonsense"),
        std::string("20251118040000000-00000000/http://jxja.gov.cn/"),
        IdOf("http://jxja.gov.cn/", std::nullopt)}) {
    Capture unchanged = Bare("http://jxja.gov.cn/", kNoon + 2 * kDay, v1::OUTCOME_UNCHANGED, 304);
    unchanged.header.mutable_snapshot()->set_revisit_of(named);
    EXPECT_EQ(Body(Keep(unchanged)).value(), "b") << named;
  }
}

TEST_F(ArchiveStoreTest, RevisitOfARevisitNamesTheOriginal) {
  const std::string original = Keep(Page("http://jxja.gov.cn/", kNoon, "a"));
  std::string last = original;
  for (int i = 1; i < 5; ++i) {
    Capture unchanged =
        Bare("http://jxja.gov.cn/", kNoon + i * kDay, v1::OUTCOME_UNCHANGED, 304);
    unchanged.header.mutable_snapshot()->set_revisit_of(last);
    last = Keep(unchanged);
    EXPECT_EQ(Find("http://jxja.gov.cn/", std::nullopt)->revisit_of(), original);
  }
}

TEST_F(ArchiveStoreTest, UnchangedCaptureWithoutAnyBodyAsksForAFetchWithoutConditions) {
  Keep(Page("https://jxja.gov.cn/", kNoon, "another URL of the same SURT"));
  const Capture unchanged =
      Bare("http://jxja.gov.cn/", kNoon + kDay, v1::OUTCOME_UNCHANGED, 304);
  const Status status = archive_->Store(unchanged).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("without conditions"));
  EXPECT_EQ(Stats().snapshots(), 1u);
}

TEST_F(ArchiveStoreTest, UnchangedCaptureWithADigestThatIsNotKeptIsRefused) {
  Keep(Page("http://jxja.gov.cn/", kNoon, "a"));
  Capture unchanged = Bare("http://jxja.gov.cn/", kNoon + kDay, v1::OUTCOME_UNCHANGED, 304);
  unchanged.header.mutable_snapshot()->set_body_sha256(base::Sha256("b"));
  EXPECT_EQ(archive_->Store(unchanged).status().code(), StatusCode::kNotFound);
  unchanged.header.mutable_snapshot()->set_body_sha256(base::Sha256("a"));
  EXPECT_EQ(Body(Keep(unchanged)).value(), "a");
}

TEST_F(ArchiveStoreTest, BlockPageIsAnObservationAndNeverABody) {
  Keep(Page("http://jxja.gov.cn/", kNoon, "content"));
  const std::string block = "<title>访问被拦截</title>";
  Capture capture = Page("http://jxja.gov.cn/", kNoon + kDay, block);
  capture.header.mutable_snapshot()->set_outcome(v1::OUTCOME_BLOCKED);
  capture.header.mutable_snapshot()->set_http_status(412);
  capture.header.mutable_snapshot()->set_detail("challenge page");
  const std::string id = Keep(capture);

  const v1::Snapshot found = Find("http://jxja.gov.cn/", std::nullopt).value();
  EXPECT_EQ(found.id(), id);
  EXPECT_EQ(found.detail(), "challenge page");
  EXPECT_EQ(found.body_sha256(), base::Sha256(block));
  EXPECT_EQ(found.body_bytes(), block.size());
  EXPECT_FALSE(HasBody(found));
  EXPECT_EQ(Body(id).status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Stats().bodies(), 1u);
}

TEST_F(ArchiveStoreTest, FindingsAreALogInTheOrderOfCommits) {
  const std::string url = "http://jxja.gov.cn/";
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) {
    Capture capture = Page(url, kNoon + i, std::to_string(i));
    v1::Finding* finding = capture.header.add_findings();
    finding->set_centre_name_zh("静安县国际传播中心");
    finding->set_score(0.9 + i * 0.01);
    capture.header.set_text("正文 " + std::to_string(i));
    ids.push_back(Keep(capture));
    Keep(Page(url, kNoon + 100 + i, "without findings"));
    if (i == 1) Reopen();
  }
  const kv::Slot slot = PlaceOf(*space_, url)->slot;
  const auto log = Findings(slot, 0);
  ASSERT_EQ(log.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(log[i].snapshot().id(), ids[i]);
    EXPECT_EQ(log[i].snapshot().url(), url);
    EXPECT_EQ(log[i].snapshot().page().title().substr(0, 6), "标题");
    EXPECT_GT(log[i].snapshot().stored_ms(), 0);
    EXPECT_EQ(log[i].text(), "正文 " + std::to_string(i));
    EXPECT_EQ(log[i].findings(0).centre_name_zh(), "静安县国际传播中心");
    if (i == 0) continue;
    EXPECT_GT(log[i].sequence(), log[i - 1].sequence());
  }
  EXPECT_EQ(Findings(slot, log[1].sequence()).size(), 1u);
  EXPECT_EQ(archive_->NewestFindings(slot).value(), log[2].sequence());
  EXPECT_EQ(archive_->TailFindings(slot, log[2].sequence() + 1).status().code(),
            StatusCode::kFailedPrecondition);
}

// The form before page facts were kept.
TEST_F(ArchiveStoreTest, OldEntriesOfTheFindingLogStillRead) {
  const std::string url = "http://jxja.gov.cn/";
  const std::string id = Keep(Page(url, kNoon, "old"));
  const Place place = PlaceOf(*space_, url).value();
  v1::StoreRequest::Header old;
  old.mutable_snapshot()->set_id(id);
  old.mutable_snapshot()->set_url(url);
  old.mutable_snapshot()->set_captured_ms(kNoon);
  old.add_findings()->set_score(0.5);
  old.set_text("正文");
  kv::Batch batch;
  batch.Put(kFindingFamily, FindingKey(place.slot, 1), old.SerializeAsString());
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  Reopen();
  Capture capture = Page(url, kNoon + 1, "new");
  capture.header.add_findings()->set_score(0.6);
  Keep(capture);
  const auto log = Findings(place.slot, 0);
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].sequence(), 1u);
  EXPECT_EQ(log[0].snapshot().id(), id);
  EXPECT_EQ(log[0].text(), "正文");
  EXPECT_EQ(log[1].sequence(), 2u);
}

// More than a read looks ahead, more than is in memory, over many slots.
TEST_F(ArchiveStoreTest, TailGoesThroughLongLogsOfManySlots) {
  const std::string url = "http://jxja.gov.cn/";
  const std::string id = Keep(Page(url, kNoon, "a"));
  const Place place = PlaceOf(*space_, url).value();
  constexpr uint64_t kEntries = 2 * FindingLog::kRecentMax;
  kv::Batch batch;
  v1::StoreRequest::Header record;
  record.mutable_snapshot()->set_id(id);
  for (uint64_t i = 1; i <= kEntries; ++i) {
    const kv::Slot slot = static_cast<kv::Slot>(i * 7 % kv::kSlotCount);
    batch.Put(kFindingFamily, FindingKey(slot, i), record.SerializeAsString());
  }
  ASSERT_TRUE(place.shard->Write(batch, kv::Durability::kSynced).ok());
  Reopen();
  auto log = Findings(0, 0);
  ASSERT_EQ(log.size(), kEntries);
  for (uint64_t i = 0; i < kEntries; ++i) ASSERT_EQ(log[i].sequence(), i + 1);
  // What is stored now is in memory; the seam does not show.
  for (int i = 0; i < 3; ++i) {
    Capture capture = Page(url, kNoon + 1 + i, "b");
    capture.header.add_findings()->set_score(0.6);
    Keep(capture);
  }
  log = Findings(0, kEntries - 1);
  ASSERT_EQ(log.size(), 4u);
  EXPECT_EQ(log.back().sequence(), kEntries + 3);
}

// Durable first, told of afterwards: a follower never saw what the machine may lose.
TEST_F(ArchiveStoreTest, FindingsAreToldOfOnceTheirShardIsSynced) {
  const auto write = [this](const std::string& url) {
    Capture capture = Page(url, kNoon, "a");
    capture.header.add_findings()->set_score(1);
    return archive_->Write(std::move(capture)).value();
  };
  const Archive::Written first = write("http://one.cn/");
  const Archive::Written second = write("http://two.cn/");
  EXPECT_EQ(first.finding, 1u);
  EXPECT_EQ(second.finding, 2u);
  EXPECT_TRUE(Findings(0, 0).empty());
  ASSERT_TRUE(archive_->Sync(*second.shard, second.finding).ok());
  EXPECT_EQ(Findings(0, 0).size(), 2u) << "one log: what was written before is durable too";
  ASSERT_TRUE(archive_->Sync(*first.shard, first.finding).ok());
  EXPECT_EQ(archive_->NewestFindings(0).value(), 2u);
}

TEST_F(ArchiveStoreTest, FindingsOfManyThreadsAndSitesHaveOneSequence) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 10; ++i) {
        Capture capture = Page("http://site" + std::to_string(t) + ".cn/", kNoon + i, "a");
        capture.header.add_findings()->set_score(1);
        Keep(capture);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<uint64_t> sequences;
  for (const v1::LoggedFindings& entry : Findings(0, 0)) sequences.push_back(entry.sequence());
  EXPECT_TRUE(std::is_sorted(sequences.begin(), sequences.end()));
  ASSERT_EQ(sequences.size(), 40u);
  EXPECT_EQ(std::unique(sequences.begin(), sequences.end()), sequences.end());
}

TEST_F(ArchiveStoreTest, ReopenedArchiveHasWhatWasAcknowledged) {
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i)
    ids.push_back(Keep(Page("http://jxja.gov.cn/" + std::to_string(i), kNoon + i, "v" +
                            std::to_string(i))));
  Reopen();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Body(ids[i]).value(), "v" + std::to_string(i));
  EXPECT_EQ(Stats().snapshots(), 50u);
  EXPECT_EQ(Stats().stored(), 0u) << "counts since this process started";
}

TEST_F(ArchiveStoreTest, SnapshotSaysWhenItsClockIsNotTheWorlds) {
  const std::string id = Keep(Page("http://jxja.gov.cn/", kNoon, "a"));
  const v1::Snapshot found = Find("http://jxja.gov.cn/", std::nullopt).value();
  EXPECT_TRUE(found.simulated());
  EXPECT_EQ(found.stored_ms(), ToMillis(clock_.Now()));
  EXPECT_EQ(found.captured_ms(), kNoon);
}

}  // namespace
}  // namespace signboard::archive
