// TailFindings over real gRPC on loopback.
#include <optional>

#include "tests/storage/archive/service_fixture.h"

namespace signboard::archive {
namespace {

class TailFindingsTest : public ServedArchiveTest {
 protected:
  // One more entry of the log; the sequence number it must get.
  uint64_t Find(int number) {
    Capture capture =
        Page("http://site" + std::to_string(number % 5) + ".cn/", kNoon + number, "body");
    capture.header.add_findings()->set_centre_name_zh(std::to_string(number));
    capture.header.set_text("text " + std::to_string(number));
    Keep(std::move(capture));
    return ++stored_;
  }

  struct Tail {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::TailFindingsReply>> reader;

    // The next level; entries before it go to `entries`.
    v1::TailFindingsReply::Level ToLevel() {
      v1::TailFindingsReply reply;
      while (reader->Read(&reply)) {
        if (reply.has_level()) return reply.level();
        entries.push_back(reply.entry());
      }
      ADD_FAILURE() << "the stream ended: " << reader->Finish().error_message();
      return {};
    }
    // Reads until an entry of this number came.
    void ToEntry(uint64_t sequence) {
      v1::TailFindingsReply reply;
      while ((entries.empty() || entries.back().sequence() < sequence) && reader->Read(&reply))
        if (reply.has_entry()) entries.push_back(reply.entry());
    }
    std::vector<v1::LoggedFindings> entries;
  };
  std::unique_ptr<Tail> Follow(uint64_t after, uint32_t slot = 0) {
    auto tail = std::make_unique<Tail>();
    v1::TailFindingsRequest request;
    request.set_slot(slot);
    request.set_after(after);
    tail->reader = stub_->TailFindings(&tail->context, request);
    return tail;
  }
  static void ExpectEach(const Tail& tail, uint64_t first, uint64_t last) {
    ASSERT_EQ(tail.entries.size(), last - first + 1);
    for (uint64_t i = first; i <= last; ++i)
      EXPECT_EQ(tail.entries[static_cast<size_t>(i - first)].sequence(), i);
  }

  uint64_t stored_ = 0;
};

TEST_F(TailFindingsTest, GivesWhatIsThereThenWhatComes) {
  const auto empty = Follow(0);
  v1::TailFindingsReply::Level level = empty->ToLevel();
  EXPECT_EQ(level.slot_first(), 0u);
  EXPECT_EQ(level.slot_last(), kv::kReservedSlot);
  EXPECT_EQ(level.sequence(), 0u);

  for (int i = 0; i < 100; ++i) Find(i);
  const auto tail = Follow(0);
  EXPECT_EQ(tail->ToLevel().sequence(), 100u) << "what there was when the call began";
  tail->ToEntry(100);
  ExpectEach(*tail, 1, 100);
  EXPECT_EQ(tail->entries[7].findings(0).centre_name_zh(), "7");
  EXPECT_EQ(tail->entries[7].text(), "text 7");
  EXPECT_EQ(tail->entries[7].snapshot().url(), "http://site2.cn/");
  EXPECT_EQ(tail->entries[7].snapshot().captured_ms(), kNoon + 7);

  EXPECT_EQ(Find(100), 101u);
  EXPECT_EQ(tail->ToLevel().sequence(), 101u) << "all up to it were given before the pause";
  ExpectEach(*tail, 1, 101);
  while (empty->ToLevel().sequence() < 101u) {
  }
  ExpectEach(*empty, 1, 101);
}

TEST_F(TailFindingsTest, ResumesBehindAnyEntry) {
  for (int i = 0; i < 30; ++i) Find(i);
  const auto tail = Follow(17);
  EXPECT_EQ(tail->ToLevel().sequence(), 30u);
  tail->ToEntry(30);
  ExpectEach(*tail, 18, 30);
  const auto level = Follow(30);
  EXPECT_EQ(level->ToLevel().sequence(), 30u);
  EXPECT_TRUE(level->entries.empty());
  const auto beyond = Follow(31);
  EXPECT_EQ(beyond->reader->Finish().error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  const auto nowhere = Follow(0, kv::kReservedSlot + 1);
  EXPECT_EQ(nowhere->reader->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(TailFindingsTest, ManyFollowersSeeEveryEntryOfConcurrentStoresOnce) {
  constexpr int kFollowers = 20;
  constexpr int kThreads = 4;
  constexpr int kEach = 40;
  std::vector<std::unique_ptr<Tail>> tails;
  for (int i = 0; i < kFollowers; ++i) tails.push_back(Follow(0));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kEach; ++i) {
        Capture capture = Page("http://s" + std::to_string(t) + ".cn/", kNoon + i, "body");
        capture.header.add_findings()->set_score(1);
        EXPECT_TRUE(archive_->Store(std::move(capture)).ok());
      }
    });
  }
  for (auto& tail : tails) {
    threads.emplace_back([&tail] { tail->ToEntry(kThreads * kEach); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& tail : tails) ExpectEach(*tail, 1, kThreads * kEach);
}

TEST_F(TailFindingsTest, StopEndsFollowersAtOnce) {
  Find(0);
  const auto tail = Follow(0);
  tail->ToEntry(1);
  service_->Stop();
  v1::TailFindingsReply reply;
  while (tail->reader->Read(&reply)) {
  }
  EXPECT_EQ(tail->reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  const auto late = Follow(0);
  while (late->reader->Read(&reply)) {
  }
  EXPECT_EQ(late->reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TailFindingsTest, FollowersAreBoundedAndGiveTheirPlaceBack) {
  Serve({.tails_max = 2});
  auto first = Follow(0);
  auto second = Follow(0);
  first->ToLevel();
  second->ToLevel();
  const auto third = Follow(0);
  EXPECT_EQ(third->reader->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  first->context.TryCancel();
  EXPECT_EQ(first->reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  // The server learns of it in its own time.
  for (grpc::StatusCode code = grpc::StatusCode::RESOURCE_EXHAUSTED;
       code == grpc::StatusCode::RESOURCE_EXHAUSTED;) {
    const auto next = Follow(0);
    v1::TailFindingsReply reply;
    code = next->reader->Read(&reply) ? grpc::StatusCode::OK
                                      : next->reader->Finish().error_code();
  }
}

TEST_F(TailFindingsTest, HostileFindingsAreRefusedBeforeTheyReachTheLog) {
  const auto refused = [this](const Capture& capture) {
    return archive_->Store(capture).status().code() == StatusCode::kInvalidArgument;
  };
  Capture capture = Page("http://a.cn/", kNoon, "body");
  v1::Finding* finding = capture.header.add_findings();
  finding->set_centre_name_zh("\xff\xfe broken");
  EXPECT_TRUE(refused(capture)) << "not UTF-8";
  finding->set_centre_name_zh(std::string(kFindingsBytesMax, 'a'));
  EXPECT_TRUE(refused(capture)) << "too large";
  finding->set_centre_name_zh(std::string(kFindingsBytesMax - 100, 'a'));
  capture.header.set_text(std::string(kTextBytesMax, 'a'));
  Keep(capture);
  const auto tail = Follow(0);
  tail->ToEntry(1);
  ASSERT_EQ(tail->entries.size(), 1u) << "the largest entry fits a message";
}

}  // namespace
}  // namespace signboard::archive
