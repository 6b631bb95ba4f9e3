// The links of a page on their way into the frontier: screened against the page's scope and the
// limits of its site, then added where they are new.
//
// Threads: within Core::mutex.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "frontier/transaction.h"

namespace signboard::frontier {

// An index of indexes of sitemaps is as deep as they go.
inline constexpr uint32_t kSitemapDepthMax = 3;

// A redirect is no step deeper; a longer chain of them leads nowhere.
inline constexpr uint32_t kRedirectsMax = 10;

// A link that passed the screen.
struct Candidate {
  QueueState* queue = nullptr;
  std::string url;
  v1::Priority priority = v1::PRIORITY_NORMAL;
  uint32_t depth = 0;
  uint32_t sitemap_depth = 0;  // 0: no sitemap.
  uint32_t redirects = 0;
};

struct LinkCounts {
  uint32_t new_count = 0;
  uint32_t known_count = 0;
  uint32_t refused_count = 0;  // Out of scope, too deep, malformed, or beyond a site's limit.
};

struct Screened {
  std::map<kv::Shard*, std::vector<Candidate>> by_shard;
  uint32_t refused_count = 0;
};

// `page` is the record of the page that has the links. A page under no seed has none that count.
StatusOr<Screened> ScreenLinks(Core& core, const UrlRecord& page, const v1::Report& report)
    REQUIRES_LOCK(core.mutex);

// Adds what is new, due at once; so is a known page that is under no seed (any more). What is new
// on a hub that was seen before is as urgent as a hub.
Status AddLinks(Core& core, Transaction& transaction, const std::vector<Candidate>& candidates,
                const UrlRecord& page, const std::string& page_url, UnixTime now,
                LinkCounts& counts) REQUIRES_LOCK(core.mutex);

}  // namespace signboard::frontier
