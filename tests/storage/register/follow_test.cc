// From the archive's log over a socket into the register, and out of it to watchers.
#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <set>

#include "proto/base/digest.h"
#include "storage/register/schema.h"
#include "tests/storage/kv/temp_directory.h"
#include "tests/storage/register/register_node.h"

namespace signboard::registry {
namespace {

using ::testing::HasSubstr;

constexpr int kPages = 60;
constexpr int64_t kNoon = 1'763'438'400'000;

class FollowTest : public ::testing::Test {
 protected:
  void SetUp() override { Open(); }
  void TearDown() override {
    node_->Unfollow();  // What is looked at record by record must stand still.
    const Status status = CheckSchema(node_->space());
    EXPECT_TRUE(status.ok()) << base::ToString(status);
  }
  void Open(std::vector<kv::SlotRange> shards = {kv::SlotRange{}}) {
    node_.reset();
    node_ = std::make_unique<RegisterNode>(directory_.Sub("archive"), clock_, std::move(shards));
  }
  void Store(int first, int end) {
    for (int i = first; i < end; ++i) {
      auto stored = node_->archive().Store(WorldPage(i));
      ASSERT_TRUE(stored.ok()) << base::ToString(stored.status());
    }
  }
  std::unique_ptr<v1::Register::Stub> Stub() {
    return v1::Register::NewStub(
        grpc::CreateChannel(node_->address(), grpc::InsecureChannelCredentials()));
  }
  // Everything the register says, without what depends on how often it was told.
  std::vector<std::string> Substance() {
    std::vector<std::string> all;
    grpc::ClientContext context;
    const auto stub = Stub();
    const auto reader = stub->ListAnnouncements(&context, {});
    for (v1::Announcement row; reader->Read(&row);) {
      row.clear_sequence();
      all.push_back(row.DebugString());
    }
    EXPECT_TRUE(reader->Finish().ok());
    std::sort(all.begin(), all.end());
    return all;
  }

  kv::testing::TempDirectory directory_;
  base::ManualClock clock_{FromMillis(kNoon)};
  std::unique_ptr<RegisterNode> node_;
};

// Reads a watch until the event of a number came; gives it up when destroyed.
class Watch {
 public:
  Watch(std::unique_ptr<v1::Register::Stub> stub, uint64_t after,
        v1::AnnouncementFilter filter = {})
      : stub_(std::move(stub)) {
    v1::WatchAnnouncementsRequest request;
    request.set_after_sequence(after);
    *request.mutable_filter() = std::move(filter);
    reader_ = stub_->WatchAnnouncements(&context_, request);
  }
  ~Watch() {
    context_.TryCancel();
    if (!finished_) (void)reader_->Finish();
  }
  std::optional<v1::AnnouncementEvent> Next() {
    v1::AnnouncementEvent event;
    if (!reader_->Read(&event)) return std::nullopt;
    return event;
  }
  grpc::Status Finish() {
    while (Next()) {
    }
    finished_ = true;
    return reader_->Finish();
  }

 private:
  std::unique_ptr<v1::Register::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::AnnouncementEvent>> reader_;
  bool finished_ = false;
};

TEST_F(FollowTest, WhatTheArchiveKeepsIsAnnounced) {
  Store(0, 10);
  node_->Follow();
  node_->AwaitLevel();
  Store(10, kPages);
  node_->AwaitLevel();
  const auto stub = Stub();
  grpc::ClientContext context;
  v1::ListAnnouncementsRequest request;
  request.set_limit(4);
  const auto reader = stub->ListAnnouncements(&context, request);
  std::vector<v1::Announcement> rows;
  for (v1::Announcement row; reader->Read(&row);) rows.push_back(row);
  EXPECT_TRUE(reader->Finish().ok());
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].sources_size(), kPages / 10);
  EXPECT_TRUE(rows[0].sources(0).simulated()) << "the archive's clock is not the world's";
  EXPECT_THAT(rows[0].sources(0).medium(), HasSubstr("媒体"));

