// The past of a site: what is followed without a backfill, and what one fetches.
#include "frontier/backfills.h"

#include <gmock/gmock.h>

#include <functional>

#include "tests/frontier/frontier_fixture.h"

namespace signboard::frontier {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr Millis kSecond{1'000};
constexpr char kSeed[] = "http://a.cn/list/index.html";

class BackfillsTest : public FrontierFixture {
 protected:
  void SetUp() override {
    FrontierFixture::SetUp();
    AddSeed(kSeed);
  }

  static std::string Page(int n) {
    return "http://a.cn/list/index_" + std::to_string(n) + ".html";
  }
  // A list that names its pages 1..last and shows `links`.
  static v1::Report List(const v1::Lease& lease, int last,
                         const std::vector<std::string>& links = {},
                         const std::string& listed_on = "") {
    v1::Report report = Content(lease, links);
    for (v1::Outlink& link : *report.mutable_outlinks()) link.set_listed_on(listed_on);
    report.set_is_hub(true);
    for (int n = 1; n <= last; ++n) {
      v1::Outlink& link = *report.add_outlinks();
      link.set_url(Page(n));
      link.set_kind(v1::Outlink::PAGINATION);
      link.set_priority(v1::PRIORITY_HUB);
    }
    return report;
  }
  // The seed's first visit: a list of `last` more pages.
  void SeeList(int last) { Report(List(LendOne(now_), last), now_); }

  v1::BackfillSeedsReply Ask(const std::string& since = "", bool stop = false,
                             bool dry_run = false) {
    v1::BackfillSeedsRequest request;
    request.add_urls(kSeed);
    request.set_since(since);
    request.set_stop(stop);
    request.set_dry_run(dry_run);
    return frontier_->seeds().Backfill(request, now_).value();
  }
  v1::Backfill Progress() { return frontier_->seeds().List("", "", 1).front().backfill(); }

  // Whatever is due, one after the other, each told by `tell`; the seed is left out.
  std::vector<v1::Lease> CrawlAll(const std::function<v1::Report(const v1::Lease&)>& tell) {
    std::vector<v1::Lease> done;
    for (int idle = 0; idle < 3;) {
      now_ += kSecond;
      const auto leases = LendMany(now_);
      idle = leases.empty() ? idle + 1 : 0;
      for (const v1::Lease& lease : leases) {
        EXPECT_EQ(Report(tell(lease), now_).status(), v1::ReportAck::ACCEPTED);
        if (lease.url() != kSeed) done.push_back(lease);
      }
    }
    return done;
  }
  std::vector<std::string> CrawlUrls() {
    std::vector<std::string> urls;
    for (const v1::Lease& lease :
         CrawlAll([](const v1::Lease& lease) { return Content(lease); })) {
      urls.push_back(lease.url());
    }
    return urls;
  }

