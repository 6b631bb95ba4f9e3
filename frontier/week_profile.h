// WeekProfile learns in which hours of the week new links appear, and spreads visits over the week
// accordingly: density of visits as the square root of density of links, which makes the mean delay
// least. Offices write in office hours.
//
// A link's own hour is not known, only that it came between two visits: it is credited to the hours
// between them in proportion to what is known of them already, so that the profile grows sharper
// than the visits are apart.
//
// Threads: none of its own; a value.
// Cost:    168 numbers; a visit touches the hours since the one before.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "proto/base/time.h"

namespace signboard::frontier {

inline constexpr size_t kWeekHours = 168;

class WeekProfile {
 public:
  // Flat: nothing is known.
  WeekProfile();

  // `links` new ones between two visits. Those more than a week apart say nothing of hours.
  void Add(UnixTime from, UnixTime to, double links);

  // How long from `from` until as much of the density of visits has gone by as `interval` has of a
  // flat one.
  Millis Stretch(UnixTime from, Millis interval) const;

  // As it is kept: what each hour was credited with, Monday 0:00 UTC first.
  std::vector<float> Counts() const;
  static WeekProfile FromCounts(const std::vector<float>& counts);

 private:
  // Makes the densities anew.
  void Refresh();

  std::array<double, kWeekHours> counts_{};
  std::array<double, kWeekHours> density_{};  // Of visits; their mean is 1.
  double since_refresh_ = 0;  // Links.
};

}  // namespace signboard::frontier
