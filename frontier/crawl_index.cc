#include "frontier/crawl_index.h"

#include "frontier/crawl_queue.h"

namespace signboard::frontier {

QueueState* CrawlIndex::Find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

StatusOr<QueueState*> CrawlIndex::FindOrAdd(const std::string& name) {
  if (QueueState* known = Find(name)) return known;
  const std::optional<CrawlQueue> parsed = ParseQueueName(name);
  if (!parsed) return base::InvalidArgument("no queue of a client's crawl");
  if (by_name_.size() >= options_.client_queues_max) {
    return base::ResourceExhausted("the clients' crawls have " +
                                   std::to_string(by_name_.size()) + " queues already");
  }
  std::unique_ptr<Crawl>& crawl = crawls_[parsed->crawl];
  if (crawl == nullptr) crawl = std::make_unique<Crawl>(Crawl{.id = parsed->crawl});
  auto queue = std::make_unique<QueueState>();
  queue->key = name;
  queue->slot = SlotOfQueue(name);
  queue->crawl = crawl.get();
  QueueState* const made = queue.get();
  crawl->queues.emplace(parsed->key, std::move(queue));
  by_name_.emplace(made->key, made);
  return made;
}

void CrawlIndex::Remove(QueueState& queue) {
  Crawl& crawl = *queue.crawl;
  if (queue.order != nullptr) queue.order->erase({queue.instant, &queue});
  by_name_.erase(queue.key);
  crawl.queues.erase(KeyOf(queue.key));
  if (crawl.queues.empty()) crawls_.erase(crawls_.find(crawl.id));
}

Crawl* CrawlIndex::FindCrawl(std::string_view id) const {
  const auto found = crawls_.find(id);
  return found == crawls_.end() ? nullptr : found->second.get();
}

}  // namespace signboard::frontier
