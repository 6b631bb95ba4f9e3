#include "frontier/crawl_book.h"

#include <algorithm>

#include "frontier/crawl_queue.h"
#include "frontier/crawls.h"
#include "proto/base/text.h"

namespace signboard::frontier {
namespace {

constexpr uint32_t kPageDefault = 100;
constexpr size_t kQueueListBytesMax = size_t{3} << 20;  // A message holds no more than 4 MiB.
constexpr size_t kLookedAtMax = 10'000;  // In one call of Scan.
constexpr size_t kScanBytesMax = size_t{1} << 20;

bool IsActive(const QueueState& queue) {
  return queue.record.url_count() > queue.record.settled_count();
}

bool Matches(const UrlScan& scan, const std::string& url) {
  if (!scan.filter) return true;
  if (!scan.ignore_case) return url.find(*scan.filter) != std::string::npos;
  return base::ToLowerAscii(url).find(base::ToLowerAscii(*scan.filter)) != std::string::npos;
}

StatusOr<urlfrontier::URLItem> ItemOf(const CrawlQueue& names, const std::string& url,
                                      const UrlRecord& record) {
  urlfrontier::URLItem out;
  urlfrontier::KnownURLItem& known = *out.mutable_known();
  if (!known.mutable_info()->ParseFromString(record.item().metadata())) {
    return base::DataLoss("the metadata of " + url + " do not decode");
  }
  known.mutable_info()->set_url(url);
  known.mutable_info()->set_key(names.key);
  known.mutable_info()->set_crawlid(names.crawl);
  known.set_refetchable_from_date(record.item().refetchable_from());
  out.set_creation_date(static_cast<uint64_t>(record.item().created_s()));
  return out;
}

void CountQueue(const QueueState& queue, urlfrontier::Stats& out) {
  const QueueRecord& record = queue.record;
  const uint64_t active = record.url_count() - record.settled_count();
  out.set_size(out.size() + active);
  out.set_inprocess(out.inprocess() + static_cast<uint32_t>(queue.leased.size()));
  out.set_numberofqueues(out.numberofqueues() + 1);
  auto& counts = *out.mutable_counts();
  counts["completed"] += record.settled_count();
  counts["active_queues"] += active > 0 ? 1 : 0;
}

}  // namespace

struct CrawlBook::Stop {
  std::string key;
  std::string name;
  kv::Slot slot;
};

std::vector<std::string> CrawlBook::Crawls() {
  base::MutexLock lock(core_.mutex);
  std::vector<std::string> out;
  for (const auto& [id, crawl] : core_.crawls.all()) out.push_back(id);
  return out;
}

urlfrontier::QueueList CrawlBook::ListQueues(const urlfrontier::Pagination& request,
                                             UnixTime now) {
  urlfrontier::QueueList out;
  const uint32_t size = request.size() == 0 ? kPageDefault : request.size();
  out.set_start(request.start());
  out.set_size(size);
  out.set_crawlid(CrawlOf(request.crawlid()));
  base::MutexLock lock(core_.mutex);
  const Crawl* const crawl = core_.crawls.FindCrawl(out.crawlid());
  if (crawl == nullptr) return out;
  size_t bytes = 0;
  uint64_t total = 0;
  for (const auto& [key, queue] : crawl->queues) {
    const bool hidden = !request.include_inactive() &&
                        (queue->record.blocked_until_ms() > ToMillis(now) || !IsActive(*queue));
    if (hidden) continue;
    const bool on_page = total >= request.start() &&
                         static_cast<uint32_t>(out.values_size()) < size &&
                         bytes < kQueueListBytesMax;
    ++total;
    if (!on_page) continue;
    bytes += key.size() + 4;
    out.add_values(key);
  }
  out.set_total(total);
  return out;
}

urlfrontier::Stats CrawlBook::Stats(const urlfrontier::QueueWithinCrawlParams& request,
                                    UnixTime now) {
  urlfrontier::Stats out;
  out.set_crawlid(CrawlOf(request.crawlid()));
  (*out.mutable_counts())["completed"] = 0;
  (*out.mutable_counts())["active_queues"] = 0;
  Events events;
  {
    base::MutexLock lock(core_.mutex);
    core_.Expire(now, events);
    const Crawl* const crawl = core_.crawls.FindCrawl(out.crawlid());
    if (crawl == nullptr) return out;
    if (request.key().empty()) {
      for (const auto& [key, queue] : crawl->queues) CountQueue(*queue, out);
    } else if (const auto found = crawl->queues.find(request.key());
               found != crawl->queues.end()) {
      CountQueue(*found->second, out);
    }
  }
  core_.Tell(events);
  return out;
}

StatusOr<urlfrontier::URLItem> CrawlBook::Find(const urlfrontier::URLStatusRequest& request) {
  CrawlQueue names{CrawlOf(request.crawlid()), request.key()};
  if (names.key.empty()) names.key = KeyOfUrl(request.url());
  if (names.key.empty()) {
    return base::InvalidArgument("no key, and the URL has no host to take for one");
  }
  const base::Status unknown = base::NotFound("the crawl " + names.crawl + " does not know " +
                                              request.url().substr(0, kUrlBytesMax));
  if (request.url().size() > kClientUrlBytesMax || IsTooLong(names.key)) return unknown;
  const std::string name = NameOf(names.crawl, names.key);
  const kv::Slot slot = SlotOfQueue(name);
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(slot));
  const std::string key = UrlKey(slot, name, request.url());
  if (key.size() > kv::kKeyBytesMax) return unknown;
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard->Get(kUrlFamily, key));
  if (!value) return unknown;
  ASSIGN_OR_RETURN(const UrlRecord record, Decode<UrlRecord>(key, *value));
  return ItemOf(names, request.url(), record);
}

