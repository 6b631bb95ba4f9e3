// How URLFrontier clients are served: gates, order, leases, and the politeness they share with what
// Signboard itself fetches.
#include <gmock/gmock.h>

#include <set>

#include "tests/frontier/url_frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

class UrlFrontierServesTest : public UrlFrontierFixture {
 protected:
  // `count` URLs of a host, due now.
  void Fill(const std::string& key, int count, const std::string& crawl = "") {
    std::vector<uf::URLItem> items;
    for (int i = 0; i < count; ++i) {
      items.push_back(Discovered("https://" + key + "/" + std::to_string(i), key, crawl));
    }
    Put(items);
  }
  // The queues that gave something.
  std::set<std::string> Serve(const uf::GetParams& params) {
    std::set<std::string> keys;
    for (const uf::URLInfo& info : Get(params)) keys.insert(info.key());
    return keys;
  }
};

TEST_F(UrlFrontierServesTest, NothingDueIsAnEmptyAnswerAndNoError) {
  EXPECT_THAT(Get(Ask(1, 1)), IsEmpty());
  PutOne(Known("https://a.com/", Now() + 60));
  EXPECT_THAT(Get(Ask(1, 1)), IsEmpty());
  Pass(Millis(60'000));
  EXPECT_THAT(Get(Ask(1, 1)), SizeIs(1));
}

TEST_F(UrlFrontierServesTest, EarlierDatesComeFirstThenTheBytesOfTheUrl) {
  Put({Known("https://a.com/c", 5), Known("https://a.com/b", Now()),
       Known("https://a.com/a", Now()), Known("https://a.com/late", Now() + 1),
       Known("https://a.com/first", 1)});
  EXPECT_THAT(Urls(Ask(0, 1)), ElementsAre("https://a.com/first", "https://a.com/c",
                                           "https://a.com/a", "https://a.com/b"));
}

TEST_F(UrlFrontierServesTest, HugeDatesAreKeptAndWait) {
  const uint64_t never = ~uint64_t{0};
  Put({Known("https://a.com/1", never), Known("https://a.com/2", 10'000'000'000)});
  EXPECT_EQ(Status("https://a.com/1").second.known().refetchable_from_date(), never);
  EXPECT_THAT(Get(Ask(0, 0)), IsEmpty());
  EXPECT_EQ(Stats().size(), 2U);
}

TEST_F(UrlFrontierServesTest, ADelayIsWholeSecondsAndTheLastOneCounts) {
  Fill("a.com", 10);
  EXPECT_THAT(Get(Ask(1, 1)), SizeIs(1));
  const uf::GetParams more = Ask(9, 1);
  Pass(Millis(1'000));
  EXPECT_THAT(Get(more), IsEmpty()) << "a delay of 1: not after one second";
  Pass(Millis(1'000));
  EXPECT_THAT(Get(more), SizeIs(9)) << "but after two";
}

TEST_F(UrlFrontierServesTest, ADelayOfNoneIsAServeASecond) {
  Fill("a.com", 3);
  SetDelay("a.com", 0);
  EXPECT_THAT(Get(Ask(1, 1)), SizeIs(1));
  EXPECT_THAT(Get(Ask(2, 1)), IsEmpty());
  Pass(Millis(1'000));
  EXPECT_THAT(Get(Ask(2, 1)), SizeIs(2));
}

TEST_F(UrlFrontierServesTest, ADelayHoldsAtOnceAlsoTheDefault) {
  Fill("a.com", 3);
  Fill("b.com", 3);
  SetDelay("b.com", 5);
  EXPECT_THAT(Get(Ask(1, 2)), SizeIs(2));
  SetDelay("", 0);
  SetDelay("unknown.com", 9);
  Pass(Millis(1'000));
  EXPECT_THAT(Serve(Ask(2, 2)), ElementsAre("a.com"));
  Pass(Millis(4'000));
  EXPECT_THAT(Serve(Ask(2, 2)), IsEmpty()) << "b.com: not after five seconds";
  Pass(Millis(1'000));
  EXPECT_THAT(Serve(Ask(2, 2)), ElementsAre("b.com"));
}

TEST_F(UrlFrontierServesTest, ABlockIncludesItsLastSecond) {
  Fill("a.com", 2);
  Block("a.com", Now() + 5);
  Block("unknown.com", Now() + 5);
  Fill("unknown.com", 1);
  EXPECT_THAT(Serve(Ask(1, 9)), ElementsAre("unknown.com")) << "it was not remembered";
  Pass(Millis(5'000));
  EXPECT_THAT(Serve(Ask(1, 9)), IsEmpty());
  Pass(Millis(1'000));
  EXPECT_THAT(Serve(Ask(1, 9)), ElementsAre("a.com"));
  Block("a.com", ~uint64_t{0});
  Pass(Millis(600'000));
  EXPECT_THAT(Serve(Ask(1, 9)), ElementsAre("unknown.com"));
  Block("a.com", 0);
  EXPECT_THAT(Serve(Ask(2, 9)), ElementsAre("a.com"));
}

TEST_F(UrlFrontierServesTest, ALimitStopsWhatWasCompletedOftenEnough) {
  Fill("a.com", 5);
  EXPECT_EQ(SetLimit("unknown.com", 1).error_code(), grpc::NOT_FOUND);
  EXPECT_TRUE(SetLimit("a.com", 2).ok());
  PutOne(Known("https://a.com/0", 0));
  PutOne(Known("https://a.com/0", 0));
  EXPECT_THAT(Get(Ask(1, 1)), SizeIs(1)) << "one URL is completed, not two";
  PutOne(Known("https://a.com/1", 0));
  Pass(Millis(60'000));
  EXPECT_THAT(Get(Ask(1, 1)), IsEmpty());
  EXPECT_TRUE(SetLimit("a.com", 0).ok());
  EXPECT_THAT(Get(Ask(1, 1)), SizeIs(1));
}

TEST_F(UrlFrontierServesTest, WhatIsInProcessIsAGateAndNoBudget) {
  Fill("a.com", 5);
  EXPECT_THAT(Get(Ask(1, 1)), SizeIs(1));
  Pass(Millis(2'000));
  EXPECT_THAT(Get(Ask(1, 1)), IsEmpty()) << "one is out already";
  EXPECT_THAT(Get(Ask(2, 1)), SizeIs(2)) << "one is out, two more come";
  Pass(Millis(2'000));
  EXPECT_THAT(Get(Ask(3, 1)), IsEmpty());
  PutOne(Known("https://a.com/0", 0));
  EXPECT_THAT(Get(Ask(3, 1)), SizeIs(2)) << "an ack ends a lease";
}

TEST_F(UrlFrontierServesTest, ALeaseEndsByItselfAndTheUrlIsDueAtItsOldPlace) {
  Put({Known("https://a.com/1", 1), Known("https://a.com/2", 2)});
  uf::GetParams ask = Ask(1, 1);
  ask.set_delay_requestable(10);
  EXPECT_THAT(Urls(ask), ElementsAre("https://a.com/1"));
  EXPECT_EQ(Stats().size(), 2U) << "what is leased is active";
  Pass(Millis(9'999));
  EXPECT_THAT(Urls(ask), IsEmpty());
  Pass(Millis(1));
  EXPECT_EQ(Stats().inprocess(), 0U);
  EXPECT_THAT(Urls(ask), ElementsAre("https://a.com/1"));
  ask.set_delay_requestable(0);
  ask.set_max_urls_per_queue(5);
  Pass(Millis(2'000));
  EXPECT_THAT(Urls(ask), ElementsAre("https://a.com/2"));
  Pass(Millis(29'999));
  EXPECT_EQ(Stats().inprocess(), 1U) << "30 seconds unless the client says otherwise";
  Pass(Millis(1));
  EXPECT_EQ(Stats().inprocess(), 0U);
}

TEST_F(UrlFrontierServesTest, QueuesAreServedInTurn) {
  for (const char* key : {"a.com", "b.com", "c.com"}) Fill(key, 9);
  std::multiset<std::string> served;
  for (int i = 0; i < 6; ++i) {
    for (const std::string& key : Serve(Ask(9, 1))) served.insert(key);
    if (i == 2) {
      for (const char* key : {"a.com", "b.com", "c.com"}) Fill(std::string("new.") + key, 1);
    }
    Pass(Millis(700));
  }
  EXPECT_THAT(served, UnorderedElementsAre("a.com", "b.com", "c.com", "new.a.com", "new.b.com",
                                           "new.c.com"));
}

TEST_F(UrlFrontierServesTest, QueuesThatGiveNothingDoNotCount) {
  Fill("blocked.com", 1);
  Fill("busy.com", 2);
  Fill("free.com", 1);
  EXPECT_THAT(Get(Ask(1, 0, "busy.com")), SizeIs(1));
  Block("blocked.com", Now() + 100);
  Pass(Millis(5'000));
  EXPECT_THAT(Serve(Ask(1, 1)), ElementsAre("free.com"));
  Block("blocked.com", 0);
  EXPECT_THAT(Serve(Ask(1, 1)), ElementsAre("blocked.com")) << "and are not made to rest";
}

TEST_F(UrlFrontierServesTest, NoneMeansAll) {
  Fill("a.com", 1'500);
  for (int i = 0; i < 1'500; ++i) Fill("k" + std::to_string(i), 1);
  EXPECT_THAT(Get(Ask(0, 0)), SizeIs(3'000));
}

TEST_F(UrlFrontierServesTest, CrawlsAreAskedByNameOrAllTogether) {
  Fill("a.com", 1);
  Fill("a.com", 1, "BESPOKE");
  uf::GetParams ask = Ask(1, 1);
  ask.set_crawlid("BESPOKE");
  const auto bespoke = Get(ask);
  ASSERT_THAT(bespoke, SizeIs(1));
  EXPECT_EQ(bespoke[0].crawlid(), "BESPOKE");
  Put({Known("https://a.com/0", Now(), "", "BESPOKE")});
  Pass(Millis(2'000));
  ask.mutable_anycrawlid();
  ask.set_max_queues(0);
  EXPECT_THAT(Get(ask), SizeIs(2));
  Put({Known("https://a.com/0", Now(), "", "BESPOKE"), Known("https://a.com/0", Now())});
  Pass(Millis(2'000));
  ask.clear_item();
  EXPECT_THAT(Get(ask), SizeIs(2)) << "naming none is any";
  Put({Known("https://a.com/0", Now(), "", "BESPOKE"), Known("https://a.com/0", Now())});
  Pass(Millis(2'000));
  ask.set_key("a.com");
  ask.set_crawlid("");
  EXPECT_THAT(Get(ask), SizeIs(1)) << "an empty name is DEFAULT";
}

TEST_F(UrlFrontierServesTest, WhileInactiveNothingIsServedAndEverythingIsTaken) {
  EXPECT_TRUE(Call(&uf::URLFrontier::Stub::GetActive, uf::Local()).state());
  SetActive(false);
  EXPECT_FALSE(Call(&uf::URLFrontier::Stub::GetActive, uf::Local()).state());
  EXPECT_EQ(PutOne(Discovered("https://a.com/")), uf::AckMessage::OK);
  EXPECT_THAT(Get(Ask(0, 0)), IsEmpty());
  SetActive(true);
  EXPECT_THAT(Get(Ask(0, 0)), SizeIs(1));
}

TEST_F(UrlFrontierServesTest, OurOwnWatchingIsNoCrawlOfTheirs) {
  AddSeed("https://a.com/", clock_.Now());
  uf::GetParams any;
  EXPECT_THAT(Get(any), IsEmpty());
  EXPECT_THAT(Call(&uf::URLFrontier::Stub::ListCrawls, uf::Local()).values(), IsEmpty());
  Fill("a.com", 1);
  EXPECT_EQ(DeleteCrawl(""), 1U);
  EXPECT_THAT(Lend(clock_.Now()), ElementsAre("https://a.com/"));
}

TEST_F(UrlFrontierServesTest, ASiteSeesOnePoliteness) {
  AddSeed("https://a.com/", clock_.Now());
  Fill("a.com", 3);
  Fill("b.com", 1);
  const v1::Lease ours = LendOne(clock_.Now());
  EXPECT_THAT(Serve(Ask(1, 9)), ElementsAre("b.com")) << "we are fetching from a.com";
  Report(Content(ours), clock_.Now());
  EXPECT_THAT(Serve(Ask(1, 9)), IsEmpty()) << "it rests";
  Pass(Millis(1'000));
  EXPECT_THAT(Serve(Ask(1, 9)), ElementsAre("a.com"));

  ASSERT_TRUE(frontier_->recrawls().Start("https://a.com/", Millis(0), clock_.Now()).ok());
  EXPECT_THAT(Lend(clock_.Now()), IsEmpty()) << "a client was given a URL of it just now";
  Pass(Millis(1'000));
  EXPECT_THAT(Lend(clock_.Now()), ElementsAre("https://a.com/"));
}

TEST_F(UrlFrontierServesTest, AnOperatorsBlockOfASiteHoldsForClientsToo) {
  AddSeed("https://a.com/", clock_.Now());
  Fill("a.com", 1);
  ASSERT_TRUE(frontier_->queues().Block({"a.com"}, kHour, "asked to", clock_.Now()).ok());
  EXPECT_THAT(Get(Ask(1, 1)), IsEmpty());
  ASSERT_TRUE(frontier_->queues().Block({"a.com"}, std::nullopt, "", clock_.Now()).ok());
  EXPECT_THAT(Get(Ask(1, 1)), SizeIs(1));
}

}  // namespace
}  // namespace signboard::frontier
