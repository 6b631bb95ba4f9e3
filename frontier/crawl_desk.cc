#include "frontier/crawl_desk.h"

#include <algorithm>
#include <map>
#include <set>

#include "frontier/crawl_queue.h"
#include "frontier/transaction.h"

namespace signboard::frontier {
namespace {

constexpr size_t kQueuesPerWrite = 100;
constexpr size_t kUrlsPerWrite = 1'000;
// Larger queues are removed as ranges. A range that hides few keys costs more than it saves.
constexpr uint64_t kKeysOneByOneMax = 10'000;
constexpr uint64_t kLastSecond = 253'402'300'798;  // Of the year 9999, less one.
constexpr char kBlockedWhy[] = "a URLFrontier client";

// Deletes what begins with `prefix`.
Status DeleteAll(kv::Shard& shard, kv::Family family, const std::string& prefix, bool one_by_one,
                 kv::Batch& batch) {
  const std::string end = PrefixEnd(prefix);
  if (!one_by_one) {
    batch.DeleteRange(family, prefix, end);
    return OkStatus();
  }
  const auto cursor = shard.Scan(family, {.lower = prefix, .upper = end});
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) batch.Delete(family, cursor->key());
  return cursor->status();
}

// The leases, live or run out, of these queues, all in one shard.
Status DeleteHeld(kv::Shard& shard, const std::set<kv::Slot>& slots,
                  const std::set<std::string>& names, kv::Batch& batch) {
  for (const kv::Slot slot : slots) {
    const std::string prefix = kv::SlotKey(slot);
    const auto cursor = shard.Scan(kHeldFamily, {.lower = prefix, .upper = PrefixEnd(prefix)});
    for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
      ASSIGN_OR_RETURN(const HeldEntry held, ParseHeldKey(cursor->key()));
      if (names.contains(held.what.queue)) batch.Delete(kHeldFamily, cursor->key());
    }
    RETURN_IF_ERROR(cursor->status());
  }
  return OkStatus();
}

}  // namespace

Status CrawlDesk::DeleteKeys(QueueState& queue, kv::Batch& batch) {
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue.slot));
  const bool one_by_one = queue.record.url_count() <= kKeysOneByOneMax;
  const std::string prefix = UrlKey(queue.slot, queue.key, "");
  RETURN_IF_ERROR(DeleteAll(*shard, kUrlFamily, prefix, one_by_one, batch));
  RETURN_IF_ERROR(DeleteAll(*shard, kDueFamily, prefix, one_by_one, batch));
  batch.Delete(kQueueFamily, QueueKeyOf(queue.slot, queue.key));
  return OkStatus();
}

StatusOr<uint64_t> CrawlDesk::Delete(const std::vector<QueueState*>& queues) {
  uint64_t count = 0;
  std::map<kv::Shard*, std::vector<QueueState*>> by_shard;
  for (QueueState* queue : queues) {
    ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue->slot));
    by_shard[shard.get()].push_back(queue);
  }
  for (const auto& [shard, gone] : by_shard) {
    kv::Batch batch;
    std::set<kv::Slot> slots;
    std::set<std::string> names;
    for (QueueState* queue : gone) {
      RETURN_IF_ERROR(DeleteKeys(*queue, batch));
      slots.insert(queue->slot);
      names.insert(queue->key);
    }
    RETURN_IF_ERROR(DeleteHeld(*shard, slots, names, batch));
    RETURN_IF_ERROR(shard->Write(std::move(batch), kv::Durability::kSynced));
    for (QueueState* queue : gone) {
      count += queue->record.url_count();
      const auto leased = queue->leased;
      for (const auto& [url, nonce] : leased) {
        core_.schedule.RemoveLease(nonce, Schedule::LeaseEnd::kReported);
      }
      core_.crawls.Remove(*queue);
    }
  }
  return count;
}

StatusOr<uint64_t> CrawlDesk::DeleteCrawl(const std::string& id) {
  uint64_t count = 0;
  for (bool more = true; more;) {
    base::MutexLock lock(core_.mutex);
    std::vector<QueueState*> some;
    uint64_t keys = 0;
    if (const Crawl* const crawl = core_.crawls.FindCrawl(id)) {
      for (const auto& [key, queue] : crawl->queues) {
        if (some.size() >= kQueuesPerWrite || keys >= kKeysOneByOneMax) break;
        some.push_back(queue.get());
        keys += queue->record.url_count();
      }
    }
    more = !some.empty();
    ASSIGN_OR_RETURN(const uint64_t gone, Delete(some));
    count += gone;
  }
  return count;
}

StatusOr<uint64_t> CrawlDesk::DeleteQueue(const std::string& crawl, const std::string& key) {
  base::MutexLock lock(core_.mutex);
  QueueState* const queue = core_.crawls.Find(NameOf(crawl, key));
  if (queue == nullptr) return uint64_t{0};
  return Delete({queue});
}

