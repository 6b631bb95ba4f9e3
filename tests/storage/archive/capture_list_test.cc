#include "storage/archive/capture_list.h"

#include <limits>

#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr int64_t kNoon = 1'763'467'200'000;  // 2025-11-18 12:00 UTC.
constexpr int64_t kDay = 86'400'000;

class CaptureListTest : public ArchiveTest {
 protected:
  void SetUp() override {
    ArchiveTest::SetUp();
    for (int day = 0; day < 4; ++day) {
      const int64_t at = kNoon + day * kDay;
      Keep(Page("http://a.gov.cn/x", at, "x" + std::to_string(day)));
      Keep(Page("http://a.gov.cn/x/y", at, "y" + std::to_string(day)));
    }
    Keep(Page("https://www.a.gov.cn/x", kNoon + kDay / 2, "same page, another scheme"));
    Keep(Bare("http://a.gov.cn/x", kNoon + 5 * kDay, v1::OUTCOME_GONE, 404));
    Keep(Page("http://b.a.gov.cn/", kNoon, "another host"));
  }
  void Keep(Capture capture) {
    const auto kept = archive_->Store(std::move(capture));
    ASSERT_TRUE(kept.ok()) << kept.status();
  }
  static v1::ListCapturesRequest Of(const std::string& query, v1::ListUrlsRequest::Match match) {
    v1::ListCapturesRequest request;
    request.set_query(query);
    request.set_match(match);
    return request;
  }
  // "/x+0.5": path and days after the first noon.
  std::vector<std::string> List(const v1::ListCapturesRequest& request) {
    std::vector<std::string> out;
    auto all = ListCaptures(*archive_, request);
    EXPECT_TRUE(all.ok()) << all.status();
    if (!all.ok()) return out;
    for (const v1::CaptureEntry& entry : *all) {
      const double days = static_cast<double>(entry.captured_ms() - kNoon) / kDay;
      char text[32];
      snprintf(text, sizeof text, "+%g", days);
      out.push_back(entry.url().substr(entry.url().find('/', 8)) + text);
    }
    return out;
  }
};

TEST_F(CaptureListTest, CapturesOfAUrlComeInOrderWithAllThatShareItsSurt) {
  EXPECT_THAT(List(Of("http://a.gov.cn/x", v1::ListUrlsRequest::EXACT)),
              ElementsAre("/x+0", "/x+0.5", "/x+1", "/x+2", "/x+3", "/x+5"));
  const auto all = ListCaptures(*archive_, Of("a.gov.cn/x", v1::ListUrlsRequest::EXACT)).value();
  EXPECT_EQ(all[1].url(), "https://www.a.gov.cn/x");
  EXPECT_EQ(all[0].surt(), all[1].surt());
  EXPECT_EQ(all[0].mime(), "text/html");
  EXPECT_EQ(all[0].http_status(), 200);
  EXPECT_EQ(all[0].body_sha1(), base::Sha1("x0"));
  EXPECT_TRUE(all[0].has_body());
  EXPECT_EQ(all[5].outcome(), v1::OUTCOME_GONE);
  EXPECT_FALSE(all[5].has_body());
  v1::GetRequest get;
  get.set_snapshot_id(all[1].snapshot_id());
  EXPECT_EQ(archive_->Find(get).value().url(), "https://www.a.gov.cn/x");
}

TEST_F(CaptureListTest, TimesAndDirectionHoldForEveryUrlOfARange) {
  v1::ListCapturesRequest request = Of("a.gov.cn", v1::ListUrlsRequest::HOST);
  request.set_from_ms(kNoon + kDay);
  request.set_to_ms(kNoon + 2 * kDay);
  EXPECT_THAT(List(request), ElementsAre("/x+1", "/x+2", "/x/y+1", "/x/y+2"));
  request.set_newest_first(true);
  EXPECT_THAT(List(request), ElementsAre("/x/y+2", "/x/y+1", "/x+2", "/x+1"));
  request.set_from_ms(kNoon + 6 * kDay);
  request.clear_to_ms();
  EXPECT_THAT(List(request), ElementsAre());
  EXPECT_EQ(List(Of("a.gov.cn", v1::ListUrlsRequest::DOMAIN)).size(), 11u);
  EXPECT_THAT(List(Of("a.gov.cn/x/", v1::ListUrlsRequest::PREFIX)),
              ElementsAre("/x/y+0", "/x/y+1", "/x/y+2", "/x/y+3"));
}

