#include "proto/base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>

#include "proto/base/text_runs.h"

namespace signboard::base {
namespace {

using ::testing::ElementsAre;

// Unicode 15 section 3.9, tables 3-8 to 3-11: one U+FFFD for each maximal part.
TEST(TextTest, BrokenUtf8IsReplacedByMaximalParts) {
  const std::string r = "\xEF\xBF\xBD";
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"", ""},
      {"a中😀", "a中😀"},
      {"\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41", r + r + r + r + r + r + r + r + "A"},
      {"\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41", r + r + r + r + r + r + r + r + "A"},
      {"\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42", r + r + r + r + r + "A" + r + r + "B"},
      {"\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41", r + r + r + r + "A"},
      {"x\xE4\xB8", "x" + r},
      {"\xF0\x9F\x98", r},
  };
  for (const auto& [in, out] : pairs) {
    EXPECT_EQ(ToValidUtf8(in), out);
    EXPECT_EQ(IsValidUtf8(in), in == out);
  }
}

TEST(TextTest, EveryCodePointSurvivesWritingAndReading) {
  for (char32_t c = 0; c <= 0x10FFFF; ++c) {
    std::string text;
    AppendUtf8(c, &text);
    size_t at = 0;
    bool valid = false;
    const char32_t back = NextCodePoint(text, &at, &valid);
    const bool surrogate = c >= 0xD800 && c <= 0xDFFF;
    ASSERT_EQ(back, surrogate ? 0xFFFD : c);
    ASSERT_TRUE(valid);
    ASSERT_EQ(at, text.size());
  }
}

TEST(TextTest, CountsAndCutsByCodePoints) {
  EXPECT_EQ(CountCodePoints("融媒体a"), 4U);
  EXPECT_EQ(TruncateUtf8("融媒体a", 2), "融媒");
  EXPECT_EQ(TruncateUtf8("ab", 5), "ab");
  std::u32string seen;
  ForEachCodePoint("a中\xFF", [&](char32_t c) { seen += c; });
  EXPECT_EQ(seen, U"a中\xFFFD");
}

TEST(TextTest, ChineseIsTwoColumnsWide) {
  EXPECT_EQ(DisplayWidth("abc"), 3U);
  EXPECT_EQ(DisplayWidth("融媒体"), 6U);
  EXPECT_EQ(DisplayWidth("ＡＢ，"), 6U);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1U) << "a combining accent";
  EXPECT_EQ(DisplayWidth("\n\x1b"), 0U);
}

TEST(TextTest, AsciiOperationsLeaveOtherBytesAlone) {
  EXPECT_EQ(TrimAscii(" \t\r\n a b \f\v"), "a b");
  EXPECT_EQ(TrimAscii(" \n"), "");
  EXPECT_EQ(TrimAscii("\u3000x"), "\u3000x");
  EXPECT_TRUE(EqualsIgnoreCaseAscii("Content-Type", "content-TYPE"));
  EXPECT_FALSE(EqualsIgnoreCaseAscii("ab", "abc"));
  EXPECT_FALSE(EqualsIgnoreCaseAscii("@", "`"));
  EXPECT_EQ(ToLowerAscii("ÀBC"), "Àbc");
  EXPECT_EQ(ToUpperAscii("àbc"), "àBC");
  EXPECT_THAT(SplitAscii("a,,b", ','), ElementsAre("a", "", "b"));
  EXPECT_THAT(SplitAscii("", ','), ElementsAre(""));
  EXPECT_THAT(SplitAscii(",", ','), ElementsAre("", ""));
}

TEST(TextTest, HostileTextIsMadeVisible) {
  EXPECT_EQ(EscapeTerminal("融媒体 ok é"), "融媒体 ok é");
  EXPECT_EQ(EscapeTerminal("a\x1b[2J\r\n\tb\x7f"), "a\\x1b[2J\\r\\n\\tb\\x7f");
  EXPECT_EQ(EscapeTerminal("\u009b31m"), "\\u009b31m") << "the one-character CSI";
  EXPECT_EQ(EscapeTerminal("gov\u202ecod.exe"), "gov\\u202ecod.exe");
  EXPECT_EQ(EscapeTerminal("a\u200bb\u2028"), "a\\u200bb\\u2028");
  EXPECT_EQ(EscapeTerminal("\xF3\xA0\x80\x81"), "\\U000e0001");
  EXPECT_EQ(EscapeTerminal("a\xC8\xDAz"), "a\\xc8\\xdaz");
  EXPECT_EQ(EscapeTerminal(std::string_view("\0", 1)), "\\x00");
}

