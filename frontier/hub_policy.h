// HubPolicy decides whether a page is watched as a hub, by what it looks like and by what it did.
//
//   a seed, and what took its place        a hub, for ever
//   looks like a list, or took the place   a hub, until it has shown no new link for so many visits
//   of a hub                               and for so long: then it fades to the schedule of a page
//                                          (never rarer than faded_interval_max); one new link
//                                          makes it a hub again
//   any other page                         a hub once several of its last visits showed new links,
//                                          until none of them did
//
// A new link is one the frontier has never met. The first visit of a page counts for nothing: all
// that it shows is new. So pages that merely repeat what the hubs of their site show first (a box
// of latest news beside each article) do not become hubs: the hubs are faster.
//
// Threads: pure functions.
#pragma once

#include <cstdint>

#include "frontier/options.h"
#include "proto/base/time.h"

namespace signboard::frontier {

inline constexpr uint32_t kYieldVisitsMax = 32;  // So many visits are remembered.

// What a page showed at its visits. Pure values, kept in UrlRecord.
struct Yields {
  uint32_t bits = 0;    // Bit i: the visit i before the last showed links never seen before.
  uint32_t visits = 0;  // Counted in `bits`.

  // After a visit that is not the page's first.
  Yields After(bool new_links) const;
  // Of the last `visits`.
  uint32_t CountIn(uint32_t visits) const;
  // Visits since the last that showed something new; all there were, if none did.
  uint32_t Barren() const;
};

struct HubSigns {
  bool seed = false;     // Or in the place of one.
  bool listed = false;   // It looks like a list, or was linked as one and not seen yet.
  bool moved = false;    // It took the place of a hub.
  bool by_behaviour = false;  // A hub until now, by nothing but its behaviour.
  Yields yields{};
  Millis since_yield{0};
};

enum class HubVerdict { kPage, kHub, kFaded };

HubVerdict JudgeHub(const HubSigns& signs, const RevisitOptions& options);

}  // namespace signboard::frontier
