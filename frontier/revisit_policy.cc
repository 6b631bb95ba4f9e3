#include "frontier/revisit_policy.h"

#include <algorithm>
#include <cmath>

namespace signboard::frontier {
namespace {

constexpr double kDayMs = 24 * 3'600'000;
// A page is fetched again when it has changed with about this expectation.
constexpr double kChangesExpected = 0.7;
// One that never changed: after this part of the time it was watched for.
constexpr double kQuietShare = 0.5;

// `part` against the mean of `sum` over `count`. 1: nothing is known.
double ShareOf(uint64_t part, uint64_t sum, uint64_t count) {
  if (part == 0 || sum == 0 || count == 0) return 1;
  return static_cast<double>(part) * static_cast<double>(count) / static_cast<double>(sum);
}

Millis FromDays(double days, Millis max) {
  const double ms = days * kDayMs;
  return ms >= static_cast<double>(max.count()) ? max : Millis(std::llround(ms));
}

}  // namespace

Millis Doubled(Millis start, uint32_t times, Millis max) {
  Millis wait = start;
  for (uint32_t i = 0; i < times && wait < max; ++i) wait *= 2;
  return std::min(wait, max);
}

Millis RevisitPolicy::HubInterval(const HubWeight& hub, const HubOutlook& outlook) const {
  auto mean = static_cast<double>(options_.hub_interval_start.count());
  if (options_.hub_visits_max > 0) {
    mean = std::max(mean, static_cast<double>(outlook.all.count) * kDayMs /
                              static_cast<double>(options_.hub_visits_max));
  }
  const HubSums& all = outlook.all;
  const double share =
      options_.place_share * ShareOf(hub.value, all.value, all.count) +
      (1 - options_.place_share) * ShareOf(hub.links, all.links, all.count);
  double interval = mean / share;
  // The hubs of a queue together leave room for its pages.
  const double room = static_cast<double>(outlook.queue_delay.count()) *
                      static_cast<double>(outlook.queue_hubs) /
                      std::max(options_.queue_share, 0.01);
  interval = std::max(interval, room);
  const Millis min = options_.hub_interval_min;
  const Millis max = std::max(min, options_.hub_interval_max);
  return std::clamp(FromDays(interval / kDayMs, max), min, max);
}

Millis RevisitPolicy::PageInterval(const PageHistory& page) const {
  const Millis max = page.faded ? options_.faded_interval_max : options_.page_interval_max;
  Millis interval = options_.page_interval_start;
  if (!page.first) {
    const double rate = ChangesPerDay(page.watched);
    interval = rate > 0 ? FromDays(kChangesExpected / rate, max)
                        : std::max(interval, FromDays(page.watched.days * kQuietShare, max));
  }
  const Millis min = options_.page_interval_min;
  return std::clamp(interval, min, std::max(min, max));
}

Revisit RevisitPolicy::Learn(const PageHistory& page, const Visit& visit,
                             const HubOutlook& outlook) const {
  // At least a millisecond, lest a page configured with nothing spin.
  if (!page.hub) {
    const Millis interval = std::max(PageInterval(page), Millis(1));
    return {interval, interval};
  }
  const Millis interval = std::max(HubInterval(page.weight, outlook), Millis(1));
  Millis wait = interval;
  if (visit.overflowed && !page.first) wait = std::max(wait / 2, options_.hub_interval_min);
  if (outlook.week != nullptr) wait = outlook.week->Stretch(visit.now, wait);
  wait = std::min(wait, std::max(options_.hub_interval_min, options_.hub_interval_max));
  return {std::max(wait, Millis(1)), interval};
}

std::optional<Revisit> RevisitPolicy::Next(const PageHistory& page, const Visit& visit,
                                           const HubOutlook& outlook) const {
  const Millis known = page.interval;
  switch (visit.outcome) {
    case v1::OUTCOME_CONTENT:
    case v1::OUTCOME_REDIRECT:
    case v1::OUTCOME_UNCHANGED:
      return Learn(page, visit, outlook);
    case v1::OUTCOME_GONE: {
      // Pages do come back, most of them soon or never.
      const Millis start = page.hub ? options_.hub_interval_start : options_.page_interval_start;
      return Revisit{Doubled(std::max(start, Millis(1)), page.failures_in_row,
                             options_.page_interval_max),
                     known};
    }
    case v1::OUTCOME_REFUSED:
      if (visit.reason == v1::REASON_BAD_URL || visit.reason == v1::REASON_OUT_OF_SCOPE) {
        return std::nullopt;
      }
      return Revisit{options_.refused_wait, known};
    default: {
      const Millis wait =
          Doubled(options_.error_wait_start, page.failures_in_row, options_.error_wait_max);
      const auto jitter = Millis(wait.count() / 10 * static_cast<int64_t>(page.url_hash % 101) /
                                 100);
      return Revisit{wait + jitter, known};
    }
  }
}

}  // namespace signboard::frontier
