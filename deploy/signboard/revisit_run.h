// Lets a policy visit a RevisitWorld, and measures how long links and announcements wait to be
// seen.
//
// A visit of a list that shows nothing but new links costs a fetch for each further page of it.
// What a feed or another visit has shown is not new any more. The first half of the days is for
// learning; the second is measured.
//
// Threads: one.
#pragma once

#include <cstddef>
#include <memory>

#include "deploy/signboard/revisit_world.h"

namespace signboard::cli {

// What one visit showed.
struct RevisitSeen {
  UnixTime now;
  UnixTime before;         // The visit before; at the first, the world's beginning.
  UnixTime newest;         // Of all links of the list so far; the world's beginning: none.
  size_t fresh = 0;        // Links that no visit had shown.
  bool first = false;
  bool overflowed = false;  // All that the list shows is fresh.
};

// When a hub is visited next.
class RevisitVisitor {
 public:
  virtual ~RevisitVisitor() = default;
  virtual Millis Wait(size_t hub, const RevisitSeen& seen) = 0;
};

// Hours.
struct RevisitDelays {
  double mean = 0;
  double median = 0;
  double p90 = 0;
  double p99 = 0;
  double max = 0;
  size_t count = 0;
};

struct RevisitOutcome {
  RevisitDelays links;
  RevisitDelays announcements;
  double fetches_per_day = 0;
};

RevisitOutcome RunRevisits(const RevisitWorld& world, RevisitVisitor* visitor);

}  // namespace signboard::cli
