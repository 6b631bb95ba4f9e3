// Coverage: which places have a watched site, and from where it is seen.
//
// A site is a seed with a place code. What is known of it comes from the archive: the last capture
// of its address from each vantage, and how often that page used to change. A site is
//
//   ok           some vantage got an answer, and the page still changes as it used to;
//   silent       it answers, and has not changed for five times its usual interval and three days,
//                China's long holidays not counted (holidays.h);
//   blocked, unreachable   no vantage got anything else, the last word being that;
//   never        nobody has asked yet;
//   paused       an operator paused it.
//
// A place is covered when a site of it is ok or silent, and blind when it has sites and is covered
// by none.
//
// Threads: pure functions, but GatherSites, which asks from one serial executor.
// Errors:  GatherSites: the services'.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "storage/gateway/answer.h"
#include "storage/gateway/backend.h"

namespace signboard::gateway {

struct Seen {
  std::string vantage;
  int64_t ms = 0;
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
};

struct Site {
  v1::Seed seed;
  std::string state;
  std::vector<Seen> seen;  // The last of each vantage.
  int64_t changed_ms = 0;  // 0: it was never seen to change.
  Millis interval{0};      // Between changes; 0: too few are known.
  uint32_t failures = 0;   // Captures, from whichever vantage, since one that got an answer.
};

// At most so many seeds are looked at.
inline constexpr size_t kSitesMax = 10'000;
boost::asio::awaitable<StatusOr<std::vector<Site>>> GatherSites(Backend backend, UnixTime now);

// `captures` of the last days and `changes` of the last months, oldest first.
Site JudgeSite(const v1::Seed& seed, const std::vector<v1::Version>& captures,
               const std::vector<v1::Version>& changes, UnixTime now);

struct CoverageWords {
  std::string province = {};  // A name or a code; empty: all.
  std::string level = {};
};

struct CoverageRow {
  std::string code, name_zh, level, province;
  std::string state;  // covered, silent (by silent sites alone), blind, none
  std::vector<const Site*> sites;
};
struct CoverageSum {
  std::string province, name_zh, level;
  size_t places = 0, watched = 0, covered = 0, silent = 0, blind = 0;
  double Share() const {
    return places == 0 ? 0 : static_cast<double>(covered) / static_cast<double>(places);
  }
};
struct Coverage {
  std::vector<CoverageRow> rows;  // Every place, by code.
  std::vector<CoverageSum> sums;  // By province and level, then of the whole by level ("100000").
};
// kInvalidArgument: "province: why". `sites` outlive what is made.
StatusOr<Coverage> MakeCoverage(const std::vector<Site>& sites, const CoverageWords& words);

Json CoverageJson(const Coverage& coverage);
const std::vector<std::string>& CoverageColumns();
std::vector<std::string> CoverageCells(const CoverageRow& row);

}  // namespace signboard::gateway
