// The names of queues that belong to a crawl of URLFrontier clients.
//
// What Signboard itself watches has the politeness key for the name of its queue. A client's queue
// is (crawl, key), so that two crawls, and our own watching, never share a URL:
//
//   01 crawl 01 key      in each, bytes 00, 01 and 02 become 02 10, 02 11 and 02 12
//
// The queues of a crawl are neighbours in the order of names. A politeness key never begins with
// 01 (CheckQueueKey).
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "storage/kv/space.h"

namespace signboard::frontier {

struct CrawlQueue {
  std::string crawl;
  std::string key;
};

inline bool IsOfCrawl(std::string_view queue) { return queue.starts_with('\x01'); }
std::string NameOf(std::string_view crawl, std::string_view key);
// nullopt: it is one of our own, or no name at all.
std::optional<CrawlQueue> ParseQueueName(std::string_view queue);

// The key alone, of either sort.
std::string KeyOf(std::string_view queue);
// Of either sort: a host's queues share a slot, and so a shard.
kv::Slot SlotOfQueue(std::string_view queue);

}  // namespace signboard::frontier
