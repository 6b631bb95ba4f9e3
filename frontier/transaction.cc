#include "frontier/transaction.h"

#include <algorithm>

namespace signboard::frontier {
namespace {

// Which of QueueState::first_due a place belongs to. nullopt: none, it is never lent from there.
std::optional<size_t> LentClass(const std::optional<Place>& place) {
  if (!place || place->due_class == DueClass::kParked) return std::nullopt;
  return static_cast<size_t>(place->due_class) - 1;
}

}  // namespace

Transaction::Entry& Transaction::Enter(QueueState& queue, const std::string& url,
                                       std::string key) {
  Entry& entry = entries_[std::move(key)];
  entry.queue = &queue;
  entry.url = url;
  return entry;
}

Status Transaction::Fill(Entry& entry, const std::string& key,
                         const std::optional<std::string>& value) {
  if (!value) return OkStatus();
  ASSIGN_OR_RETURN(entry.before, Decode<UrlRecord>(key, *value));
  entry.before_bytes = *value;
  entry.after = entry.before;
  return OkStatus();
}

StatusOr<UrlRecord*> Transaction::Find(QueueState& queue, const std::string& url) {
  const std::string key = UrlKey(queue.slot, queue.key, url);
  auto found = entries_.find(key);
  if (found == entries_.end()) {
    ASSIGN_OR_RETURN(const std::optional<std::string> value, shard_->Get(kUrlFamily, key));
    RETURN_IF_ERROR(Fill(Enter(queue, url, key), key, value));
    found = entries_.find(key);
  }
  return found->second.after ? &*found->second.after : nullptr;
}

Status Transaction::Prefetch(const std::vector<std::pair<QueueState*, std::string>>& urls) {
  std::vector<std::string> keys;
  std::vector<std::pair<QueueState*, std::string>> wanted;
  std::set<std::string> seen;
  for (const auto& [queue, url] : urls) {
    std::string key = UrlKey(queue->slot, queue->key, url);
    if (entries_.contains(key) || !seen.insert(key).second) continue;
    keys.push_back(std::move(key));
    wanted.emplace_back(queue, url);
  }
  if (keys.empty()) return OkStatus();
  ASSIGN_OR_RETURN(const auto values, shard_->MultiGet(kUrlFamily, keys));
  for (size_t i = 0; i < keys.size(); ++i) {
    RETURN_IF_ERROR(Fill(Enter(*wanted[i].first, wanted[i].second, keys[i]), keys[i], values[i]));
  }
  return OkStatus();
}

void Transaction::Remove(QueueState& queue, const std::string& url) {
  Enter(queue, url, UrlKey(queue.slot, queue.key, url)).after.reset();
}

UrlRecord& Transaction::Add(QueueState& queue, const std::string& url) {
  Entry& entry = Enter(queue, url, UrlKey(queue.slot, queue.key, url));
  QueueRecord& record = Edit(queue);
  record.set_url_count(record.url_count() + 1);
  return entry.after.emplace();
}

QueueRecord& Transaction::Edit(QueueState& queue) {
  return queues_.try_emplace(&queue, queue.record).first->second;
}

void Transaction::Hold(QueueState& queue, const std::string& url, LeaseRecord lease) {
  Enter(queue, url, UrlKey(queue.slot, queue.key, url)).lease = std::move(lease);
}

void Transaction::CountOutcome(kv::Slot slot, v1::Outcome outcome) {
  OutcomeTally& tally = outcomes_.try_emplace(slot, core_.outcomes[slot]).first->second;
  const auto index = static_cast<size_t>(outcome);
  ++tally[index < tally.size() ? index : 0];
}

void Transaction::WriteEntry(const std::string& key, const Entry& entry) {
  if (!entry.after) return RemoveEntry(key, entry);
  const UrlRecord& after = *entry.after;
  const QueueState& queue = *entry.queue;
  batch_.Put(kUrlFamily, key, entry.after_bytes);

  const std::optional<Place> from = entry.before ? PlaceOf(*entry.before) : std::nullopt;
  const std::optional<Place> to = PlaceOf(after);
  if (from != to) {
    if (from) batch_.Delete(kDueFamily, DueKey(queue.slot, queue.key, *from, entry.url));
    if (to) batch_.Put(kDueFamily, DueKey(queue.slot, queue.key, *to, entry.url), "");
  }

  const bool was_held = entry.before && entry.before->state() == UrlRecord::LEASED;
  const bool is_held = after.state() == UrlRecord::LEASED;
  if (was_held && (entry.lease || !is_held)) {
    batch_.Delete(kHeldFamily,
                  HeldKey(queue.slot, entry.before->held_until_ms(), queue.key, entry.url));
  }
  if (entry.lease) {
    batch_.Put(kHeldFamily, HeldKey(queue.slot, after.held_until_ms(), queue.key, entry.url),
               entry.lease->SerializeAsString());
  }

  QueueRecord& counts = Edit(*entry.queue);
  if (entry.before) CountIn(*entry.before, -1, counts);
  CountIn(after, 1, counts);
}

void Transaction::RemoveEntry(const std::string& key, const Entry& entry) {
  const QueueState& queue = *entry.queue;
  batch_.Delete(kUrlFamily, key);
  if (const std::optional<Place> place = PlaceOf(*entry.before)) {
    batch_.Delete(kDueFamily, DueKey(queue.slot, queue.key, *place, entry.url));
  }
  if (entry.before->state() == UrlRecord::LEASED) {
    batch_.Delete(kHeldFamily,
                  HeldKey(queue.slot, entry.before->held_until_ms(), queue.key, entry.url));
  }
  QueueRecord& counts = Edit(*entry.queue);
  CountIn(*entry.before, -1, counts);
  counts.set_url_count(counts.url_count() - 1);
}

void Transaction::Remember(const Entry& entry) {
  QueueState& queue = *entry.queue;
  const std::optional<Place> from = entry.before ? PlaceOf(*entry.before) : std::nullopt;
  if (const auto i = LentClass(from); i && queue.first_due[*i] >= from->due_ms) {
    // Perhaps it was the first; the bound still holds. What a client's crawl has in front of the
    // bound was leased, and is none of those that it counts.
    const bool passed = queue.crawl != nullptr && queue.first_due[*i] == from->due_ms &&
                        entry.url < queue.first_url;
    queue.stale[*i] = queue.stale[*i] || !passed;
  }
  const std::optional<Place> to = entry.after ? PlaceOf(*entry.after) : std::nullopt;
  if (const auto i = LentClass(to); i && !queue.leased.contains(entry.url)) {
    queue.Lower(*i, to->due_ms, entry.url);
  }
}

Status Transaction::Commit(kv::Durability durability) {
  for (auto at = entries_.begin(); at != entries_.end();) {
    Entry& entry = at->second;
    if (entry.after) entry.after_bytes = entry.after->SerializeAsString();
    const bool same = entry.after ? entry.before && !entry.lease &&
                                        entry.after_bytes == entry.before_bytes
                                  : !entry.before;
    at = same ? entries_.erase(at) : std::next(at);
  }
  for (const auto& [key, entry] : entries_) WriteEntry(key, entry);
  for (const auto& [queue, record] : queues_) {
    batch_.Put(kQueueFamily, QueueKeyOf(queue->slot, queue->key), record.SerializeAsString());
  }
  for (const auto& [slot, tally] : outcomes_) {
    OutcomeCounts counts;
    for (size_t i = 0; i < tally.size(); ++i) {
      if (tally[i] > 0) (*counts.mutable_by_outcome())[static_cast<int32_t>(i)] = tally[i];
    }
    batch_.Put(kMetaFamily, MetaKey(slot, "outcomes"), counts.SerializeAsString());
  }
  if (!batch_.empty()) RETURN_IF_ERROR(shard_->Write(std::move(batch_), durability));

  for (const uint64_t nonce : ended_) {
    core_.schedule.RemoveLease(nonce, Schedule::LeaseEnd::kReported);
  }
  for (const auto& [key, entry] : entries_) Remember(entry);
  for (auto& [queue, record] : queues_) {
    core_.WeighAnew(queue->record, record);
    queue->record = std::move(record);
    touched_.insert(queue);
  }
  for (const auto& [slot, tally] : outcomes_) core_.outcomes[slot] = tally;
  for (QueueState* queue : touched_) {
    // A queue with all its leases is looked at when one of them ends. An error here is met again,
    // and told, by the next Lend: the queue stays stale.
    const bool may_give =
        queue->crawl != nullptr || queue->leased.size() < core_.options.in_flight_max;
    if (may_give) (void)core_.Refresh(*queue);
    core_.schedule.Place(*queue);
  }
  return OkStatus();
}

}  // namespace signboard::frontier