  grpc::ClientContext get_context;
  v1::GetAnnouncementRequest get;
  get.set_id(rows[0].id());
  v1::Announcement announcement;
  EXPECT_TRUE(stub->GetAnnouncement(&get_context, get, &announcement).ok());
  EXPECT_EQ(announcement.SerializeAsString(), rows[0].SerializeAsString());
  grpc::ClientContext centre_context;
  v1::GetCentreRequest get_centre;
  get_centre.set_id(announcement.centre_id());
  v1::Centre centre;
  EXPECT_TRUE(stub->GetCentre(&centre_context, get_centre, &centre).ok());
  EXPECT_EQ(centre.announcement_ids(0), announcement.id());
  grpc::ClientContext centres_context;
  v1::ListCentresRequest centres;
  centres.set_place_code("360000");
  const auto centre_reader = stub->ListCentres(&centres_context, centres);
  int count = 0;
  for (v1::Centre row; centre_reader->Read(&row);) ++count;
  EXPECT_TRUE(centre_reader->Finish().ok());
  EXPECT_EQ(count, 11) << "ten counties and their province";

  grpc::ClientContext stats_context;
  v1::RegisterStats stats;
  EXPECT_TRUE(stub->GetRegisterStats(&stats_context, {}, &stats).ok());
  EXPECT_EQ(stats.announcements(), 10u);
  ASSERT_EQ(stats.cursors_size(), 1);
  EXPECT_EQ(stats.cursors(0).followed(), static_cast<uint64_t>(kPages));
  EXPECT_TRUE(stats.cursors(0).connected());
}

