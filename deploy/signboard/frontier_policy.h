// What our own frontier decides of a visit, decided by the same code where the frontier is somebody
// else's: see crawler/worker/guest_policy.h.
//
// Threads: one.
#pragma once

#include "crawler/worker/guest_policy.h"
#include "frontier/options.h"
#include "frontier/revisit_policy.h"

namespace signboard::cli {

class FrontierPolicy final : public worker::GuestPolicy {
 public:
  explicit FrontierPolicy(const frontier::FrontierOptions& options);

  Millis DelayOf(const worker::GuestHost& host) const override;
  bool Holds(const v1::GuestRecord& page, const v1::Outlink& link) const override;
  worker::GuestRest RestAfter(const std::string& name, const v1::Report& report,
                              worker::GuestHost* host) const override;
  std::optional<Millis> NextVisit(const std::string& url, const v1::Report& report,
                                  size_t links_new, UnixTime now,
                                  v1::GuestRecord* record) override;

 private:
  // What the time since the last visit showed.
  void Observe(const v1::Report& report, size_t links_new, UnixTime now,
               v1::GuestRecord* record);
  void Weigh(const frontier::HubWeight& hub, Millis interval);

  const frontier::FrontierOptions options_;
  const frontier::RevisitPolicy revisits_;
  // Of the hubs that this process visited: what it can know of all hubs there are.
  frontier::HubSums hubs_;
  frontier::WeekProfile week_;
};

}  // namespace signboard::cli
