#include "deploy/signboard/revisit_rivals.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "frontier/revisit_policy.h"

namespace signboard::cli {
namespace {

constexpr double kHourMs = 3'600'000;
constexpr double kDayMs = 24 * kHourMs;

Millis FromMs(double ms) { return Millis(std::llround(std::clamp(ms, 1.0, 1e13))); }

class Nutch final : public RevisitVisitor {
 public:
  Nutch(const RevisitWorld& world, double scale)
      : begin_(world.begin), scale_(scale), interval_(world.hubs.size(), kDayMs) {}
  Millis Wait(size_t hub, const RevisitSeen& seen) override {
    constexpr double kIncrease = 0.4, kDecrease = 0.2, kSyncRate = 0.3;
    constexpr double kMinMs = 60'000, kMaxMs = 365 * kDayMs;
    double& interval = interval_[hub];
    if (!seen.first) interval *= seen.fresh > 0 ? 1 - kDecrease : 1 + kIncrease;
    double back = 0;
    if (seen.newest > begin_) {
      const auto since = static_cast<double>((seen.now - seen.newest).count());
      interval = std::max(interval, since);
      back = since * kSyncRate;
    }
    interval = std::clamp(interval, kMinMs, kMaxMs);
    return FromMs(scale_ * (interval - back));
  }

 private:
  const UnixTime begin_;
  const double scale_;
  std::vector<double> interval_;
};

class StormCrawler final : public RevisitVisitor {
 public:
  StormCrawler(const RevisitWorld& world, double scale)
      : scale_(scale), interval_(world.hubs.size(), kDayMs) {}
  Millis Wait(size_t hub, const RevisitSeen& seen) override {
    constexpr double kMaxMs = 14 * kDayMs;
    double& interval = interval_[hub];
    if (!seen.first) interval = seen.fresh > 0 ? (interval + kHourMs) / 2 : interval * 1.5;
    interval = std::min(interval, kMaxMs);
    return FromMs(scale_ * interval);
  }

 private:
  const double scale_;
  std::vector<double> interval_;
};

// Every hub at an interval of its own that never changes.
class Fixed final : public RevisitVisitor {
 public:
  explicit Fixed(std::vector<double> interval_ms) : interval_ms_(std::move(interval_ms)) {}
  Millis Wait(size_t hub, const RevisitSeen& seen) override {
    // The first wait is a part of it, another for each hub, lest all of a kind keep step.
    constexpr double kGolden = 0.6180339887498949;
    const double part = std::fmod(static_cast<double>(hub) * kGolden, 1.0);
    return FromMs(interval_ms_[hub] * (seen.first ? part : 1));
  }

 private:
  const std::vector<double> interval_ms_;
};

// What the frontier does when a visit is settled, without its disk.
class Own final : public RevisitVisitor {
 public:
  Own(const RevisitWorld& world, double scale, const OwnVisitorOptions& options)
      : world_(world),
        options_(Scaled(options.revisit, scale)),
        policy_(options_),
        true_rates_(options.true_rates),
        learns_week_(options.week),
        hubs_(world.hubs.size()) {}

  Millis Wait(size_t hub, const RevisitSeen& seen) override {
    State& state = hubs_[hub];
    if (true_rates_) {
      constexpr double kLong = 1e9;
      state.watched = {.signs = world_.hubs[hub].rate * kLong, .days = kLong, .visits = 1};
    } else if (!seen.first) {
      state.watched =
          state.watched.After(seen.now - seen.before, static_cast<double>(seen.fresh));
    }
    if (learns_week_ && !seen.first)
      week_.Add(seen.before, seen.now, static_cast<double>(seen.fresh));
    frontier::HubWeight weight;
    if (state.watched.visits > 0)
      weight = frontier::WeightOf(state.watched, world_.places[world_.hubs[hub].place].size());
    if (state.weight.links == 0 && weight.links > 0) ++all_.count;
    all_.links += weight.links - state.weight.links;
    all_.value += weight.value - state.weight.value;
    state.weight = weight;
    const frontier::PageHistory page{.hub = true,
                                     .first = state.watched.visits == 0,
                                     .interval = state.interval,
                                     .watched = state.watched,
                                     .weight = weight};
    const frontier::Visit visit{
        .outcome = v1::OUTCOME_CONTENT, .now = seen.now, .overflowed = seen.overflowed};
    const frontier::HubOutlook outlook{.all = all_, .week = learns_week_ ? &week_ : nullptr};
    const auto next = policy_.Next(page, visit, outlook);
    state.interval = next->interval;
    return next->wait;
  }

 private:
  struct State {
    frontier::Watched watched;
    frontier::HubWeight weight;
    Millis interval{0};
  };

  static frontier::RevisitOptions Scaled(frontier::RevisitOptions options, double scale) {
    options.hub_interval_start = FromMs(kDayMs * scale);
    // Its bounds are an operator's; none of the others has any.
    options.hub_interval_min = Millis(60'000);
    options.hub_interval_max = FromMs(365 * kDayMs);
    return options;
  }

  const RevisitWorld& world_;
  const frontier::RevisitOptions options_;
  const frontier::RevisitPolicy policy_;
  const bool true_rates_;
  const bool learns_week_;
  frontier::WeekProfile week_;
  frontier::HubSums all_;
  std::vector<State> hubs_;
};

}  // namespace

std::unique_ptr<RevisitVisitor> NutchVisitor(const RevisitWorld& world, double scale) {
  return std::make_unique<Nutch>(world, scale);
}

std::unique_ptr<RevisitVisitor> StormCrawlerVisitor(const RevisitWorld& world, double scale) {
  return std::make_unique<StormCrawler>(world, scale);
}

std::unique_ptr<RevisitVisitor> UniformVisitor(const RevisitWorld& world, double scale) {
  return std::make_unique<Fixed>(std::vector<double>(world.hubs.size(), kDayMs * scale));
}

std::unique_ptr<RevisitVisitor> SquareRootVisitor(const RevisitWorld& world, double scale) {
  std::vector<double> interval_ms;
  for (const RevisitWorld::Hub& hub : world.hubs)
    interval_ms.push_back(kDayMs * scale / std::sqrt(hub.rate));
  return std::make_unique<Fixed>(std::move(interval_ms));
}

std::unique_ptr<RevisitVisitor> OwnVisitor(const RevisitWorld& world, double scale,
                                           const OwnVisitorOptions& options) {
  return std::make_unique<Own>(world, scale, options);
}

}  // namespace signboard::cli
