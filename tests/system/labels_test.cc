// From what was found, over a spreadsheet that a person has filled, to a labelled set.
#include <gmock/gmock.h>

#include <sstream>

#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

// A spreadsheet of another country, that opens the file and saves it again.
constexpr const char* kFill = R"(
import csv, sys
source, target, word, count = sys.argv[1:]
with open(source, encoding='utf-8-sig', newline='') as f:
    rows = list(csv.DictReader(f))
for row in rows[:int(count)]:
    row['announcement'] = row['found'] if word == 'found' else word
with open(target, 'w', encoding='utf-8-sig', newline='') as f:
    out = csv.DictWriter(f, rows[0].keys(), delimiter=';')
    out.writeheader()
    out.writerows(rows)
print(len(rows))
)";

class LabelsTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    SiteUnderWatch::SetUp();
    StartSignboard();
    WaitUntilUp();
    ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
    ASSERT_TRUE(Eventually([&] { return !RunJson({"announcements"})["announcements"].empty(); }));
  }
  // How many rows there are.
  int Fill(const std::string& word, int count) {
    const Finished filled = RunProgram({"python3", "-c", kFill, directory_ / "found.csv",
                                        directory_ / "filled.csv", word, std::to_string(count)});
    EXPECT_EQ(filled.exit_code, 0) << filled.err;
    return std::atoi(filled.out.c_str());
  }
  std::vector<Json> Lines() {
    std::vector<Json> lines;
    std::istringstream in(ReadWholeFile(directory_ / "labels.jsonl"));
    for (std::string line; std::getline(in, line);) lines.push_back(Json::parse(line));
    return lines;
  }
};

TEST_F(LabelsTest, WhatPeopleSayOfFindingsIsASetToScoreAndToLearnFrom) {
  const std::vector<std::string> import = {"label", "import", directory_ / "filled.csv", "-o",
                                           directory_ / "labels.jsonl"};
  const Json exported = RunJson({"label", "export", directory_ / "found.csv", "--unsure"});
  const int rows = Fill("found", 1'000);
  EXPECT_EQ(exported["findings"], rows);
  ASSERT_GT(rows, 0);
  ASSERT_EQ(Run(import).exit_code, 0);
  EXPECT_EQ(Lines().size(), exported["pages"]);
  EXPECT_THAT(Lines()[0]["text"].get<std::string>(), HasSubstr("国际传播中心"));
  // The rules that found it, on the text that is kept of it, find the same.
  const Json score = RunJson({"rule", "score", "--gold", directory_ / "labels.jsonl"});
  EXPECT_EQ(score["page"]["recall"]["right"], score["page"]["recall"]["of"]) << score;
  EXPECT_GT(score["page"]["recall"]["of"], 0);
  EXPECT_EQ(score["page"]["precision"]["right"], score["page"]["precision"]["of"]);

  // Another opinion stands instead of the first.
  Fill("否", 1'000);
  ASSERT_EQ(Run(import).exit_code, 0);
  EXPECT_EQ(Lines().size(), exported["pages"]);
  for (const Json& line : Lines()) EXPECT_EQ(line["findings"][0]["is_announcement"], false);
}

TEST_F(LabelsTest, WhatIsNotLabelledOrNotKnownIsSaid) {
  ASSERT_EQ(Run({"label", "export", directory_ / "found.csv"}).exit_code, 0);
  Fill("found", 0);
  EXPECT_THAT(Run({"label", "import", directory_ / "filled.csv"}).err, HasSubstr("no row has"));
  Fill("maybe", 1);
  const Finished bad = Run({"label", "import", directory_ / "filled.csv"});
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_THAT(bad.err, HasSubstr("row 2, announcement: \"maybe\" is neither yes nor no"));
  WriteWholeFile(directory_ / "filled.csv",
                 "snapshot_id,finding,announcement\n20251119-nosuch,1,no\n");
  const Finished unknown =
      Run({"label", "import", directory_ / "filled.csv", "-o", directory_ / "labels.jsonl"});
  EXPECT_EQ(unknown.exit_code, 6);
  EXPECT_THAT(unknown.err, HasSubstr("20251119-nosuch"));
  EXPECT_EQ(Run({"label", "import", directory_ / "none.csv"}).exit_code, 3);
}

}  // namespace
}  // namespace signboard::testing
