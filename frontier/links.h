// The links of a page on their way into the frontier: screened against the page's scope and the
// limits of its site, then added where they are new.
//
// Most are due at once as ordinary pages. In front of them go, bounded for each report, what the
// page names as a hub (a news column, a sitemap, a feed) and the news of a hub seen before.
// Far behind them, or aside until a backfill asks, goes the past: the pages of a list after the
// first few, and what is known from such a page alone. A link from the present ends being past.
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
  uint32_t redirects = 0;      // 0: no target of one.
  bool past = false;
  uint32_t list_page = 0;      // Of the page's list; 0: no page of it.
  std::string listed_on;
};

struct LinkCounts {
  uint32_t new_count = 0;
  uint32_t known_count = 0;
  uint32_t refused_count = 0;  // Out of scope, too deep, malformed, or beyond a site's limit.
  uint32_t news_count = 0;     // Of the new ones: in front of ordinary ones.
  // Known links by the page they were first seen on; of a page's first visits only.
  std::map<std::string, uint32_t> known_by_via;
  std::string moved_to;  // The target to which the page's hub-hood went; empty: none.
};

struct Screened {
  std::map<kv::Shard*, std::vector<Candidate>> by_shard;
  uint32_t refused_count = 0;
};

// The page that has the links.
struct LinkSource {
  const UrlRecord& record;
  const std::string& url;
};

// The first page of the list that a page belongs to: itself, unless it is a later one.
std::string ListUrlOf(const LinkSource& page);

// A page under no seed has no links that count.
StatusOr<Screened> ScreenLinks(Core& core, const LinkSource& page, const v1::Report& report)
    REQUIRES_LOCK(core.mutex);

// Adds what is new, due at once; so is a known page that is under no seed (any more).
Status AddLinks(Core& core, Transaction& transaction, const std::vector<Candidate>& candidates,
                const LinkSource& page, UnixTime now, LinkCounts& counts)
    REQUIRES_LOCK(core.mutex);

}  // namespace signboard::frontier
