// What was seen of a page in the time it was watched, and what follows from it: the rate of a hub's
// new links, the rate of a page's changes, and what a hub weighs among all hubs.
//
// Threads: pure values and functions.
#pragma once

#include <cstdint>

#include "proto/base/time.h"

namespace signboard::frontier {

// Fades: what is long past counts less and less.
struct Watched {
  double signs = 0;          // New links of a hub; changes of a page.
  double days = 0;           // Watched for.
  uint32_t visits = 0;       // That ended such a time.
  double announcements = 0;  // That came to light by a hub.

  // After a visit that ended `span`.
  Watched After(Millis span, double new_signs) const;
};

// Unbiased up to its prior, a link a day of which one day is known.
double LinksPerDay(const Watched& hub);

// Of a page that is seen as changed or not, whatever happened in between: Cho and Garcia-Molina's
// estimator, whose bias is corrected, and which stays finite where every visit saw a change. 0: no
// change was ever seen.
double ChangesPerDay(const Watched& page);

// What a hub weighs among hubs, in thousandths: whole numbers, so that sums of them stay exact.
struct HubWeight {
  uint64_t links = 0;  // The square root of its links a day.
  uint64_t value = 0;  // The square root of its value. 0: no hub, or never watched.
};
// `place_hubs`: how many hubs share the value of its place; at least 1.
HubWeight WeightOf(const Watched& hub, uint64_t place_hubs);

// Of all hubs together.
struct HubSums {
  uint64_t count = 0;
  uint64_t links = 0;
  uint64_t value = 0;
};

}  // namespace signboard::frontier
