#include "deploy/signboard/revisit_world.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace signboard::cli {
namespace {

constexpr double kHourMs = 3'600'000;
constexpr double kDayMs = 24 * kHourMs;
// Monday, 2025-11-17 00:00 in Beijing.
constexpr UnixTime kBegin = FromMillis(1'763'308'800'000);
// Four of five links come in the fifty hours in which offices work.
constexpr double kOfficeShare = 0.8;
constexpr double kOfficeHours = 50;
constexpr double kWeekHours = 168;
constexpr int kOfficeFrom = 8;
constexpr int kOfficeTo = 18;
// Of a link, that another one follows it at once.
constexpr double kBurst = 0.2;
constexpr double kBurstGapMs = 5 * 60'000;
constexpr size_t kFeedEvery = 3;

// The standard's distributions differ from library to library.
class Chance {
 public:
  explicit Chance(uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {}
  double Uniform() {
    uint64_t x = (state_ += 0x9e3779b97f4a7c15ULL);
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return static_cast<double>((x ^ (x >> 31)) >> 11) * 0x1.0p-53;
  }
  double Normal() {
    const double radius = std::sqrt(-2 * std::log(1 - Uniform()));
    return radius * std::cos(2 * std::numbers::pi * Uniform());
  }
  double Exponential() { return -std::log(1 - Uniform()); }

 private:
  uint64_t state_;
};

// How likely an instant is, compared with the likeliest.
double Likelihood(double since_begin_ms) {
  const double hours = since_begin_ms / kHourMs;
  const int hour = static_cast<int>(hours) % 24;
  const int day = static_cast<int>(hours / 24) % 7;
  const bool office = day < 5 && hour >= kOfficeFrom && hour < kOfficeTo;
  const double at_work = kOfficeShare / kOfficeHours;
  const double at_rest = (1 - kOfficeShare) / (kWeekHours - kOfficeHours);
  return office ? 1 : at_rest / at_work;
}

// Poisson with a profile: by thinning.
std::vector<UnixTime> Arrivals(double per_day, int days, double burst, Chance* chance) {
  std::vector<UnixTime> out;
  const double end = days * kDayMs;
  const double peak = kOfficeShare / kOfficeHours * kWeekHours;  // Of the rate, against its mean.
  const double starts_per_day = per_day * (1 - burst);
  double at = 0;
  while (true) {
    at += chance->Exponential() * kDayMs / (starts_per_day * peak);
    if (at >= end) break;
    if (chance->Uniform() >= Likelihood(at)) continue;
    double link = at;
    do {
      if (link < end) out.push_back(kBegin + Millis(std::llround(link)));
      link += chance->Exponential() * kBurstGapMs;
    } while (chance->Uniform() < burst);
  }
  std::sort(out.begin(), out.end());
  return out;
}

void AddFeed(RevisitWorld* world, size_t place) {
  RevisitWorld::Hub feed;
  feed.feed = true;
  feed.place = place;
  for (const size_t hub : world->places[place]) feed.rate += world->hubs[hub].rate;
  world->places[place].push_back(world->hubs.size());
  world->hubs.push_back(std::move(feed));
}

}  // namespace

RevisitWorld MakeRevisitWorld(const RevisitWorldOptions& options) {
  Chance chance(options.seed);
  RevisitWorld world;
  world.begin = kBegin;
  world.end = kBegin + Millis(std::llround(options.days * kDayMs));
  for (size_t i = 0; i < options.hubs; ++i) {
    RevisitWorld::Hub& hub = world.hubs.emplace_back();
    hub.place = i / options.hubs_per_place;
    hub.rate = options.median_rate * std::exp(options.spread * chance.Normal());
    hub.links = Arrivals(hub.rate, options.days, kBurst, &chance);
    // On one of its place's lists.
    const double announced = static_cast<double>(options.announcements) / options.days /
                             static_cast<double>(options.hubs_per_place);
    hub.announcements = Arrivals(announced, options.days, 0, &chance);
    if (hub.place == world.places.size()) world.places.emplace_back();
    world.places[hub.place].push_back(i);
  }
  if (!options.feeds) return world;
  for (size_t place = 0; place < world.places.size(); place += kFeedEvery)
    AddFeed(&world, place);
  return world;
}

}  // namespace signboard::cli
