// Files that are broken, or were made to break whoever reads them: each bad record is told of, once
// and with its place, and the others are read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/warc/sample_warc.h"

namespace signboard::warc {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string kFirst = ResponseText("http://a.cn/1", kPage);
const std::string kSecond = ResponseText("http://a.cn/2", "second");
const std::string kThird = ResponseText("http://a.cn/3", "the third");

TEST(HostileWarcTest, AGzipMemberThatIsCutIsLeft) {
  const std::string cut = Gzip(kSecond).substr(0, 60);
  EXPECT_THAT(Story(Gzip(kFirst) + cut + Gzip(kThird)),
              ElementsAre(HasSubstr("a.cn/1 50"), HasSubstr("damaged"), HasSubstr("a.cn/3 9")));
  EXPECT_THAT(Story(Gzip(kFirst) + cut),
              ElementsAre(HasSubstr("a.cn/1 50"), HasSubstr("ends early")));
}

TEST(HostileWarcTest, AFlippedByteCostsOneRecord) {
  const std::string one = Gzip(kFirst);
  const std::string two = Gzip(kSecond);
  for (size_t at = 0; at < two.size(); ++at) {
    std::string file = one + two + Gzip(kThird);
    file[one.size() + at] = static_cast<char>(file[one.size() + at] ^ 0x20);
    const auto story = Story(file);
    EXPECT_THAT(story, Contains(HasSubstr("a.cn/1 50"))) << at;
    EXPECT_THAT(story, Contains(HasSubstr("a.cn/3 9"))) << at;
  }
}

TEST(HostileWarcTest, LengthsThatAreWrong) {
  const std::string bad_short = ResponseText("http://a.cn/2", "a longer block than that", "3");
  const std::string bad_long = ResponseText("http://a.cn/2", "block", "5000");
  for (const std::string& bad : {bad_short, bad_long}) {
    const auto zipped = Story(Gzip(kFirst) + Gzip(bad) + Gzip(kThird));
    EXPECT_THAT(zipped, Contains(HasSubstr("Content-Length says")));
    EXPECT_THAT(zipped, Contains(HasSubstr("a.cn/3 9")));
    const auto plain = Story(kFirst + bad + kThird);
    EXPECT_THAT(plain, Contains(HasSubstr("Content-Length says")));
    EXPECT_THAT(plain, Contains(HasSubstr("a.cn/3 9")));
    const auto one_member = Story(Gzip(kFirst + bad + kThird));
    EXPECT_THAT(one_member, Contains(HasSubstr("Content-Length says")));
  }
  for (const char* none : {"-1", "12x", "99999999999999999999999", "0x10", " "}) {
    EXPECT_THAT(Story(Gzip(ResponseText("http://a.cn/2", "block", none)) + Gzip(kThird)),
                ElementsAre(HasSubstr("0 ! Content-Length is no length"), HasSubstr("a.cn/3")))
        << none;
  }
}

// The next record begins where it should, and yet the page would have bytes that nobody sent.
TEST(HostileWarcTest, ALengthThatTakesInTheLineEndsBehindTheBlock) {
  const auto told = AllOf(HasSubstr(" ! "), HasSubstr("line ends behind its block"));
  const std::string block = "five!";
  for (size_t more = 1; more <= 4; ++more) {
    const std::string bad =
        ResponseText("http://a.cn/2", block, std::to_string(block.size() + more));
    for (const std::string& end : {std::string(), kThird}) {
      const auto plain = Story(kFirst + bad + end);
      EXPECT_THAT(plain, Contains(told)) << more;
      EXPECT_THAT(plain, SizeIs(end.empty() ? 3 : 4)) << more;
      EXPECT_THAT(Story(Gzip(kFirst) + Gzip(bad) + Gzip(end)), Contains(told)) << more;
      EXPECT_THAT(Story(Gzip(kFirst + bad + end)), Contains(told)) << more;
    }
    EXPECT_THAT(Story(kFirst + bad + kThird).back(), HasSubstr("a.cn/3 9"));
  }
  // A page of its own may end in line ends.
  EXPECT_THAT(Story(kFirst + ResponseText("http://a.cn/2", "five!\r\n\r\n") + kThird),
              ElementsAre(HasSubstr("a.cn/1 50"), HasSubstr("a.cn/2 9"), HasSubstr("a.cn/3 9")));
}

TEST(HostileWarcTest, ALengthAloneTakesNoMemory) {
  const std::string file = ResponseText("http://a.cn/2", "block", "18446744073709551615");
  TextSource source(file);
  Reader reader(source);
  ASSERT_EQ(reader.Next()->kind, Reader::Item::kRecord);
  EXPECT_EQ(reader.ReadBlock(SIZE_MAX).status().code(), StatusCode::kDataLoss);
}

TEST(HostileWarcTest, HeadersThatDoNotEnd) {
  const std::string endless = "WARC/1.0\r\n" + std::string(200'000, 'x');
  std::string many = "WARC/1.0\r\n";
  for (int i = 0; i < 5'000; ++i) many += "X-Field-" + std::to_string(i) + ": y\r\n";
  std::string long_value = "WARC/1.0\r\nWARC-Type: response\r\nX: " + std::string(100'000, 'v') +
                           "\r\nContent-Length: 0\r\n\r\n\r\n\r\n";
  for (const std::string& bad : {endless, many, long_value}) {
    const auto story = Story(Gzip(bad) + Gzip(kThird));
    EXPECT_THAT(story, SizeIs(2));
    EXPECT_THAT(story, Contains(HasSubstr("header")));
    EXPECT_THAT(story, Contains(HasSubstr("a.cn/3 9")));
  }
}

TEST(HostileWarcTest, ABombIsReadToItsEndAndNoFurther) {
  const std::string zeros(size_t{64} << 20, '\0');
  const std::string bomb = Gzip(ResponseText("http://a.cn/bomb", zeros));
  ASSERT_LT(bomb.size(), size_t{100'000});
  const std::string file = bomb + Gzip(kThird);
  TextSource source(file);
  Reader reader(source);
  ASSERT_EQ(reader.Next()->kind, Reader::Item::kRecord);
  EXPECT_EQ(reader.ReadBlock(1'000).status().code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(reader.Next()->header.target_uri(), "http://a.cn/3");
}

// A page may hold whatever it likes: within its own member it makes no records.
TEST(HostileWarcTest, APageCannotForgeRecords) {
  const std::string forged = ResponseText("http://forged.cn/", "lies");
  const std::string page = "text\r\n\r\n" + forged + "more";
  const auto story = Story(Gzip(kFirst) + Gzip(ResponseText("http://a.cn/2", page, "4")) +
                           Gzip(kThird));
  EXPECT_THAT(story, Not(Contains(HasSubstr("forged"))));
  EXPECT_THAT(story, Contains(HasSubstr("a.cn/3 9")));
}

TEST(HostileWarcTest, WhatIsNoRecordIsPassed) {
  const std::string junk = "This is no record.\r\n\r\n";
  EXPECT_THAT(Story(kFirst + junk + kThird),
              ElementsAre(HasSubstr("a.cn/1 50"), HasSubstr("0 ! its block goes on behind"),
                          HasSubstr("a.cn/3 9")));
  EXPECT_THAT(Story(Gzip(kFirst) + junk + Gzip(kThird)),
              ElementsAre(HasSubstr("a.cn/1 50"), HasSubstr("neither"), HasSubstr("a.cn/3 9")));
  EXPECT_THAT(Story(Gzip(kFirst) + Gzip(junk) + Gzip(kThird)),
              ElementsAre(HasSubstr("a.cn/1 50"), HasSubstr("does not begin with WARC/"),
                          HasSubstr("a.cn/3 9")));
}

TEST(HostileWarcTest, VersionsAndTypesNobodyKnows) {
  std::string future = kSecond;
  future.replace(future.find("1.0"), 3, "9.9");
  std::string untyped = kSecond;
  untyped.replace(untyped.find("WARC-Type"), 9, "WARC-Hype");
  EXPECT_THAT(Story(Gzip(future) + Gzip(kThird)),
              ElementsAre(HasSubstr("0 ! WARC version \"9.9\""), HasSubstr("a.cn/3 9")));
  EXPECT_THAT(Story(Gzip(untyped) + Gzip(kThird)),
              ElementsAre(HasSubstr("0 ! it has no WARC-Type"), HasSubstr("a.cn/3 9")));
}

// What looks like beginnings everywhere costs a look at each, not the file over again for each.
TEST(HostileWarcTest, ManyFalseBeginningsAreCheap) {
  std::string magic;
  for (int i = 0; i < 100'000; ++i) magic += "\x1f\x8b\x08";
  EXPECT_THAT(Story(magic + Gzip(kThird)), Contains(HasSubstr("a.cn/3 9")));
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += "WARC/1.0\r\n";
  EXPECT_THAT(Story(lines + kThird), Contains(HasSubstr("a.cn/3 9")));
}

TEST(HostileWarcTest, AZstdFileWithoutItsDictionary) {
  const std::string huge("\x5d\x2a\x4d\x18\xff\xff\xff\xff", 8);
  EXPECT_THAT(Story(huge + Zstd(kFirst)), Not(IsEmpty()));
  const std::string broken = DictionaryFrame(Zstd(kFirst).substr(0, 20));
  EXPECT_THAT(Story(broken + Zstd(kFirst)), Contains(HasSubstr("zstd")));
}

// Any part of a file, and any file with a part missing, is read to its end.
TEST(HostileWarcTest, EveryCutIsSurvived) {
  for (const std::string& file : {Gzip(kFirst) + Gzip(kSecond), kFirst + kSecond,
                                  Zstd(kFirst) + Zstd(kSecond), Gzip(kFirst + kSecond)}) {
    for (size_t cut = 0; cut < file.size(); ++cut) {
      EXPECT_THAT(Story(file.substr(0, cut)), Not(Contains(HasSubstr("does not end")))) << cut;
      EXPECT_THAT(Story(file.substr(cut)),
                  AllOf(Not(Contains(HasSubstr("does not end"))),
                        Not(Contains(HasSubstr("status")))))
          << cut;
    }
  }
}

}  // namespace
}  // namespace signboard::warc
