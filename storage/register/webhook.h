// Standard Webhooks 1.0 (standardwebhooks.com), the sender's side: what a message is signed with,
// and when it is tried again.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "proto/net/header_list.h"

namespace signboard::registry {

inline constexpr size_t kSecretBytesMin = 24;
inline constexpr size_t kSecretBytesMax = 64;

// webhook-id, webhook-timestamp and webhook-signature of one attempt.
net::HeaderList SignedHeaders(std::string_view message_id, UnixTime now, std::string_view body,
                              std::string_view secret);

// The specification's schedule: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h
// and 24 h, three days in all. Up to a tenth is added to each, by the message's id, so that targets
// that failed together are not tried together. `attempts` were made; nullopt: that was the last.
std::optional<Millis> RetryAfter(std::string_view message_id, uint32_t attempts);

// Retry-After, in seconds or as a date (RFC 9110 section 10.2.3), at most a day. nullopt: neither.
std::optional<Millis> ParseRetryAfter(std::string_view text, UnixTime now);

}  // namespace signboard::registry
