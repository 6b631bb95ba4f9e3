// Every knob of the frontier, with its unit and its default. Passed down; nothing is global.
#pragma once

#include <cstddef>
#include <cstdint>

#include "proto/base/time.h"

namespace signboard::frontier {

// When a page is fetched again: see revisit_policy.h. Spans below one second are fine.
struct RevisitOptions {
  Millis hub_interval_start{60 * 60'000};  // Of a hub at first, and of all hubs on average.
  Millis hub_interval_min{2 * 60'000};
  Millis hub_interval_max{24 * 3'600'000};
  Millis page_interval_start{24 * 3'600'000};
  Millis page_interval_min{3'600'000};
  Millis page_interval_max{Millis(60LL * 24 * 3'600'000)};
  // A failure waits this long, doubled for each one before it in a row, at most ..._max.
  Millis error_wait_start{60'000};
  Millis error_wait_max{24 * 3'600'000};
  double place_share = 0.5;     // Of the visits of hubs: by places; the others by new links.
  uint64_t hub_visits_max = 0;  // Of all hubs, a day; 0: as many as their interval makes.
  // Of what politeness lets a queue be fetched: for its hubs at most.
  double queue_share = 0.5;
  // Hubs by behaviour, and lists that yield nothing: see hub_policy.h.
  uint32_t behaviour_visits = 8;  // Of the last so many visits ...
  uint32_t behaviour_yields = 3;  // ... so many with new links make a page a hub.
  uint32_t fade_visits = 12;      // So many visits without any ...
  Millis fade_after{Millis(7LL * 24 * 3'600'000)};  // ... and so long, and a list fades ...
  Millis faded_interval_max{Millis(7LL * 24 * 3'600'000)};  // ... never to be rarer than this.
  // Refused by robots.txt, by status or by the address guard.
  Millis refused_wait{24 * 3'600'000};
};

struct FrontierOptions {
  // Politeness.
  Millis delay{2'000};            // Least time between two leases of one queue.
  Millis busy_rest{10'000};       // After 429 or 503, unless the site asks for more.
  Millis rest_max{24 * 3'600'000};  // What a site's Retry-After or Crawl-delay can ask for at most.
  Millis block_start{60'000};     // After a firewall's page, doubled each time in a row ...
  Millis block_max{24 * 3'600'000};  // ... up to this.
  size_t in_flight_max = 1;       // Leases of one queue at once.
  size_t domain_hosts_max = 4;    // Queues of one registrable domain with a lease at once.

  Millis lease_time{300'000};     // A lease not reported by then ends by itself.
  // A worker whose stream is gone and that does not come back by then loses its leases at once. Of
  // the world's time, whatever the clock: it is about connections.
  Millis worker_wait{10'000};
  RevisitOptions revisit;

  // What a site may cost.
  uint32_t depth_max = 20;             // Links away from the seed, unless its scope says less.
  uint64_t urls_per_queue_max = 1'000'000;
  uint64_t queues_per_domain_max = 10'000;
  size_t seeds_max = 1'000'000;        // They are kept in memory.
  uint64_t unproven_hubs_max = 500;    // Of a queue: hubs by a link's word or by behaviour.

  // What a backfill alone goes beyond.
  uint32_t list_pages_max = 5;         // Pages of a list, its first among them.
  uint32_t sitemap_links_max = 1'000;  // Entries of a sitemap at its first visit.

  Millis job_keep{Millis(7LL * 24 * 3'600'000)};  // A settled recrawl job is remembered this long.
  size_t ended_leases_kept = 10'000;   // Expired leases whose late links can still be placed.

  // What URLFrontier clients may cost: both are kept in memory.
  size_t client_queues_max = 2'000'000;
  size_t client_leases_max = 1'000'000;
};

inline constexpr size_t kUrlBytesMax = 2'048;
inline constexpr size_t kQueueKeyBytesMax = 255;
inline constexpr size_t kWorkerIdBytesMax = 200;
inline constexpr int kReportLinksMax = 5'000;
// Links of one report that overtake ordinary ones: named as hubs, and news of a hub.
inline constexpr uint32_t kHubLinksPerReportMax = 50;
inline constexpr uint32_t kNewsPerReportMax = 200;
inline constexpr int kSeedsPerCallMax = 10'000;
inline constexpr size_t kLeasesPerCallMax = 1'000;
// Of URLFrontier clients, who are promised URLs of any length: what is longer is skipped.
inline constexpr size_t kClientUrlBytesMax = 60'000;
inline constexpr size_t kClientNameUnitsMax = 255;  // Of a key or a crawlID, in UTF-16.
inline constexpr uint32_t kClientDelaySeconds = 1;  // Of queues, until a client says otherwise.

}  // namespace signboard::frontier
