// What the public test suite of URLFrontier asserts, test by test, and the semantics of puts.
#include <gmock/gmock.h>

#include <map>
#include <set>

#include "tests/frontier/url_frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr auto kOk = uf::AckMessage::OK;
constexpr auto kSkipped = uf::AckMessage::SKIPPED;

class UrlFrontierTest : public UrlFrontierFixture {};

TEST_F(UrlFrontierTest, NeverRefetched) {
  EXPECT_EQ(PutOne(Known("https://www.mysite.com/completed", 0, "key1.com")), kOk);
  uf::GetParams ask = Ask(1, 1, "key1.com");
  ask.set_delay_requestable(2);
  EXPECT_THAT(Get(ask), IsEmpty());
}

TEST_F(UrlFrontierTest, RightOrder) {
  Put({Known("https://a.com/later", Now(), "a.com"),
       Known("https://a.com/sooner", Now() - 10'000, "a.com")});
  EXPECT_THAT(Urls(Ask(2, 1, "a.com")), ElementsAre("https://a.com/sooner", "https://a.com/later"));
}

TEST_F(UrlFrontierTest, Updates) {
  const std::string url = "http://key1.com/";
  const auto acks = Put({Discovered(url, "key1.com"), Discovered(url, "key1.com")});
  EXPECT_EQ(acks[0].status(), kOk);
  EXPECT_EQ(acks[1].status(), kSkipped);
  EXPECT_THAT(Queues({}), ElementsAre("key1.com"));
  uf::GetParams ask = Ask(1, 1, "key1.com");
  ask.set_delay_requestable(2);
  EXPECT_THAT(Urls(ask), ElementsAre(url));
  EXPECT_EQ(Stats("key1.com").numberofqueues(), 1U);
  EXPECT_EQ(Stats("key1.com").inprocess(), 1U);
  EXPECT_THAT(Get(ask), IsEmpty());
  Pass(Millis(2'000));  // Exactly as long as the lease.
  EXPECT_EQ(Stats("key1.com").inprocess(), 0U);
  EXPECT_EQ(Stats("key1.com").numberofqueues(), 1U);
  EXPECT_EQ(DeleteQueue("key1.com"), 1U);
  EXPECT_EQ(Stats("key1.com").numberofqueues(), 0U);
}

TEST_F(UrlFrontierTest, QueueNames) {
  PutOne(Discovered("http://gac.icann.org?language_id=9"));
  EXPECT_EQ(Stats("gac.icann.org").size(), 1U);
  EXPECT_EQ(DeleteQueue("gac.icann.org"), 1U);
}

TEST_F(UrlFrontierTest, CrawlIds) {
  EXPECT_THAT(Crawls(), IsEmpty());
  const std::string url = "https://www.mysite.com/discovered";
  Put({Discovered(url, "key1.com", "BESPOKE"), Discovered(url, "key1.com"),
       Discovered(url, "key1.com", "DEFAULT")});
  for (const std::string crawl : {"", "DEFAULT", "BESPOKE"}) {
    const uf::Stats stats = Stats("", crawl);
    EXPECT_EQ(stats.size(), 1U) << crawl;
    EXPECT_EQ(stats.numberofqueues(), 1U) << crawl;
    EXPECT_EQ(stats.crawlid(), crawl.empty() ? "DEFAULT" : crawl);
  }
  for (const std::string crawl : {"DEFAULT", "BESPOKE"}) {
    EXPECT_EQ(DeleteCrawl(crawl), 1U);
    EXPECT_EQ(Stats("", crawl).size(), 0U);
    EXPECT_EQ(Stats("", crawl).crawlid(), crawl);
  }
  EXPECT_THAT(Crawls(), IsEmpty());
}

// DumpURLs.roundTrip, without the program: list, delete, put back, ask.
TEST_F(UrlFrontierTest, WhatWasListedCanBePutBack) {
  uf::URLItem first = Discovered("https://a.com/new");
  (*first.mutable_discovered()->mutable_info()->mutable_metadata())["source"].add_values("seed");
  const uint64_t later = Now() + 3'600;
  Put({first, Known("https://a.com/done", 0), Known("https://b.com/later", later),
       Discovered("https://a.com/other", "", "BESPOKE")});
  uf::ListUrlParams all;
  all.set_size(2'147'483'647);
  std::vector<uf::URLItem> dumped = ListUrls(all);
  all.set_crawlid("BESPOKE");
  for (const uf::URLItem& item : ListUrls(all)) dumped.push_back(item);
  ASSERT_THAT(dumped, SizeIs(4));
  for (const uf::URLItem& item : dumped) EXPECT_TRUE(item.has_known());

  DeleteCrawl("");
  DeleteCrawl("BESPOKE");
  EXPECT_THAT(Crawls(), IsEmpty());
  Put(dumped);
  EXPECT_EQ(Status("https://a.com/done").second.known().refetchable_from_date(), 0U);
  EXPECT_EQ(Status("https://b.com/later").second.known().refetchable_from_date(), later);
  EXPECT_THAT(Status("https://a.com/new").second.known().info().metadata().at("source").values(),
              ElementsAre("seed"));
  uf::CountUrlParams bespoke;
  bespoke.set_crawlid("BESPOKE");
  EXPECT_EQ(Count(bespoke), 1U);
}

// DumpURLs.parallelDump.
TEST_F(UrlFrontierTest, QueuesListedOneByOneAreAllThereIs) {
  std::vector<uf::URLItem> items;
  for (int i = 0; i < 20; ++i) {
    items.push_back(Discovered("https://k" + std::to_string(i % 10) + ".com/" + std::to_string(i)));
  }
  items.push_back(Discovered("https://a.com/", "", "BESPOKE"));
  Put(items);
  std::vector<uf::URLItem> dumped;
  for (const std::string& crawl : Crawls()) {
    uf::Pagination page;
    page.set_crawlid(crawl);
    page.set_include_inactive(true);
    page.set_local(true);
    page.set_size(3);
    for (auto keys = Queues(page); !keys.empty(); keys = Queues(page)) {
      for (const std::string& key : keys) {
        uf::ListUrlParams of;
        of.set_crawlid(crawl);
        of.set_key(key);
        of.set_size(2'147'483'647);
        for (const uf::URLItem& item : ListUrls(of)) dumped.push_back(item);
      }
      page.set_start(page.start() + 3);
    }
  }
  ASSERT_THAT(dumped, SizeIs(21));
  DeleteCrawl("");
  DeleteCrawl("BESPOKE");
  Put(dumped);
  EXPECT_EQ(Count({}), 20U);
}

TEST_F(UrlFrontierTest, AcksCarryTheIdOrTheUrl) {
  uf::URLItem named = Discovered("https://a.com/1");
  named.set_id("my id");
  std::set<std::string> ids;
  for (const auto& ack : Put({named, Discovered("https://a.com/2")})) ids.insert(ack.id());
  EXPECT_THAT(ids, UnorderedElementsAre("my id", "https://a.com/2"));
}

TEST_F(UrlFrontierTest, AUrlIsItsCrawlKeyAndBytes) {
  Put({Discovered("http://A.com/x", "k1"), Discovered("http://A.com/x", "k2"),
       Discovered("http://a.com/x", "k1"), Discovered("http://A.com/x", "k1", "c")});
  EXPECT_EQ(Stats().size(), 3U);
  EXPECT_EQ(Stats("k1").size(), 2U);
  EXPECT_EQ(Stats("", "c").size(), 1U);
  EXPECT_THAT(Urls(Ask(5, 5, "k1")), UnorderedElementsAre("http://A.com/x", "http://a.com/x"));
}

TEST_F(UrlFrontierTest, KeysAndCrawlsMayHoldAnyCharacters) {
  const std::string odd("a\0b\1c\2d", 7);
  Put({Discovered("https://a.com/1", odd, odd), Discovered("https://a.com/2", "江西.cn", "爬虫")});
  EXPECT_THAT(Crawls(), UnorderedElementsAre(odd, "爬虫"));
  uf::GetParams ask = Ask(1, 1, odd);
  ask.set_crawlid(odd);
  const auto got = Get(ask);
  ASSERT_THAT(got, SizeIs(1));
  EXPECT_EQ(got[0].key(), odd);
  EXPECT_EQ(got[0].crawlid(), odd);
  EXPECT_EQ(DeleteQueue("江西.cn", "爬虫"), 1U);
  EXPECT_EQ(DeleteCrawl(odd), 1U);
}

TEST_F(UrlFrontierTest, AMissingKeyIsTheHost) {
  const std::map<std::string, std::string> keys = {
      {"http://User:pw@H.com/x", "h.com"}, {"http://[::1]:8080/x", "[::1]"},
      {"https://h.com:8443?x=1", "h.com"}, {"not a url", "not a url"},
      {"x://y&z", "y"},
  };
  for (const auto& [url, key] : keys) {
    EXPECT_EQ(PutOne(Discovered(url)), kOk) << url;
    EXPECT_EQ(Status(url, key).first.error_code(), grpc::OK) << url << " is not under " << key;
    EXPECT_EQ(Status(url).second.known().info().key(), key);
    EXPECT_EQ(Status(url).second.known().info().crawlid(), "DEFAULT");
  }
  EXPECT_EQ(PutOne(Discovered("://")), kSkipped) << "no host at all";
}

TEST_F(UrlFrontierTest, WhatCannotBeKeptIsSkipped) {
  EXPECT_EQ(PutOne(uf::URLItem()), kSkipped) << "neither discovered nor known";
  EXPECT_EQ(PutOne(Discovered("")), kSkipped);
  EXPECT_EQ(PutOne(Discovered("https://a.com/", std::string(256, 'k'))), kSkipped);
  EXPECT_EQ(PutOne(Discovered("https://a.com/", std::string(255, 'k'))), kOk);
  std::string wide;
  for (int i = 0; i < 255; ++i) wide += "江";
  EXPECT_EQ(PutOne(Discovered("https://a.com/", wide)), kOk) << "255 units of UTF-16";
  EXPECT_EQ(PutOne(Discovered("https://a.com/" + std::string(50'000, 'u'), "a.com")), kOk);
  EXPECT_EQ(PutOne(Discovered("https://a.com/" + std::string(70'000, 'u'), "a.com")), kSkipped);
}

TEST_F(UrlFrontierTest, DiscoveredAgainChangesNothing) {
  uf::URLItem item = Discovered("https://a.com/");
  (*item.mutable_discovered()->mutable_info()->mutable_metadata())["depth"].add_values("1");
  PutOne(item);
  (*item.mutable_discovered()->mutable_info()->mutable_metadata())["depth"].add_values("2");
  EXPECT_EQ(PutOne(item), kSkipped);
  EXPECT_THAT(Get(Ask(1, 1)).at(0).metadata().at("depth").values(), ElementsAre("1"));
  PutOne(Known("https://a.com/", 0));
  EXPECT_EQ(PutOne(Discovered("https://a.com/")), kSkipped) << "completed stays completed";
  Pass(Millis(60'000));
  EXPECT_THAT(Get(Ask(1, 1)), IsEmpty());
}

TEST_F(UrlFrontierTest, KnownReplacesDateAndMetadata) {
  uf::URLItem item = Known("https://a.com/", Now() + 100);
  (*item.mutable_known()->mutable_info()->mutable_metadata())["etag"].add_values("x");
  EXPECT_EQ(PutOne(item), kOk) << "also when it was never seen before";
  const uint64_t created = Status("https://a.com/").second.creation_date();
  EXPECT_EQ(created, Now());
  Pass(Millis(10'000));
  uf::URLItem again = Known("https://a.com/", Now());
  again.set_creation_date(1);
  (*again.mutable_known()->mutable_info()->mutable_metadata())["etag"].add_values("y");
  PutOne(again);
  const uf::URLItem kept = Status("https://a.com/").second;
  EXPECT_EQ(kept.known().refetchable_from_date(), Now());
  EXPECT_THAT(kept.known().info().metadata().at("etag").values(), ElementsAre("y"));
  EXPECT_EQ(kept.creation_date(), created) << "it is the server's to say";
  PutOne(Known("https://a.com/", 0));
  EXPECT_EQ(Status("https://a.com/").second.creation_date(), created);
  EXPECT_THAT(Status("https://a.com/").second.known().info().metadata(), IsEmpty());
}

TEST_F(UrlFrontierTest, ACompletedUrlCountsOnceHoweverOftenItIsAcked) {
  for (int i = 0; i < 4; ++i) PutOne(Discovered("https://a.com/" + std::to_string(i)));
  for (int i = 0; i < 3; ++i) PutOne(Known("https://a.com/0", 0));
  EXPECT_EQ(Stats("a.com").size(), 3U);
  EXPECT_EQ(Stats("a.com").counts().at("completed"), 1U);
  EXPECT_EQ(Count({}), 4U);
  PutOne(Known("https://a.com/0", Now()));
  EXPECT_EQ(Stats("a.com").size(), 4U) << "and can be fetched again";
  EXPECT_EQ(Stats("a.com").counts().at("completed"), 0U);
}

TEST_F(UrlFrontierTest, BatchesOfDiscoveredAreAckedAsOne) {
  grpc::ClientContext context;
  const auto stream = stub_->PutDiscovered(&context);
  uf::DiscoveredBatch probe;
  probe.set_id("probe");
  stream->Write(probe);
  uf::DiscoveredBatch batch;
  batch.set_id("b1");
  for (const char* url : {"https://a.com/1", "", "https://b.com/1", "https://a.com/1"}) {
    batch.add_items()->set_url(url);
  }
  stream->Write(batch);
  stream->WritesDone();
  std::map<std::string, std::vector<int>> acks;
  for (uf::BatchAck ack; stream->Read(&ack);) {
    acks[ack.id()] = {ack.statuses().begin(), ack.statuses().end()};
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_THAT(acks, SizeIs(2));
  EXPECT_THAT(acks["probe"], IsEmpty());
  EXPECT_THAT(acks["b1"], ElementsAre(kOk, kSkipped, kOk, kSkipped));
  EXPECT_EQ(Stats().size(), 2U);
}

TEST_F(UrlFrontierTest, ManyItemsOnOneStreamAreAllAcked) {
  constexpr int kItems = 5'000;  // More than may be under way at once.
  std::vector<uf::URLItem> items;
  for (int i = 0; i < kItems; ++i) {
    items.push_back(Discovered("https://h" + std::to_string(i % 50) + ".com/" + std::to_string(i)));
  }
  // Written by one thread and read by another, as clients do.
  grpc::ClientContext context;
  const auto stream = stub_->PutURLs(&context);
  std::thread writer([&] {
    for (const uf::URLItem& item : items) stream->Write(item);
    stream->WritesDone();
  });
  std::set<std::string> ids;
  for (uf::AckMessage ack; stream->Read(&ack);) {
    EXPECT_EQ(ack.status(), kOk);
    ids.insert(ack.id());
  }
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_THAT(ids, SizeIs(kItems));
  EXPECT_EQ(Stats().size(), uint64_t{kItems});
  EXPECT_EQ(Stats().numberofqueues(), 50U);
  EXPECT_EQ(DeleteCrawl(""), uint64_t{kItems});
}

}  // namespace
}  // namespace signboard::frontier
