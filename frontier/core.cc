#include "frontier/core.h"

#include <algorithm>
#include <charconv>

#include "frontier/crawl_queue.h"
#include "frontier/lease_id.h"
#include "frontier/resting.h"

namespace signboard::frontier {
namespace {

constexpr std::string_view kSchemaName = "schema";
constexpr std::string_view kOutcomesName = "outcomes";
constexpr std::string_view kWeekName = "week";
// Between two writes of the week.
constexpr uint64_t kWeekVisits = 500;

}  // namespace

Status Core::CheckVersion(kv::Shard& shard) {
  // Every slot carries the version, so that a shard can be split.
  const std::string key = MetaKey(shard.slots().first, kSchemaName);
  ASSIGN_OR_RETURN(const std::optional<std::string> found, shard.Get(kMetaFamily, key));
  if (!found) {
    kv::Batch batch;
    for (int slot = shard.slots().first; slot <= shard.slots().last; ++slot) {
      batch.Put(kMetaFamily, MetaKey(static_cast<kv::Slot>(slot), kSchemaName),
                std::to_string(kSchemaVersion));
    }
    return shard.Write(batch, kv::Durability::kSynced);
  }
  int version = 0;
  const auto parsed = std::from_chars(found->data(), found->data() + found->size(), version);
  if (parsed.ec != std::errc()) return base::DataLoss("the frontier's schema version: " + *found);
  if (version != kSchemaVersion) {
    return base::FailedPrecondition("the frontier's store has schema " + *found +
                                    ", this program reads " + std::to_string(kSchemaVersion));
  }
  return OkStatus();
}

Status Core::LoadQueues(kv::Shard& shard) {
  const auto cursor = shard.Scan(kQueueFamily, {});
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(QueueRecord record,
                     Decode<QueueRecord>(cursor->key(), std::string(cursor->value())));
    const std::string name(cursor->key().substr(2));
    if (IsOfCrawl(name)) {
      ASSIGN_OR_RETURN(QueueState * queue, crawls.FindOrAdd(name));
      queue->record = std::move(record);
      queue->stale[kNormalIndex] = true;
      queue->first_due[kNormalIndex] = 0;
      continue;
    }
    ASSIGN_OR_RETURN(QueueState * queue, schedule.FindOrAdd(name));
    WeighAnew(queue->record, record);
    queue->record = std::move(record);
    queue->stale.fill(true);
    queue->first_due.fill(0);
  }
  return cursor->status();
}

Status Core::LoadSeeds(kv::Shard& shard) {
  const auto cursor = shard.Scan(kSeedFamily, {});
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const v1::Seed seed,
                     Decode<v1::Seed>(cursor->key(), std::string(cursor->value())));
    seeds.Put(seed);
  }
  return cursor->status();
}

Status Core::LoadLeases(kv::Shard& shard) {
  const auto cursor = shard.Scan(kHeldFamily, {});
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const HeldEntry held, ParseHeldKey(cursor->key()));
    ASSIGN_OR_RETURN(const LeaseRecord record,
                     Decode<LeaseRecord>(cursor->key(), std::string(cursor->value())));
    QueueState* queue = FindQueue(held.what.queue);
    if (queue == nullptr || !LeaseId::Parse(record.lease_id())) {
      return base::DataLoss("a lease of " + held.what.url + " in the frontier fits no queue");
    }
    schedule.AddLease({.id = record.lease_id(),
                       .queue = queue,
                       .url = held.what.url,
                       .lent = FromMillis(record.lent_ms()),
                       .expires = FromMillis(held.expires_ms),
                       .job_id = record.job_id(),
                       .job_state = v1::JOB_FETCHING,
                       .worker_id = record.worker_id()});
  }
  return cursor->status();
}

Status Core::LoadOutcomes(kv::Shard& shard) {
  const auto cursor = shard.Scan(kMetaFamily, {});
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
    if (cursor->key().substr(2) != kOutcomesName) continue;
    ASSIGN_OR_RETURN(const kv::Slot slot, kv::SlotOf(cursor->key()));
    ASSIGN_OR_RETURN(const OutcomeCounts counts,
                     Decode<OutcomeCounts>(cursor->key(), std::string(cursor->value())));
    OutcomeTally& tally = outcomes[slot];
    for (const auto& [outcome, count] : counts.by_outcome()) {
      if (outcome >= 0 && static_cast<size_t>(outcome) < tally.size()) {
        tally[static_cast<size_t>(outcome)] = count;
      }
    }
  }
  return cursor->status();
}

Status Core::LoadClients() {
  ASSIGN_OR_RETURN(const auto shard, space.ShardOf(kv::kReservedSlot));
  const std::string key = MetaKey(kv::kReservedSlot, kClientsName);
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard->Get(kMetaFamily, key));
  if (!value) return OkStatus();
  ASSIGN_OR_RETURN(clients, Decode<ClientRecord>(key, *value));
  return OkStatus();
}

Status Core::LoadWeek() {
  ASSIGN_OR_RETURN(const auto shard, space.ShardOf(kv::kReservedSlot));
  const std::string key = MetaKey(kv::kReservedSlot, kWeekName);
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard->Get(kMetaFamily, key));
  if (!value) return OkStatus();
  ASSIGN_OR_RETURN(const WeekRecord record, Decode<WeekRecord>(key, *value));
  week = WeekProfile::FromCounts({record.links().begin(), record.links().end()});
  return OkStatus();
}

