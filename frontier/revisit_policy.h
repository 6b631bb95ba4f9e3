// RevisitPolicy decides when a page is fetched again, from what was seen of it so far.
//
// Hubs are visited by what waits unseen on them. Visiting whichever hub has the most expected
// unseen link-hours makes the mean delay of links least, and comes to visits as the square root of
// the rate of links; but it lets quiet places wait three times as long, and a place announces about
// once, however much it publishes. So a hub's rate of visits is a mix,
//
//   a / interval * (value / mean value) + (1 - a) / interval * (links / mean links)
//
// where both are square roots (watched.h), the value of every place is equal at first and grows
// with the announcements it yields, and a is RevisitOptions::place_share. The means are over all
// hubs, so `hub_interval_start` is the mean interval and their visits are as many as their number
// and it make. The learned week (week_profile.h) shifts them to the hours in which links come.
//
// Pages are visited about as often as they change; what never changes fades out.
//
// The frontier asks it once per settled lease, except for recrawls on demand, which leave the
// learned schedule as it is. A policy only computes: no clock, no disk, no randomness.
//
// Threads: a policy is immutable; safe from any.
#pragma once

#include <cstdint>
#include <optional>

#include "frontier/options.h"
#include "frontier/watched.h"
#include "frontier/week_profile.h"
#include "proto/base/time.h"
#include "signboard/v1/types.pb.h"

namespace signboard::frontier {

struct PageHistory {
  bool hub = false;
  bool faded = false;  // A list that yields nothing: the schedule of a page, but never so rare.
  bool first = true;   // Of its visits as what it is: it says nothing about change.
  Millis interval{0};  // In force until this visit; 0: none yet.
  Watched watched{};   // This visit included.
  HubWeight weight{};  // Of a hub, likewise.
  uint32_t failures_in_row = 0;  // Before this visit: gone, unreachable, blocked, error.
  uint64_t url_hash = 0;         // For jitter: the same page always gets the same.
};

struct Visit {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  UnixTime now{};
  bool overflowed = false;  // A hub showed nothing but new links: some may have been and gone.
};

// What a hub's visits are measured by.
struct HubOutlook {
  HubSums all{};           // This hub among them.
  uint64_t queue_hubs = 0;  // So many of them in its queue.
  Millis queue_delay{0};    // Least time between two fetches of the queue.
  const WeekProfile* week = nullptr;  // Null: flat.
};

struct Revisit {
  Millis wait;      // From now until the page is due again.
  Millis interval;  // Learned: its mean over the week.
};

class RevisitPolicy {
 public:
  explicit RevisitPolicy(RevisitOptions options) : options_(options) {}

  // nullopt: never again.
  std::optional<Revisit> Next(const PageHistory& page, const Visit& visit,
                              const HubOutlook& outlook) const;

  // How often a hub is visited. `all` counts it.
  Millis HubInterval(const HubWeight& hub, const HubOutlook& outlook) const;

 private:
  Revisit Learn(const PageHistory& page, const Visit& visit, const HubOutlook& outlook) const;
  Millis PageInterval(const PageHistory& page) const;

  const RevisitOptions options_;
};

// `start`, doubled `times` times, at most `max`.
Millis Doubled(Millis start, uint32_t times, Millis max);

}  // namespace signboard::frontier
