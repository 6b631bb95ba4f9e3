// What our own frontier decides of a visit, decided by the same code where the frontier is somebody
// else's: see crawler/worker/guest_policy.h.
//
// Threads: immutable; safe from any.
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
                                  v1::GuestRecord* record) const override;

 private:
  const frontier::FrontierOptions options_;
  const frontier::AdaptiveRevisitPolicy revisits_;
};

}  // namespace signboard::cli
