// What we export, judged by other people's tools: warcio, cdxj-indexer, pywb's indexer and py-wacz;
// and by our own checkers of what those do not look at. And what others write, imported.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <thread>

#include "tests/paths.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

const std::string kPip = std::string(SIGNBOARD_SOURCE_DIR) + "/build/pip/bin/";
const std::string kChecks = std::string(SIGNBOARD_SOURCE_DIR) + "/tests/interop/";
constexpr char kHost[] = "www.jingan-gov.example";
const std::string kArticleFile = "/xwzx/jryw/202511/t20251117_5209877.html";

std::vector<std::string> SortedLines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::sort(lines.begin(), lines.end());
  return lines;
}

class WarcInteropTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    if (RunProgram({kPip + "warcio", "--version"}).exit_code != 0)
      GTEST_SKIP() << "SKIPPED: warcio is not installed: deploy/install-deps.sh";
    SiteUnderWatch::SetUp();
    StartSignboard();
    WaitUntilUp();
    ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
    ASSERT_TRUE(Eventually([&] { return CapturedUrls() >= kSiteUrls; })) << CapturedUrls();
    ASSERT_TRUE(Eventually([&] { return Versions(std::string(kSite) + "/", true) > 2; }));
    std::string page = ReadWholeFile(SiteFile(kArticleFile));
    const std::string before = page;
    page.replace(page.find("26个"), 4, "31个");
    const std::string url = kSite + kArticleFile;
    WriteWholeFile(SiteFile(kArticleFile), page);
    ASSERT_TRUE(Eventually([&] { return Versions(url, true) > 1 && Versions(url, false) == 2; }));
    // Back to what it was: the same bytes once more are a revisit of the first.
    WriteWholeFile(SiteFile(kArticleFile), before);
    ASSERT_TRUE(Eventually([&] { return Versions(url, false) == 3; }));
    // And a 304 to that revisit.
    ASSERT_TRUE(Eventually([&] { return IsUnchangedNow(url); }));
    Run({"recrawl", std::string(kSite) + "/no-such-page.html", "--wait", "60s"});
    WriteWholeFile(directory_ / "brought.pdf", "%PDF-1.4 brought");
    ASSERT_EQ(Run({"submit", directory_ / "brought.pdf", "--by", "Li Wei", "--url",
                   std::string(kSite) + "/brought.pdf"}).exit_code, 0);
    ASSERT_EQ(Run({"seeds", "pause", kSite}).exit_code, 0);
  }

  bool IsUnchangedNow(const std::string& url) const {
    const auto versions = RunJson({"versions", url, "--all"})["versions"];
    return !versions.empty() && versions.back()["outcome"] == "unchanged";
  }
  Finished Python(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), kPip + "python");
    return RunProgram(arguments);
  }
};

TEST_F(WarcInteropTest, OthersToolsFindNothingWrongWithWhatWeExport) {
  const std::string file = directory_ / "out.warc.gz";
  const auto exported = RunJson({"export", kHost, "-o", file, "--index", file + ".cdxj"});
  ASSERT_GT(exported["captures"].get<int>(), 40);
  ASSERT_GT(exported["revisits"].get<int>(), 1);

  const Finished warcio = RunProgram({kPip + "warcio", "check", "-v", file});
  EXPECT_EQ(warcio.exit_code, 0) << warcio.out << warcio.err;
  const Finished strict = Python({kChecks + "warc_check.py", file});
  EXPECT_EQ(strict.exit_code, 0) << strict.out << strict.err;

  const Finished theirs = RunProgram({kPip + "cdxj-indexer", "--sort", file});
  ASSERT_EQ(theirs.exit_code, 0) << theirs.err;
  EXPECT_EQ(ReadWholeFile(file + ".cdxj"), theirs.out);

  const std::string plain = directory_ / "out.warc";
  RunJson({"export", kHost, "-o", plain, "--index", plain + ".cdxj"});
  EXPECT_EQ(RunProgram({kPip + "warcio", "check", "-v", plain}).exit_code, 0);
  EXPECT_EQ(ReadWholeFile(plain + ".cdxj"),
            RunProgram({kPip + "cdxj-indexer", "--sort", plain}).out);
}