TEST_F(FollowTest, ErrorsCrossTheWire) {
  const auto stub = Stub();
  grpc::ClientContext missing;
  v1::Announcement announcement;
  EXPECT_EQ(stub->GetAnnouncement(&missing, {}, &announcement).error_code(),
            grpc::StatusCode::NOT_FOUND);
  grpc::ClientContext listing;
  v1::ListCentresRequest centres;
  centres.set_cursor("c0");
  EXPECT_EQ(stub->ListCentres(&listing, centres)->Finish().error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  grpc::ClientContext curating;
  v1::CurateReply curated;
  EXPECT_EQ(stub->Curate(&curating, {}, &curated).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  grpc::ClientContext log;
  v1::ListCurationsRequest curations;
  curations.set_id("c0");
  EXPECT_EQ(stub->ListCurations(&log, curations)->Finish().error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  Watch beyond(Stub(), 1);
  EXPECT_EQ(beyond.Finish().error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_F(FollowTest, WhatIsCuratedIsHeardByWatchersAndKeptInItsLog) {
  node_->Follow();
  Store(0, kPages);
  node_->AwaitLevel();
  Watch watch(Stub(), node_->reg().Stats().sequence());
  const std::string id = node_->reg().ListAnnouncements({}).value().rows[0].id();
  v1::CurateRequest request;
  request.set_id(id);
  request.set_who("李分析");
  request.set_why("不是中心");
  // More than one page of the log.
  for (int i = 0; i < 60; ++i) {
    request.set_action(i % 2 == 0 ? v1::CurateRequest::RETRACT : v1::CurateRequest::UNDO);
    grpc::ClientContext context;
    v1::CurateReply reply;
    const auto status = Stub()->Curate(&context, request, &reply);
    ASSERT_TRUE(status.ok()) << status.error_message();
    const auto event = watch.Next();
    ASSERT_TRUE(event.has_value());
    EXPECT_EQ(event->type(), i % 2 == 0 ? "retracted" : "updated");
    EXPECT_EQ(event->announcement().id(), id);
    EXPECT_EQ(event->curation(), reply.curation().number());
  }
  grpc::ClientContext context;
  const auto stub = Stub();
  const auto reader = stub->ListCurations(&context, {});
  v1::Curation curation;
  for (uint64_t number = 60; number > 0; --number) {
    ASSERT_TRUE(reader->Read(&curation));
    EXPECT_EQ(curation.number(), number);
  }
  EXPECT_FALSE(reader->Read(&curation));
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(FollowTest, ShardsAreFoundFromEachOther) {
  directory_.Sub("sharded");
  node_ = std::make_unique<RegisterNode>(
      directory_.Sub("sharded"), clock_,
      std::vector<kv::SlotRange>{{0, 63}, {64, 191}, {192, kv::kReservedSlot}});
  node_->Follow();
  Store(0, kPages);
  node_->AwaitLevel();
  EXPECT_EQ(node_->reg().Stats().announcements(), 10u);
  EXPECT_EQ(node_->reg().Stats().cursors_size(), 3);
}

TEST_F(FollowTest, BrokenStreamsGoOnWhereTheyWere) {
  node_->Follow();
  for (int i = 0; i < kPages; i += 10) {
    Store(i, i + 10);
    node_->RestartServer();
  }
  node_->AwaitLevel();
  const std::vector<std::string> broken = Substance();
  // Another register, which follows the whole log at once.
  node_ = std::make_unique<RegisterNode>(directory_.Sub("other"), clock_);
  Store(0, kPages);
  node_->Follow();
  node_->AwaitLevel();
  EXPECT_EQ(Substance(), broken);
}

TEST_F(FollowTest, ReopenedRegisterGoesOnWhereItWas) {
  for (int i = 0; i < kPages; i += 20) {
    Store(i, i + 20);
    node_->Follow();
    while (node_->reg().Followed(0) < static_cast<uint64_t>(i + 5)) std::this_thread::yield();
    Open();
  }
  node_->Follow();
  node_->AwaitLevel();
  const std::vector<std::string> reopened = Substance();
  EXPECT_EQ(reopened.size(), 10u);
  node_ = std::make_unique<RegisterNode>(directory_.Sub("other"), clock_);
  Store(0, kPages);
  node_->Follow();
  node_->AwaitLevel();
  EXPECT_EQ(Substance(), reopened);
}

TEST_F(FollowTest, WatchersSeeEachChangeOnceInOrderWhateverBreaks) {
  node_->Follow();
  std::thread storing([this] {
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      threads.emplace_back([this, t] {
        for (int i = t; i < kPages; i += 3)
          EXPECT_TRUE(node_->archive().Store(WorldPage(i)).ok());
      });
    }
    for (std::thread& thread : threads) thread.join();
  });
  // Each page is news: its account is new, or it is a new source.
  std::vector<std::thread> watchers;
  for (int w = 0; w < 4; ++w) {
    watchers.emplace_back([this, w] {
      uint64_t seen = 0;
      while (seen < kPages) {
        Watch watch(Stub(), seen);
        for (int i = 0; i < 5 + w * 10 && seen < kPages; ++i) {
          const auto event = watch.Next();
          ASSERT_TRUE(event.has_value());
          ASSERT_EQ(event->sequence(), seen + 1) << "none missed, none twice";
          ASSERT_EQ(event->announcement().sequence(), event->sequence());
          seen = event->sequence();
        }
      }
    });
  }
  storing.join();
  for (std::thread& watcher : watchers) watcher.join();
  EXPECT_EQ(node_->reg().Stats().sequence(), static_cast<uint64_t>(kPages));
}

TEST_F(FollowTest, WatchHasAFilterAndFollowsLive) {
  node_->Follow();
  v1::AnnouncementFilter filter;
  filter.set_place_code("360925");
  Watch watch(Stub(), 0, filter);
  Store(0, 20);
  const auto first = watch.Next();
  const auto second = watch.Next();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->type(), "new");
  EXPECT_EQ(second->type(), "updated");
  EXPECT_EQ(first->announcement().id(), second->announcement().id());
  EXPECT_EQ(first->announcement().sources_size(), 1) << "as it was when it was told";
  EXPECT_EQ(second->announcement().sources_size(), 2);
}

TEST_F(FollowTest, StopEndsWatchersAtOnce) {
  node_->Follow();
  Store(0, 1);
  Watch watch(Stub(), 0);
  ASSERT_TRUE(watch.Next());
  node_->service().Stop();
  EXPECT_EQ(watch.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace signboard::registry