TEST(TextTest, NearestNameForgivesASlipAndNoMore) {
  const std::vector<std::string> names = {"frontier", "archive", "gateway", "lease_time", "log"};
  EXPECT_EQ(NearestName("fronteir", names), "frontier");
  EXPECT_EQ(NearestName("Archive", names), "archive");
  EXPECT_EQ(NearestName("lease-tim", names), "lease_time");
  EXPECT_EQ(NearestName("lgo", names), "log");
  EXPECT_EQ(NearestName("crawler", names), "");
  EXPECT_EQ(NearestName("", names), "");
  EXPECT_EQ(NearestName("x", {}), "");
  EXPECT_EQ(NearestName(std::string(10'000, 'a'), names), "");
}

// Code point by code point, as the functions are defined.
std::string ValidByPoint(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size();) AppendUtf8(NextCodePoint(text, &at), &out);
  return out;
}

TEST(TextTest, WholeTextsAreReadAsTheirCodePointsAre) {
  const char* const kPieces[] = {
      "a",     "plain ascii words ", "靖",   "安县国际传播中心", "é",            "\U0001F600",
      "\xE4",  "\xE4\xB8",           "\x80", "\xC0\xAF",         "\xED\xA0\x80", "\xF4\x90\x80\x80",
      "\xE0\x80\x80", "\xFF", "\n"};
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (size_t n = random() % 9; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    const std::string valid = ValidByPoint(text);
    EXPECT_EQ(ToValidUtf8(text), valid);
    EXPECT_EQ(IsValidUtf8(text), valid == text);
    size_t count = 0;
    ForEachCodePoint(text, [&count](char32_t) { ++count; });
    EXPECT_EQ(CountCodePoints(text), count);
    const size_t ascii = AsciiRun(text, 0);
    EXPECT_TRUE(std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(ascii),
                            [](char c) { return (c & 0x80) == 0; }));
    EXPECT_TRUE(ascii == text.size() || (text[ascii] & 0x80) != 0);
    if (HasFailure()) return;
  }
}

// Every pair of characters of three bytes' shape that stands at a border of what is plain.
TEST(TextTest, ChineseRunsHoldWhatNothingNarrows) {
  const auto chars_of = [](const std::vector<std::string>& leads) {
    std::vector<std::string> found;
    for (const std::string& lead : leads)
      for (const char* rest : {"\x80\x80", "\xBF\xBF", "\x9F\xBF", "\xA0\x80", "\x7F\x80",
                               "\x80\x7F", "\xC0\x80", "\x80\xC0"})
        found.push_back(lead + rest);
    return found;
  };
  const std::vector<std::string> chars =
      chars_of({"\xE0", "\xE1", "\xE4", "\xEC", "\xED", "\xEE", "\xEF", "\xF0", "\xC2", "a"});
  const auto is_plain = [](const std::string& one) {
    size_t at = 0;
    bool valid = true;
    const char32_t c = NextCodePoint(one, &at, &valid);
    return valid && at == 3 && c >= 0x1000 && c < 0xF000 && (c < 0xD000 || c >= 0xE000);
  };
  for (const std::string& first : chars) {
    for (const std::string& second : chars) {
      const std::string text = "x" + first + second + "yz";
      EXPECT_EQ(ChineseRun(text, 1), is_plain(first) && is_plain(second) ? 6U : 0U);
      EXPECT_EQ(ChineseRun(text, text.size()), 0U);
      EXPECT_EQ(CountHighBytes(text),
                static_cast<size_t>(std::count_if(text.begin(), text.end(),
                                                  [](char c) { return (c & 0x80) != 0; })));
      if (HasFailure()) return;
    }
  }
  EXPECT_EQ(ChineseRun("国际传播中心", 0), 12U) << "the last pair is not looked at as a whole word";
  EXPECT_EQ(CountHighBytes("国"), 3U);
}

TEST(TextTest, FindsAsStringsDo) {
  const std::string_view text = "国际传播中心，国际传播中心";
  EXPECT_EQ(Find(text, "传播"), text.find("传播"));
  EXPECT_EQ(Find(text, "传播", 7), text.find("传播", 7));
  EXPECT_EQ(Find(text, "新闻"), std::string_view::npos);
  EXPECT_EQ(Find(text, "心", text.size()), std::string_view::npos);
  EXPECT_EQ(Find(text, "心", text.size() + 1), std::string_view::npos);
  EXPECT_EQ(Find("", "x"), std::string_view::npos);
  EXPECT_EQ(Find(std::string_view(), "x"), std::string_view::npos) << "no address at all";
  EXPECT_EQ(Find(text, "", 3), text.find("", 3));
}

TEST(TextTest, FirstLinesEndBeforeALineBreak) {
  EXPECT_EQ(FirstLines("a\nb\nc", 2), "a\nb");
  EXPECT_EQ(FirstLines("a\nb\nc", 3), "a\nb\nc");
  EXPECT_EQ(FirstLines("a\n\n", 1), "a");
  EXPECT_EQ(FirstLines("a", 0), "");
  EXPECT_EQ(FirstLines("", 5), "");
}

}  // namespace
}  // namespace signboard::base
