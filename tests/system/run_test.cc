// What a user of `signboard run` relies on, through the command line and HTTP alone.
#include <signal.h>

#include <algorithm>

#include "proto/base/digest.h"
#include "proto/base/time.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

const std::string kArticle =
    "http://www.jingan-gov.example/xwzx/jryw/202511/t20251117_5209877.html";
const std::string kArticleFile = "/xwzx/jryw/202511/t20251117_5209877.html";
const std::string kGbkPage = "http://www.jingan-gov.example/dzb/2006/0918.html";

class RunTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    SiteUnderWatch::SetUp();
    StartSignboard();
    WaitUntilUp();
    ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925", "--kind", "government"}).exit_code,
              0);
  }
};

// 36 pages, and two of them under a second URL: / and /xwzx/gggs/. The style sheet and the picture
// are no links, and robots.txt forbids nothing that is linked. A page that was fetched again
// meanwhile is "unchanged".
TEST_F(RunTest, CrawlsEveryPageOfTheSampleSite) {
  ASSERT_TRUE(Eventually([&] { return CapturedUrls() >= kSiteUrls; })) << CapturedUrls();
  const auto urls = RunJson({"urls", "www.jingan-gov.example"})["urls"];
  EXPECT_EQ(urls.size(), kSiteUrls);
  for (const auto& entry : urls)
    EXPECT_TRUE(entry["last_outcome"] == "content" || entry["last_outcome"] == "unchanged")
        << entry;
  const auto status = RunJson({"status"});
  EXPECT_EQ(status["frontier"]["seeds"], 1);
  EXPECT_GE(status["archive"]["snapshots"].get<int>(), 33);
}

TEST_F(RunTest, EditedPageBecomesASecondVersionAndBothStayByteExact) {
  ASSERT_TRUE(Eventually([&] { return Versions(kArticle, false) == 1; }));
  const std::string before = ReadWholeFile(SiteFile(kArticleFile));
  std::string after = before;
  const std::string old_words = "26个", new_words = "31个";
  ASSERT_NE(after.find(old_words), std::string::npos);
  after.replace(after.find(old_words), old_words.size(), new_words);
  WriteWholeFile(SiteFile(kArticleFile), after);
  ASSERT_TRUE(Eventually([&] { return Versions(kArticle, false) == 2; }));

  const auto versions = RunJson({"versions", kArticle})["versions"];
  ASSERT_EQ(versions.size(), 2u);
  const std::string first = versions[0]["captured"], second = versions[1]["captured"];
  EXPECT_EQ(Run({"lookup", kArticle, "--at", first}).out, before);
  EXPECT_EQ(Run({"lookup", kArticle, "--at", second}).out, after);
  EXPECT_EQ(Run({"lookup", kArticle}).out, after);
  const auto diff = RunJson({"diff", kArticle});
  EXPECT_EQ(diff["from"]["id"], versions[0]["id"]);
  EXPECT_EQ(diff["to"]["id"], versions[1]["id"]);
  EXPECT_GT(diff["change_degree"], 0.0);
  EXPECT_LT(diff["change_degree"], 0.1);
  const std::string shown = Run({"diff", kArticle, "--from", first, "--to", second}).out;
  EXPECT_NE(shown.find("[-26-]{+31+}"), std::string::npos) << shown;
  EXPECT_EQ(Run({"diff", kArticle, "--view", "links"}).out, "");
  EXPECT_EQ(Run({"diff", std::string(kSite) + "/nothing"}).exit_code, 3);
  // As on the wire: the sample site sends this folder gzipped.
  const std::string wire = Run({"lookup", kArticle, "--raw", "--at", first}).out;
  ASSERT_GT(wire.size(), 10u);
  EXPECT_EQ(wire.substr(0, 2), "\x1f\x8b");
  EXPECT_EQ(RunProgram({"gzip", "-dc"}, wire).out, before);
}

TEST_F(RunTest, RawIsWhatTheServerSentToTheByte) {
  ASSERT_TRUE(Eventually([&] { return Versions(kArticle, false) == 1; }));
  const auto sent = RunProgram({"curl", "-sS", "--connect-to",
                                "::127.0.0.1:" + std::to_string(site_port_), "-H",
                                "Accept-Encoding: gzip", kArticle});
  ASSERT_EQ(sent.exit_code, 0) << sent.err;
  EXPECT_EQ(Run({"lookup", kArticle, "--raw"}).out, sent.out);
}

TEST_F(RunTest, GbkPageIsKeptAsItCameAndReadAsText) {
  ASSERT_TRUE(Eventually([&] { return Versions(kGbkPage, false) == 1; }));
  EXPECT_EQ(Run({"lookup", kGbkPage}).out, ReadWholeFile(SiteFile("/dzb/2006/0918.html")));
  const std::string text = Run({"lookup", kGbkPage, "--text"}).out;
  EXPECT_NE(text.find("朱镕基同志题字的老照片找到了"), std::string::npos) << text;
  const auto snapshot = RunJson({"lookup", kGbkPage});
  EXPECT_NE(snapshot.dump().find("gb"), std::string::npos) << snapshot;
}

TEST_F(RunTest, RecrawlIsFollowedToItsSnapshot) {
  ASSERT_TRUE(Eventually([&] { return Versions(kArticle, true) >= 1; }));
  const auto jobs = RunJson({"recrawl", kArticle, "--wait", "60s"})["jobs"];
  ASSERT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs[0]["state"], "done") << jobs;
  // The id names exactly one capture.
  const std::string id = jobs[0].value("snapshot_id", "");
  ASSERT_TRUE(id.ends_with("/" + kArticle)) << jobs;
  EXPECT_EQ(Run({"lookup", id}).out, ReadWholeFile(SiteFile(kArticleFile)));
}

TEST_F(RunTest, GatewayServesTheKeptBytesAndAHomePage) {
  ASSERT_TRUE(Eventually([&] { return Versions(kArticle, false) == 1; }));
  EXPECT_EQ(Http("/readyz", {"-o", "/dev/null", "-w", "%{http_code}"}).out, "200");
  EXPECT_EQ(Http("/livez", {"-o", "/dev/null", "-w", "%{http_code}"}).out, "200");
  EXPECT_NE(Http("/metrics").out.find("signboard_"), std::string::npos);
  EXPECT_NE(Http("/?lang=zh").out.find("<html"), std::string::npos);
  const auto found = nlohmann::json::parse(Http("/api/v1/lookup?url=" + kArticle).out);
  EXPECT_EQ(found["url"], kArticle);
  const auto replayed = Http("/web/2id_/" + kArticle, {"-L", "--compressed"});
  EXPECT_EQ(replayed.out, ReadWholeFile(SiteFile(kArticleFile)));
}

TEST_F(RunTest, TerminationIsCleanAndNothingIsForgotten) {
  ASSERT_TRUE(Eventually([&] { return CapturedUrls() >= kSiteUrls; }));
  signboard_.Signal(SIGTERM);
  EXPECT_EQ(signboard_.Wait(), 0);
  StartSignboard();
  WaitUntilUp();
  EXPECT_GE(CapturedUrls(), kSiteUrls);
  EXPECT_EQ(RunJson({"seeds", "list"})["seeds"].size(), 1u);
}

}  // namespace
}  // namespace signboard::testing
