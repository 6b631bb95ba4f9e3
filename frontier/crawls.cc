#include "frontier/crawls.h"

#include <algorithm>
#include <map>
#include <set>

#include "frontier/crawl_queue.h"
#include "frontier/transaction.h"
#include "proto/base/log.h"
#include "proto/base/url.h"

namespace signboard::frontier {
namespace {

constexpr std::string_view kDefaultCrawl = "DEFAULT";
// Dates beyond it are kept as given and wait for it: no clock of ours goes so far.
constexpr uint64_t kDateMax = 1'000'000'000'000'000;

std::string MetadataOf(urlfrontier::URLInfo& info) {
  if (info.metadata().empty()) return "";
  urlfrontier::URLInfo alone;
  alone.mutable_metadata()->swap(*info.mutable_metadata());
  return alone.SerializeAsString();
}

// Of the authority as URLFrontier has always cut it out.
std::string CutHost(std::string_view url) {
  if (const size_t at = url.find("://"); at != std::string_view::npos) url.remove_prefix(at + 3);
  return std::string(url.substr(0, url.find_first_of(":/?&")));
}

}  // namespace

std::string CrawlOf(std::string_view id) {
  const bool blank = id.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos;
  return std::string(blank ? kDefaultCrawl : id);
}

std::string KeyOfUrl(const std::string& url) {
  const StatusOr<base::Url> parsed = base::Url::Parse(url);
  if (parsed.ok() && parsed->is_http()) return parsed->host();
  return CutHost(url);
}

bool IsTooLong(std::string_view name) {
  if (name.size() <= kClientNameUnitsMax) return false;
  size_t units = 0;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) != 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units > kClientNameUnitsMax;
}

struct Crawls::Item {
  const ClientPut* put = nullptr;
  QueueState* queue = nullptr;  // Null: it has its status.
  kv::Shard* shard = nullptr;
  PutStatus status = urlfrontier::AckMessage::SKIPPED;
};

StatusOr<QueueState*> Crawls::QueueFor(const ClientPut& put) {
  const urlfrontier::URLInfo& info = *put.info;
  QueueState* const none = nullptr;
  if (info.url().empty() || info.url().size() > kClientUrlBytesMax) return none;
  if (IsTooLong(info.key()) || IsTooLong(info.crawlid())) return none;
  const std::string key = info.key().empty() ? KeyOfUrl(info.url()) : info.key();
  if (key.empty() || IsTooLong(key)) return none;
  return core_.crawls.FindOrAdd(NameOf(CrawlOf(info.crawlid()), key));
}

Status Crawls::PutInto(Transaction& transaction, Item& item, UnixTime now) {
  QueueState& queue = *item.queue;
  const std::string& url = item.put->info->url();
  const int64_t now_s = ToMillis(now) / 1'000;
  ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(queue, url));
  if (record != nullptr && !item.put->known) return OkStatus();
  if (record == nullptr) {
    record = &transaction.Add(queue, url);
    record->mutable_item()->set_created_s(now_s);
  } else if (const auto held = queue.leased.find(url); held != queue.leased.end()) {
    transaction.End(held->second);
  }
  ClientItem& said = *record->mutable_item();
  const uint64_t date = item.put->known ? item.put->refetchable_from
                                        : static_cast<uint64_t>(std::max<int64_t>(now_s, 1));
  said.set_refetchable_from(date);
  said.set_metadata(date == 0 ? std::string() : MetadataOf(*item.put->info));
  record->set_state(date == 0 ? UrlRecord::SETTLED : UrlRecord::WAITING);
  record->set_due_ms(static_cast<int64_t>(std::min(date, kDateMax)) * 1'000);
  record->clear_held_until_ms();
  item.status = urlfrontier::AckMessage::OK;
  return OkStatus();
}

Status Crawls::PutAll(std::vector<Item>& items, UnixTime now) {
  std::map<kv::Shard*, Transaction> transactions;
  std::map<kv::Shard*, std::vector<std::pair<QueueState*, std::string>>> urls;
  for (Item& item : items) {
    StatusOr<QueueState*> queue = QueueFor(*item.put);
    if (!queue.ok()) {  // No room for one more queue: there may be, later.
      item.status = urlfrontier::AckMessage::FAIL;
      continue;
    }
    item.queue = *queue;
    if (item.queue == nullptr) continue;
    ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(item.queue->slot));
    item.shard = shard.get();
    transactions.try_emplace(item.shard, core_, shard);
    urls[item.shard].emplace_back(item.queue, item.put->info->url());
  }
  for (auto& [shard, transaction] : transactions) {
    RETURN_IF_ERROR(transaction.Prefetch(urls[shard]));
  }
  for (Item& item : items) {
    if (item.queue == nullptr) continue;
    RETURN_IF_ERROR(PutInto(transactions.at(item.shard), item, now));
  }
  for (auto& [shard, transaction] : transactions) {
    RETURN_IF_ERROR(transaction.Commit(kv::Durability::kBuffered));
  }
  return OkStatus();
}

std::vector<PutStatus> Crawls::Put(const std::vector<ClientPut>& puts, UnixTime now) {
  std::vector<Item> items(puts.size());
  for (size_t i = 0; i < puts.size(); ++i) items[i].put = &puts[i];
  Events events;
  Status status;
  {
    base::MutexLock lock(core_.mutex);
    core_.Expire(now, events);
    status = PutAll(items, now);
    if (!status.ok()) {
      // Queues that were made for what could not be written.
      std::set<QueueState*> unused;
      for (const Item& item : items) {
        if (item.queue != nullptr && item.queue->record.url_count() == 0) unused.insert(item.queue);
      }
      for (QueueState* queue : unused) core_.crawls.Remove(*queue);
    }
  }
  core_.Tell(events);
  if (status.ok()) status = core_.Sync();
  if (!status.ok()) Log(kError, "puts_failed", {{"error", base::ToString(status)}});
  std::vector<PutStatus> out;
  out.reserve(items.size());
  for (const Item& item : items) {
    out.push_back(status.ok() ? item.status : urlfrontier::AckMessage::FAIL);
  }
  return out;
}

}  // namespace signboard::frontier
