// RevisitPolicy decides when a page is fetched again, from what was seen of it so far.
//
// The frontier asks it once per settled lease, except for recrawls on demand, which leave the
// learned schedule as it is. A policy only computes: no clock, no disk, no randomness.
//
// Threads: a policy is immutable; safe from any.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "frontier/options.h"
#include "proto/base/time.h"
#include "signboard/v1/types.pb.h"

namespace signboard::frontier {

struct PageHistory {
  bool hub = false;
  bool faded = false;  // A list that yields nothing: the schedule of a page, but never so rare.
  Millis interval{0};  // In force until this visit; 0: this is the first.
  uint32_t fetch_count = 0;
  uint32_t change_count = 0;
  uint32_t failures_in_row = 0;  // Before this visit: gone, unreachable, blocked, error.
  uint64_t url_hash = 0;         // For jitter: the same page always gets the same.
};

struct Visit {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  bool changed = false;
};

struct Revisit {
  Millis wait;      // From now until the page is due again.
  Millis interval;  // Learned; PageHistory::interval of the next visit.
};

class RevisitPolicy {
 public:
  virtual ~RevisitPolicy() = default;
  // nullopt: never again.
  virtual std::optional<Revisit> Next(const PageHistory& page, const Visit& visit) const = 0;
};

// Multiplicative: a change halves the interval, none makes it half as long again; hubs, lists that
// faded and other pages between their own bounds. Gone pages and failures wait twice as long each
// time, failures with up to 10 % of jitter so that a site's pages do not all come back at once.
class AdaptiveRevisitPolicy final : public RevisitPolicy {
 public:
  explicit AdaptiveRevisitPolicy(RevisitOptions options) : options_(options) {}
  std::optional<Revisit> Next(const PageHistory& page, const Visit& visit) const override;

 private:
  Revisit Learn(const PageHistory& page, bool changed) const;

  const RevisitOptions options_;
};

// `start`, doubled `times` times, at most `max`.
Millis Doubled(Millis start, uint32_t times, Millis max);

}  // namespace signboard::frontier
