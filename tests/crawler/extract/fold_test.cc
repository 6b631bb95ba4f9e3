#include "crawler/extract/fold.h"

#include <gtest/gtest.h>

#include "crawler/extract/page_text.h"
#include "proto/base/text.h"

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
  EXPECT_EQ(folded.OriginOf(2).code_point, 0u) << "inside a character";
  EXPECT_EQ(folded.OriginOf(3).code_point, 6u) << "通 stands behind (kāi)";
  EXPECT_EQ(folded.OriginOf(3).byte, original.find("通"));
  EXPECT_EQ(folded.PositionOf(original.find("通")), 3u);
  EXPECT_EQ(folded.PositionOf(original.find("ā")), 3u) << "what is dropped";
  EXPECT_EQ(folded.PositionOf(original.size()), folded.text.size());
}

TEST(FoldTest, LongTextsAreTracedBackAsShortOnesAre) {
  // What changes nothing, what grows, what shrinks, what is dropped, what is broken.
  for (const std::string unit : {"中文", "abc def ", "國（guó）A，　", "\xE7\x9A\xFF中\xF0\x9F\x98"}) {
    std::string original;
    while (original.size() < 5 * kStepBytesMax) original += unit;
    const Folded folded = Fold(original);
    size_t at = 0;
    uint32_t point = 0;
    for (size_t byte = 0; byte < folded.text.size(); ++byte) {
      if ((folded.text[byte] & 0xC0) == 0x80) continue;
      const Folded::Origin origin = folded.OriginOf(byte);
      for (; at < origin.byte; ++point) base::NextCodePoint(original, &at);
      ASSERT_EQ(origin.byte, at) << unit << byte;
      ASSERT_EQ(origin.code_point, point) << unit << byte;
      ASSERT_EQ(folded.PositionOf(origin.byte), byte) << unit << byte;
    }
  }
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