TEST_F(CaptureListTest, PagesMeetWithoutGapOrRepetitionBothWays) {
  for (const bool newest_first : {false, true}) {
    v1::ListCapturesRequest request = Of("a.gov.cn", v1::ListUrlsRequest::DOMAIN);
    request.set_newest_first(newest_first);
    const std::vector<std::string> whole = List(request);
    for (const uint32_t limit : {1u, 2u, 3u, 5u}) {
      std::vector<std::string> pieces;
      v1::ListCapturesRequest page = request;
      page.set_limit(limit);
      for (int i = 0; i < 20; ++i) {
        const std::vector<std::string> rows = List(page);
        if (rows.empty()) break;
        pieces.insert(pieces.end(), rows.begin(), rows.end());
        page.set_after(ListCaptures(*archive_, page).value().back().cursor());
      }
      EXPECT_EQ(pieces, whole) << limit << (newest_first ? " back" : "");
    }
  }
}

TEST_F(CaptureListTest, TheNearestComeFirstAndNoneIsLost) {
  v1::ListCapturesRequest request = Of("a.gov.cn/x", v1::ListUrlsRequest::EXACT);
  request.set_closest_ms(kNoon + 3 * kDay / 2);
  EXPECT_THAT(List(request), ElementsAre("/x+1", "/x+2", "/x+0.5", "/x+0", "/x+3", "/x+5"));
  request.set_limit(2);
  EXPECT_THAT(List(request), ElementsAre("/x+1", "/x+2"));
  request.set_limit(0);
  request.set_closest_ms(kNoon);
  EXPECT_EQ(List(request).front(), "/x+0");
  request.set_closest_ms(0);
  EXPECT_EQ(List(request).front(), "/x+0");
  request.set_closest_ms(kNoon + 900 * kDay);
  EXPECT_EQ(List(request).front(), "/x+5");
  request.set_from_ms(kNoon + kDay / 2);
  request.set_to_ms(kNoon + 2 * kDay);
  EXPECT_THAT(List(request), ElementsAre("/x+2", "/x+1", "/x+0.5"));
  request.set_closest_ms(kNoon + kDay);
  EXPECT_THAT(List(request), ElementsAre("/x+1", "/x+0.5", "/x+2"));
  request.set_from_ms(request.to_ms() + 1);
  EXPECT_THAT(List(request), ElementsAre());
  EXPECT_THAT(List([] {
    v1::ListCapturesRequest none = Of("a.gov.cn/none", v1::ListUrlsRequest::EXACT);
    none.set_closest_ms(kNoon);
    return none;
  }()), ElementsAre());
}

TEST_F(CaptureListTest, NoInstantIsTooFarAway) {
  constexpr int64_t kFar[] = {std::numeric_limits<int64_t>::min(),
                              std::numeric_limits<int64_t>::max()};
  v1::ListCapturesRequest request = Of("a.gov.cn/x", v1::ListUrlsRequest::EXACT);
  const std::vector<std::string> all = List(request);
  request.set_from_ms(kFar[0]);
  request.set_to_ms(kFar[1]);
  EXPECT_EQ(List(request), all);
  for (const int64_t far : kFar) {
    request.set_closest_ms(far);
    EXPECT_THAT(List(request), ::testing::UnorderedElementsAreArray(all));
  }
  request.clear_closest_ms();
  request.set_newest_first(true);
  EXPECT_EQ(List(request).size(), all.size());
  request.set_from_ms(kFar[1]);
  EXPECT_THAT(List(request), ElementsAre());
}

TEST_F(CaptureListTest, WhatDoesNotGoTogetherIsRefused) {
  v1::ListCapturesRequest request = Of("a.gov.cn", v1::ListUrlsRequest::HOST);
  request.set_closest_ms(kNoon);
  EXPECT_EQ(ListCaptures(*archive_, request).status().code(), StatusCode::kInvalidArgument);
  request.clear_closest_ms();
  for (const char* cursor : {"zz", "00", "63", "not hex", "6300000000"}) {
    request.set_after(cursor);
    const auto listed = ListCaptures(*archive_, request);
    EXPECT_EQ(listed.status().code(), StatusCode::kInvalidArgument) << cursor;
    EXPECT_THAT(std::string(base::Message(listed.status())), HasSubstr("cursor"));
  }
  request.clear_after();
  request.set_limit(200'000);
  EXPECT_EQ(ListCaptures(*archive_, request).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(ListCaptures(*archive_, Of("gov.cn", v1::ListUrlsRequest::DOMAIN)).status().code(),
            StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace signboard::archive
