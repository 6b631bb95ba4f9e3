// GuestPolicy decides for a foreign URLFrontier what our own frontier decides by itself: which
// links belong to a seed, when a page is fetched again, how long its site rests. A foreign one
// takes what it is told.
//
// Threads: one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "proto/base/time.h"
#include "signboard/v1/guest.pb.h"
#include "signboard/v1/scheduling.pb.h"

namespace signboard::worker {

// What this worker learned of a host.
struct GuestHost {
  Millis crawl_delay{0};  // Of robots.txt; 0: none.
  uint32_t blocks_in_row = 0;
};

// What a visit asks of its host.
struct GuestRest {
  Millis rest{0};        // From now on.
  bool blocked = false;  // It shut us out.
};

class GuestPolicy {
 public:
  virtual ~GuestPolicy() = default;
  // Least time between two fetches of the host.
  virtual Millis DelayOf(const GuestHost& host) const = 0;
  // Whether a link of `page` is followed.
  virtual bool Holds(const v1::GuestRecord& page, const v1::Outlink& link) const = 0;
  // After a visit; `host` is as it stands afterwards.
  virtual GuestRest RestAfter(const std::string& name, const v1::Report& report,
                              GuestHost* host) const = 0;
  // After a visit that showed `links_new` URLs the frontier had not met: how long until the next
  // one; nullopt: never. `record` has learned from it.
  virtual std::optional<Millis> NextVisit(const std::string& url, const v1::Report& report,
                                          size_t links_new, UnixTime now,
                                          v1::GuestRecord* record) = 0;
};

}  // namespace signboard::worker
