#include "frontier/hub_policy.h"

#include <algorithm>
#include <bit>

namespace signboard::frontier {

Yields Yields::After(bool new_links) const {
  return {(bits << 1) | (new_links ? 1U : 0U), std::min(visits + 1, kYieldVisitsMax)};
}

uint32_t Yields::CountIn(uint32_t last) const {
  const uint32_t mask = last >= kYieldVisitsMax ? ~0U : (1U << last) - 1;
  return static_cast<uint32_t>(std::popcount(bits & mask));
}

uint32_t Yields::Barren() const {
  return bits == 0 ? visits : static_cast<uint32_t>(std::countr_zero(bits));
}

HubVerdict JudgeHub(const HubSigns& signs, const RevisitOptions& options) {
  if (signs.seed) return HubVerdict::kHub;
  const uint32_t recent = signs.yields.CountIn(options.behaviour_visits);
  if (signs.listed || signs.moved) {
    const bool barren = signs.yields.Barren() >= options.fade_visits &&
                        signs.since_yield >= options.fade_after;
    return barren ? HubVerdict::kFaded : HubVerdict::kHub;
  }
  const uint32_t wanted = signs.by_behaviour ? 1 : options.behaviour_yields;
  return recent >= wanted ? HubVerdict::kHub : HubVerdict::kPage;
}

}  // namespace signboard::frontier
