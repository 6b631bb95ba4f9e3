// A made-up world of list pages, for `signboard bench revisit`: places whose sites have list pages
// ("hubs"), on which links appear by chance.
//
// Rates are lognormal over hubs. Links come in bursts and mostly in office hours. A list shows its
// newest entries; of a third of the sites, where feeds are asked for, a feed shows those of all its
// lists. Announcements come to each place alike, however much it publishes; they are not counted
// among the links, and no policy learns from them.
//
// Threads: a value. The same options make the same world, on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "proto/base/time.h"

namespace signboard::cli {

struct RevisitWorldOptions {
  size_t hubs = 2'000;
  size_t hubs_per_place = 1;
  bool feeds = false;   // Of every third place.
  double median_rate = 3;  // Links a day.
  double spread = 1.6;  // Sigma of the logarithm of a hub's links a day.
  int days = 60;
  uint64_t seed = 1;
  int announcements = 20;  // Of each place, over all the days.
};

struct RevisitWorld {
  static constexpr size_t kListEntries = 20;  // Of a list page; a feed shows twice as many.

  struct Hub {
    double rate = 0;  // Links a day; of a feed, of all lists of its place.
    size_t place = 0;
    bool feed = false;
    std::vector<UnixTime> links;          // Of a list page; ascending.
    std::vector<UnixTime> announcements;  // Likewise.
  };
  std::vector<Hub> hubs;
  // By place, where each is: its list pages, and its feed where it has one.
  std::vector<std::vector<size_t>> places;
  UnixTime begin;
  UnixTime end;
};

RevisitWorld MakeRevisitWorld(const RevisitWorldOptions& options);

}  // namespace signboard::cli
