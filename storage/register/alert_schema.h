// Every key of the alerts: who is told of what, and what was told. Beside the register's own
// (schema.h), in the same reserved slot.
//
//   family              key                      value               the question it answers
//   ------------------  -----------------------  ------------------  ----------------------------
//   alert_subscription  slot:2 sub-id            SubscriptionRecord  Who wants to know what?
//   alert_delivery      slot:2 sub-id number:8   v1.Delivery         What goes to it, in order?
//   alert_told          slot:2 sub-id ann-id     ToldRecord          What does it know already?
//   alert_occurrence    slot:2 sequence:8        Occurrence          What happened to sites, pages
//                                                                    and targets?
//   alert_site          slot:2 url-id            SiteRecord          Which site stands how?
//   alert_meta          slot:2 "version"         version:4           Who wrote this?
//
//   sub-id   's' and 12 hexadecimal digits, drawn at random.
//   url-id   The SHA-256 of the URL, in hexadecimal digits.
//   x:8      Unsigned, big-endian.
//
// Invariants. CheckAlerts() asserts them after every test and in `signboard verify`:
//   1. A subscription's deliveries are numbered from `oldest` to before `next` without gaps; those
//      before `head` are done, those from it on are pending.
//   2. A delivery and what was told belong to a subscription that is there.
//   3. Cursors and the deliveries that follow from them are one batch: no crash tells twice or not
//      at all.
//
// These bytes outlive the program; see schema.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "storage/kv/space.h"

namespace signboard::registry {

inline constexpr uint32_t kAlertSchemaVersion = 1;

// What the alerts add to the families of an archive's Space, as RegisterFamilies() does.
std::vector<kv::FamilySpec> AlertFamilies();

struct AlertKeys {
  kv::Family subscription = 0;
  kv::Family delivery = 0;
  kv::Family told = 0;
  kv::Family occurrence = 0;
  kv::Family site = 0;
  kv::Family page = 0;
  kv::Family meta = 0;
};
// kInvalidArgument: the Space was opened without AlertFamilies().
StatusOr<AlertKeys> FindAlertFamilies(const kv::Space& space);

std::string NewSubscriptionId();
bool IsSubscriptionId(std::string_view id);

std::string DeliveryKey(std::string_view subscription, uint64_t number);
std::string ToldKey(std::string_view subscription, std::string_view announcement);
std::string OccurrenceKey(uint64_t sequence);
std::string SiteKey(std::string_view url);
std::string PageKey(std::string_view url);

// Reads everything of the alerts in `space`. kDataLoss names the first violation of an invariant.
// Other writers must be still.
Status CheckAlerts(kv::Space& space);

}  // namespace signboard::registry
