// Which places count as covered, silent and blind.
#include "storage/gateway/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "storage/gateway/holidays.h"
#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using ::testing::HasSubstr;
using std::chrono::hours;

const UnixTime kNow = base::ParseRfc3339("2026-01-01T00:00:00Z").value();

v1::Seed SeedOf(const std::string& code) {
  v1::Seed seed;
  seed.set_url("http://www." + code + ".cn/");
  seed.set_code(code);
  seed.set_state("active");
  return seed;
}

v1::Version Capture(UnixTime at, v1::Outcome outcome, const std::string& vantage = "default") {
  v1::Version version;
  version.mutable_snapshot()->set_captured_ms(ToMillis(at));
  version.mutable_snapshot()->set_outcome(outcome);
  version.mutable_snapshot()->set_vantage(vantage);
  return version;
}

// One change every `every`, the last `ago`.
std::vector<v1::Version> Changes(Millis every, Millis ago, int count = 8) {
  std::vector<v1::Version> changes;
  for (int i = count - 1; i >= 0; --i)
    changes.push_back(Capture(kNow - ago - i * every, v1::OUTCOME_CONTENT));
  return changes;
}

std::string State(const std::vector<v1::Version>& captures,
                  const std::vector<v1::Version>& changes) {
  return JudgeSite(SeedOf("360925"), captures, changes, kNow).state;
}

TEST(HolidaysTest, OfficesRestOverTheLongOnes) {
  const auto at = [](const char* day) {
    return base::ParseRfc3339(std::string(day) + "T00:00:00+08:00").value();
  };
  const auto days = [&](const char* from, const char* to) {
    return TimeAtWork(at(from), at(to)) / hours(24);
  };
  EXPECT_EQ(days("2025-03-01", "2025-03-31"), 30);
  EXPECT_EQ(days("2025-01-25", "2025-02-10"), 16 - 8) << "Spring Festival of 29 January";
  EXPECT_EQ(days("2027-02-01", "2027-02-20"), 19 - 8);
  EXPECT_EQ(days("2025-09-30", "2025-10-10"), 10 - 8);
  EXPECT_EQ(days("2025-10-03", "2025-10-05"), 0);
  EXPECT_EQ(days("2025-04-28", "2025-05-08"), 10 - 5);
  EXPECT_EQ(days("2024-12-01", "2026-01-01"), 396 - 21);
  EXPECT_EQ(days("2025-10-05", "2025-10-03"), 0);
  EXPECT_EQ(days("2041-01-01", "2041-04-01"), 90) << "no lunar year is known";
}

TEST(CoverageTest, AHolidayIsNoSilence) {
  const auto state = [](const char* text) {
    const UnixTime now = base::ParseRfc3339(text).value();
    std::vector<v1::Version> changes;
    for (int i = 8; i >= 0; --i)
      changes.push_back(Capture(base::ParseRfc3339("2025-01-27T12:00:00Z").value() - i * hours(12),
                                v1::OUTCOME_CONTENT));
    return JudgeSite(SeedOf("360925"), {Capture(now, v1::OUTCOME_UNCHANGED)}, changes, now).state;
  };
  EXPECT_EQ(state("2025-02-05T12:00:00Z"), "ok");
  EXPECT_EQ(state("2025-02-09T12:00:00Z"), "silent");
}

TEST(CoverageTest, FailuresAreCountedSinceTheLastAnswer) {
  const v1::Version ok = Capture(kNow - hours(1), v1::OUTCOME_UNCHANGED);
  const v1::Version failed = Capture(kNow, v1::OUTCOME_UNREACHABLE);
  const auto failures = [](const std::vector<v1::Version>& captures) {
    return JudgeSite(SeedOf("360925"), captures, {}, kNow).failures;
  };
  EXPECT_EQ(failures({ok}), 0u);
  EXPECT_EQ(failures({failed, ok, failed, failed}), 2u);
}

TEST(CoverageTest, ASiteIsWhatItsVantagesSawLast) {
  const v1::Version ok = Capture(kNow - hours(1), v1::OUTCOME_UNCHANGED);
  const v1::Version blocked = Capture(kNow, v1::OUTCOME_BLOCKED, "abroad");
  EXPECT_EQ(State({}, {}), "never");
  EXPECT_EQ(State({ok}, {}), "ok");
  EXPECT_EQ(State({ok, Capture(kNow, v1::OUTCOME_BLOCKED)}, {}), "blocked");
  EXPECT_EQ(State({ok, blocked}, {}), "ok") << "one vantage is enough";
  EXPECT_EQ(State({blocked, Capture(kNow, v1::OUTCOME_UNREACHABLE)}, {}), "blocked");
  EXPECT_EQ(State({Capture(kNow, v1::OUTCOME_UNREACHABLE)}, {}), "unreachable");
  const Site site = JudgeSite(SeedOf("360925"), {ok, blocked}, {}, kNow);
  ASSERT_EQ(site.seen.size(), 2u);
  EXPECT_EQ(site.seen[0].vantage, "abroad");
  EXPECT_EQ(site.seen[0].outcome, v1::OUTCOME_BLOCKED);
  v1::Seed paused = SeedOf("360925");
  paused.set_state("paused");
  EXPECT_EQ(JudgeSite(paused, {ok}, {}, kNow).state, "paused");
}

