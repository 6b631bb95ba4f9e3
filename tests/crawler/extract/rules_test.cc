#include "crawler/extract/rules.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include "crawler/extract/date_token.h"
#include "crawler/extract/detector.h"
#include "crawler/extract/fold.h"
#include "crawler/extract/names.h"
#include "crawler/extract/rule_files.h"
#include "crawler/extract/rule_lines.h"
#include "crawler/extract/rule_set.h"
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

TEST(RulesTest, TheCompiledFilesPassWhatFilesOfOthersMustPass) {
  WordsByKind kinds;
  for (const CompiledRules& file : CompiledRuleFiles()) {
    const Status status = file.name == kWeightsFile
                              ? ReadWeights(file.name, file.text).status()
                              : ReadRules(file.name, file.text, &kinds);
    EXPECT_TRUE(status.ok()) << base::ToString(status);
  }
  const auto same = RuleSet::Parse({});
  ASSERT_TRUE(same.ok()) << base::ToString(same.status());
  EXPECT_EQ((*same)->digest(), RulesDigest());
  EXPECT_EQ(RulesDigest().size(), 16u);
}

// A centre that is said to be founded by a word that no list has.
DetectorInput Founded(const std::string& verb) {
  DetectorInput input;
  input.text = "靖安国际传播中心" + verb + "\n11月18日,靖安国际传播中心在靖安" + verb + "。";
  input.title_bytes = input.text.find('\n');
  input.published = FromMillis(1'763'510'400'000);  // 2025-11-19
  return input;
}
bool Announces(const std::string& verb) {
  const auto findings = Detect(Founded(verb));
  return !findings.empty() && findings[0].is_announcement;
}

TEST(RulesTest, AChangedListCountsWhileItIsInForceAndNoLonger) {
  std::string verbs;
  for (const CompiledRules& file : CompiledRuleFiles())
    if (file.name == "verbs.txt") verbs = file.text;
  const auto rules = RuleSet::Parse({{"verbs.txt", verbs + "verb established: 开蒙\n"}});
  ASSERT_TRUE(rules.ok()) << base::ToString(rules.status());
  ASSERT_TRUE(Announces("揭牌"));
  const std::string compiled = RulesDigest();
  EXPECT_FALSE(Announces("开蒙"));
  {
    const UseRules use(rules->get());
    EXPECT_TRUE(Announces("开蒙"));
    EXPECT_TRUE(Announces("揭牌"));
    EXPECT_NE(RulesDigest(), compiled);
    EXPECT_EQ(RulesDigest(), (*rules)->digest());
    const UseRules none(nullptr);
    EXPECT_FALSE(Announces("开蒙"));
  }
  EXPECT_FALSE(Announces("开蒙"));
  EXPECT_EQ(RulesDigest(), compiled);
}

TEST(RulesTest, ADayWordOfOtherRulesMayBeginAsNoneOfTheCompiledDoes) {
  std::string dates;
  for (const CompiledRules& file : CompiledRuleFiles())
    if (file.name == "dates.txt") dates = file.text;
  const auto rules = RuleSet::Parse({{"dates.txt", dates + "day_word -1: 翌晨\n"}});
  ASSERT_TRUE(rules.ok()) << base::ToString(rules.status());
  EXPECT_TRUE(FindDateTokens("翌晨在靖安").empty());
  const UseRules use(rules->get());
  const std::vector<DateToken> tokens = FindDateTokens("翌晨在靖安");
  ASSERT_EQ(tokens.size(), 1u);
  EXPECT_EQ(tokens[0].days, -1);
}

TEST(RulesTest, WhatIsWrongWithAFileIsSaidWithItsLine) {
  const auto error = [](const std::string& name, const std::string& text) {
    const auto rules = RuleSet::Parse({{name, text}});
    return rules.ok() ? std::string("none") : std::string(base::Message(rules.status()));
  };
  EXPECT_EQ(error("verbs.txt", "# verbs\n\nverb established\n"),
            "verbs.txt:3: a line of rules is `kind: word, word`");
  EXPECT_EQ(error("verbs.txt", "verb x: 成立\nverbz x: 成立"),
            "verbs.txt:2: nobody reads a list verbz");
  EXPECT_EQ(error("verbs.txt", "verb x: , ,"), "verbs.txt:1: no words");
  EXPECT_EQ(error("verbs.txt", "Verb: 成立"), "verbs.txt:1: no kind of words: Verb");
  EXPECT_EQ(error("verbs.txt", "verb x: \xFF"), "verbs.txt:1: this is not UTF-8");
  EXPECT_EQ(error("verbs.txt", "verb x: 揭幕,成立,設立"),
            "verbs.txt:1: 設立 is compared with 设立: write it so");
  EXPECT_EQ(error("names.txt", "head: 国际宣介中心").substr(0, 13), "names.txt:1: ");
  EXPECT_EQ(error("foreign.txt", "foreign_head en: abcde fghij, ab cd"),
            "foreign.txt:1: ab cd has no word by which pages in other languages are chosen");
  EXPECT_EQ(error("verbs.txt", "# nothing"), "the rules have no list verb");
  EXPECT_NE(error("words.txt", "").find("words.txt: no file of rules; there are names.txt"),
            std::string::npos);
  EXPECT_EQ(error("verbs.txt", std::string(kRuleFileBytesMax + 1, '#')),
            "verbs.txt: more than 1 MiB");
  EXPECT_EQ(error("weights.txt", "threshold: 0.5\nstrong: 4"),
            "weights.txt:2: strong: write its weight and its prior");
  EXPECT_EQ(error("weights.txt", "stronk: 4 4"), "weights.txt:1: there is no feature stronk");
  EXPECT_EQ(error("weights.txt", "strong: 1e9 4"), "weights.txt:1: 1e9 is no weight");
  EXPECT_EQ(error("weights.txt", "threshold: 1"),
            "weights.txt:1: the threshold is one number between 0 and 1");
  EXPECT_EQ(error("weights.txt", "bias: 0 0"), "weights.txt: no weight of strong");
  std::string many = "verb x: a";
  for (size_t i = 0; i < kListWordsMax; ++i) many += "," + std::to_string(i);
  EXPECT_EQ(error("verbs.txt", many), "verbs.txt:1: too many words of kind verb");
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
  EXPECT_TRUE(MayHoldName("海（hǎi）外（wài）傳（chuán）播（bō）中（zhōng）心"));
  EXPECT_FALSE(MayHoldName("靖安县融媒体中心讲传播学"));
  EXPECT_FALSE(MayHoldName("国际传播学院与县融媒体中心座谈")) << "its characters, but no name";
  EXPECT_TRUE(MayHoldName("国际传播学院 INTERNATIONAL COMMUNICATION CENTER"));
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
