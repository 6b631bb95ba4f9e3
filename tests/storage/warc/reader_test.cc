#include "storage/warc/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/warc/sample_warc.h"

namespace signboard::warc {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::string kFirst = ResponseText("http://a.cn/1", kPage);
const std::string kSecond = ResponseText("http://a.cn/2", "second");
const std::string kThird = ResponseText("http://a.cn/3", "the third");

std::string At(size_t offset, const char* rest) { return std::to_string(offset) + rest; }

TEST(WarcReaderTest, ReadsPlainRecords) {
  EXPECT_THAT(Story(kFirst + kSecond + kThird),
              ElementsAre("0 response http://a.cn/1 50",
                          At(kFirst.size(), " response http://a.cn/2 6"),
                          At(kFirst.size() + kSecond.size(), " response http://a.cn/3 9")));
}

TEST(WarcReaderTest, ReadsAGzipMemberARecord) {
  const std::string one = Gzip(kFirst);
  const std::string two = Gzip(kSecond);
  EXPECT_THAT(Story(one + two + Gzip(kThird)),
              ElementsAre("0 response http://a.cn/1 50",
                          At(one.size(), " response http://a.cn/2 6"),
                          At(one.size() + two.size(), " response http://a.cn/3 9")));
}

TEST(WarcReaderTest, ReadsManyRecordsOfOneMember) {
  EXPECT_THAT(Story(Gzip(kFirst + kSecond + kThird)),
              ElementsAre("0 response http://a.cn/1 50", "0 response http://a.cn/2 6",
                          "0 response http://a.cn/3 9"));
}

TEST(WarcReaderTest, ReadsZstdFramesWithTheDictionaryOfTheFile) {
  const std::string dictionary = kFirst + kSecond + kThird;
  const std::string head = DictionaryFrame(dictionary);
  const std::string one = Zstd(kFirst, dictionary);
  const std::string file = head + one + Zstd(kSecond, dictionary);
  const std::string second = At(head.size() + one.size(), " response http://a.cn/2 6");
  EXPECT_THAT(Story(file), ElementsAre("0 response http://a.cn/1 50", second));
  EXPECT_THAT(Story(file, head.size() + one.size()), ElementsAre(second));
  EXPECT_THAT(Story(DictionaryFrame(Zstd(dictionary)) + one),
              ElementsAre("0 response http://a.cn/1 50"));
}

TEST(WarcReaderTest, ReadsARecordOfManyZstdFrames) {
  const std::string half = Zstd(kFirst.substr(0, 100));
  const std::string file = half + Zstd(kFirst.substr(100)) + Zstd(kSecond);
  EXPECT_THAT(Story(file), ElementsAre("0 response http://a.cn/1 50", HasSubstr("a.cn/2 6")));
}

TEST(WarcReaderTest, BeginsWhereARecordBegins) {
  const std::string one = Gzip(kFirst);
  EXPECT_THAT(Story(one + Gzip(kSecond), one.size()),
              ElementsAre(At(one.size(), " response http://a.cn/2 6")));
  EXPECT_THAT(Story(kFirst + kSecond, kFirst.size()),
              ElementsAre(At(kFirst.size(), " response http://a.cn/2 6")));
  EXPECT_THAT(Story(one, one.size()), ElementsAre());
}

TEST(WarcReaderTest, TellsWhereMembersEnd) {
  const std::string one = Gzip(kFirst);
  const std::string file = one + Gzip(kSecond);
  TextSource source(file);
  Reader reader(source);
  ASSERT_EQ(reader.Next()->kind, Reader::Item::kRecord);
  ASSERT_EQ(reader.Next()->offset, one.size());
  ASSERT_EQ(reader.Next()->kind, Reader::Item::kEnd);
  EXPECT_EQ(reader.end(), file.size());
}

TEST(WarcReaderTest, SkipsWhatNobodyReads) {
  TextSource source(kFirst);
  Reader reader(source);
  ASSERT_EQ(reader.Next()->kind, Reader::Item::kRecord);
  char byte = 0;
  ASSERT_EQ(*reader.Read(&byte, 1), 1U);
  EXPECT_EQ(reader.Next()->kind, Reader::Item::kEnd);
}

TEST(WarcReaderTest, RefusesABlockThatIsTooLargeAndGoesOn) {
  const std::string file = kFirst + kSecond;
  TextSource source(file);
  Reader reader(source);
  ASSERT_EQ(reader.Next()->kind, Reader::Item::kRecord);
  EXPECT_EQ(reader.ReadBlock(10).status().code(), StatusCode::kResourceExhausted);
  const auto next = reader.Next();
  EXPECT_EQ(next->header.target_uri(), "http://a.cn/2");
}

TEST(WarcReaderTest, NothingIsNoRecord) {
  EXPECT_THAT(Story(""), ElementsAre());
  EXPECT_THAT(Story("no archive at all"), ElementsAre(HasSubstr("0 ! neither")));
}

}  // namespace
}  // namespace signboard::warc
