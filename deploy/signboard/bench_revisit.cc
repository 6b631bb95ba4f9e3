#include "deploy/signboard/bench_revisit.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>
#include <map>
#include <string>

#include "deploy/signboard/bench_machine.h"
#include "deploy/signboard/revisit_rivals.h"

namespace signboard::cli {
namespace {

using Json = nlohmann::ordered_json;
using Maker = std::function<std::unique_ptr<RevisitVisitor>(const RevisitWorld&, double)>;

constexpr std::array<double, 3> kSpreads = {1.2, 1.6, 2.0};
// At equal fetches: within so much of them.
constexpr double kFetchesTolerance = 0.005;
constexpr int kAttempts = 10;
constexpr size_t kHubsPerPlace = 4;  // Where there are feeds.

RevisitOutcome Once(const RevisitWorld& world, const Maker& make, double scale) {
  const auto visitor = make(world, scale);
  return RunRevisits(world, visitor.get());
}

// With intervals so long that it spends `fetches_per_day`.
RevisitOutcome At(const RevisitWorld& world, double fetches_per_day, const Maker& make) {
  double scale = static_cast<double>(world.hubs.size()) / fetches_per_day;
  RevisitOutcome outcome = Once(world, make, scale);
  double slope = -1;  // Of the logarithm of what is spent: a policy may answer but half of it.
  for (int i = 1; i < kAttempts; ++i) {
    const double spent = outcome.fetches_per_day / fetches_per_day;
    if (std::abs(spent - 1) <= kFetchesTolerance) break;
    const double longer = std::pow(spent, -1 / slope);
    const double before = outcome.fetches_per_day;
    scale *= longer;
    outcome = Once(world, make, scale);
    slope = std::clamp(std::log(outcome.fetches_per_day / before) / std::log(longer), -2.0, -0.2);
  }
  return outcome;
}

// A number of each world: its mean and its worst, which is the greatest.
struct Spread {
  double sum = 0;
  double worst = 0;
  int count = 0;
  void Add(double value) {
    sum += value;
    worst = std::max(worst, value);
    ++count;
  }
  double mean() const { return count == 0 ? 0 : sum / count; }
};

class RevisitBench {
 public:
  explicit RevisitBench(const RevisitBenchOptions& options) : options_(options) {
    own_.revisit.place_share = options.place_share;
    told_ = own_;
    told_.true_rates = true;
    weekly_ = own_;
    weekly_.week = true;
  }

  void Run() {
    for (const double spread : kSpreads) {
      for (int seed = 1; seed <= options_.seeds; ++seed) {
        RevisitWorldOptions world{.hubs = options_.hubs,
                                  .median_rate = options_.rate,
                                  .spread = spread,
                                  .days = options_.days,
                                  .seed = static_cast<uint64_t>(seed)};
        Compare(MakeRevisitWorld(world));
        world.hubs_per_place = kHubsPerPlace;
        world.feeds = true;
        CompareWithSignals(MakeRevisitWorld(world));
      }
    }
  }

  Json Figures() const {
    Json json;
    for (const auto& [name, spread] : figures_) json[name] = spread.mean();
    return json;
  }
  Json Ratios() const {
    Json json;
    for (const auto& [name, spread] : ratios_) {
      json[name] = spread.mean();
      json[name + "_worst"] = spread.worst;
    }
    return json;
  }

 private:
  Maker Own(const OwnVisitorOptions& options) const {
    return [options](const RevisitWorld& world, double scale) {
      return OwnVisitor(world, scale, options);
    };
  }

  void Note(const std::string& name, const RevisitOutcome& outcome) {
    const auto add = [&](const std::string& what, const RevisitDelays& delays) {
      figures_[name + "_" + what + "_mean_h"].Add(delays.mean);
      figures_[name + "_" + what + "_median_h"].Add(delays.median);
      figures_[name + "_" + what + "_p90_h"].Add(delays.p90);
      figures_[name + "_" + what + "_p99_h"].Add(delays.p99);
      figures_[name + "_" + what + "_max_h"].Add(delays.max);
    };
    add("links", outcome.links);
    add("announcements", outcome.announcements);
    figures_[name + "_fetches_per_day"].Add(outcome.fetches_per_day);
  }

  void Compare(const RevisitWorld& world) {
    const RevisitOutcome nutch = Once(world, NutchVisitor, 1);
    const double fetches = nutch.fetches_per_day;
    const RevisitOutcome storm = At(world, fetches, StormCrawlerVisitor);
    const RevisitOutcome uniform = At(world, fetches, UniformVisitor);
    const RevisitOutcome oracle = At(world, fetches, SquareRootVisitor);
    const RevisitOutcome own = At(world, fetches, Own(own_));
    const RevisitOutcome told = At(world, fetches, Own(told_));
    Note("nutch", nutch);
    Note("stormcrawler", storm);
    Note("uniform", uniform);
    Note("oracle", oracle);
    Note("own", own);
    Note("own_true_rates", told);
    ratios_["announcements_mean_to_uniform"].Add(own.announcements.mean /
                                                 uniform.announcements.mean);
    ratios_["announcements_p99_to_uniform"].Add(own.announcements.p99 /
                                                uniform.announcements.p99);
    ratios_["links_mean_to_oracle"].Add(own.links.mean / oracle.links.mean);
    ratios_["links_p99_to_oracle"].Add(own.links.p99 / oracle.links.p99);
    ratios_["links_mean_to_nutch"].Add(own.links.mean / nutch.links.mean);
    ratios_["links_mean_to_stormcrawler"].Add(own.links.mean / storm.links.mean);
    ratios_["links_mean_to_true_rates"].Add(own.links.mean / told.links.mean);
    ratios_["announcements_mean_to_true_rates"].Add(own.announcements.mean /
                                                    told.announcements.mean);
  }

  void CompareWithSignals(const RevisitWorld& world) {
    const RevisitOutcome nutch = Once(world, NutchVisitor, 1);
    const RevisitOutcome uniform = At(world, nutch.fetches_per_day, UniformVisitor);
    const RevisitOutcome own = At(world, nutch.fetches_per_day, Own(weekly_));
    Note("signals_uniform", uniform);
    Note("signals_own", own);
    ratios_["signals_announcements_mean_to_uniform"].Add(own.announcements.mean /
                                                         uniform.announcements.mean);
    ratios_["signals_links_mean_to_uniform"].Add(own.links.mean / uniform.links.mean);
  }

  const RevisitBenchOptions options_;
  OwnVisitorOptions own_, told_, weekly_;
  std::map<std::string, Spread> figures_, ratios_;
};

// What is asked of the ratios, each in its worst case.
Json Asked() {
  return {{"announcements_mean_to_uniform_asked", 1.2},
          {"announcements_p99_to_uniform_asked", 1.7},
          {"links_mean_to_oracle_asked", 1.25},
          {"links_p99_to_oracle_asked", 1.0},
          {"links_mean_to_nutch_asked", 0.7},
          {"links_mean_to_true_rates_asked", 1.05},
          {"announcements_mean_to_true_rates_asked", 1.05},
          {"signals_announcements_mean_to_uniform_asked", 1.0}};
}

}  // namespace

Json RunRevisitBench(const RevisitBenchOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  RevisitBench bench(options);
  bench.Run();
  Json json;
  json["name"] = "revisit";
  json["machine"] = DescribeMachine();
  json["figures"] = bench.Figures();
  json["floors"] = Asked();
  json["ratios"] = bench.Ratios();
  json["seconds"] =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return json;
}

}  // namespace signboard::cli
