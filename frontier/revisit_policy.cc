#include "frontier/revisit_policy.h"

#include <algorithm>

namespace signboard::frontier {

Millis Doubled(Millis start, uint32_t times, Millis max) {
  Millis wait = start;
  for (uint32_t i = 0; i < times && wait < max; ++i) wait *= 2;
  return std::min(wait, max);
}

Revisit AdaptiveRevisitPolicy::Learn(const PageHistory& page, bool changed) const {
  const Millis start = page.hub ? options_.hub_interval_start : options_.page_interval_start;
  const Millis min = page.hub ? options_.hub_interval_min : options_.page_interval_min;
  const Millis max = page.hub     ? options_.hub_interval_max
                     : page.faded ? options_.faded_interval_max
                                  : options_.page_interval_max;
  // The first visit says nothing about change.
  Millis interval = start;
  if (page.interval > Millis(0)) {
    interval = changed ? page.interval / 2 : page.interval + page.interval / 2;
  }
  // At least a millisecond, lest a page configured with nothing spin.
  interval = std::max({std::clamp(interval, min, std::max(min, max)), Millis(1)});
  return {interval, interval};
}

std::optional<Revisit> AdaptiveRevisitPolicy::Next(const PageHistory& page,
                                                   const Visit& visit) const {
  const Millis known = page.interval;
  switch (visit.outcome) {
    case v1::OUTCOME_CONTENT:
    case v1::OUTCOME_REDIRECT:
      return Learn(page, visit.changed);
    case v1::OUTCOME_UNCHANGED:
      return Learn(page, false);
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
