// Retry-After: how long a server wants nothing (RFC 9110 section 10.2.3).
//
// Threads: pure functions.
// Errors:  none: a value that says nothing is as if it were not there.
#pragma once

#include <optional>
#include <string_view>

#include "proto/base/time.h"

namespace signboard::net {

// A longer one is read as this.
inline constexpr Millis kRetryAfterMax{7 * 24 * 3'600'000LL};

// Seconds or an HTTP date. nullopt: neither.
std::optional<Millis> ParseRetryAfter(std::string_view value, UnixTime now);

}  // namespace signboard::net
