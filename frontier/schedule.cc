#include "frontier/schedule.h"

#include <algorithm>
#include <tuple>

#include "frontier/crawl_index.h"
#include "frontier/crawl_queue.h"
#include "frontier/lease_id.h"
#include "frontier/scope.h"

namespace signboard::frontier {

int64_t QueueState::NextInstant() const {
  const int64_t first = *std::min_element(first_due.begin(), first_due.end());
  if (first == kNever) return kNever;
  if (record.crawl_limit() > 0 && record.settled_count() >= record.crawl_limit()) return kNever;
  return std::max({first, record.rests_until_ms(), record.blocked_until_ms()});
}

void QueueState::Lower(size_t class_index, int64_t due_ms, const std::string& url) {
  int64_t& first = first_due[class_index];
  if (crawl == nullptr) {
    first = std::min(first, due_ms);
  } else if (std::tie(due_ms, url) < std::tie(first, first_url)) {
    first = due_ms;
    first_url = url;
  }
}

QueueState* Schedule::Find(std::string_view key) {
  const auto found = queues_.find(key);
  return found == queues_.end() ? nullptr : found->second.get();
}

StatusOr<QueueState*> Schedule::FindOrAdd(const std::string& key) {
  if (QueueState* known = Find(key)) return known;
  DomainState& domain = domains_[DomainOfQueue(key)];
  if (domain.queue_count >= options_.queues_per_domain_max) {
    return base::ResourceExhausted("the domain of " + key + " has " +
                                   std::to_string(domain.queue_count) + " hosts already");
  }
  auto queue = std::make_unique<QueueState>();
  queue->key = key;
  queue->slot = SlotOfQueue(key);
  queue->domain = &domain;
  ++domain.queue_count;
  return queues_.emplace(key, std::move(queue)).first->second.get();
}

void Schedule::Remove(QueueState& queue) {
  if (queue.order != nullptr) queue.order->erase({queue.instant, &queue});
  queue.order = nullptr;
  if (queue.domain != nullptr) queue.domain->waiting.erase(&queue);
}

void Schedule::Insert(QueueState& queue, QueueOrder& order, int64_t instant) {
  queue.order = &order;
  queue.instant = instant;
  order.insert({instant, &queue});
}

void Schedule::Place(QueueState& queue) {
  Remove(queue);
  const bool full = queue.crawl == nullptr && queue.leased.size() >= options_.in_flight_max;
  const int64_t instant = full ? kNever : queue.NextInstant();
  if (instant == kNever) return;
  if (queue.crawl != nullptr) {
    return Insert(queue, queue.leased.empty() ? queue.crawl->idle : queue.crawl->busy, instant);
  }
  Insert(queue, queue.first_due[0] != kNever ? urgent_ : others_, instant);
}

QueueState* Schedule::TakeReady(UnixTime now) {
  for (QueueOrder* order : {&urgent_, &others_}) {
    while (!order->empty() && order->begin()->first <= ToMillis(now)) {
      QueueState* queue = order->begin()->second;
      Remove(*queue);
      if (!queue->leased.empty() || queue->domain->hosts_leased < options_.domain_hosts_max) {
        return queue;
      }
      queue->domain->waiting.insert(queue);
    }
  }
  return nullptr;
}

std::optional<UnixTime> Schedule::NextInstant() const {
  int64_t next = kNever;
  if (!urgent_.empty()) next = std::min(next, urgent_.begin()->first);
  if (!others_.empty()) next = std::min(next, others_.begin()->first);
  if (!ends_.empty()) next = std::min(next, ends_.begin()->first);
  if (next == kNever) return std::nullopt;
  return FromMillis(next);
}

void Schedule::AddLease(LiveLease lease) {
  const uint64_t nonce = LeaseId::Parse(lease.id)->nonce;
  QueueState& queue = *lease.queue;
  if (queue.crawl != nullptr) ++queue.crawl->leased_count;
  if (queue.leased.empty() && queue.domain != nullptr) ++queue.domain->hosts_leased;
  queue.leased[lease.url] = nonce;
  ends_.insert({ToMillis(lease.expires), nonce});
  leases_[nonce] = std::move(lease);
}

LiveLease* Schedule::FindLease(uint64_t nonce) {
  const auto found = leases_.find(nonce);
  return found == leases_.end() ? nullptr : &found->second;
}

void Schedule::RemoveLease(uint64_t nonce, LeaseEnd end) {
  const auto found = leases_.find(nonce);
  if (found == leases_.end()) return;
  QueueState& queue = *found->second.queue;
  const LiveLease lease = std::move(found->second);
  ends_.erase({ToMillis(lease.expires), nonce});
  queue.leased.erase(lease.url);
  leases_.erase(found);
  if (queue.crawl != nullptr) {
    --queue.crawl->leased_count;
    if (end == LeaseEnd::kLost) {
      queue.Lower(kNormalIndex, lease.due_ms, lease.url);
      queue.stale[kNormalIndex] = queue.stale[kNormalIndex] || lease.due_ms == 0;
    }
  } else if (end == LeaseEnd::kLost) {
    queue.stale.fill(true);
    queue.first_due.fill(0);
  }
  if (queue.leased.empty() && queue.domain != nullptr) {
    --queue.domain->hosts_leased;
    // One host of the domain is free: whoever waited may try again, in the order of its instant.
    const std::set<QueueState*> waiting = std::move(queue.domain->waiting);
    queue.domain->waiting.clear();
    for (QueueState* other : waiting) Place(*other);
  }
  Place(queue);
}

std::vector<LiveLease> Schedule::Expire(UnixTime now) {
  std::vector<LiveLease> expired;
  while (!ends_.empty() && ends_.begin()->first <= ToMillis(now)) {
    const uint64_t nonce = ends_.begin()->second;
    expired.push_back(leases_[nonce]);
    RemoveLease(nonce, LeaseEnd::kLost);
    if (expired.back().queue->crawl != nullptr) continue;  // Its client has no late report.
    ended_[nonce] = expired.back();
    ended_order_.push_back(nonce);
    if (ended_order_.size() > options_.ended_leases_kept) {
      ended_.erase(ended_order_.front());
      ended_order_.pop_front();
    }
  }
  return expired;
}

const LiveLease* Schedule::FindEnded(uint64_t nonce) const {
  const auto found = ended_.find(nonce);
  return found == ended_.end() ? nullptr : &found->second;
}

}  // namespace signboard::frontier
