// Hubs that move: what their place in the schedule goes to.
//
//   it redirects    the target is a hub from now on, with the interval that was learned
//   it is gone      the page that linked to it, its seed and its site's home page are looked at
//                   now; a page that is new then, and whose links are mostly known from the gone
//                   hub, is its successor, with its interval
//
// Only the instant of a visit is ever pulled forward; politeness stays as it is.
//
// Threads: within Core::mutex; LikelyPredecessor is pure.
#pragma once

#include <map>
#include <set>
#include <string>

#include "frontier/links.h"

namespace signboard::frontier {

// Shared links that make a page the successor of a gone hub: if it looks like a list, and if not.
inline constexpr uint32_t kKinOfListMin = 5;
inline constexpr uint32_t kKinOfPageMin = 12;

// A page at one of its first visits: it may have come in the place of another.
bool IsYoung(const UrlRecord& page);

// `target` is the record of the URL that `page` redirects to.
void Inherit(Core& core, const LinkSource& page, const std::string& target_url, UnixTime now,
             UrlRecord& target, LinkCounts& counts) REQUIRES_LOCK(core.mutex);

// The hub that showed most of a page's links first. Links first seen on a page of `everywhere` (a
// home page: navigation) tell nothing. Empty: none stands out.
std::string LikelyPredecessor(const std::map<std::string, uint32_t>& known_by_via,
                              const std::set<std::string>& everywhere, bool looks_like_list);

// Makes `page` the successor of a hub that is gone, if it is one.
Status FindPredecessor(Core& core, Transaction& home, const std::string& page_url,
                       UrlRecord& page, const LinkCounts& links, bool looks_like_list)
    REQUIRES_LOCK(core.mutex);

// After a hub was found gone: has those visited that may tell where it went.
Status LookForSuccessor(Core& core, Transaction& home, const std::string& hub_url,
                        const UrlRecord& hub, UnixTime now) REQUIRES_LOCK(core.mutex);

}  // namespace signboard::frontier
