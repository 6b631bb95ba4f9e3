// `signboard check` against a scripted site on loopback; no server of ours runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/paths.h"
#include "tests/support/fake_site.h"
#include "tests/support/process.h"

namespace signboard::testing {
namespace {

using ::testing::HasSubstr;
using nlohmann::json;

class CheckTest : public ::testing::Test {
 protected:
  void SetUp() override {
    WriteWholeFile(directory_ / "signboard.toml",
                   "[crawler]\nconnect_to = [\"*:80=127.0.0.1:" + std::to_string(site_.port()) +
                       "\"]\n[crawler.guard]\nallow = [\"127.0.0.1/32\"]\n");
    site_.Serve("a.example/robots.txt",
                FakeSite::Page("200 OK", {"Content-Type: text/plain"},
                               "User-agent: *\nDisallow: /private\nCrawl-delay: 5\n"
                               "Sitemap: http://a.example/sitemap.xml\n"));
  }

  Finished Check(const std::string& url, bool as_json = true, const std::string& config = "") {
    std::vector<std::string> arguments = {std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard",
                                          "check", url, "--config",
                                          config.empty() ? directory_ / "signboard.toml" : config};
    if (as_json) arguments.push_back("--json");
    return RunProgram(arguments);
  }

  void Html(const std::string& path, const std::string& html) {
    site_.Serve(path, FakeSite::Page("200 OK", {"Content-Type: text/html"}, html));
  }

  FakeSite site_;
  TempDirectory directory_;
};

TEST_F(CheckTest, RedirectsRobotsParseAndLinksAreShown) {
  site_.Serve("/old", FakeSite::Page("301 Moved", {"Location: http://a.example/"}, ""));
  Html("a.example/",
       "<html><head><meta charset=gb2312><title>\xBE\xB2\xB0\xB2</title>"
       "<link rel=alternate type='application/atom+xml' href='/feed'></head><body><ul>"
       "<li><a href='/col/col1/index.html'>\xD2\xAA\xCE\xC5</a></li>"
       "<li><a href='http://b.example/'>b</a></li></ul></body></html>");
  const Finished checked = Check("http://b.example/old");
  ASSERT_EQ(checked.exit_code, 0) << checked.err << checked.out;
  const json answer = json::parse(checked.out);
  ASSERT_EQ(answer["hops"].size(), 2u);
  EXPECT_EQ(answer["hops"][0]["outcome"], "redirect");
  EXPECT_EQ(answer["hops"][0]["redirect_to"], "http://a.example/");
  EXPECT_EQ(answer["hops"][1]["robots"]["crawl_delay_s"], 5.0);
  EXPECT_EQ(answer["page"]["title"], "静安");
  EXPECT_EQ(answer["page"]["charset"]["declared"], "gbk") << "as the standard calls it";
  EXPECT_EQ(answer["links"]["lists"][0]["url"], "http://a.example/col/col1/index.html");
  EXPECT_EQ(answer["links"]["lists"][0]["text"], "要闻");
  EXPECT_EQ(answer["links"]["feeds"], json::array({"http://a.example/feed"}));
  EXPECT_EQ(answer["links"]["of_site"], 2);
  EXPECT_EQ(answer["sitemaps"], json::array({"http://a.example/sitemap.xml"}));
  EXPECT_THAT(answer["advice"].dump(), HasSubstr("lives elsewhere: add http://a.example/"));
  const Finished shown = Check("http://b.example/old", false);
  EXPECT_THAT(shown.out, HasSubstr("http://a.example/col/col1/index.html  要闻"));
  EXPECT_THAT(shown.out, HasSubstr("signboard seeds add 'http://a.example/'"));
}

TEST_F(CheckTest, WhatRobotsRefusesIsNotFetched) {
  const Finished checked = Check("http://a.example/private/x");
  EXPECT_EQ(checked.exit_code, 4);
  const json answer = json::parse(checked.out);
  EXPECT_EQ(answer["hops"][0]["robots"]["word"], "disallowed");
  EXPECT_EQ(answer["hops"][0]["outcome"], "not_tried");
  EXPECT_EQ(answer["page"], nullptr);
  EXPECT_EQ(site_.RequestCount(), 1u);
}

TEST_F(CheckTest, ExitCodeSaysWhatCameOfIt) {
  EXPECT_EQ(Check("http://a.example/none").exit_code, 3);
  site_.Serve("/loop", FakeSite::Page("302 Found", {"Location: /loop"}, ""));
  const Finished loop = Check("http://a.example/loop");
  EXPECT_EQ(loop.exit_code, 1);
  EXPECT_EQ(json::parse(loop.out)["hops"].size(), 11u);
  site_.Serve("/wall", FakeSite::Page("412 Precondition Failed", {"Content-Type: text/html"},
                                      "<html><script>$_ts=window['$_ts'];</script></html>"));
  const Finished wall = Check("http://a.example/wall");
  EXPECT_EQ(wall.exit_code, 4);
  EXPECT_EQ(json::parse(wall.out)["hops"][0]["outcome"], "blocked");
  EXPECT_EQ(Check("ftp://a.example/").exit_code, 2);
  EXPECT_EQ(Check("http://a.example/", true, directory_ / "none.toml").exit_code, 3);
}

TEST_F(CheckTest, OpenWebNeedsAContact) {
  WriteWholeFile(directory_ / "bare.toml", "");
  const Finished checked = Check("http://a.example/", true, directory_ / "bare.toml");
  EXPECT_EQ(checked.exit_code, 4);
  EXPECT_THAT(checked.out, HasSubstr("contact_url"));
  EXPECT_EQ(site_.RequestCount(), 0u);
}

}  // namespace
}  // namespace signboard::testing
