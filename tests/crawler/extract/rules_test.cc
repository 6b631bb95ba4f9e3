#include "crawler/extract/rules.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "crawler/extract/fold.h"
#include "crawler/extract/names.h"
#include "tests/paths.h"

namespace signboard::extract {
namespace {

namespace fs = std::filesystem;

std::string Read(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

const fs::path kFolder = fs::path(SIGNBOARD_SOURCE_DIR) / "crawler/extract";

TEST(RulesTest, EveryListThatIsAskedForHasWords) {
  const std::regex asked("(?:ListOf|WordAt|WordBefore)\\(\"([a-z_]+)\"");
  std::set<std::string> kinds;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".cc") continue;
    const std::string source = Read(entry.path());
    for (std::sregex_iterator m(source.begin(), source.end(), asked), end; m != end; ++m)
      kinds.insert((*m)[1]);
  }
  ASSERT_GE(kinds.size(), 20u);
  for (const std::string& kind : kinds) EXPECT_FALSE(ListOf(kind).words().empty()) << kind;
}

TEST(RulesTest, EveryLineIsAListAndIsReadByNobodyInVain) {
  std::string sources;
  for (const auto& entry : fs::directory_iterator(kFolder))
    if (entry.path().extension() == ".cc") sources += Read(entry.path());
  for (const char* name : {"names", "verbs", "cues", "organs", "english", "foreign", "claims",
                           "ordinals", "dates"}) {
    std::istringstream lines(Read(kFolder / "data" / (std::string(name) + ".txt")));
    for (std::string line; std::getline(lines, line);) {
      if (line.empty() || line[0] == '#') continue;
      const size_t end = line.find_first_of(" :");
      ASSERT_NE(line.find(": "), std::string::npos) << name << ".txt: " << line;
      EXPECT_NE(sources.find("(\"" + line.substr(0, end) + "\""), std::string::npos)
          << name << ".txt: nobody reads " << line.substr(0, end);
    }
  }
}

TEST(RulesTest, WordsAreWrittenAsTextsAreCompared) {
  for (const char* kind : {"verb", "stop", "head", "plan", "past", "role", "organ", "claim",
                           "goal", "scope"})
    for (const Word& word : ListOf(kind).words())
      EXPECT_EQ(FoldText(word.text), word.text) << kind << ": would never be found";
}

TEST(RulesTest, NoHeadOfANameIsPassedOverUnread) {
  for (const Word& word : ListOf("head").words())
    EXPECT_TRUE(MayHoldName(word.text)) << word.text;
  for (const char* text : {"海外傳播中心", "國傳中心", "国际(jì)媒体中心", "国際（jì）传播中心"})
    EXPECT_TRUE(MayHoldName(text)) << text;
  EXPECT_FALSE(MayHoldName("靖安县融媒体中心讲传播学"));
}

TEST(RulesTest, TheLongestWordCounts) {
  const WordList list({{"成立", "a"}, {"揭牌成立", "b"}, {"揭牌", "c"}});
  const std::string_view text = "中心揭牌成立";
  const WordHit hit = list.First(text);
  ASSERT_TRUE(hit);
  EXPECT_EQ(hit.word->text, "揭牌成立");
  EXPECT_EQ(hit.from, 6u);
  EXPECT_EQ(hit.to, text.size());
  EXPECT_EQ(list.EndingAt(text, text.size())->text, "揭牌成立");
  EXPECT_EQ(list.At(text, 0), nullptr);
  EXPECT_EQ(list.At(text, 1'000), nullptr);
  EXPECT_TRUE(list.Has("揭牌"));
  EXPECT_FALSE(list.Has("揭"));
  EXPECT_TRUE(ListOf("no such kind").words().empty());
}

}  // namespace
}  // namespace signboard::extract
