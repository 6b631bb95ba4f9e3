// Members of chains: what is made of a body gives it back, and nothing else gives it.
#include "storage/archive/frames.h"

#include <gtest/gtest.h>

#include "proto/base/digest.h"

namespace signboard::archive {
namespace {

std::string Rows(int count, int from = 0) {
  std::string rows = "<html><body><ul>\n";
  for (int i = from; i < from + count; ++i)
    rows += "<li><a href=\"/xwzx/t2025_" + std::to_string(i * 7919) + ".html\">靖安县要闻 " +
            std::to_string(i) + "</a><span>2025-11-" + std::to_string(i % 28 + 1) + "</span>\n";
  return rows + "</ul></body></html>";
}

std::optional<std::string> Decoded(const std::string& value, std::string_view base = {},
                                   const Dictionary* dictionary = nullptr) {
  const auto member = ParseMember(value);
  return member ? DecodeMember(*member, base, dictionary) : std::nullopt;
}

TEST(FramesTest, AKeyframeGivesBackWhatItWasMadeOf) {
  for (const std::string& body :
       {std::string(), std::string("x"), Rows(300), base::RandomBytes(5'000)}) {
    const std::string value = MakeKeyframe(body, nullptr);
    EXPECT_LE(value.size(), body.size() + 1);
    EXPECT_EQ(Decoded(value), body);
  }
  EXPECT_LT(MakeKeyframe(Rows(300), nullptr).size(), Rows(300).size() / 4);
}

TEST(FramesTest, APatchHoldsWhatIsNewAlone) {
  const std::string before = Rows(3'000);
  const std::string after = Rows(3'000, 1);
  const std::string patch = MakePatch(after, before);
  EXPECT_LT(patch.size(), 500U) << "one row came and one went, of " << after.size() << " bytes";
  EXPECT_EQ(Decoded(patch, before), after);
  EXPECT_EQ(Decoded(MakePatch("", before), before), "");
  EXPECT_EQ(Decoded(MakePatch(after, ""), ""), after);
}

TEST(FramesTest, APatchAgainstAnotherBodyDoesNotGiveThisOne) {
  const std::string patch = MakePatch(Rows(300, 1), Rows(300));
  EXPECT_NE(Decoded(patch, Rows(300, 2)), Rows(300, 1));
  EXPECT_EQ(Decoded(patch, ""), std::nullopt);
}

TEST(FramesTest, WithADictionaryAKeyframeIsShorterAndNeedsIt) {
  const auto dictionary = Dictionary::Make(Rows(100));
  ASSERT_NE(dictionary, nullptr);
  EXPECT_EQ(dictionary->id(), base::Sha256(Rows(100)).substr(0, kDictionaryIdBytes));
  const std::string body = Rows(12, 60);
  const std::string value = MakeKeyframe(body, dictionary.get());
  EXPECT_LT(value.size(), MakeKeyframe(body, nullptr).size());
  EXPECT_EQ(ParseMember(value)->dictionary_id, dictionary->id());
  EXPECT_EQ(Decoded(value, "", dictionary.get()), body);
  EXPECT_EQ(Decoded(value), std::nullopt);
}

TEST(FramesTest, WhatNoEncoderWroteIsNothing) {
  EXPECT_EQ(ParseMember(""), std::nullopt);
  EXPECT_EQ(ParseMember("q123"), std::nullopt);
  EXPECT_EQ(ParseMember("d123"), std::nullopt) << "no room for a dictionary's id";
  EXPECT_EQ(Decoded("z"), std::nullopt);
  EXPECT_EQ(Decoded("p\x28\xB5\x2F\xFD", "base"), std::nullopt);
  std::string value = MakeKeyframe(Rows(300), nullptr);
  value.resize(value.size() / 2);
  EXPECT_EQ(Decoded(value), std::nullopt);
  // A frame that says it holds 2^40 bytes: nothing is allocated for it.
  EXPECT_EQ(Decoded(std::string("z\x28\xB5\x2F\xFD\xE0\0\0\0\0\0\1\0\0\x01\0\0", 17)),
            std::nullopt);
}

}  // namespace
}  // namespace signboard::archive
