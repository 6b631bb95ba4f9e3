// Which links of a page are reported: those of the lease's scope, not deeper than it goes.
//
// Threads: pure functions.
#pragma once

#include <vector>

#include "signboard/v1/scheduling.pb.h"

namespace signboard::worker {

inline constexpr size_t kOutlinksMax = 5'000;
inline constexpr uint32_t kDepthMax = 20;  // Where the scope names none.

// Keeps the order; at most kOutlinksMax. A lease without a scope keeps none.
std::vector<v1::Outlink> SelectOutlinks(const v1::Lease& lease, std::vector<v1::Outlink> links);

}  // namespace signboard::worker
