#include "frontier/watched.h"

#include <algorithm>
#include <cmath>

namespace signboard::frontier {
namespace {

constexpr double kDayMs = 24 * 3'600'000;
constexpr double kHalfLifeDays = 60;
constexpr double kPriorLinks = 1;
constexpr double kPriorDays = 1;
constexpr double kThousandths = 1'000;
// Beyond a link a second nothing is a list.
constexpr double kLinksPerDayMax = 86'400;

}  // namespace

Watched Watched::After(Millis span, double new_signs) const {
  const double passed = std::max(0.0, static_cast<double>(span.count())) / kDayMs;
  const double kept = std::exp2(-passed / kHalfLifeDays);
  return {.signs = signs * kept + new_signs,
          .days = days * kept + passed,
          .visits = std::min(visits + 1, 1'000'000U),
          .announcements = announcements * kept};
}

double LinksPerDay(const Watched& hub) {
  return std::min((hub.signs + kPriorLinks) / (hub.days + kPriorDays), kLinksPerDayMax);
}

double ChangesPerDay(const Watched& page) {
  if (page.visits == 0 || page.days <= 0 || page.signs <= 0) return 0;
  const double visits = std::max<double>(page.visits, page.signs);
  const double gap = page.days / visits;
  return -std::log((visits - page.signs + 0.5) / (visits + 0.5)) / gap;
}

HubWeight WeightOf(const Watched& hub, uint64_t place_hubs) {
  const double value = (1 + hub.announcements) / static_cast<double>(std::max<uint64_t>(
                                                     place_hubs, 1));
  const auto thousandths = [](double weight) {
    return static_cast<uint64_t>(std::max(1.0, std::round(weight * kThousandths)));
  };
  return {thousandths(std::sqrt(LinksPerDay(hub))), thousandths(std::sqrt(value))};
}

}  // namespace signboard::frontier