std::optional<CrawlBook::Stop> CrawlBook::StopOf(UrlScan& scan) {
  base::MutexLock lock(core_.mutex);
  const Crawl* const crawl = core_.crawls.FindCrawl(scan.crawl);
  if (crawl == nullptr || scan.ended) return std::nullopt;
  const auto found = scan.key.empty() ? crawl->queues.lower_bound(scan.at_key)
                                      : crawl->queues.find(scan.key);
  if (found == crawl->queues.end()) return std::nullopt;
  if (found->first != scan.at_key) scan.after_url.clear();
  scan.at_key = found->first;
  return Stop{found->first, found->second->key, found->second->slot};
}

StatusOr<std::vector<urlfrontier::URLItem>> CrawlBook::Scan(UrlScan& scan, size_t max) {
  std::vector<urlfrontier::URLItem> out;
  size_t bytes = 0;
  for (size_t seen = 0; seen < kLookedAtMax && out.size() < max && !scan.ended; ++seen) {
    const std::optional<Stop> stop = StopOf(scan);
    if (!stop) {
      scan.ended = true;
      break;
    }
    ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(stop->slot));
    const std::string prefix = UrlKey(stop->slot, stop->name, "");
    std::string from = prefix + scan.after_url;
    if (!scan.after_url.empty()) from.push_back('\0');
    const auto cursor =
        shard->Scan(kUrlFamily, {.lower = std::move(from), .upper = PrefixEnd(prefix)});
    for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next(), ++seen) {
      if (seen >= kLookedAtMax || out.size() >= max || bytes >= kScanBytesMax) break;
      std::string url(cursor->key().substr(prefix.size()));
      scan.after_url = url;
      if (!Matches(scan, url)) continue;
      ASSIGN_OR_RETURN(const UrlRecord record,
                       Decode<UrlRecord>(cursor->key(), std::string(cursor->value())));
      ASSIGN_OR_RETURN(urlfrontier::URLItem item,
                       ItemOf({scan.crawl, stop->key}, url, record));
      out.push_back(std::move(item));
      bytes += cursor->key().size() + cursor->value().size();
    }
    RETURN_IF_ERROR(cursor->status());
    if (cursor->Valid()) break;
    scan.ended = !scan.key.empty();
    scan.at_key.push_back('\0');  // The queue after this one.
    scan.after_url.clear();
  }
  return out;
}

StatusOr<uint64_t> CrawlBook::Count(UrlScan scan) {
  uint64_t count = 0;
  if (!scan.filter) {
    base::MutexLock lock(core_.mutex);
    const Crawl* const crawl = core_.crawls.FindCrawl(scan.crawl);
    if (crawl == nullptr) return count;
    for (const auto& [key, queue] : crawl->queues) {
      if (scan.key.empty() || scan.key == key) count += queue->record.url_count();
    }
    return count;
  }
  while (!scan.ended) {
    ASSIGN_OR_RETURN(const auto page, Scan(scan, kLookedAtMax));
    count += page.size();
  }
  return count;
}

}  // namespace signboard::frontier
