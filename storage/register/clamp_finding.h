// Findings come over the network, and what they say was written by strangers: every text is cut to
// a length that a page, a feed and a log line can bear, before anything is kept.
//
// Threads: pure functions.
#pragma once

#include <cstddef>

#include "signboard/v1/archive.pb.h"

namespace signboard::registry {

inline constexpr size_t kNameCharsMax = 128;
inline constexpr size_t kLongCharsMax = 512;      // A quote, a title, a reason.
inline constexpr int kListItemsMax = 50;
inline constexpr size_t kFindingBytesMax = 8'192;  // What is left of it is dropped from the end.

v1::Finding Clamp(const v1::Finding& finding);

}  // namespace signboard::registry
