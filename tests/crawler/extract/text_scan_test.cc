#include "crawler/extract/text_scan.h"

#include <gtest/gtest.h>

#include <bit>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/rule_files.h"
#include "crawler/extract/rule_set.h"

namespace signboard::extract {
namespace {

std::vector<const WordList*> ScannedLists() {
  std::vector<const WordList*> lists;
  for (const auto& [kind, list] : CompiledLists())
    if (ScanBitOf(kind) != 0) lists.push_back(&list);
  return lists;
}

// Words of all lists, whole, cut and run together, with what stands between them in pages.
std::string TextOfWords(std::mt19937* random, size_t bytes) {
  static const std::vector<std::string> kBetween = {
      "，", " ", "的", "。\n", "a", "é", "\xF0\x9F\x98\x80", ""};
  const std::vector<const WordList*> lists = ScannedLists();
  std::string text;
  while (text.size() < bytes) {
    const auto& words = lists[(*random)() % lists.size()]->words();
    std::string_view word = words[(*random)() % words.size()].text;
    if ((*random)() % 4 == 0) word = word.substr(0, word.size() / 6 * 3);
    text += word;
    text += kBetween[(*random)() % kBetween.size()];
  }
  return text;
}

std::vector<size_t> HitsOf(const WordList& list, std::string_view text) {
  std::vector<size_t> hits;
  for (WordHit hit = list.First(text); hit; hit = list.First(text, hit.to)) {
    hits.push_back(hit.from);
    hits.push_back(hit.to);
  }
  return hits;
}

TEST(TextScanTest, EveryKindThatIsScannedForIsAList) {
  EXPECT_EQ(ScanBitOf("no_such_list"), 0u);
  size_t count = 0;
  uint64_t bits = 0;
  for (const auto& [kind, list] : CompiledLists()) {
    if (ScanBitOf(kind) == 0) continue;
    ++count;
    bits |= ScanBitOf(kind);
  }
  EXPECT_EQ(count, kScannedLists);
  EXPECT_EQ(static_cast<size_t>(std::popcount(bits)), count) << "one bit each";
}

TEST(TextScanTest, FindsWhatIsFoundWithoutIt) {
  std::mt19937 random(20251119);
  for (int round = 0; round < 20; ++round) {
    const std::string text = TextOfWords(&random, 3'000);
    // All of it, and parts that begin and end anywhere.
    std::vector<std::string_view> parts = {text};
    for (int i = 0; i < 20; ++i) {
      const size_t from = random() % text.size();
      parts.push_back(std::string_view(text).substr(from, random() % 300));
    }
    for (const WordList* list : ScannedLists()) {
      for (const std::string_view part : parts) {
        const std::vector<size_t> plain = HitsOf(*list, part);
        const TextScan scan(text);
        ASSERT_EQ(HitsOf(*list, part), plain) << part;
      }
    }
  }
}

TEST(TextScanTest, KnowsTheWordsOfTheRulesInForce) {
  std::string names;
  for (const CompiledRules& file : CompiledRuleFiles())
    if (file.name == "names.txt") names = file.text;
  const auto rules = RuleSet::Parse({{"names.txt", names + "\nrelated: 另有消息\n"}});
  ASSERT_TRUE(rules.ok()) << base::ToString(rules.status());
  const std::string text = std::string(500, ' ') + "另有消息";
  {
    const TextScan scan(text);
    EXPECT_FALSE(ListOf("related").First(text));
  }
  const UseRules use(rules->get());
  const TextScan scan(text);
  EXPECT_EQ(ListOf("related").First(text).from, 500u);
}

TEST(TextScanTest, SignsAreOfTheirPart) {
  const std::string text = std::string(300, ' ') + "粉丝三千万" + std::string(300, ' ') + "Facebook";
  const TextScan scan(text);
  const std::string_view view = text;
  EXPECT_TRUE(MayHold(view, Sign::kNumeral));
  EXPECT_FALSE(MayHold(view.substr(0, 200), Sign::kNumeral));
  EXPECT_FALSE(MayHold(view.substr(0, 550), Sign::kLetter));
  EXPECT_TRUE(MayHold(view, Sign::kWord));
  EXPECT_FALSE(MayHold(view, Sign::kForeign));
  EXPECT_TRUE(MayHold("elsewhere", Sign::kForeign)) << "what is not scanned is not known";
  const auto parts = PartsInLetters(view, 20);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_NE(parts[0].find("Facebook"), parts[0].npos);
  EXPECT_LT(parts[0].size(), 150u);
}

TEST(TextScanTest, APartOfALongWordIsAWord) {
  const std::string text(1'000, 'a');
  const TextScan scan(text);
  EXPECT_TRUE(MayHold(std::string_view(text).substr(700, 100), Sign::kWord));
  EXPECT_EQ(PartsInLetters(std::string_view(text).substr(700), 10).size(), 1u);
}

}  // namespace
}  // namespace signboard::extract