TEST(CoverageTest, SilenceIsJudgedByTheRateThatWasLearned) {
  const std::vector<v1::Version> ok = {Capture(kNow, v1::OUTCOME_UNCHANGED)};
  EXPECT_EQ(State(ok, Changes(hours(24), hours(24 * 4))), "ok");
  EXPECT_EQ(State(ok, Changes(hours(24), hours(24 * 6))), "silent");
  EXPECT_EQ(State(ok, Changes(hours(24 * 10), hours(24 * 40))), "ok") << "it never was quick";
  EXPECT_EQ(State(ok, Changes(hours(1), hours(24))), "ok") << "a day off is no silence";
  EXPECT_EQ(State(ok, Changes(hours(24), hours(24 * 90), 3)), "ok") << "three say no rate";
}

TEST(CoverageTest, PlacesAreCountedByProvinceAndLevel) {
  const std::vector<v1::Version> ok = {Capture(kNow, v1::OUTCOME_CONTENT)};
  const std::vector<v1::Version> blocked = {Capture(kNow, v1::OUTCOME_BLOCKED)};
  const std::vector<Site> sites = {
      JudgeSite(SeedOf("360925"), ok, {}, kNow), JudgeSite(SeedOf("360925"), blocked, {}, kNow),
      JudgeSite(SeedOf("360926"), blocked, {}, kNow),
      JudgeSite(SeedOf("360924"), ok, Changes(hours(24), hours(24 * 30)), kNow),
      JudgeSite(SeedOf("360000"), ok, {}, kNow), JudgeSite(SeedOf("999999"), ok, {}, kNow)};
  const auto coverage = MakeCoverage(sites, {.province = "江西", .level = "county"});
  ASSERT_TRUE(coverage.ok()) << base::ToString(coverage.status());
  ASSERT_EQ(coverage->sums.size(), 1u);
  const CoverageSum& sum = coverage->sums[0];
  EXPECT_EQ(sum.name_zh, "江西省");
  EXPECT_EQ(sum.places, 100u) << "the districts, cities and counties of Jiangxi";
  EXPECT_EQ(sum.places, coverage->rows.size());
  EXPECT_EQ(sum.watched, 3u);
  EXPECT_EQ(sum.covered, 2u);
  EXPECT_EQ(sum.silent, 1u);
  EXPECT_EQ(sum.blind, 1u);
  EXPECT_DOUBLE_EQ(sum.Share(), 0.02);
  std::map<std::string, std::string> states;
  for (const CoverageRow& row : coverage->rows) states[row.code] = row.state;
  EXPECT_EQ(states["360925"], "covered");
  EXPECT_EQ(states["360926"], "blind");
  EXPECT_EQ(states["360924"], "silent");
  EXPECT_EQ(states["360921"], "none");
  const auto all = MakeCoverage(sites, {});
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(all->sums.back().name_zh, "全国");
  EXPECT_EQ(all->sums.back().level, "county");
  EXPECT_GT(all->sums.back().places, 2'800u);
  EXPECT_EQ(all->sums.back().covered, 2u);
  EXPECT_FALSE(MakeCoverage(sites, {.province = "nowhere"}).ok());
  EXPECT_FALSE(MakeCoverage(sites, {.level = "village"}).ok());
}

using CoverageApiTest = GatewayTest;

TEST_F(CoverageApiTest, AsksFrontierAndArchive) {
  frontier_->seeds = {SeedOf("360925"), SeedOf("360926")};
  Store({.url = "http://www.360925.cn/", .at = "2025-12-31T00:00:00Z", .body = "a"});
  const nlohmann::json found = GetJson("/api/v1/coverage?province=360000&level=county");
  ASSERT_EQ(found["coverage"].size(), 1u) << found;
  EXPECT_EQ(found["coverage"][0]["covered"], 1);
  EXPECT_EQ(found["coverage"][0]["blind"], 1) << "never asked: seen from nowhere";
  ASSERT_EQ(found["places"].size(), 2u);
  EXPECT_EQ(found["places"][0]["sites"][0]["seen"][0]["outcome"], "content");
  EXPECT_THAT(Get("/api/v1/coverage.csv").body, HasSubstr("360925,靖安县,county,江西省,covered,1,"));
  EXPECT_THAT(Get("/sites?lang=zh").body, HasSubstr("靖安县"));
  EXPECT_THAT(Get("/sites?lang=en").body, HasSubstr("Watched sites"));
  EXPECT_EQ(Get("/api/v1/coverage?level=x").status, 400);
}

}  // namespace
}  // namespace signboard::gateway
