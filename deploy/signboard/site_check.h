// SiteCheck: one page as the crawler would see it, without a server and without keeping anything:
// each hop with what robots.txt says, then the page and what it leads to.
//
// Threads: CheckSite runs an io_context of its own to its end.
// Errors:  a setting or URL that does not hold; what the site did is in the result.
#pragma once

#include <string>
#include <vector>

#include "crawler/extract/extract.h"
#include "crawler/robots/robots_cache.h"
#include "crawler/worker/page_reader.h"
#include "deploy/signboard/settings.h"

namespace signboard::cli {

inline constexpr size_t kCheckHopsMax = 11;  // The page and ten redirects.

struct SiteCheck {
  struct Hop {
    std::string url;
    robots::RobotsAnswer robots;
    v1::Snapshot snapshot;  // Without an outcome: not fetched.
  };
  std::vector<Hop> hops;                    // At least one.
  std::vector<v1::Finding> findings;        // In the last hop's page.
  extract::PageRead read;                   // The last hop's.
  std::vector<v1::Outlink> outlinks;        // The last hop's, of any site.
  std::vector<std::string> sitemaps;        // That its robots.txt names.
  std::string stopped;                      // Why the last hop is not the end; empty: it is.
};

StatusOr<SiteCheck> CheckSite(const Settings& settings, const std::string& url,
                              const std::string& place_code);

}  // namespace signboard::cli
