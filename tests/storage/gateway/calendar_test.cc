#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::RawResponse;

const std::string kUrl = "http://jingan.gov.cn/col/1.html";

class CalendarTest : public GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    Store({.url = kUrl, .at = "2023-05-01T01:00:00Z", .body = "one"});
    Store({.url = kUrl, .at = "2025-01-02T01:00:00Z", .body = "one"});
    Store({.url = kUrl, .at = "2025-01-02T05:30:00Z", .body = "two"});
    Store({.url = kUrl, .at = "2025-03-04T01:00:00Z", .body = "two"});
    Store({.url = kUrl, .at = "2025-03-05T01:00:00Z", .body = "lost", .status = 404,
           .outcome = v1::OUTCOME_GONE});
    Store({.url = kUrl, .at = "2025-03-06T01:00:00Z", .body = "", .headers = {}, .status = 0,
           .outcome = v1::OUTCOME_UNREACHABLE});
  }
};

TEST_F(CalendarTest, YearsMonthsAndDaysOfAUrl) {
  for (const std::string& path : {"/web/*/" + kUrl, "/archive?url=" + kUrl}) {
    const RawResponse got = Get(path);
    ASSERT_EQ(got.status, 200) << got.body;
    EXPECT_THAT(got.body, HasSubstr("2025: 5 captures, 1 versions."));
    EXPECT_THAT(got.body, HasSubstr("2025-01: 2 captures, 1 versions"));
    EXPECT_THAT(got.body, HasSubstr("2025-03: 3 captures, 0 versions"));
    EXPECT_THAT(got.body, Not(HasSubstr("2025-02")));
    EXPECT_THAT(got.body, HasSubstr("href=\"/web/20250102053000/" + kUrl + "\""));
    EXPECT_THAT(got.body, HasSubstr("href=\"/web/20250305010000/" + kUrl + "\""));
    EXPECT_THAT(got.body, HasSubstr("gone 404"));
    EXPECT_THAT(got.body, Not(HasSubstr("/web/20250306")));
    EXPECT_THAT(got.body, HasSubstr("unreachable"));
    EXPECT_THAT(got.body, HasSubstr("year=2023"));
  }
  const RawResponse before = Get("/archive?url=" + kUrl + "&year=2023");
  EXPECT_THAT(before.body, HasSubstr("2023: 1 captures, 1 versions."));
  EXPECT_THAT(Get("/archive?url=" + kUrl + "&year=2024").body, HasSubstr("2024: 0 captures"));
  EXPECT_THAT(Get("/archive?lang=zh&url=" + kUrl).body, HasSubstr("抓取 5 次"));
}

TEST_F(CalendarTest, WhatIsNotKnownOrNoUrlIsSaid) {
  const RawResponse never = Get("/web/*/http://never.cn/");
  EXPECT_EQ(never.status, 404);
  EXPECT_THAT(Get("/archive?url=http://never.cn/").body, HasSubstr("never been captured"));
  EXPECT_EQ(Get("/archive?url=mailto:x").status, 400);
  EXPECT_EQ(Get("/archive").status, 200);
  EXPECT_EQ(Get("/archive?url=" + kUrl + "&year=soon").status, 400);
  EXPECT_EQ(Get("/archive?url=" + kUrl + "&year=99999").status, 400);
}

}  // namespace
}  // namespace signboard::gateway