// pywb's own indexer names digests without their kind, and revisits have no status.
TEST_F(WarcInteropTest, PywbIndexesTheSameRecords) {
  if (RunProgram({kPip + "cdx-indexer", "--help"}).exit_code != 0)
    GTEST_SKIP() << "SKIPPED: pywb is not installed: deploy/install-deps.sh";
  const std::string file = directory_ / "out.warc.gz";
  RunJson({"export", kHost, "-o", file, "--index", file + ".cdxj"});
  const auto rows = [](const std::string& text) {
    std::vector<std::string> found;
    for (const std::string& line : SortedLines(text)) {
      const size_t at = line.find(" {");
      const auto json = nlohmann::json::parse(line.substr(at), nullptr, false);
      std::string digest = json.value("digest", "");
      digest.erase(0, digest.rfind(':') + 1);
      const bool revisit = json.value("mime", "") == "warc/revisit";
      found.push_back(line.substr(0, at) + " " + json.value("url", "") + " " +
                      json.value("mime", "") + " " +
                      (revisit ? "" : json.value("status", "")) + " " + digest + " " +
                      json.value("offset", "") + " " + json.value("length", ""));
    }
    return found;
  };
  const Finished theirs = RunProgram({kPip + "cdx-indexer", "--cdxj", "--sort", file});
  ASSERT_EQ(theirs.exit_code, 0) << theirs.err;
  EXPECT_EQ(rows(ReadWholeFile(file + ".cdxj")), rows(theirs.out));
}

TEST_F(WarcInteropTest, AWaczIsOneToTheLetter) {
  const std::string file = directory_ / "out.wacz";
  RunJson({"export", kHost, "-o", file, "--title", "靖安县"});
  const Finished strict = Python({kChecks + "wacz_check.py", file});
  EXPECT_EQ(strict.exit_code, 0) << strict.out << strict.err;
  const Finished theirs = RunProgram({kPip + "wacz", "validate", "-f", file});
  EXPECT_EQ(theirs.exit_code, 0) << theirs.out << theirs.err;
  EXPECT_THAT(theirs.out, ::testing::HasSubstr("the passed WACZ is valid"));
  EXPECT_EQ(RunProgram({"python3", "-m", "zipfile", "-t", file}).exit_code, 0);
}

// warcio writes a WARC of its own making; what we say of it is what cdxj-indexer says.
TEST_F(WarcInteropTest, WhatOthersWriteIsImportedAsTheyIndexIt) {
  const std::string file = directory_ / "theirs.warc.gz";
  const Finished wrote = Python({kChecks + "write_warc.py", file});
  ASSERT_EQ(wrote.exit_code, 0) << wrote.err;
  const Finished ran = Run({"import", file, "--json"});
  ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  const Finished theirs = RunProgram({kPip + "cdxj-indexer", "--sort", file});
  std::vector<std::string> expected;
  for (const std::string& line : SortedLines(theirs.out)) {
    const size_t at = line.find(" {");
    const auto json = nlohmann::json::parse(line.substr(at), nullptr, false);
    expected.push_back(line.substr(0, at) + " " + json.value("url", "") + " " +
                       json.value("digest", ""));
  }
  std::vector<std::string> ours;
  const Finished index = Run({"export", "theirs.example", "-o", "-", "--format", "cdxj"});
  for (const std::string& line : SortedLines(index.out)) {
    const size_t at = line.find(" {");
    const auto json = nlohmann::json::parse(line.substr(at), nullptr, false);
    ours.push_back(line.substr(0, at) + " " + json.value("url", "") + " " +
                   json.value("digest", ""));
  }
  EXPECT_EQ(ours, expected);
}

}  // namespace
}  // namespace signboard::testing
