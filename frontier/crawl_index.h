// The crawls of URLFrontier clients in memory: their queues, by crawl and key, and the order in
// which each crawl's queues can next give something.
//
// The order is that of the instants at which they became ready: whoever waits longest is served
// first, and goes behind the others by the rest that a serve begins. Queues with a live lease stand
// apart, for most clients want one URL of a host at a time and would pass over all of them.
//
// Threads: guarded by Core::mutex, like all that holds it.
// Cost:    O(log queues) per move. About 700 bytes per queue.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "frontier/schedule.h"

namespace signboard::frontier {

struct Crawl {
  std::string id;
  std::map<std::string, std::unique_ptr<QueueState>, std::less<>> queues{};  // By key.
  QueueOrder idle{};  // Without a live lease.
  QueueOrder busy{};
  size_t leased_count = 0;
};

class CrawlIndex {
 public:
  using Crawls = std::map<std::string, std::unique_ptr<Crawl>, std::less<>>;

  explicit CrawlIndex(const FrontierOptions& options) : options_(options) {}

  // By its name (crawl_queue.h). nullptr: no such queue.
  QueueState* Find(std::string_view name) const;
  // Made when missing. kResourceExhausted: there are as many as there may be.
  StatusOr<QueueState*> FindOrAdd(const std::string& name);
  // A queue without a live lease; its crawl goes with the last.
  void Remove(QueueState& queue);

  // nullptr: it has no queue.
  Crawl* FindCrawl(std::string_view id) const;
  const Crawls& all() const { return crawls_; }

 private:
  const FrontierOptions& options_;
  Crawls crawls_;
  std::unordered_map<std::string_view, QueueState*> by_name_;
};

}  // namespace signboard::frontier
