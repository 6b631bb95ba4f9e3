// Which links of a page are reported, and in which order: lists first (other pages of this one,
// news columns), then the entries of a list from the newest on, then the rest as they stand, so
// that a bound cuts what is old. Of these, those of the lease's scope, not deeper than it goes.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <vector>

#include "crawler/extract/links.h"
#include "signboard/v1/scheduling.pb.h"

namespace signboard::worker {

inline constexpr size_t kOutlinksMax = 5'000;
inline constexpr uint32_t kDepthMax = 20;  // Where the scope names none.

// All that `links` and a redirect lead to: of any scope, canonical, distinct, without nofollow.
std::vector<v1::Outlink> CollectOutlinks(const extract::Links& links,
                                         const std::string& redirect_to);

// Keeps the order; at most kOutlinksMax. A lease without a scope keeps none.
std::vector<v1::Outlink> SelectOutlinks(const v1::Lease& lease, std::vector<v1::Outlink> links);

}  // namespace signboard::worker
