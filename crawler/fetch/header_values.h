// What single header fields of an answer mean to a crawler, each within its bounds.
//
// Threads: pure functions.
// Errors:  none: a value that says nothing is as if it were not there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "proto/net/retry_after.h"

namespace signboard::fetch {

// A Location longer than this is no URL of ours.
inline constexpr size_t kRedirectBytesMax = 2'048;
inline constexpr size_t kEtagBytesMax = 1'024;
inline constexpr size_t kLastModifiedBytesMax = 128;

using net::kRetryAfterMax;
using net::ParseRetryAfter;

// Where a redirect leads.
struct Location {
  enum class Word {
    kUrl,          // `text` is absolute, http or https, without a fragment.
    kNoUrl,        // `text` says why.
    kOtherScheme,  // `text` is the scheme.
    kTooLong,      // `text` is how long.
    kBadRequest,   // The URL it was the answer to is none.
  } word = Word::kNoUrl;
  std::string text;
};
Location ResolveLocation(std::string_view value, std::string_view request_url);

// An ETag or a Last-Modified that can be kept and sent back as it is: visible ASCII and spaces, at
// most `bytes_max`. Else empty: what would have to be changed is no validator any more.
std::string ValidatorOf(std::string_view value, size_t bytes_max);

}  // namespace signboard::fetch
