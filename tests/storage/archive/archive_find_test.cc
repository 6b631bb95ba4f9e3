#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

using ::testing::HasSubstr;

constexpr char kUrl[] = "http://www.jxja.gov.cn/col/1.html";

class ArchiveFindTest : public ArchiveTest {
 protected:
  void SetUp() override {
    ArchiveTest::SetUp();
    first_ = Keep(Page(kUrl, kNoon, "1"));
    second_ = Keep(Page(kUrl, kNoon + 1'000, "2"));
    third_ = Keep(Page(kUrl, kNoon + 2'000, "3"));
    // Neighbours in the index that must never answer.
    Keep(Page("http://www.jxja.gov.cn/col/1.htm", kNoon + 500, "x"));
    Keep(Page("http://www.jxja.gov.cn/col/1.html2", kNoon + 500, "y"));
  }
  std::string first_, second_, third_;
};

TEST_F(ArchiveFindTest, WithoutAnInstantTheNewestAnswers) {
  EXPECT_EQ(IdOf(kUrl, std::nullopt), third_);
  EXPECT_EQ(IdOf(kUrl, std::nullopt, v1::NEAREST_AFTER), third_);
}

TEST_F(ArchiveFindTest, AtIsTheLatestNotAfterTheInstant) {
  EXPECT_EQ(IdOf(kUrl, kNoon - 1), "not_found");
  EXPECT_EQ(IdOf(kUrl, kNoon), first_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 999), first_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 1'000), second_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 1'000 * kDay), third_);
}

TEST_F(ArchiveFindTest, BeforeIsStrictly) {
  EXPECT_EQ(IdOf(kUrl, kNoon, v1::NEAREST_BEFORE), "not_found");
  EXPECT_EQ(IdOf(kUrl, kNoon + 1, v1::NEAREST_BEFORE), first_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 1'000, v1::NEAREST_BEFORE), first_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 1'001, v1::NEAREST_BEFORE), second_);
}

TEST_F(ArchiveFindTest, AfterIsStrictly) {
  EXPECT_EQ(IdOf(kUrl, kNoon - 1, v1::NEAREST_AFTER), first_);
  EXPECT_EQ(IdOf(kUrl, kNoon, v1::NEAREST_AFTER), second_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 1'999, v1::NEAREST_AFTER), third_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 2'000, v1::NEAREST_AFTER), "not_found");
}

TEST_F(ArchiveFindTest, ClosestIsTheEarlierOfTwoEquallyFar) {
  EXPECT_EQ(IdOf(kUrl, kNoon - kDay, v1::NEAREST_CLOSEST), first_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 499, v1::NEAREST_CLOSEST), first_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 500, v1::NEAREST_CLOSEST), first_) << "a tie";
  EXPECT_EQ(IdOf(kUrl, kNoon + 501, v1::NEAREST_CLOSEST), second_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 1'000, v1::NEAREST_UNSPECIFIED), second_);
  EXPECT_EQ(IdOf(kUrl, kNoon + kDay, v1::NEAREST_CLOSEST), third_);
}

TEST_F(ArchiveFindTest, InstantsOutsideOfTimeAreAnswered) {
  for (const int64_t early : {INT64_MIN, int64_t{-1}, int64_t{0}}) {
    EXPECT_EQ(IdOf(kUrl, early), "not_found");
    EXPECT_EQ(IdOf(kUrl, early, v1::NEAREST_BEFORE), "not_found");
    EXPECT_EQ(IdOf(kUrl, early, v1::NEAREST_AFTER), first_);
    EXPECT_EQ(IdOf(kUrl, early, v1::NEAREST_CLOSEST), first_);
  }
  EXPECT_EQ(IdOf(kUrl, INT64_MAX), third_);
  EXPECT_EQ(IdOf(kUrl, INT64_MAX, v1::NEAREST_AFTER), "not_found");
  EXPECT_EQ(IdOf(kUrl, INT64_MAX, v1::NEAREST_CLOSEST), third_);
}

