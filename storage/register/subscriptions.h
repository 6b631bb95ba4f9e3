// What a subscription may ask for, and what it is told of an event.
//
// An announcement is told once, when it is new or when a later event makes it fit; then its merge
// and its retraction, whatever the filter says of it by then, since the reader must know; updates
// where they are asked for. One that was found before a subscription was made is no news for it.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "signboard/v1/register.pb.h"
#include "storage/register/alert_records.pb.h"

namespace signboard::registry {

inline constexpr size_t kSubscriptionsMax = 1'000;

// With its defaults filled in: types, burst, interval. kInvalidArgument names the field.
StatusOr<v1::Subscription> CheckSubscription(v1::Subscription wanted);

bool IsMail(const v1::Subscription& subscription);
// Of one whose target is mail.
std::string_view MailAddress(const v1::Subscription& subscription);
bool Wants(const v1::Subscription& subscription, std::string_view type);

// One message to be: `about` is what it is about, of which its id is made.
struct Telling {
  std::string type;
  std::string about;
};

// What `event` says to a subscription made at `created_ms` that was told `*told` of its
// announcement before; what it knows then.
std::vector<Telling> Judge(const v1::Subscription& subscription, int64_t created_ms,
                           const v1::AnnouncementEvent& event, ToldRecord* told);
std::vector<Telling> Judge(const v1::Subscription& subscription, const Occurrence& occurrence);

// The same for the same thing told to the same subscription, for ever.
std::string MessageId(std::string_view subscription, const Telling& telling);

}  // namespace signboard::registry
