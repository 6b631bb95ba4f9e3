// The verbs by which an analyst tries rules and learns from labels, without a server: detect, rule
// score and rule test with --rules, and label fit.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/paths.h"
#include "tests/support/process.h"

namespace signboard::testing {
namespace {

const std::string kData = std::string(SIGNBOARD_SOURCE_DIR) + "/crawler/extract/data/";

Finished Signboard(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard");
  return RunProgram(arguments);
}

// One more word for founding.
class RuleVerbsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    WriteWholeFile(folder_ / "verbs.txt",
                   ReadWholeFile(kData + "verbs.txt") + "verb established: 开蒙\n");
    WriteWholeFile(page_.path() + "/page.txt",
                   "靖安国际传播中心开蒙\n11月18日，靖安国际传播中心在靖安县正式开蒙。\n");
    const nlohmann::json labelled = {
        {"id", "p1"},
        {"url", nullptr},
        {"page_date", "2025-11-19"},
        {"text", ReadWholeFile(page_.path() + "/page.txt")},
        {"findings", {{{"is_announcement", true}, {"founding", "jingan"}}}}};
    WriteWholeFile(page_.path() + "/gold.jsonl", labelled.dump() + "\n");
  }

  TempDirectory folder_;
  TempDirectory page_;
};

TEST_F(RuleVerbsTest, AChangedListIsTriedWithoutBuildingAnything) {
  const std::vector<std::string> detect = {"detect", "--json", "--date", "2025-11-19",
                                           page_.path() + "/page.txt"};
  EXPECT_EQ(nlohmann::json::parse(Signboard(detect).out)["findings"].size(), 0u);
  auto with_rules = detect;
  with_rules.insert(with_rules.end(), {"--rules", folder_.path()});
  const auto found = nlohmann::json::parse(Signboard(with_rules).out)["findings"];
  ASSERT_EQ(found.size(), 1u);
  EXPECT_TRUE(found[0]["is_announcement"].get<bool>());

  const Finished scored = Signboard({"rule", "score", "--json", "--gold",
                                     page_.path() + "/gold.jsonl", "--rules", folder_.path()});
  EXPECT_EQ(nlohmann::json::parse(scored.out)["page"]["recall"]["right"], 1) << scored.err;
}

TEST_F(RuleVerbsTest, TestSaysWhatAChangedListWouldChange) {
  for (const std::string& rule : {folder_ / "verbs.txt", std::string("verbs")}) {
    const Finished tested = Signboard({"rule", "test", rule, "--rules", folder_.path(), "--json",
                                       "--gold", page_.path() + "/gold.jsonl"});
    ASSERT_EQ(tested.exit_code, 0) << tested.err;
    const auto json = nlohmann::json::parse(tested.out);
    EXPECT_EQ(json["pages"], 1);
    EXPECT_EQ(json["pages_changed"], 1);
    EXPECT_EQ(json["announcing_before"], 0);
    EXPECT_EQ(json["announcing_after"], 1);
    EXPECT_EQ(json["changes"][0]["page"], "p1");
    EXPECT_EQ(json["changes"][0]["differences"][0]["kind"], "added");
    EXPECT_EQ(json["score"]["before"]["page"]["recall"]["right"], 0);
    EXPECT_EQ(json["score"]["after"]["page"]["recall"]["right"], 1);
  }
  const Finished same = Signboard({"rule", "test", kData + "verbs.txt", "--gold",
                                   page_.path() + "/gold.jsonl"});
  EXPECT_NE(same.out.find("0 of 1 pages change"), std::string::npos) << same.out << same.err;
}

TEST_F(RuleVerbsTest, TestScoresAsScoreDoes) {
  const std::string gold = std::string(SIGNBOARD_SOURCE_DIR) + "/tests/data/gold/train.jsonl";
  const Finished tested =
      Signboard({"rule", "test", kData + "verbs.txt", "--json", "--gold", gold});
  ASSERT_EQ(tested.exit_code, 0) << tested.err;
  auto scored = nlohmann::json::parse(Signboard({"rule", "score", "--json", "--gold", gold}).out);
  scored.erase("mistakes");
  EXPECT_EQ(nlohmann::json::parse(tested.out)["score"]["before"], scored);
  EXPECT_EQ(nlohmann::json::parse(tested.out)["score"]["after"], scored);
}

TEST_F(RuleVerbsTest, WhatIsWrongWithRulesIsSaidWithFileAndLine) {
  WriteWholeFile(folder_ / "verbs.txt", "# one\nverb established\n");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"detect", page_.path() + "/page.txt", "--rules", folder_.path()},
        {"rule", "score", "--gold", page_.path() + "/gold.jsonl", "--rules", folder_.path()},
        {"rule", "test", folder_ / "verbs.txt", "--gold", page_.path() + "/gold.jsonl"}}) {
    const Finished done = Signboard(arguments);
    EXPECT_EQ(done.exit_code, 2) << arguments[0];
    EXPECT_NE(done.err.find("verbs.txt:2: "), std::string::npos) << done.err;
  }
  EXPECT_EQ(Signboard({"detect", "-", "--rules", "/nonexistent"}).exit_code, 3);
  EXPECT_EQ(Signboard({"rule", "test", "nosuch", "--gold", "x"}).exit_code, 3);
}

TEST_F(RuleVerbsTest, FitGivesTheSameBytesTwiceAndTheDetectorTakesThem) {
  const std::string gold = std::string(SIGNBOARD_SOURCE_DIR) + "/tests/data/gold/train.jsonl";
  for (const char* name : {"a", "b"}) {
    const Finished fitted =
        Signboard({"label", "fit", "--gold", gold, "-o", page_.path() + "/" + name + ".txt",
                   "--report", page_.path() + "/" + name + ".md", "--json"});
    ASSERT_EQ(fitted.exit_code, 0) << fitted.err;
    EXPECT_GT(nlohmann::json::parse(fitted.out)["rows"], 50);
  }
  const std::string weights = ReadWholeFile(page_.path() + "/a.txt");
  EXPECT_FALSE(weights.empty());
  EXPECT_EQ(weights, ReadWholeFile(page_.path() + "/b.txt"));
  EXPECT_EQ(ReadWholeFile(page_.path() + "/a.md"), ReadWholeFile(page_.path() + "/b.md"));
  const TempDirectory rules;
  WriteWholeFile(rules / "weights.txt", weights);
  const Finished scored =
      Signboard({"rule", "score", "--json", "--gold", gold, "--rules", rules.path()});
  ASSERT_EQ(scored.exit_code, 0) << scored.err;
  // No page of one kind alone can be learned from.
  const Finished few = Signboard({"label", "fit", "--gold", page_.path() + "/gold.jsonl"});
  EXPECT_EQ(few.exit_code, 1);
  EXPECT_NE(few.err.find("of each kind"), std::string::npos) << few.err;
}

}  // namespace
}  // namespace signboard::testing
