// What is in the crawls of URLFrontier clients: crawls, queues, counts, single URLs.
//
// Lists come in the order of keys, whatever is served meanwhile, so that they can be paged.
//
// Threads: safe from any. Calls may wait for disk.
// Errors:  those of the Space.
// Cost:    crawls, queues and counts are in memory: O(queues of the crawl). Scan reads its URLs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "frontier/core.h"
#include "urlfrontier.pb.h"

namespace signboard::frontier {

// Which URLs of a crawl, and where a scan has come.
struct UrlScan {
  std::string crawl{};
  std::string key{};          // Empty: all queues.
  std::optional<std::string> filter{};  // Part of the URL.
  bool ignore_case = false;   // Of ASCII letters.
  // Where it goes on: in this queue after this URL. Empty: at the beginning.
  std::string at_key{};
  std::string after_url{};
  bool ended = false;
};

class CrawlBook {
 public:
  explicit CrawlBook(Core& core) : core_(core) {}

  std::vector<std::string> Crawls();
  // `start` and the bound count queues that match.
  urlfrontier::QueueList ListQueues(const urlfrontier::Pagination& request, UnixTime now);
  urlfrontier::Stats Stats(const urlfrontier::QueueWithinCrawlParams& request, UnixTime now);
  // kNotFound: unknown. kInvalidArgument: no key.
  StatusOr<urlfrontier::URLItem> Find(const urlfrontier::URLStatusRequest& request);
  // The next URLs that match, at most `max`, having looked at a bounded number: perhaps none.
  StatusOr<std::vector<urlfrontier::URLItem>> Scan(UrlScan& scan, size_t max);
  StatusOr<uint64_t> Count(UrlScan scan);

 private:
  // The queue a scan stands at; nullopt: it is over.
  struct Stop;
  std::optional<Stop> StopOf(UrlScan& scan);

  Core& core_;
};

}  // namespace signboard::frontier
