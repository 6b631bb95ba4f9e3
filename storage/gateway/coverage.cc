#include "storage/gateway/coverage.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "crawler/extract/gazetteer.h"
#include "crawler/extract/gazetteer_table.h"
#include "storage/gateway/holidays.h"
#include "storage/gateway/register_filter.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using std::chrono::hours;

constexpr size_t kChangesMin = 4;  // Fewer say nothing of a rate.
constexpr int kSilentTimes = 5;
constexpr Millis kSilentMin = hours(24 * 3);
constexpr std::string_view kCountry = "100000";

bool Answers(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_CONTENT || outcome == v1::OUTCOME_UNCHANGED ||
         outcome == v1::OUTCOME_REDIRECT;
}

// The last of each vantage.
std::vector<Seen> LastOfEach(const std::vector<v1::Version>& captures) {
  std::map<std::string, Seen> last;
  for (const v1::Version& version : captures) {
    const v1::Snapshot& s = version.snapshot();
    Seen& seen = last[s.vantage()];
    if (s.captured_ms() < seen.ms) continue;
    seen = {s.vantage(), s.captured_ms(), s.outcome()};
  }
  std::vector<Seen> all;
  for (auto& [vantage, seen] : last) all.push_back(std::move(seen));
  return all;
}

std::string StateOf(const Site& site, UnixTime now) {
  if (site.seed.state() == "paused") return "paused";
  if (site.seen.empty()) return "never";
  const bool answers = std::any_of(site.seen.begin(), site.seen.end(),
                                   [](const Seen& seen) { return Answers(seen.outcome); });
  if (answers) {
    const Millis quiet = TimeAtWork(FromMillis(site.changed_ms), now);
    const bool silent = site.interval > Millis(0) && quiet > kSilentTimes * site.interval &&
                        quiet > kSilentMin;
    return silent ? "silent" : "ok";
  }
  const auto newest = std::max_element(site.seen.begin(), site.seen.end(),
                                       [](const Seen& a, const Seen& b) { return a.ms < b.ms; });
  return newest->outcome == v1::OUTCOME_BLOCKED ? "blocked" : "unreachable";
}

bool IsSeen(const Site& site) { return site.state == "ok" || site.state == "silent"; }

std::string PlaceState(const std::vector<const Site*>& sites) {
  if (sites.empty()) return "none";
  const auto any = [&sites](auto test) { return std::any_of(sites.begin(), sites.end(), test); };
  if (any([](const Site* site) { return site->state == "ok"; })) return "covered";
  return any([](const Site* site) { return IsSeen(*site); }) ? "silent" : "blind";
}

void Count(const CoverageRow& row, CoverageSum* sum) {
  ++sum->places;
  sum->watched += row.sites.empty() ? 0 : 1;
  sum->covered += row.state == "covered" || row.state == "silent" ? 1 : 0;
  sum->silent += row.state == "silent" ? 1 : 0;
  sum->blind += row.state == "blind" ? 1 : 0;
}

int Rank(const std::string& level) {
  return level == "province" ? 0 : level == "prefecture" ? 1 : 2;
}

}  // namespace

Site JudgeSite(const v1::Seed& seed, const std::vector<v1::Version>& captures,
               const std::vector<v1::Version>& changes, UnixTime now) {
  Site site;
  site.seed = seed;
  site.seen = LastOfEach(captures);
  for (const v1::Version& version : captures)
    site.failures = Answers(version.snapshot().outcome()) ? 0 : site.failures + 1;
  if (!changes.empty()) site.changed_ms = changes.back().snapshot().captured_ms();
  if (changes.size() >= kChangesMin) {
    const int64_t span = site.changed_ms - changes.front().snapshot().captured_ms();
    site.interval = Millis(span / static_cast<int64_t>(changes.size() - 1));
  }
  site.state = StateOf(site, now);
  return site;
}

