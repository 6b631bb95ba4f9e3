#include "frontier/week_profile.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace signboard::frontier {
namespace {

constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kWeekMs = kHourMs * static_cast<int64_t>(kWeekHours);
// 1970-01-05, the first Monday.
constexpr int64_t kMondayMs = 4 * 24 * kHourMs;
// Each hour is credited with so many links before any was seen.
constexpr double kPrior = 20;
// Beyond so many in all the older ones fade, lest the profile stand for ever.
constexpr double kCountsMax = 2'000'000;
// No hour is visited less than this times the mean: what is rare happens, too.
constexpr double kDensityMin = 0.5;
// So much more, compared with what is there, and the densities are made anew.
constexpr double kRefreshShare = 0.01;

int64_t WeekMs(UnixTime at) {
  const int64_t ms = (ToMillis(at) - kMondayMs) % kWeekMs;
  return ms < 0 ? ms + kWeekMs : ms;
}

// Calls see(hour, milliseconds of it) for each hour of the week from `from` on, `span` long.
template <class See>
void EachHour(UnixTime from, int64_t span, See see) {
  int64_t at = WeekMs(from);
  while (span > 0) {
    const int64_t part = std::min(span, kHourMs - at % kHourMs);
    if (!see(static_cast<size_t>(at / kHourMs), part)) return;
    span -= part;
    at = (at + part) % kWeekMs;
  }
}

}  // namespace

WeekProfile::WeekProfile() {
  counts_.fill(kPrior);
  density_.fill(1);
}

void WeekProfile::Add(UnixTime from, UnixTime to, double links) {
  const int64_t span = (to - from).count();
  if (links <= 0 || span <= 0 || span > kWeekMs) return;
  double whole = 0;
  EachHour(from, span, [&](size_t hour, int64_t part) {
    whole += counts_[hour] * static_cast<double>(part);
    return true;
  });
  // After the sums: a link does not draw itself to its hour.
  std::array<double, kWeekHours> credit{};
  EachHour(from, span, [&](size_t hour, int64_t part) {
    credit[hour] += links * counts_[hour] * static_cast<double>(part) / whole;
    return true;
  });
  for (size_t hour = 0; hour < kWeekHours; ++hour) counts_[hour] += credit[hour];
  since_refresh_ += links;
  const double all = std::accumulate(counts_.begin(), counts_.end(), 0.0);
  if (since_refresh_ >= all * kRefreshShare) Refresh();
}

void WeekProfile::Refresh() {
  since_refresh_ = 0;
  double all = std::accumulate(counts_.begin(), counts_.end(), 0.0);
  if (all > kCountsMax) {
    for (double& count : counts_) count = kPrior + (count - kPrior) / 2;
    all = std::accumulate(counts_.begin(), counts_.end(), 0.0);
  }
  const double mean = all / kWeekHours;
  double sum = 0;
  for (size_t hour = 0; hour < kWeekHours; ++hour) {
    density_[hour] = std::max(std::sqrt(counts_[hour] / mean), kDensityMin);
    sum += density_[hour];
  }
  for (double& density : density_) density *= kWeekHours / sum;
}

Millis WeekProfile::Stretch(UnixTime from, Millis interval) const {
  // Whole weeks are as long with any profile.
  const int64_t weeks = interval.count() / kWeekMs;
  auto left = static_cast<double>(interval.count() % kWeekMs);
  double wait = 0;
  EachHour(from, 2 * kWeekMs, [&](size_t hour, int64_t part) {
    const double has = density_[hour] * static_cast<double>(part);
    if (has >= left) {
      wait += left / density_[hour];
      return false;
    }
    left -= has;
    wait += static_cast<double>(part);
    return true;
  });
  return Millis(weeks * kWeekMs + std::llround(wait));
}

std::vector<float> WeekProfile::Counts() const {
  std::vector<float> counts(kWeekHours);
  for (size_t hour = 0; hour < kWeekHours; ++hour)
    counts[hour] = static_cast<float>(counts_[hour]);
  return counts;
}

WeekProfile WeekProfile::FromCounts(const std::vector<float>& counts) {
  WeekProfile profile;
  if (counts.size() != kWeekHours) return profile;
  for (size_t hour = 0; hour < kWeekHours; ++hour) {
    const double count = counts[hour];
    if (std::isfinite(count)) profile.counts_[hour] = std::clamp(count, 1.0, kCountsMax);
  }
  profile.Refresh();
  return profile;
}

}  // namespace signboard::frontier
