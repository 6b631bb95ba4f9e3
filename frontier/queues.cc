#include "frontier/queues.h"

#include <algorithm>

#include "frontier/crawl_queue.h"
#include "frontier/transaction.h"
#include "proto/base/span.h"

namespace signboard::frontier {
namespace {

constexpr size_t kWhyBytesMax = 500;

}  // namespace

StatusOr<v1::Queue> Describe(Core& core, QueueState& queue, UnixTime now) {
  RETURN_IF_ERROR(core.Refresh(queue));
  const QueueRecord& record = queue.record;
  v1::Queue out;
  out.set_key(queue.key);
  Millis delay = core.DelayOf(record);
  if (std::optional<CrawlQueue> names = ParseQueueName(queue.key)) {
    out.set_key(std::move(names->key));
    out.set_crawl(std::move(names->crawl));
    delay = Millis(core.ClientDelaySeconds(record) * 1'000);
  }
  out.set_url_count(record.url_count());
  out.set_settled_count(record.settled_count());
  out.set_leased_count(queue.leased.size());
  *out.mutable_delay() = ToProto(delay);
  if (record.operator_delay_ms() > 0) {
    *out.mutable_operator_delay() = ToProto(Millis(record.operator_delay_ms()));
  }
  if (record.crawl_delay_ms() > 0) {
    *out.mutable_crawl_delay() = ToProto(Millis(record.crawl_delay_ms()));
  }
  out.set_crawl_limit(record.crawl_limit());
  out.set_rests_until_ms(record.rests_until_ms());
  if (record.blocked_until_ms() > ToMillis(now)) {
    out.set_blocked_until_ms(record.blocked_until_ms());
    out.set_blocked_why(record.blocked_why());
  }
  const int64_t next = queue.NextInstant();
  out.set_next_due_ms(next == kNever ? 0 : next);
  return out;
}

QueueState* Queues::Find(const QueueRef& queue) {
  return queue.crawl.empty() ? core_.schedule.Find(queue.key)
                             : core_.crawls.Find(NameOf(queue.crawl, queue.key));
}

StatusOr<std::vector<v1::Queue>> Queues::List(const QueueRef& after, const std::string& part,
                                              size_t max, UnixTime now) {
  base::MutexLock lock(core_.mutex);
  std::vector<v1::Queue> out;
  const Crawl* const crawl = after.crawl.empty() ? nullptr : core_.crawls.FindCrawl(after.crawl);
  if (crawl == nullptr && !after.crawl.empty()) return out;
  const auto& all = crawl == nullptr ? core_.schedule.queues() : crawl->queues;
  for (auto at = all.upper_bound(after.key); at != all.end() && out.size() < max; ++at) {
    if (at->first.find(part) == std::string::npos) continue;
    ASSIGN_OR_RETURN(v1::Queue queue, Describe(core_, *at->second, now));
    out.push_back(std::move(queue));
  }
  return out;
}

StatusOr<v1::Queue> Queues::Get(const QueueRef& queue, UnixTime now) {
  base::MutexLock lock(core_.mutex);
  QueueState* const found = Find(queue);
  if (found == nullptr) return base::NotFound("no queue " + queue.key);
  return Describe(core_, *found, now);
}

StatusOr<v1::Queue> Queues::Change(const QueueRef& queue, UnixTime now, bool dry_run,
                                   const std::function<void(QueueRecord&)>& change) {
  if (queue.crawl.empty()) RETURN_IF_ERROR(CheckQueueKey(queue.key));
  Events events{.work = !dry_run};
  StatusOr<v1::Queue> out = v1::Queue();
  {
    base::MutexLock lock(core_.mutex);
    QueueState* found = Find(queue);
    if (found == nullptr && !queue.crawl.empty()) {
      return base::NotFound("the crawl " + queue.crawl + " has no queue " + queue.key);
    }
    if (dry_run) {
      QueueState as_it_would_be;
      if (found != nullptr) as_it_would_be = *found;
      as_it_would_be.key = found != nullptr ? found->key : queue.key;
      change(as_it_would_be.record);
      return Describe(core_, as_it_would_be, now);
    }
    if (found == nullptr) {
      ASSIGN_OR_RETURN(found, core_.schedule.FindOrAdd(queue.key));
    }
    ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(found->slot));
    Transaction transaction(core_, shard);
    change(transaction.Edit(*found));
    RETURN_IF_ERROR(transaction.Commit());
    out = Describe(core_, *found, now);
  }
  core_.Tell(events);
  return out;
}

StatusOr<v1::Queue> Queues::SetDelay(const QueueRef& queue, std::optional<Millis> delay,
                                     UnixTime now, bool dry_run) {
  const Millis bounded =
      std::clamp(delay.value_or(Millis(0)), Millis(0), core_.options.rest_max);
  return Change(queue, now, dry_run, [&](QueueRecord& record) REQUIRES_LOCK(core_.mutex) {
    if (!queue.crawl.empty()) {
      record.clear_client_delay_s();
      if (delay) record.set_client_delay_s(static_cast<uint32_t>((bounded.count() + 999) / 1'000));
      record.set_rests_until_ms(core_.RestOf(record));
      return;
    }
    record.set_operator_delay_ms(bounded.count());
    // A rest that has begun becomes as long as the new delay, no shorter than it was.
    if (record.rests_until_ms() > ToMillis(now)) {
      record.set_rests_until_ms(
          std::max(record.rests_until_ms(), ToMillis(now + core_.DelayOf(record))));
    }
  });
}

StatusOr<v1::Queue> Queues::Block(const QueueRef& queue, std::optional<Millis> lasts,
                                  const std::string& why, UnixTime now, bool dry_run) {
  return Change(queue, now, dry_run, [&](QueueRecord& record) {
    record.set_blocked_until_ms(lasts ? ToMillis(now + *lasts) : 0);
    record.set_blocked_why(lasts ? "an operator: " + why.substr(0, kWhyBytesMax) : "");
    record.set_blocks_in_row(0);
  });
}

}  // namespace signboard::frontier