StatusOr<uint64_t> CrawlDesk::PurgeSome(const std::vector<urlfrontier::URLItem>& page,
                                        UnixTime before) {
  uint64_t count = 0;
  base::MutexLock lock(core_.mutex);
  std::map<kv::Shard*, Transaction> transactions;
  for (const urlfrontier::URLItem& item : page) {
    if (static_cast<int64_t>(item.creation_date()) >= ToMillis(before) / 1'000) continue;
    const urlfrontier::URLInfo& info = item.known().info();
    QueueState* const queue = core_.crawls.Find(NameOf(info.crawlid(), info.key()));
    if (queue == nullptr) continue;
    ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue->slot));
    Transaction& transaction = transactions.try_emplace(shard.get(), core_, shard).first->second;
    ASSIGN_OR_RETURN(const UrlRecord* record, transaction.Find(*queue, info.url()));
    if (record == nullptr) continue;
    if (const auto held = queue->leased.find(info.url()); held != queue->leased.end()) {
      transaction.End(held->second);
    }
    transaction.Remove(*queue, info.url());
    ++count;
  }
  for (auto& [shard, transaction] : transactions) RETURN_IF_ERROR(transaction.Commit());
  return count;
}

StatusOr<uint64_t> CrawlDesk::Purge(const std::string& crawl, const std::string& key,
                                    UnixTime before) {
  CrawlBook book(core_);
  UrlScan scan{.crawl = crawl, .key = key};
  std::set<std::string> keys;  // Of the page at hand.
  uint64_t count = 0;
  while (!scan.ended) {
    ASSIGN_OR_RETURN(const auto page, book.Scan(scan, kUrlsPerWrite));
    ASSIGN_OR_RETURN(const uint64_t gone, PurgeSome(page, before));
    count += gone;
    keys.clear();
    for (const urlfrontier::URLItem& item : page) keys.insert(item.known().info().key());
    base::MutexLock lock(core_.mutex);
    for (const std::string& of : keys) {
      QueueState* const queue = core_.crawls.Find(NameOf(crawl, of));
      if (queue == nullptr || queue->record.url_count() > 0) continue;
      RETURN_IF_ERROR(Delete({queue}).status());
    }
  }
  return count;
}

Status CrawlDesk::Change(const std::string& crawl, const std::string& key,
                         const std::function<void(QueueRecord&)>& change) {
  base::MutexLock lock(core_.mutex);
  QueueState* const queue = core_.crawls.Find(NameOf(crawl, key));
  if (queue == nullptr) return base::NotFound("the crawl " + crawl + " has no queue " + key);
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue->slot));
  Transaction transaction(core_, shard);
  change(transaction.Edit(*queue));
  return transaction.Commit();
}

Status CrawlDesk::Block(const std::string& crawl, const std::string& key, uint64_t until_s) {
  const Status status = Change(crawl, key, [&](QueueRecord& record) {
    const auto last = static_cast<int64_t>(std::min(until_s, kLastSecond));
    record.set_blocked_until_ms(last == 0 ? 0 : (last + 1) * 1'000);
    record.set_blocked_why(last == 0 ? "" : kBlockedWhy);
  });
  return status.code() == StatusCode::kNotFound ? OkStatus() : status;
}

Status CrawlDesk::SetDelay(const std::string& crawl, const std::string& key, uint32_t seconds) {
  if (!key.empty()) {
    const Status status = Change(crawl, key, [&](QueueRecord& record) REQUIRES_LOCK(core_.mutex) {
      record.set_client_delay_s(seconds);
      record.set_rests_until_ms(core_.RestOf(record));
    });
    return status.code() == StatusCode::kNotFound ? OkStatus() : status;
  }
  base::MutexLock lock(core_.mutex);
  ClientRecord clients = core_.clients;
  clients.set_delay_s(seconds);
  RETURN_IF_ERROR(Keep(clients));
  for (const auto& [id, of] : core_.crawls.all()) {
    for (const auto& [name, queue] : of->queues) {
      queue->record.set_rests_until_ms(core_.RestOf(queue->record));
      core_.schedule.Place(*queue);
    }
  }
  return OkStatus();
}

Status CrawlDesk::SetLimit(const std::string& crawl, const std::string& key, uint32_t limit) {
  return Change(crawl, key, [&](QueueRecord& record) { record.set_crawl_limit(limit); });
}

Status CrawlDesk::SetActive(bool active) {
  base::MutexLock lock(core_.mutex);
  ClientRecord clients = core_.clients;
  clients.set_inactive(!active);
  return Keep(clients);
}

bool CrawlDesk::active() {
  base::MutexLock lock(core_.mutex);
  return !core_.clients.inactive();
}

Status CrawlDesk::Keep(const ClientRecord& clients) {
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(kv::kReservedSlot));
  kv::Batch batch;
  batch.Put(kMetaFamily, MetaKey(kv::kReservedSlot, kClientsName), clients.SerializeAsString());
  RETURN_IF_ERROR(shard->Write(std::move(batch), kv::Durability::kSynced));
  core_.clients = clients;
  return OkStatus();
}

}  // namespace signboard::frontier