TEST_F(ArchiveFindTest, ExactUrlDecidesWhereItCan) {
  const std::string https = Keep(Page("https://jxja.gov.cn/col/1.html", kNoon + 1'500, "tls"));
  const std::string bare = Keep(Page("http://jxja.gov.cn/col/1.html", kNoon + 1'000, "bare"));
  EXPECT_EQ(IdOf(kUrl, kNoon + 1'600), second_) << "not the nearer one of https";
  EXPECT_EQ(IdOf("https://jxja.gov.cn/col/1.html", kNoon + 1'600), https);
  EXPECT_EQ(IdOf("http://jxja.gov.cn/col/1.html", kNoon + 1'600), bare);
  EXPECT_EQ(IdOf("http://jxja.gov.cn/col/1.html", kNoon + 5'000, v1::NEAREST_CLOSEST), bare);
}

TEST_F(ArchiveFindTest, UrlsOfTheSameSurtAnswerWhereTheExactOneCannot) {
  EXPECT_EQ(IdOf("https://jxja.gov.cn/col/1.html", kNoon + 1'600), second_) << "never captured";
  const std::string redirect =
      Keep(Bare("https://jxja.gov.cn/col/1.html", kNoon + 1'500, v1::OUTCOME_REDIRECT, 301));
  EXPECT_EQ(IdOf("https://jxja.gov.cn/col/1.html", kNoon + 1'600), redirect);
  EXPECT_EQ(IdOf("https://jxja.gov.cn/col/1.html", kNoon + 1'600, v1::NEAREST_AT, true), second_)
      << "captured, but without a body";
  EXPECT_EQ(IdOf("https://jxja.gov.cn/col/1.html", kNoon + 999), first_)
      << "captured, but later";
}

TEST_F(ArchiveFindTest, WithBodyOnlyPassesOverWhatHasNone) {
  const std::string gone = Keep(Bare(kUrl, kNoon + 3'000, v1::OUTCOME_GONE, 404));
  const std::string later = Keep(Page(kUrl, kNoon + 10'000, "4"));
  EXPECT_EQ(IdOf(kUrl, kNoon + 3'001), gone);
  EXPECT_EQ(IdOf(kUrl, kNoon + 3'001, v1::NEAREST_AT, true), third_);
  EXPECT_EQ(IdOf(kUrl, kNoon + 2'000, v1::NEAREST_AFTER, true), later);
  EXPECT_EQ(IdOf(kUrl, kNoon + 3'001, v1::NEAREST_CLOSEST, true), third_);
}

TEST_F(ArchiveFindTest, TiesOfOneMillisecondHaveOneAnswer) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(Keep(Page(kUrl, kNoon + 9'000, "tie")));
  const std::string last = *std::max_element(ids.begin(), ids.end());
  const std::string least = *std::min_element(ids.begin(), ids.end());
  EXPECT_EQ(IdOf(kUrl, kNoon + 9'000), last);
  EXPECT_EQ(IdOf(kUrl, kNoon + 9'001, v1::NEAREST_BEFORE), last);
  EXPECT_EQ(IdOf(kUrl, kNoon + 8'999, v1::NEAREST_AFTER), least);
  EXPECT_EQ(IdOf(kUrl, kNoon + 9'000, v1::NEAREST_BEFORE), third_);
}

TEST_F(ArchiveFindTest, IdFindsExactlyItsSnapshot) {
  v1::GetRequest request;
  request.set_snapshot_id(second_);
  request.set_url("http://ignored.cn/");
  EXPECT_EQ(archive_->Find(request)->id(), second_);
  std::string upper = second_;
  for (size_t i = 18; i < 26; ++i) upper[i] = static_cast<char>(std::toupper(upper[i]));
  request.set_snapshot_id(upper);
  EXPECT_EQ(archive_->Find(request)->id(), second_);

  for (const char* wrong : {"https://www.jxja.gov.cn/col/1.html", "http://www.jxja.gov.cn/x"}) {
    request.set_snapshot_id(second_.substr(0, 27) + wrong);
    EXPECT_EQ(archive_->Find(request).status().code(), StatusCode::kNotFound) << wrong;
  }
  request.set_snapshot_id("20251118");
  EXPECT_EQ(archive_->Find(request).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(ArchiveFindTest, NotFoundNamesTheUrl) {
  const Status status = Find("http://elsewhere.cn/", kNoon, v1::NEAREST_BEFORE, true).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("no capture of URL http://elsewhere.cn/"));
  EXPECT_THAT(status.message(), HasSubstr("before 2025-11-18T04:00:00Z"));
  EXPECT_EQ(Find("::", std::nullopt).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace signboard::archive