  UnixTime now_ = kNoon;
};

TEST_F(BackfillsTest, OnlyTheFirstPagesOfAListAreFollowedWithoutOne) {
  SeeList(9);
  EXPECT_THAT(CrawlUrls(), ElementsAre(Page(1), Page(2), Page(3), Page(4)));
  const v1::UrlExplanation why = Explain(Page(5), now_);
  EXPECT_EQ(why.state(), "waiting");
  EXPECT_FALSE(why.is_hub());
  EXPECT_THAT(why.because(), Contains(HasSubstr("page 6 of the list " + std::string(kSeed))));
}

TEST_F(BackfillsTest, HowManyPagesAreFollowedIsAnOption) {
  options_.list_pages_max = 2;
  Restart();
  SeeList(9);
  EXPECT_THAT(CrawlUrls(), ElementsAre(Page(1)));
}

TEST_F(BackfillsTest, ChainOfNextPagesEndsThereToo) {
  const auto next = [](const v1::Lease& lease) {
    const std::string& url = lease.url();
    const int n = url == kSeed ? 0 : std::stoi(url.substr(url.find('_') + 1));
    v1::Report report = Content(lease, {Page(n + 1)});
    report.set_is_hub(true);
    report.mutable_outlinks(0)->set_kind(v1::Outlink::PAGINATION);
    return report;
  };
  const auto leases = CrawlAll(next);
  ASSERT_EQ(leases.size(), 4U);
  EXPECT_EQ(leases.back().depth(), 0U) << "a later page of a list is no step deeper";
}

TEST_F(BackfillsTest, NextPageOfWhatIsNoListIsALinkLikeOthers) {
  v1::Report report = Content(LendOne(now_), {Page(50)});
  report.mutable_outlinks(0)->set_kind(v1::Outlink::PAGINATION);
  Report(report, now_);
  EXPECT_THAT(CrawlUrls(), ElementsAre(Page(50)));
}

TEST_F(BackfillsTest, OneLetsTheRestGoInOrderAndBehindEverythingElse) {
  SeeList(12);
  CrawlUrls();
  ASSERT_TRUE(frontier_->recrawls().Start(kSeed, Millis(0), now_).ok());
  now_ += kSecond;
  Report(Content(LendOne(now_), {"http://a.cn/news"}), now_);
  EXPECT_EQ(Ask().seeds(0).backfill().state(), kBackfillRunning);
  EXPECT_EQ(Progress().waiting(), 8U);
  std::vector<std::string> urls = CrawlUrls();
  ASSERT_EQ(urls.size(), 9U);
  EXPECT_EQ(urls[0], "http://a.cn/news");
  for (int n = 5; n <= 12; ++n) EXPECT_EQ(urls[static_cast<size_t>(n - 4)], Page(n));
  EXPECT_EQ(Progress().state(), kBackfillComplete);
  EXPECT_EQ(Progress().done(), 8U);
  EXPECT_EQ(Explain(Page(5), now_).state(), "settled") << "fetched once";
}

TEST_F(BackfillsTest, WhatItBringsToLightIsOfThePastToo) {
  SeeList(5);
  CrawlUrls();
  Ask();
  const auto leases = CrawlAll([](const v1::Lease& lease) {
    if (lease.url() == Page(5)) return List(lease, 6, {"http://a.cn/2018/1"});
    return Content(lease, lease.url() == "http://a.cn/2018/1"
                              ? std::vector<std::string>{"http://a.cn/2018/2"}
                              : std::vector<std::string>{});
  });
  ASSERT_EQ(leases.size(), 4U) << "page 5, page 6, and two articles";
  for (const v1::Lease& lease : leases) EXPECT_EQ(lease.priority(), v1::PRIORITY_BACKFILL);
  EXPECT_EQ(Progress().done(), 4U);
  EXPECT_EQ(Explain("http://a.cn/2018/1", now_).priority(), v1::PRIORITY_BACKFILL)
      << "watched from now on, behind all others";
}

TEST_F(BackfillsTest, GoesOnOverARestartAndStopsWhenItIsTold) {
  SeeList(9);
  CrawlUrls();
  Ask();
  now_ += kSecond;
  Report(Content(LendOne(now_)), now_);
  Restart();
  EXPECT_EQ(Progress().state(), kBackfillRunning);
  EXPECT_EQ(Progress().done(), 1U);
  EXPECT_EQ(Progress().waiting(), 4U);
  now_ += kSecond;
  const v1::Lease lease = LendOne(now_);
  EXPECT_EQ(lease.priority(), v1::PRIORITY_BACKFILL);
  Report(Content(lease), now_);
  EXPECT_EQ(Ask("", true).seeds(0).backfill().state(), kBackfillStopped);
  EXPECT_THAT(CrawlUrls(), IsEmpty());
  EXPECT_EQ(Progress().held(), 3U);
  Ask();
  EXPECT_EQ(CrawlUrls().size(), 3U);
}

TEST_F(BackfillsTest, ListIsLeftWhereAllItShowsIsOlder) {
  SeeList(20);
  CrawlUrls();
  Ask("2018-01-01");
  // Page n shows three articles of the year 2024 - n; page 5 has an old one pinned to its top.
  const auto tell = [](const v1::Lease& lease) {
    if (lease.url().find("index_") == std::string::npos) return Content(lease);
    const int n = std::stoi(lease.url().substr(lease.url().find('_') + 1));
    std::vector<std::string> links;
    for (int i = 0; i < 3; ++i)
      links.push_back("http://a.cn/" + std::to_string(n) + "/" + std::to_string(i));
    v1::Report report = List(lease, 20, links, std::to_string(2024 - n) + "-06-30");
    if (n == 5) report.mutable_outlinks(0)->set_listed_on("2001-01-01");
    return report;
  };
  std::vector<std::string> pages;
  std::vector<std::string> articles;
  for (const v1::Lease& lease : CrawlAll(tell)) {
    const bool page = lease.url().find("index_") != std::string::npos;
    (page ? pages : articles).push_back(lease.url());
  }
  EXPECT_THAT(pages, ElementsAre(Page(5), Page(6), Page(7))) << "2019, 2018, and one too old";
  EXPECT_EQ(articles.size(), 5U) << "those of 2019 and 2018 that are not older";
  // Further back, from where it left off.
  Ask("2015-01-01");
  pages.clear();
  for (const v1::Lease& lease : CrawlAll(tell)) {
    if (lease.url().find("index_") != std::string::npos) pages.push_back(lease.url());
  }
  EXPECT_THAT(pages, ElementsAre(Page(8), Page(9), Page(10)));
}

TEST_F(BackfillsTest, LinkOfThePresentEndsBeingPast) {
  SeeList(5);
  ASSERT_TRUE(frontier_->recrawls().Start(kSeed, Millis(0), now_).ok());
  CrawlAll([](const v1::Lease& lease) {
    return lease.url() == kSeed ? Content(lease, {Page(5)}) : Content(lease);
  });
  EXPECT_EQ(Explain(Page(5), now_).fetch_count(), 1U);
  EXPECT_EQ(Ask().seeds(0).backfill().waiting(), 0U);
}

TEST_F(BackfillsTest, LearnedSchedulesStayAsTheyAre) {
  SeeList(9);
  CrawlUrls();
  const int64_t due = Explain(kSeed, now_).due_ms();
  const int64_t page_due = Explain(Page(1), now_).due_ms();
  Ask();
  CrawlUrls();
  EXPECT_EQ(Explain(kSeed, now_).due_ms(), due);
  EXPECT_EQ(Explain(Page(1), now_).due_ms(), page_due);
}

TEST_F(BackfillsTest, DryRunTellsWhatThereWouldBe) {
  SeeList(9);
  const v1::Backfill would = Ask("", false, true).seeds(0).backfill();
  EXPECT_EQ(would.held(), 5U);
  EXPECT_EQ(would.state(), "");
  EXPECT_FALSE(frontier_->seeds().List("", "", 1).front().has_backfill());
}

TEST_F(BackfillsTest, EntriesOfALargeSitemapWaitForOne) {
  options_.sitemap_links_max = 3;
  Restart();
  v1::Report named = Content(LendOne(now_), {"http://a.cn/s.xml"});
  named.mutable_outlinks(0)->set_kind(v1::Outlink::SITEMAP);
  Report(named, now_);
  const auto tell = [](const v1::Lease& lease) {
    std::vector<std::string> links;
    for (int i = 0; i < 5 && lease.url() == "http://a.cn/s.xml"; ++i)
      links.push_back("http://a.cn/" + std::to_string(i));
    v1::Report report = Content(lease, links);
    report.set_is_hub(lease.url() == "http://a.cn/s.xml");
    return report;
  };
  EXPECT_EQ(CrawlAll(tell).size(), 4U) << "the sitemap and three";
  Ask();
  EXPECT_EQ(CrawlAll(tell).size(), 2U);
}

TEST_F(BackfillsTest, UnknownSeedsAndDaysThatAreNoneAreTold) {
  v1::BackfillSeedsRequest request;
  request.add_urls("http://b.cn/");
  EXPECT_THAT(frontier_->seeds().Backfill(request, now_).value().unknown(),
              ElementsAre("http://b.cn/"));
  for (const char* since : {"2018", "2018-13-01", "2018-02-30", "01.01.2018", "2018-1-1"}) {
    request.set_since(since);
    EXPECT_EQ(frontier_->seeds().Backfill(request, now_).status().code(),
              StatusCode::kInvalidArgument)
        << since;
  }
  EXPECT_EQ(Ask("", true).seeds(0).backfill().state(), "") << "none to stop";
}

}  // namespace
}  // namespace signboard::frontier
