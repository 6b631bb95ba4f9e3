#include "frontier/queues.h"

#include <algorithm>

#include "proto/base/span.h"
#include "frontier/transaction.h"

namespace signboard::frontier {
namespace {

constexpr size_t kWhyBytesMax = 500;

}  // namespace

StatusOr<v1::Queue> Describe(Core& core, QueueState& queue, UnixTime now) {
  RETURN_IF_ERROR(core.Refresh(queue));
  const QueueRecord& record = queue.record;
  v1::Queue out;
  out.set_key(queue.key);
  out.set_url_count(record.url_count());
  out.set_leased_count(queue.leased.size());
  *out.mutable_delay() = ToProto(core.DelayOf(record));
  out.set_rests_until_ms(record.rests_until_ms());
  if (record.blocked_until_ms() > ToMillis(now)) {
    out.set_blocked_until_ms(record.blocked_until_ms());
    out.set_blocked_why(record.blocked_why());
  }
  const int64_t next = queue.NextInstant();
  out.set_next_due_ms(next == kNever ? 0 : next);
  return out;
}

StatusOr<std::vector<v1::Queue>> Queues::List(const std::string& after, const std::string& part,
                                              size_t max, UnixTime now) {
  base::MutexLock lock(core_.mutex);
  std::vector<v1::Queue> out;
  const auto& all = core_.schedule.queues();
  for (auto at = all.upper_bound(after); at != all.end() && out.size() < max; ++at) {
    if (at->first.find(part) == std::string::npos) continue;
    ASSIGN_OR_RETURN(v1::Queue queue, Describe(core_, *at->second, now));
    out.push_back(std::move(queue));
  }
  return out;
}

StatusOr<v1::Queue> Queues::Change(const std::string& key, UnixTime now,
                                   const std::function<void(QueueRecord&)>& change) {
  RETURN_IF_ERROR(CheckQueueKey(key));
  Events events{.work = true};
  StatusOr<v1::Queue> out = v1::Queue();
  {
    base::MutexLock lock(core_.mutex);
    ASSIGN_OR_RETURN(QueueState * queue, core_.schedule.FindOrAdd(key));
    ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue->slot));
    Transaction transaction(core_, shard);
    change(transaction.Edit(*queue));
    RETURN_IF_ERROR(transaction.Commit());
    out = Describe(core_, *queue, now);
  }
  core_.Tell(events);
  return out;
}

StatusOr<v1::Queue> Queues::SetDelay(const std::string& key, std::optional<Millis> delay,
                                     UnixTime now) {
  const Millis bounded = std::min(delay.value_or(Millis(0)), core_.options.rest_max);
  return Change(key, now, [&](QueueRecord& record) {
    record.set_operator_delay_ms(bounded.count());
    // A rest that has begun becomes as long as the new delay, no shorter than it was.
    if (record.rests_until_ms() > ToMillis(now)) {
      record.set_rests_until_ms(
          std::max(record.rests_until_ms(), ToMillis(now + core_.DelayOf(record))));
    }
  });
}

StatusOr<v1::Queue> Queues::Block(const std::string& key, std::optional<Millis> lasts,
                                  const std::string& why, UnixTime now) {
  return Change(key, now, [&](QueueRecord& record) {
    record.set_blocked_until_ms(lasts ? ToMillis(now + *lasts) : 0);
    record.set_blocked_why(lasts ? "an operator: " + why.substr(0, kWhyBytesMax) : "");
    record.set_blocks_in_row(0);
  });
}

}  // namespace signboard::frontier
