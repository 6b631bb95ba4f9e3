// What clients change about their crawls: deleted, purged, blocked, slowed, limited, held.
//
// Everything here survives a restart. What is of a queue goes with it.
//
// Threads: safe from any. Calls wait for disk.
// Time:    passed in; whole seconds.
// Errors:  those of the Space; kNotFound: no such queue.
// Cost:    Delete and Purge let others in between their writes; each is of bounded size.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "frontier/core.h"
#include "frontier/crawl_book.h"

namespace signboard::frontier {

class CrawlDesk {
 public:
  explicit CrawlDesk(Core& core) : core_(core) {}

  // How many URLs went with it.
  StatusOr<uint64_t> DeleteCrawl(const std::string& id);
  StatusOr<uint64_t> DeleteQueue(const std::string& crawl, const std::string& key);
  // Removes URLs that were first put before `before`.
  StatusOr<uint64_t> Purge(const std::string& crawl, const std::string& key, UnixTime before);

  // Until and including this second; 0: not at all. Unknown queues are passed over.
  Status Block(const std::string& crawl, const std::string& key, uint64_t until_s);
  // Unknown queues are passed over; an empty key: the default of all.
  Status SetDelay(const std::string& crawl, const std::string& key, uint32_t seconds);
  Status SetLimit(const std::string& crawl, const std::string& key, uint32_t limit);

  Status SetActive(bool active);
  bool active();

 private:
  Status Change(const std::string& crawl, const std::string& key,
                const std::function<void(QueueRecord&)>& change);
  Status Keep(const ClientRecord& clients) REQUIRES_LOCK(core_.mutex);
  // One write. Returns how many URLs there were.
  StatusOr<uint64_t> Delete(const std::vector<QueueState*>& queues) REQUIRES_LOCK(core_.mutex);
  Status DeleteKeys(QueueState& queue, kv::Batch& batch) REQUIRES_LOCK(core_.mutex);
  // The URLs of a page of a scan that are old enough.
  StatusOr<uint64_t> PurgeSome(const std::vector<urlfrontier::URLItem>& page, UnixTime before);

  Core& core_;
};

}  // namespace signboard::frontier
