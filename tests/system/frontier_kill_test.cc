// kill -9 while URLFrontier clients put, lease and ack: what was acked is there, what was leased is
// leased once, and what an operator said still holds.
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "tests/system/frontier_process.h"

namespace signboard::testing {
namespace {

namespace uf = urlfrontier;
using Clock = std::chrono::system_clock;

constexpr int kHosts = 30;
constexpr uint32_t kLeaseSeconds = 3'600;  // Longer than the test: none ends by itself.

class FrontierKillTest : public ::testing::Test {
 protected:
  static std::string Key(int i) { return "host-" + std::to_string(i % kHosts); }

  // Puts new URLs until the process dies; notes which were acked.
  void PutUntilDead(int round) {
    grpc::ClientContext context;
    const auto stream = frontier_.stub().PutURLs(&context);
    std::thread writer([&] {
      for (int i = 0; i < 1'000'000; ++i) {
        uf::URLItem item;
        uf::URLInfo& info = *item.mutable_discovered()->mutable_info();
        info.set_url("https://a.com/" + std::to_string(round) + "/" + std::to_string(i));
        info.set_key(Key(i));
        item.set_id(info.key() + " " + info.url());
        if (!stream->Write(item)) return;
      }
    });
    for (uf::AckMessage ack; stream->Read(&ack);) {
      if (ack.status() == uf::AckMessage::OK) put_.insert(ack.id());
    }
    context.TryCancel();
    writer.join();
    stream->Finish();
  }
  // Leases until the process dies; every second lease is completed. Nothing comes twice, in all
  // rounds: a lease that was sent was on the disk.
  void LeaseUntilDead() {
    while (true) {
      grpc::ClientContext context;
      uf::GetParams params;
      params.set_max_urls_per_queue(1'000'000);  // The gate is open, whatever is leased.
      params.set_delay_requestable(kLeaseSeconds);
      const auto stream = frontier_.stub().GetURLs(&context, params);
      std::vector<uf::URLInfo> got;
      for (uf::URLInfo info; stream->Read(&info);) {
        got.push_back(info);
        EXPECT_TRUE(leased_.insert(info.key() + " " + info.url()).second)
            << info.url() << " was leased twice";
      }
      if (!stream->Finish().ok() || !Complete(got)) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  bool Complete(const std::vector<uf::URLInfo>& got) {
    grpc::ClientContext context;
    const auto stream = frontier_.stub().PutURLs(&context);
    for (size_t i = 0; i < got.size() && i < 100; i += 2) {
      uf::URLItem item;
      *item.mutable_known()->mutable_info() = got[i];
      item.set_id(got[i].key() + " " + got[i].url());
      if (!stream->Write(item)) break;
    }
    stream->WritesDone();
    for (uf::AckMessage ack; stream->Read(&ack);) {
      if (ack.status() == uf::AckMessage::OK) completed_.insert(ack.id());
    }
    return stream->Finish().ok();
  }

  void CheckAll() {
    std::map<std::string, uint64_t> dates;
    grpc::ClientContext context;
    uf::ListUrlParams all;
    all.set_size(2'147'483'647);
    const auto stream = frontier_.stub().ListURLs(&context, all);
    for (uf::URLItem item; stream->Read(&item);) {
      const uf::URLInfo& info = item.known().info();
      dates[info.key() + " " + info.url()] = item.known().refetchable_from_date();
    }
    ASSERT_TRUE(stream->Finish().ok());
    for (const std::string& id : put_) ASSERT_TRUE(dates.contains(id)) << id << " was lost";
    for (const std::string& id : completed_) {
      ASSERT_TRUE(dates.contains(id)) << id;
      EXPECT_EQ(dates[id], 0U) << id << " was completed";
    }
    EXPECT_GE(Stats("").inprocess() + completed_.size(), leased_.size());
    EXPECT_EQ(Stats("").size() + Stats("").counts().at("completed"), dates.size());
    EXPECT_EQ(Stats("blocked.com").inprocess(), 0U);
  }
  uf::Stats Stats(const std::string& key) {
    grpc::ClientContext context;
    uf::QueueWithinCrawlParams request;
    request.set_key(key);
    uf::Stats stats;
    EXPECT_TRUE(frontier_.stub().GetStats(&context, request, &stats).ok());
    return stats;
  }
  // A queue that nobody may be given anything of.
  void BlockOne() {
    grpc::ClientContext put;
    const auto stream = frontier_.stub().PutURLs(&put);
    uf::URLItem item;
    item.mutable_discovered()->mutable_info()->set_url("https://blocked.com/");
    item.mutable_discovered()->mutable_info()->set_key("blocked.com");
    stream->Write(item);
    stream->WritesDone();
    uf::AckMessage ack;
    ASSERT_TRUE(stream->Read(&ack));
    ASSERT_TRUE(stream->Finish().ok());
    grpc::ClientContext context;
    uf::BlockQueueParams block;
    block.set_key("blocked.com");
    block.set_time(static_cast<uint64_t>(Clock::to_time_t(Clock::now())) + 86'400);
    uf::Empty reply;
    ASSERT_TRUE(frontier_.stub().BlockQueueUntil(&context, block, &reply).ok());
  }

  FrontierProcess frontier_;
  std::set<std::string> put_;
  std::set<std::string> leased_;
  std::set<std::string> completed_;
};

TEST_F(FrontierKillTest, NothingAckedIsLostAndNothingIsLeasedTwice) {
  const int rounds = std::getenv("SIGNBOARD_SOAK") != nullptr ? 50 : 6;
  std::mt19937 random(7);
  BlockOne();
  for (int round = 0; round < rounds; ++round) {
    std::thread putter([&] { PutUntilDead(round); });
    std::thread leaser([&] { LeaseUntilDead(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(200 + random() % 800));
    frontier_.Kill(SIGKILL);
    putter.join();
    leaser.join();
    frontier_.Start();
    CheckAll();
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(put_.size(), 0U);
  EXPECT_GT(leased_.size(), 0U);
}

}  // namespace
}  // namespace signboard::testing
