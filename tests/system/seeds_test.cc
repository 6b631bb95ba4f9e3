// What an operator says of a site, through the command line: rules, tables, and its past.
#include <gmock/gmock.h>

#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

using ::testing::HasSubstr;

const std::string kList = "http://www.jingan-gov.example/xwzx/jryw/index.html";
const std::string kLaterPage = "http://www.jingan-gov.example/xwzx/jryw/index_1.html";
const std::string kNotices = "http://www.jingan-gov.example/xwzx/gggs/index.html";

class SeedsTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    frontier_settings_ = "list_pages = 1\n";
    SiteUnderWatch::SetUp();
    StartSignboard();
    WaitUntilUp();
  }
  std::string Explain(const std::string& url) const {
    const Finished explained = Run({"explain", url});
    return explained.out + explained.err;
  }
  bool IsCaptured(const std::string& url) const { return Versions(url, true) > 0; }
};

TEST_F(SeedsTest, RulesAreSetShownExportedAndKept) {
  ASSERT_EQ(Run({"seeds", "add", kSite, "--include", "/xwzx/*", "--include", "/index.html",
                 "--exclude", "/xwzx/gggs/", "--depth", "9"})
                .exit_code,
            0);
  EXPECT_EQ(Run({"seeds", "add", kSite, "--exclude", "gggs"}).exit_code, 2);
  ASSERT_TRUE(Eventually([&] { return IsCaptured(kList); }));
  EXPECT_THAT(Explain(kNotices), HasSubstr("excluded by the rule /xwzx/gggs/ of the seed"));
  EXPECT_FALSE(IsCaptured(kNotices));

  const auto scope = RunJson({"seeds", "list"})["seeds"][0]["scope"];
  EXPECT_EQ(scope["include"].size(), 2u) << scope;
  EXPECT_EQ(scope["exclude"][0], "/xwzx/gggs/");
  EXPECT_EQ(scope["depth"], 9);
  EXPECT_THAT(Run({"seeds", "list"}).out, HasSubstr("-/xwzx/gggs/"));
  const std::string table = Run({"seeds", "export"}).out;
  EXPECT_EQ(Run({"seeds", "add", "-"}, table).exit_code, 0);
  EXPECT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0) << "keeps its scope";
  EXPECT_EQ(RunJson({"seeds", "list"})["seeds"][0]["scope"], scope);

  ASSERT_EQ(Run({"seeds", "add", kSite, "--path", "/"}).exit_code, 0);
  EXPECT_TRUE(Eventually([&] { return IsCaptured(kNotices); })) << "the rules are lifted";
}

TEST_F(SeedsTest, BackfillFetchesTheLaterPagesOfListsAndTellsHowFarItIs) {
  ASSERT_EQ(Run({"seeds", "add", kSite}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return IsCaptured(kList); }));
  ASSERT_TRUE(Eventually([&] { return Run({"explain", kLaterPage}).exit_code == 0; }));
  EXPECT_THAT(Explain(kLaterPage), HasSubstr("page 2 of the list " + kList));
  EXPECT_FALSE(IsCaptured(kLaterPage));

  const auto would = RunJson({"seeds", "backfill", kSite, "--dry-run"});
  EXPECT_EQ(would["seeds"][0]["backfill"]["held"], 1) << would;
  EXPECT_EQ(Run({"seeds", "backfill", kSite, "--since", "yesterday"}).exit_code, 2);
  EXPECT_EQ(Run({"seeds", "backfill", "http://b.example/"}).exit_code, 3);
  const auto started = RunJson({"seeds", "backfill", kSite, "--since", "2018-01-01"});
  EXPECT_EQ(started["seeds"][0]["backfill"]["since"], "2018-01-01") << started;
  ASSERT_TRUE(Eventually([&] { return IsCaptured(kLaterPage); }));
  ASSERT_TRUE(Eventually([&] {
    const auto past = RunJson({"seeds", "list"})["seeds"][0]["backfill"];
    return past["state"] == "complete" && past["done"] >= 1 && past["waiting"] == 0;
  }));
  EXPECT_THAT(Run({"seeds", "backfill", kSite, "--status"}).out, HasSubstr("complete"));
  EXPECT_EQ(RunJson({"seeds", "backfill", kSite, "--stop"})["seeds"][0]["backfill"]["state"],
            "stopped");
}

}  // namespace
}  // namespace signboard::testing
