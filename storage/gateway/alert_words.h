// Subscriptions and deliveries as JSON, for the API and the verbs.
//
//   {"id","target","types","filter":{"since","until","place","level","min_score"},"every_source",
//    "burst","interval","urls","note","paused","state","created","pending","last_delivered",
//    "failing_since","next_attempt","last_error"}
//
// A target's address is often its only lock. Who may not write sees its host alone.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/register.pb.h"
#include "storage/gateway/answer.h"

namespace signboard::gateway {

// https://hooks.example/…, mailto:…@example.org
std::string TargetHost(std::string_view target);

Json SubscriptionJson(const v1::Subscription& subscription, bool whole_target);
Json DeliveryJson(const v1::Delivery& delivery);

// whsec_… as Standard Webhooks write it. kInvalidArgument: it is none.
std::string SecretText(std::string_view secret);
StatusOr<std::string> ParseSecret(std::string_view text);

// The JSON of a Put: the keys above that are input, and "secret". kInvalidArgument names the key.
StatusOr<v1::Subscription> ParseSubscription(const std::string& body, UnixTime now);

}  // namespace signboard::gateway
