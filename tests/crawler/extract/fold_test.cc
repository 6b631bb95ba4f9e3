#include "crawler/extract/fold.h"

#include <gtest/gtest.h>

#include "crawler/extract/page_text.h"

namespace signboard::extract {
namespace {

TEST(FoldTest, SpellingsOfOneTextAreOne) {
  EXPECT_EQ(FoldText("靖安國際傳播中心揭牌"), "靖安国际传播中心揭牌");
  EXPECT_EQ(FoldText("發展頭髮"), "发展头发");
  EXPECT_EQ(FoldText("（ＡＢＣ，１２）　"), "(ABC,12) ");
  EXPECT_EQ(FoldText("揭牌“成立”——Jing’an"), "揭牌“成立”——Jing’an");
}

TEST(FoldTest, PinyinThatAConverterAddedIsDropped) {
  EXPECT_EQ(FoldText("開(kāi)通"), "开通");
  EXPECT_EQ(FoldText("中心(JAICC)揭牌"), "中心(JAICC)揭牌") << "an abbreviation is none";
  EXPECT_EQ(FoldText("()开"), "()开");
}

TEST(FoldTest, BrokenBytesBecomeReplacementCharacters) {
  EXPECT_EQ(FoldText("\xE7\x9A"), "\xEF\xBF\xBD");
  EXPECT_EQ(FoldText(""), "");
}

TEST(FoldTest, EveryByteKnowsItsCodePointInTheOriginal) {
  const std::string original = "開(kāi)通。";
  const Folded folded = Fold(original);
  ASSERT_EQ(folded.origin.size(), folded.text.size() + 1);
  EXPECT_EQ(folded.origin[0], 0u);
  EXPECT_EQ(folded.origin[3], 6u) << "通 stands behind (kāi)";
  EXPECT_EQ(folded.origin.back(), 8u);
  EXPECT_EQ(folded.PositionOf(original.find("通")), 3u);
}

TEST(PageTextTest, SentencesEndWhereTheTitleEnds) {
  const PageText page("标题\n第一句。第二句！ Third one. Fourth 3.5 m", 6);
  ASSERT_EQ(page.sentences().size(), 5u);
  EXPECT_EQ(page.Sentence(0), "标题");
  EXPECT_EQ(page.Sentence(2), "第二句");
  EXPECT_EQ(page.Sentence(4), "Fourth 3.5 m");
  EXPECT_EQ(page.title_end(), 6u);
  EXPECT_EQ(page.SentenceAt(page.text().size() + 9), page.sentences().size());
}

TEST(PageTextTest, QuotesAreThePagesOwnCharacters) {
  const PageText page("靖安國際傳播中心（縣級）", 0);
  const size_t at = page.text().find("国际");
  const Quote quote = page.MakeQuote("centre", at, at + 12);
  EXPECT_EQ(quote.text, "國際傳播");
  EXPECT_EQ(quote.from, 2u);
  EXPECT_EQ(quote.to, 6u);
}

}  // namespace
}  // namespace signboard::extract
