#include "deploy/signboard/revisit_run.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <utility>
#include <vector>

namespace signboard::cli {
namespace {

constexpr double kHourMs = 3'600'000;
constexpr double kDayMs = 24 * kHourMs;
constexpr int kFirstVisits = 24;  // Hours over which the first visits are spread.

double At(const std::vector<double>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<size_t>(std::llround(share * last))];
}

RevisitDelays Describe(std::vector<double> hours) {
  RevisitDelays out;
  out.count = hours.size();
  if (hours.empty()) return out;
  std::sort(hours.begin(), hours.end());
  double sum = 0;
  for (const double one : hours) sum += one;
  out.mean = sum / static_cast<double>(hours.size());
  out.median = At(hours, 0.5);
  out.p90 = At(hours, 0.9);
  out.p99 = At(hours, 0.99);
  out.max = hours.back();
  return out;
}

class Run {
 public:
  Run(const RevisitWorld& world, RevisitVisitor* visitor)
      : world_(world),
        visitor_(visitor),
        measured_from_(world.begin + (world.end - world.begin) / 2),
        links_seen_(world.hubs.size(), 0),
        announcements_seen_(world.hubs.size(), 0),
        visited_(world.hubs.size(), world.begin),
        met_(world.hubs.size(), false) {}

  RevisitOutcome Live() {
    const auto count = static_cast<double>(world_.hubs.size());
    for (size_t hub = 0; hub < world_.hubs.size(); ++hub) {
      const double share = static_cast<double>(hub) / count;
      due_.emplace(world_.begin + Millis(std::llround(share * kFirstVisits * kHourMs)), hub);
    }
    while (!due_.empty() && due_.top().first < world_.end) {
      const auto [now, hub] = due_.top();
      due_.pop();
      const Millis wait = std::max(visitor_->Wait(hub, Visit(hub, now)), Millis(1));
      due_.emplace(now + wait, hub);
    }
    for (size_t hub = 0; hub < world_.hubs.size(); ++hub) Show(hub, world_.end);
    const double days = static_cast<double>((world_.end - measured_from_).count()) / kDayMs;
    return {Describe(std::move(links_)), Describe(std::move(announcements_)),
            static_cast<double>(fetches_) / days};
  }

 private:
  RevisitSeen Visit(size_t hub, UnixTime now) {
    RevisitSeen seen{.now = now, .before = visited_[hub], .newest = world_.begin};
    seen.first = !met_[hub];
    met_[hub] = true;
    visited_[hub] = now;
    size_t shows = RevisitWorld::kListEntries;
    if (world_.hubs[hub].feed) {
      shows *= 2;
      for (const size_t list : world_.places[world_.hubs[hub].place])
        if (list != hub) Add(list, now, &seen);
    } else {
      Add(hub, now, &seen);
    }
    seen.overflowed = seen.fresh >= shows;
    if (now >= measured_from_) fetches_ += 1 + seen.fresh / shows;
    return seen;
  }

  void Add(size_t list, UnixTime now, RevisitSeen* seen) {
    seen->fresh += Show(list, now);
    const auto& links = world_.hubs[list].links;
    if (links_seen_[list] > 0) seen->newest = std::max(seen->newest, links[links_seen_[list] - 1]);
  }

  // All that a list has by now is seen; how many links are fresh.
  size_t Show(size_t list, UnixTime now) {
    const RevisitWorld::Hub& hub = world_.hubs[list];
    Note(hub.announcements, now, &announcements_seen_[list], &announcements_);
    return Note(hub.links, now, &links_seen_[list], &links_);
  }
  size_t Note(const std::vector<UnixTime>& all, UnixTime now, size_t* seen,
              std::vector<double>* delays) const {
    const size_t before = *seen;
    for (; *seen < all.size() && all[*seen] <= now; ++*seen) {
      if (all[*seen] < measured_from_) continue;
      delays->push_back(static_cast<double>((now - all[*seen]).count()) / kHourMs);
    }
    return *seen - before;
  }

  using Due = std::pair<UnixTime, size_t>;

  const RevisitWorld& world_;
  RevisitVisitor* const visitor_;
  const UnixTime measured_from_;
  std::vector<size_t> links_seen_;  // So many of each list's.
  std::vector<size_t> announcements_seen_;
  std::vector<UnixTime> visited_;
  std::vector<bool> met_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<double> links_;  // Delays, in hours.
  std::vector<double> announcements_;
  uint64_t fetches_ = 0;
};

}  // namespace

RevisitOutcome RunRevisits(const RevisitWorld& world, RevisitVisitor* visitor) {
  return Run(world, visitor).Live();
}

}  // namespace signboard::cli
