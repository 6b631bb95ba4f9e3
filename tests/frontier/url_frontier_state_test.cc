// What URLFrontier clients can ask about and change, what survives a restart, and requests that
// make no sense.
#include <gmock/gmock.h>

#include <filesystem>
#include <thread>

#include "proto/base/log.h"
#include "tests/frontier/url_frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class UrlFrontierStateTest : public UrlFrontierFixture {
 protected:
  static std::vector<std::string> UrlsOf(const std::vector<uf::URLItem>& items) {
    std::vector<std::string> urls;
    for (const uf::URLItem& item : items) urls.push_back(item.known().info().url());
    return urls;
  }
};

TEST_F(UrlFrontierStateTest, EverythingSurvivesARestart) {
  uf::URLItem first = Known("https://a.com/1", 1);
  (*first.mutable_known()->mutable_info()->mutable_metadata())["k"].add_values("v");
  Put({first, Known("https://a.com/2", 2), Known("https://a.com/0", 0),
       Discovered("https://b.com/"), Discovered("https://c.com/"), Discovered("https://d.com/1"),
       Discovered("https://d.com/2")});
  uf::GetParams ask = Ask(1, 1, "a.com");
  ask.set_delay_requestable(100);
  EXPECT_THAT(Urls(ask), ElementsAre("https://a.com/1"));
  Block("b.com", Now() + 50);
  PutOne(Known("https://c.com/done", 0));
  ASSERT_TRUE(SetLimit("c.com", 1).ok());
  SetDelay("", 7);
  SetDelay("d.com", 20);
  EXPECT_THAT(Urls(Ask(1, 1, "d.com")), SizeIs(1));
  RestartServer();

  EXPECT_EQ(Stats("a.com").inprocess(), 1U) << "a lease";
  EXPECT_EQ(Stats("a.com").size(), 2U);
  EXPECT_EQ(Stats("a.com").counts().at("completed"), 1U);
  EXPECT_THAT(Status("https://a.com/1").second.known().info().metadata().at("k").values(),
              ElementsAre("v"));
  Pass(Millis(7'999));
  EXPECT_THAT(Get(Ask(2, 9)), IsEmpty()) << "the default delay, a block, a limit";
  Pass(Millis(1));
  EXPECT_THAT(Urls(Ask(2, 9)), ElementsAre("https://a.com/2"));
  Pass(Millis(13'000));
  EXPECT_THAT(Urls(Ask(2, 9)), ElementsAre("https://d.com/2")) << "a delay of 20";
  Pass(Millis(30'000));
  EXPECT_THAT(Urls(Ask(1, 9)), ::testing::Contains("https://b.com/"));
  Pass(Millis(49'000));
  EXPECT_THAT(Urls(Ask(9, 9, "a.com")), ElementsAre("https://a.com/1", "https://a.com/2"));

  SetActive(false);
  RestartServer();
  EXPECT_FALSE(Call(&uf::URLFrontier::Stub::GetActive, uf::Local()).state());
}

TEST_F(UrlFrontierStateTest, QueuesOfManyShardsAreOneList) {
  StopServer();
  frontier_.reset();
  space_.reset();
  std::filesystem::remove_all(directory_);
  shards_ = {{0, 63}, {64, 127}, {128, 256}};
  StartServer();
  std::vector<uf::URLItem> items;
  for (int i = 0; i < 40; ++i) {
    items.push_back(Discovered("https://h" + std::to_string(i) + ".com/"));
  }
  Put(items);
  EXPECT_EQ(Stats().numberofqueues(), 40U);
  EXPECT_THAT(Queues({}), SizeIs(40));
  EXPECT_THAT(ListUrls({}), SizeIs(40));
  EXPECT_THAT(Get(Ask(1, 40)), SizeIs(40));
  RestartServer();
  EXPECT_EQ(Stats().inprocess(), 40U);
  EXPECT_EQ(DeleteCrawl(""), 40U);
  EXPECT_THAT(Crawls(), IsEmpty());
}

TEST_F(UrlFrontierStateTest, QueuesArePagedInTheOrderOfTheirKeys) {
  for (const char* key : {"d", "b", "a", "c", "e"}) PutOne(Discovered("https://x/", key));
  PutOne(Known("https://x/", 0, "done"));
  Block("b", Now() + 100);
  uf::Pagination page;
  EXPECT_THAT(Queues(page), ElementsAre("a", "c", "d", "e")) << "blocked and done ones are hidden";
  page.set_size(2);
  EXPECT_THAT(Queues(page), ElementsAre("a", "c"));
  Get(Ask(1, 9));  // Does not change the order.
  page.set_start(2);
  EXPECT_THAT(Queues(page), ElementsAre("d", "e"));
  page.set_start(4);
  EXPECT_THAT(Queues(page), IsEmpty());
  page.set_start(0);
  page.set_size(9);
  page.set_include_inactive(true);
  EXPECT_THAT(Queues(page), ElementsAre("a", "b", "c", "d", "done", "e"));
  EXPECT_EQ(Call(&uf::URLFrontier::Stub::ListQueues, page).total(), 6U);
}

TEST_F(UrlFrontierStateTest, UrlsAreListedFilteredAndCounted) {
  Put({Discovered("https://a.com/News/1"), Discovered("https://a.com/2"),
       Known("https://b.com/news/3", 0), Discovered("https://c.com/news/4", "", "other")});
  uf::ListUrlParams list;
  EXPECT_THAT(UrlsOf(ListUrls(list)),
              ElementsAre("https://a.com/2", "https://a.com/News/1", "https://b.com/news/3"));
  list.set_start(1);
  list.set_size(1);
  EXPECT_THAT(UrlsOf(ListUrls(list)), ElementsAre("https://a.com/News/1"));
  list.set_start(0);
  list.set_size(0);
  list.set_filter("news");
  EXPECT_THAT(UrlsOf(ListUrls(list)), ElementsAre("https://b.com/news/3"));
  list.set_ignorecase(true);
  list.set_start(1);
  EXPECT_THAT(UrlsOf(ListUrls(list)), ElementsAre("https://b.com/news/3")) << "of matches";
  list.set_key("unknown");
  EXPECT_THAT(ListUrls(list), IsEmpty());

  uf::CountUrlParams count;
  EXPECT_EQ(Count(count), 3U);
  count.set_key("a.com");
  EXPECT_EQ(Count(count), 2U);
  count.set_filter("news");
  EXPECT_EQ(Count(count), 0U);
  count.set_ignorecase(true);
  EXPECT_EQ(Count(count), 1U);
  count.set_key("unknown");
  EXPECT_EQ(Count(count), 0U);
}

TEST_F(UrlFrontierStateTest, ALongListComesWhole) {
  constexpr int kUrls = 2'345;
  std::vector<uf::URLItem> items;
  for (int i = 0; i < kUrls; ++i) items.push_back(Discovered("https://a.com/" + std::to_string(i)));
  Put({items.begin(), items.begin() + 1'000});
  Put({items.begin() + 1'000, items.begin() + 2'000});
  Put({items.begin() + 2'000, items.end()});
  uf::ListUrlParams list;
  EXPECT_THAT(ListUrls(list), SizeIs(100)) << "unless more are asked for";
  list.set_size(2'147'483'647);
  list.set_start(1'234);
  EXPECT_THAT(ListUrls(list), SizeIs(kUrls - 1'234));
}

TEST_F(UrlFrontierStateTest, AStatusNeedsAKeyAndAUrlThatIsKnown) {
  EXPECT_EQ(Status("https://a.com/").first.error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(Status("://").first.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(Status("").first.error_code(), grpc::INVALID_ARGUMENT);
  PutOne(Discovered("https://a.com/", "k"));
  EXPECT_EQ(Status("https://a.com/").first.error_code(), grpc::NOT_FOUND) << "it is under k";
  EXPECT_EQ(Status("https://a.com/", "k", "x").first.error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(Status("https://a.com/", "k").second.known().refetchable_from_date(), Now());
  EXPECT_EQ(Status(std::string(100'000, 'u'), "k").first.error_code(), grpc::NOT_FOUND);
}

TEST_F(UrlFrontierStateTest, StatsOfTheUnknownAreZeros) {
  const uf::Stats stats = Stats("unknown", "no crawl");
  EXPECT_EQ(stats.size(), 0U);
  EXPECT_EQ(stats.numberofqueues(), 0U);
  EXPECT_EQ(stats.crawlid(), "no crawl");
  EXPECT_EQ(DeleteQueue("unknown"), 0U);
  EXPECT_EQ(DeleteCrawl("no crawl"), 0U);
}

TEST_F(UrlFrontierStateTest, WhatIsDeletedIsGoneWithItsLeases) {
  Put({Discovered("https://a.com/1"), Discovered("https://a.com/2"), Discovered("https://b.com/")});
  EXPECT_THAT(Get(Ask(1, 9)), SizeIs(2));
  EXPECT_EQ(DeleteQueue("a.com"), 2U);
  EXPECT_EQ(Status("https://a.com/1").first.error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(Stats().inprocess(), 1U);
  RestartServer();
  EXPECT_EQ(Stats().size(), 1U);
  EXPECT_EQ(PutOne(Discovered("https://a.com/1")), uf::AckMessage::OK) << "and new again";
  EXPECT_THAT(Urls(Ask(1, 9)), ElementsAre("https://a.com/1"));
}

// Leases that ran out are on disk until their URL is put again.
TEST_F(UrlFrontierStateTest, WhatIsDeletedTakesLeasesThatRanOutWithIt) {
  Put({Discovered("https://a.com/1"), Discovered("https://a.com/2")});
  Get(Ask(2, 1));
  Pass(Millis(60'000));
  EXPECT_EQ(DeleteQueue("a.com"), 2U);
}

TEST_F(UrlFrontierStateTest, ALargeQueueIsDeletedWhole) {
  std::vector<uf::URLItem> items;
  for (int i = 0; i < 1'000; ++i) items.emplace_back();
  for (int round = 0; round < 11; ++round) {
    for (size_t i = 0; i < items.size(); ++i) {
      items[i] = Discovered("https://a.com/" + std::to_string(round) + "/" + std::to_string(i));
    }
    Put(items);
  }
  PutOne(Discovered("https://b.com/"));
  EXPECT_THAT(Get(Ask(100, 1, "a.com")), SizeIs(100));
  EXPECT_EQ(DeleteQueue("a.com"), 11'000U);
  EXPECT_EQ(Count({}), 1U);
  EXPECT_THAT(ListUrls({}), SizeIs(1));
}

TEST_F(UrlFrontierStateTest, PurgingRemovesWhatWasPutLongAgo) {
  Put({Discovered("https://a.com/old"), Known("https://a.com/done", 0),
       Discovered("https://b.com/")});
  Get(Ask(1, 9));
  Pass(Millis(3LL * 24 * 3'600'000));
  Put({Discovered("https://a.com/new"), Known("https://a.com/done", 0)});
  uf::PurgeUrlParams purge;
  purge.set_days(4);
  EXPECT_EQ(Call(&uf::URLFrontier::Stub::PurgeURLs, purge).value(), 0U);
  purge.set_days(2);
  purge.set_key("a.com");
  EXPECT_EQ(Call(&uf::URLFrontier::Stub::PurgeURLs, purge).value(), 2U);
  EXPECT_EQ(Stats("a.com").size(), 1U);
  EXPECT_EQ(Stats("a.com").counts().at("completed"), 0U);
  purge.set_key("");
  EXPECT_EQ(Call(&uf::URLFrontier::Stub::PurgeURLs, purge).value(), 1U);
  EXPECT_EQ(Stats().numberofqueues(), 1U) << "an empty queue is none";
  EXPECT_THAT(Urls(Ask(1, 9)), ElementsAre("https://a.com/new"));
}

TEST_F(UrlFrontierStateTest, TheNodeKnowsItsNameAndTakesALogLevel) {
  EXPECT_THAT(Call(&uf::URLFrontier::Stub::ListNodes, uf::Empty()).values(), ElementsAre(address_));
  uf::LogLevelParams level;
  level.set_level(uf::LogLevelParams::ERROR);
  Call(&uf::URLFrontier::Stub::SetLogLevel, level);
  EXPECT_FALSE(base::LogEnabled(kInfo));
  level.set_level(uf::LogLevelParams::INFO);
  Call(&uf::URLFrontier::Stub::SetLogLevel, level);
  EXPECT_TRUE(base::LogEnabled(kInfo));
}

TEST_F(UrlFrontierStateTest, TheGreatestNumbersAreAnswered) {
  constexpr uint32_t kMost = ~uint32_t{0};
  PutOne(Discovered("https://a.com/"));
  uf::GetParams get = Ask(kMost, kMost);
  get.set_delay_requestable(kMost);
  EXPECT_THAT(Get(get), SizeIs(1));
  uf::Pagination page;
  page.set_start(kMost);
  page.set_size(kMost);
  EXPECT_THAT(Queues(page), IsEmpty());
  uf::ListUrlParams list;
  list.set_start(kMost);
  list.set_size(kMost);
  EXPECT_THAT(ListUrls(list), IsEmpty());
  SetDelay("a.com", kMost);
  SetDelay("", kMost);
  EXPECT_TRUE(SetLimit("a.com", kMost).ok());
  uf::PurgeUrlParams purge;
  purge.set_days(kMost);
  EXPECT_EQ(Call(&uf::URLFrontier::Stub::PurgeURLs, purge).value(), 0U);
  EXPECT_EQ(Stats().inprocess(), 1U);
}

TEST_F(UrlFrontierStateTest, AStreamThatSaysNothingEnds) {
  grpc::ClientContext context;
  const auto stream = stub_->PutURLs(&context);
  stream->WritesDone();
  uf::AckMessage ack;
  EXPECT_FALSE(stream->Read(&ack));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(UrlFrontierStateTest, AClientThatGoesAwayInMidStreamHarmsNobody) {
  for (int i = 0; i < 20; ++i) {
    grpc::ClientContext context;
    const auto stream = stub_->PutURLs(&context);
    for (int j = 0; j < 50 * i; ++j) {
      stream->Write(Discovered("https://a.com/" + std::to_string(i) + "/" + std::to_string(j)));
    }
    context.TryCancel();
    stream->Finish();
  }
  EXPECT_EQ(PutOne(Discovered("https://b.com/")), uf::AckMessage::OK);
}

TEST_F(UrlFrontierStateTest, StreamsAreBounded) {
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReaderWriter<uf::URLItem, uf::AckMessage>>> streams;
  const auto open = [&] {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    streams.push_back(stub_->PutURLs(contexts.back().get()));
    streams.back()->Write(Discovered("https://a.com/"));
    uf::AckMessage ack;
    return streams.back()->Read(&ack);
  };
  for (size_t i = 0; i < kClientStreamsMax; ++i) ASSERT_TRUE(open());
  EXPECT_FALSE(open());
  EXPECT_EQ(streams.back()->Finish().error_code(), grpc::RESOURCE_EXHAUSTED);
  streams.pop_back();
  for (auto& stream : streams) {
    stream->WritesDone();
    uf::AckMessage ack;
    while (stream->Read(&ack)) {
    }
    EXPECT_TRUE(stream->Finish().ok());
  }
  // The last of a stream is over a moment after its client has heard so.
  bool again = false;
  for (int i = 0; i < 1'000 && !again; ++i) {
    again = open();
    if (!again) std::this_thread::sleep_for(Millis(10));
  }
  EXPECT_TRUE(again);
  for (auto& context : contexts) context->TryCancel();
}

}  // namespace
}  // namespace signboard::frontier
