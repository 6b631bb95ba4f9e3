// What the log of findings tells of pages in which nothing is found any more.
#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

constexpr char kUrl[] = "http://jingan.gov.cn/1.html";

std::string Html(const std::string& sentence) {
  std::string body = "<!doctype html><meta charset=utf-8><title>要闻</title><body><article>";
  for (int i = 0; i < 5; ++i) body += "<p>" + sentence + "全县上下认真学习，扎实推进各项工作。</p>";
  return body + "</article></body>";
}

class ArchiveAbsenceTest : public ArchiveTest {
 protected:
  static Capture Telling(int64_t at) {
    Capture capture = Page(kUrl, at, Html("靖安国际传播中心揭牌。"));
    capture.header.add_findings()->set_centre_name_zh("靖安国际传播中心");
    capture.header.set_text("靖安国际传播中心揭牌。");
    return capture;
  }
  std::vector<v1::LoggedFindings> Log() { return Findings(PlaceOf(*space_, kUrl)->slot, 0); }
};

TEST_F(ArchiveAbsenceTest, PageThatComesWithoutItsFindingsIsLoggedWithItsText) {
  Keep(Telling(kNoon));
  Keep(Page(kUrl, kNoon + 1, Html("白茶采摘开始。")));
  const auto log = Log();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[1].findings_size(), 0);
  EXPECT_EQ(log[1].snapshot().outcome(), v1::OUTCOME_CONTENT);
  EXPECT_EQ(log[1].snapshot().url(), kUrl);
  EXPECT_NE(log[1].text().find("白茶采摘开始"), std::string::npos);
  EXPECT_EQ(log[1].text().find("靖安"), std::string::npos);
  Keep(Page(kUrl, kNoon + 2, Html("白茶采摘开始。")));
  EXPECT_EQ(Log().size(), 2u) << "the same bytes again";
  Reopen();
  Keep(Page(kUrl, kNoon + 3, Html("白茶采摘结束。")));
  EXPECT_EQ(Log().size(), 3u);
}

TEST_F(ArchiveAbsenceTest, PageThatIsGoneIsLoggedOnce) {
  Keep(Telling(kNoon));
  Keep(Bare(kUrl, kNoon + 1, v1::OUTCOME_GONE, 404));
  Keep(Bare(kUrl, kNoon + 2, v1::OUTCOME_GONE, 404));
  auto log = Log();
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[1].snapshot().outcome(), v1::OUTCOME_GONE);
  EXPECT_EQ(log[1].snapshot().captured_ms(), kNoon + 1);
  Keep(Telling(kNoon + 3));
  Keep(Bare(kUrl, kNoon + 4, v1::OUTCOME_GONE, 410));
  EXPECT_EQ(Log().size(), 4u);
}

TEST_F(ArchiveAbsenceTest, WhatShowsNothingIsNotLogged) {
  Keep(Page("http://jingan.gov.cn/2.html", kNoon, Html("白茶采摘开始。")));
  Keep(Bare("http://jingan.gov.cn/2.html", kNoon + 1, v1::OUTCOME_GONE, 404));
  EXPECT_EQ(Log().size(), 0u) << "nothing was found there";
  Keep(Telling(kNoon));
  for (const v1::Outcome outcome : {v1::OUTCOME_BLOCKED, v1::OUTCOME_REFUSED, v1::OUTCOME_ERROR,
                                    v1::OUTCOME_UNREACHABLE, v1::OUTCOME_REDIRECT}) {
    Keep(Bare(kUrl, kNoon + 1 + outcome, outcome));
  }
  Capture cut = Page(kUrl, kNoon + 20, Html("白茶采摘开始。"));
  cut.header.mutable_snapshot()->set_truncated("length");
  Keep(std::move(cut));
  Capture odd = Page(kUrl, kNoon + 21, Html("系统维护，请稍后再来。"));
  odd.header.mutable_snapshot()->set_http_status(203);
  Keep(std::move(odd));
  Keep(Page(kUrl, kNoon + 22, "<html><body><div id=app></div></body></html>"));
  EXPECT_EQ(Log().size(), 1u);
}

}  // namespace
}  // namespace signboard::archive
