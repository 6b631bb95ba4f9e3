// signboard bench revisit: how soon new links and announcements are seen, by our policy and others,
// in made-up worlds (revisit_world.h) of three spreads of rates and several seeds each.
//
// Every policy gets the fetches that Nutch's spends in the same world. Our policy is driven through
// its own code (frontier/revisit_policy.h) and compared at its default mix: once as it learns, once
// told the true rates. With signals on, worlds have feeds on a third of their sites and our policy
// learns the week; there it is compared with visiting everything alike.
//
// Threads: one.
// Errors:  none.
// Cost:    some seconds for each world of the default size.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

namespace signboard::cli {

struct RevisitBenchOptions {
  size_t hubs = 2'000;
  int days = 60;
  int seeds = 5;
  double rate = 3;            // Links a day of the median hub.
  double place_share = 0.5;   // As RevisitOptions::place_share.
};

// {"name", "machine", "figures", "floors", "ratios", "seconds"}. Hours; figures are means over all
// worlds, ratios both means and worst cases.
nlohmann::ordered_json RunRevisitBench(const RevisitBenchOptions& options);

}  // namespace signboard::cli
