#include "proto/base/time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace signboard::base {
namespace {

using ::testing::HasSubstr;

constexpr int64_t kDay = 86'400'000;
// 2025-11-18T03:04:05.678Z.
constexpr UnixTime kInstant = FromMillis(1'763'435'045'678);

TEST(TimeTest, FormatsAsEachFormatAsks) {
  EXPECT_EQ(FormatRfc3339(kInstant), "2025-11-18T03:04:05.678Z");
  EXPECT_EQ(FormatRfc3339(FromMillis(1'763'435'045'000)), "2025-11-18T03:04:05Z");
  EXPECT_EQ(FormatRfc3339(FromMillis(5)), "1970-01-01T00:00:00.005Z");
  EXPECT_EQ(FormatRfc3339(FromMillis(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatDigits14(kInstant), "20251118030405");
  EXPECT_EQ(FormatDigits17(kInstant), "20251118030405678");
  EXPECT_EQ(FormatHttpDate(kInstant), "Tue, 18 Nov 2025 03:04:05 GMT");
  EXPECT_EQ(FormatHttpDate(FromMillis(784'111'777'000)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(TimeTest, InstantsBeyondFourDigitYearsArePulledInside) {
  EXPECT_EQ(FormatRfc3339(FromMillis(std::numeric_limits<int64_t>::max())),
            "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatDigits17(FromMillis(std::numeric_limits<int64_t>::min())), "00000101000000000");
}

TEST(TimeTest, Rfc3339IsReadInAllItsForms) {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"2025-11-18T03:04:05Z", "2025-11-18T03:04:05Z"},
      {"2025-11-18 03:04:05z", "2025-11-18T03:04:05Z"},
      {"2025-11-18t03:04:05.6Z", "2025-11-18T03:04:05.600Z"},
      {"2025-11-18T03:04:05.6789012345Z", "2025-11-18T03:04:05.678Z"},
      {"2025-11-18T03:04:05+08:00", "2025-11-17T19:04:05Z"},
      {"2025-11-18T03:04:05-00:30", "2025-11-18T03:34:05Z"},
      {"2025-11-18", "2025-11-18T00:00:00Z"},
      {"2024-02-29", "2024-02-29T00:00:00Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"},
  };
  for (const auto& [text, out] : pairs) {
    const StatusOr<UnixTime> time = ParseRfc3339(text);
    ASSERT_TRUE(time.ok()) << ToString(time.status());
    EXPECT_EQ(FormatRfc3339(*time), out) << text;
  }
  for (const char* bad :
       {"", "2025", "2025-11", "2025-1-8", "2025-02-29", "2025-13-01", "2025-00-01", "2025-11-18T",
        "2025-11-18T03:04Z", "2025-11-18T03:04:05", "2025-11-18T24:00:00Z", "2025-11-18T03:60:00Z",
        "2025-11-18T03:04:61Z", "2025-11-18T03:04:05.Z", "2025-11-18T03:04:05+0800",
        "2025-11-18T03:04:05+24:00", "2025-11-18T03:04:05Zx", "-2025-11-18", "２０２５-11-18"})
    EXPECT_FALSE(ParseRfc3339(bad).ok()) << bad;
}

TEST(TimeTest, ErrorsQuoteTheTextAndSayWhatWasExpected) {
  EXPECT_THAT(ToString(ParseRfc3339("soon").status()), HasSubstr("time \"soon\": expected a date"));
  EXPECT_THAT(ToString(ParseTimeRange("20251332").status()), HasSubstr("no month 13"));
  EXPECT_THAT(ToString(ParseSpan("5 weeks").status()), HasSubstr("span \"5 weeks\""));
  EXPECT_THAT(ToString(ParseRfc3339(std::string(1'000'000, '1')).status()), HasSubstr("too long"));
}

// RFC 9110 section 5.6.7.
TEST(TimeTest, HttpDatesOfAllThreeFormsAreRead) {
  for (const char* text :
       {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994", "06 Nov 1994 08:49:37 GMT", "Sun, 6 nov 1994 08:49:37 UTC"}) {
    const StatusOr<UnixTime> time = ParseHttpDate(text);
    ASSERT_TRUE(time.ok()) << ToString(time.status());
    EXPECT_EQ(ToMillis(*time), 784'111'777'000) << text;
  }
  EXPECT_EQ(FormatRfc3339(ParseHttpDate("Tuesday, 18-Nov-25 03:04:05 GMT").value()),
            "2025-11-18T03:04:05Z");
  for (const char* bad : {"", "0", "-1", "Sun", "Sun, 06 Nov 1994", "Sun, 06 Nov 1994 08:49:37",
                          "Sun, 31 Feb 2025 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
                          "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 PST",
                          "Sun, 999999999999 Nov 1994 08:49:37 GMT",
                          "Sun, 06 Nov 99999999999 08:49:37 GMT", "2025-11-18T03:04:05Z"})
    EXPECT_FALSE(ParseHttpDate(bad).ok()) << bad;
}

TEST(TimeTest, ShortenedTimesNameTheirWholeRange) {
  const auto range = [](std::string_view text) {
    const StatusOr<TimeRange> r = ParseTimeRange(text);
    return r.ok() ? FormatDigits17(r->first) + " " + FormatDigits17(r->end) : ToString(r.status());
  };
  EXPECT_EQ(range("2025"), "20250101000000000 20260101000000000");
  EXPECT_EQ(range("2025-11"), "20251101000000000 20251201000000000");
  EXPECT_EQ(range("2025-12"), "20251201000000000 20260101000000000");
  EXPECT_EQ(range("2025-11-18"), "20251118000000000 20251119000000000");
  EXPECT_EQ(range("2"), "20000101000000000 30000101000000000");
  EXPECT_EQ(range("202"), "20200101000000000 20300101000000000");
  EXPECT_EQ(range("20250"), "20250101000000000 20251001000000000");
  EXPECT_EQ(range("20251"), "20251001000000000 20260101000000000");
  EXPECT_EQ(range("2025020"), "20250201000000000 20250210000000000");
  EXPECT_EQ(range("2025022"), "20250220000000000 20250301000000000");
  EXPECT_EQ(range("2025111803"), "20251118030000000 20251118040000000");
  EXPECT_EQ(range("20251118235"), "20251118235000000 20251119000000000")
      << "an hour and a digit of the minute";
  EXPECT_EQ(range("20251118030405"), "20251118030405000 20251118030406000");
  EXPECT_EQ(range("202511180304056"), "20251118030405600 20251118030405700");
  EXPECT_EQ(range("20251118030405678"), "20251118030405678 20251118030405679");
  EXPECT_EQ(range("2025-11-18T03:04:05+08:00"), "20251117190405000 20251117190405001");
  for (const char* bad : {"", "202513", "2025110035", "20250230", "2025023", "2025111824",
                          "202511180304056789", "2025-1", "2025/11/18", "x", "2025-11-18T03"})
    EXPECT_FALSE(ParseTimeRange(bad).ok()) << bad;
}

TEST(TimeTest, EveryDayOfFourCenturiesSurvivesWritingAndReading) {
  for (int64_t day = -30'000; day < 120'000; day += 7) {
    const UnixTime t = FromMillis(day * kDay + day % 1000 + 1000);
    EXPECT_EQ(ParseRfc3339(FormatRfc3339(t)).value(), t);
    EXPECT_EQ(ParseTimeRange(FormatDigits17(t)).value().first, t);
    const UnixTime second = std::chrono::floor<std::chrono::seconds>(t);
    EXPECT_EQ(ParseHttpDate(FormatHttpDate(t)).value(), second);
  }
}

TEST(TimeTest, SpansAreReadInTheirUnits) {
  const std::vector<std::pair<std::string, int64_t>> pairs = {
      {"250ms", 250},       {"2s", 2'000},         {"10m", 600'000},      {"3h", 10'800'000},
      {"7d", 7 * kDay},     {"1.5h", 5'400'000},   {"90", 90'000},        {"0", 0},
      {"0.25s", 250},       {"0.0001s", 0},        {"1.9999ms", 1},       {"2 s", 2'000},
      {"0.5d", kDay / 2},   {"36525d", 36'525 * kDay}};
  for (const auto& [text, ms] : pairs) {
    const StatusOr<Millis> span = ParseSpan(text);
    ASSERT_TRUE(span.ok()) << ToString(span.status());
    EXPECT_EQ(span->count(), ms) << text;
  }
  for (const char* bad : {"", "s", "-1s", "-1", "1.s", ".5s", "1..5s", "1w", "1S", "1h30m", "1e3",
                          "36526d", "36525.1d", "99999999999999999999d", "9999999999999s", "inf"})
    EXPECT_FALSE(ParseSpan(bad).ok()) << bad;
}

TEST(TimeTest, SpansAreWrittenInTheirLargestExactUnit) {
  EXPECT_EQ(FormatSpan(Millis(0)), "0s");
  EXPECT_EQ(FormatSpan(Millis(2'000)), "2s");
  EXPECT_EQ(FormatSpan(Millis(1'500)), "1500ms");
  EXPECT_EQ(FormatSpan(Millis(90'000)), "90s");
  EXPECT_EQ(FormatSpan(Millis(7 * kDay)), "7d");
  EXPECT_EQ(FormatSpan(Millis(-60'000)), "-1m");
  for (const int64_t ms : {1, 999, 1'000, 61'000, 3'600'000, 86'400'001})
    EXPECT_EQ(ParseSpan(FormatSpan(Millis(ms))).value(), Millis(ms));
}

TEST(TimeTest, ManualClockMovesOnlyWhenTold) {
  ManualClock clock(kInstant);
  EXPECT_EQ(clock.Now(), kInstant);
  clock.Advance(Millis(5));
  EXPECT_EQ(clock.Now(), kInstant + Millis(5));
  clock.Set(FromMillis(1));
  EXPECT_EQ(clock.Now(), FromMillis(1));
  EXPECT_TRUE(clock.simulated());
  EXPECT_FALSE(SystemClock().simulated());
  EXPECT_GT(SystemClock().Now(), FromMillis(1'600'000'000'000));
}

}  // namespace
}  // namespace signboard::base