StatusOr<Coverage> MakeCoverage(const std::vector<Site>& sites, const CoverageWords& words) {
  ASSIGN_OR_RETURN(const std::string province, PlaceCode(words.province, ""));
  RETURN_IF_ERROR(CheckLevel(words.level));
  std::map<std::string_view, std::vector<const Site*>> by_place;
  for (const Site& site : sites) {
    const extract::Region* region = extract::RegionOf(site.seed.code());
    if (region != nullptr) by_place[region->code].push_back(&site);
  }
  Coverage coverage;
  using Key = std::tuple<std::string, int>;
  std::map<Key, CoverageSum> sums;
  for (uint32_t i = 0; i < extract::kRegionCount; ++i) {
    const extract::Region& region = extract::kRegionTable[i];
    if (!region.successor.empty()) continue;  // It is no more.
    const extract::Region& above = extract::ProvinceOf(region);
    const std::string level(extract::LevelName(region.level));
    if (!province.empty() && above.code != province) continue;
    if (!words.level.empty() && level != words.level) continue;
    CoverageRow row;
    row.code = region.code;
    row.name_zh = region.name_zh;
    row.level = level;
    row.province = above.name_zh;
    if (const auto found = by_place.find(region.code); found != by_place.end())
      row.sites = found->second;
    row.state = PlaceState(row.sites);
    CoverageSum& sum = sums[{std::string(above.code), Rank(level)}];
    sum.province = above.code;
    sum.name_zh = above.name_zh;
    sum.level = level;
    Count(row, &sum);
    // Behind all provinces.
    CoverageSum& all = sums[{"a" + std::string(kCountry), Rank(level)}];
    all.province = kCountry;
    all.name_zh = "全国";
    all.level = level;
    if (province.empty()) Count(row, &all);
    coverage.rows.push_back(std::move(row));
  }
  for (auto& [key, sum] : sums)
    if (sum.places > 0) coverage.sums.push_back(std::move(sum));
  return coverage;
}

Json CoverageJson(const Coverage& coverage) {
  Json sums = Json::array();
  for (const CoverageSum& sum : coverage.sums) {
    sums.push_back({{"province", sum.province}, {"name_zh", sum.name_zh}, {"level", sum.level},
                    {"places", sum.places}, {"watched", sum.watched}, {"covered", sum.covered},
                    {"silent", sum.silent}, {"blind", sum.blind}, {"share", sum.Share()}});
  }
  Json places = Json::array();
  for (const CoverageRow& row : coverage.rows) {
    if (row.sites.empty()) continue;
    Json sites = Json::array();
    for (const Site* site : row.sites) {
      Json seen = Json::array();
      for (const Seen& one : site->seen) {
        seen.push_back({{"vantage", one.vantage},
                        {"outcome", OutcomeWord(one.outcome)},
                        {"at", base::FormatRfc3339(FromMillis(one.ms))}});
      }
      sites.push_back({{"url", site->seed.url()},
                       {"state", site->state},
                       {"changed", site->changed_ms == 0
                                       ? Json(nullptr)
                                       : Json(base::FormatRfc3339(FromMillis(site->changed_ms)))},
                       {"interval_s", site->interval.count() == 0
                                          ? Json(nullptr)
                                          : Json(site->interval.count() / 1'000)},
                       {"seen", std::move(seen)}});
    }
    places.push_back({{"code", row.code}, {"name_zh", row.name_zh}, {"level", row.level},
                      {"province", row.province}, {"state", row.state},
                      {"sites", std::move(sites)}});
  }
  return {{"coverage", std::move(sums)}, {"places", std::move(places)}};
}

const std::vector<std::string>& CoverageColumns() {
  static const auto* const kColumns = new std::vector<std::string>{
      "code", "name_zh", "level", "province", "state", "sites", "urls", "seen"};
  return *kColumns;
}

std::vector<std::string> CoverageCells(const CoverageRow& row) {
  std::string urls;
  std::string seen;
  for (const Site* site : row.sites) {
    urls += (urls.empty() ? "" : "; ") + site->seed.url() + " (" + site->state + ")";
    for (const Seen& one : site->seen)
      seen += (seen.empty() ? "" : "; ") + one.vantage + "=" + OutcomeWord(one.outcome);
  }
  return {row.code, row.name_zh, row.level, row.province, row.state,
          std::to_string(row.sites.size()), urls, seen};
}

}  // namespace signboard::gateway