void Core::KeepWeek() {
  if (++week_unsaved < kWeekVisits) return;
  const StatusOr<std::shared_ptr<kv::Shard>> shard = space.ShardOf(kv::kReservedSlot);
  if (!shard.ok()) return;
  WeekRecord record;
  for (const float links : week.Counts()) record.add_links(links);
  kv::Batch batch;
  batch.Put(kMetaFamily, MetaKey(kv::kReservedSlot, kWeekName), record.SerializeAsString());
  if ((*shard)->Write(std::move(batch), kv::Durability::kBuffered).ok()) week_unsaved = 0;
}

void Core::WeighAnew(const QueueRecord& before, const QueueRecord& after) {
  hubs.count += after.hub_count() - before.hub_count();
  hubs.links += after.hub_links_weight() - before.hub_links_weight();
  hubs.value += after.hub_value_weight() - before.hub_value_weight();
}

Status Core::PlaceAll() {
  for (const auto& [key, queue] : schedule.queues()) {
    RETURN_IF_ERROR(Refresh(*queue));
    schedule.Place(*queue);
  }
  for (const auto& [id, crawl] : crawls.all()) {
    for (const auto& [key, queue] : crawl->queues) {
      queue->record.set_rests_until_ms(RestOf(queue->record));
      RETURN_IF_ERROR(Refresh(*queue));
      schedule.Place(*queue);
    }
  }
  return OkStatus();
}

Status Core::Load() {
  base::MutexLock lock(mutex);
  RETURN_IF_ERROR(LoadClients());
  RETURN_IF_ERROR(LoadWeek());
  for (const std::shared_ptr<kv::Shard>& shard : space.Shards()) {
    RETURN_IF_ERROR(CheckVersion(*shard));
    RETURN_IF_ERROR(LoadQueues(*shard));
    RETURN_IF_ERROR(LoadSeeds(*shard));
    RETURN_IF_ERROR(LoadLeases(*shard));
    RETURN_IF_ERROR(LoadOutcomes(*shard));
  }
  return PlaceAll();
}

Status Core::Refresh(QueueState& queue) {
  if (std::none_of(queue.stale.begin(), queue.stale.end(), [](bool s) { return s; })) {
    return OkStatus();
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<kv::Shard> shard, space.ShardOf(queue.slot));
  for (size_t i = 0; i < kLentClassCount; ++i) {
    if (!queue.stale[i]) continue;
    const auto due_class = static_cast<DueClass>(i + 1);
    int64_t first = kNever;
    if (queue.first_due[i] != kNever) {
      // From the lower bound, not from the class's start: what was before it is deleted keys.
      const auto cursor = shard->Scan(
          kDueFamily, {.lower = DueKey(queue.slot, queue.key, {due_class, queue.first_due[i]},
                                       i == kNormalIndex ? queue.first_url : ""),
                       .upper = PrefixEnd(DuePrefix(queue.slot, queue.key, due_class))});
      for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
        ASSIGN_OR_RETURN(const DueEntry entry, ParseDueKey(cursor->key()));
        if (queue.leased.contains(entry.what.url)) continue;
        first = entry.place.due_ms;
        if (queue.crawl != nullptr) queue.first_url = entry.what.url;
        break;
      }
      RETURN_IF_ERROR(cursor->status());
    }
    queue.first_due[i] = first;
    queue.stale[i] = false;
  }
  return OkStatus();
}

void Core::Expire(UnixTime now, Events& events) {
  for (LiveLease& lease : schedule.Expire(now)) {
    ++leases_expired;
    if (!lease.job_id.empty()) events.jobs.push_back(std::move(lease.job_id));
  }
}

void Core::Tell(const Events& events) {
  base::MutexLock lock(observer_mutex);
  if (observer == nullptr) return;
  for (const std::string& job : events.jobs) observer->JobChanged(job);
  if (events.work) observer->WorkArrived();
}

Status Core::Sync() {
  for (const auto& shard : space.Shards()) {
    RETURN_IF_ERROR(shard->Write(kv::Batch(), kv::Durability::kSynced));
  }
  return OkStatus();
}

QueueState* Core::FindQueue(std::string_view name) {
  return IsOfCrawl(name) ? crawls.Find(name) : schedule.Find(name);
}

int64_t Core::RestOf(const QueueRecord& record) const {
  if (record.served_s() == 0) return 0;
  // Whole seconds, and the last one too: a delay of none is a serve a second.
  return (record.served_s() + ClientDelaySeconds(record) + 1) * 1'000;
}

int64_t Core::ClientDelaySeconds(const QueueRecord& record) const {
  if (record.has_client_delay_s()) return record.client_delay_s();
  return clients.has_delay_s() ? clients.delay_s() : kClientDelaySeconds;
}

Millis Core::DelayOf(const QueueRecord& record) const {
  return frontier::DelayOf(options, {.operator_delay = Millis(record.operator_delay_ms()),
                                     .crawl_delay = Millis(record.crawl_delay_ms())});
}

}  // namespace signboard::frontier
