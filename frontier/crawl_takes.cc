#include <algorithm>
#include <limits>
#include <map>

#include "frontier/crawl_queue.h"
#include "frontier/crawls.h"
#include "frontier/lease_id.h"
#include "frontier/transaction.h"

namespace signboard::frontier {
namespace {

// A serve of one queue, and a write of many, give so many at most.
constexpr size_t kUrlsPerServeMax = 10'000;
constexpr size_t kUrlsPerWrite = 1'000;
constexpr size_t kBytesPerWrite = size_t{1} << 20;
constexpr int64_t kLeaseSecondsDefault = 30;

class Taker {
 public:
  Taker(Core& core, ClientAsk& ask, UnixTime now) : core_(core), ask_(ask), now_(now) {}

  Status TakeSome() REQUIRES_LOCK(core_.mutex) {
    while (!ask_.crawls.empty()) {
      if (const Crawl* crawl = core_.crawls.FindCrawl(ask_.crawls.back())) {
        const bool all = ask_.key.empty();
        RETURN_IF_ERROR(all ? VisitCrawl(*crawl) : VisitKey(*crawl));
      }
      if (Enough()) break;
      ask_.crawls.pop_back();
    }
    for (auto& [shard, transaction] : transactions_) {
      RETURN_IF_ERROR(transaction.Commit(kv::Durability::kBuffered));
    }
    return OkStatus();
  }

  // What was not written: its URLs wait as before.
  void GiveUp() REQUIRES_LOCK(core_.mutex) {
    for (const uint64_t nonce : nonces_) {
      core_.schedule.RemoveLease(nonce, Schedule::LeaseEnd::kLost);
    }
  }
  std::vector<urlfrontier::URLInfo> leased() && { return std::move(leased_); }

 private:
  bool Enough() const {
    return ask_.queues_left == 0 || leased_.size() >= kUrlsPerWrite || bytes_ >= kBytesPerWrite;
  }

  Status VisitKey(const Crawl& crawl) REQUIRES_LOCK(core_.mutex) {
    const auto found = crawl.queues.find(ask_.key);
    if (found == crawl.queues.end()) return OkStatus();
    if (found->second->NextInstant() > ToMillis(ask_.began)) return OkStatus();
    return Visit(*found->second);
  }

  // Those that are ready, whoever waits longest first. Nobody moves before the commit.
  Status VisitCrawl(const Crawl& crawl) REQUIRES_LOCK(core_.mutex) {
    auto idle = crawl.idle.begin();
    auto busy = ask_.urls_per_queue > 1 ? crawl.busy.begin() : crawl.busy.end();
    while (!Enough()) {
      const bool from_busy = idle == crawl.idle.end() ||
                             (busy != crawl.busy.end() && busy->first < idle->first);
      if (from_busy && busy == crawl.busy.end()) break;
      const auto [instant, queue] = from_busy ? *busy++ : *idle++;
      if (instant > ToMillis(ask_.began)) break;
      RETURN_IF_ERROR(Visit(*queue));
    }
    return OkStatus();
  }

  // Whether the site's own queue, where we watch it too, lets others in.
  bool OwnQueueAllows(const QueueState* own) const REQUIRES_LOCK(core_.mutex) {
    return own == nullptr ||
           (own->leased.empty() && own->record.rests_until_ms() <= ToMillis(now_) &&
            own->record.blocked_until_ms() <= ToMillis(now_));
  }

  Status Visit(QueueState& queue) REQUIRES_LOCK(core_.mutex) {
    if (queue.leased.size() >= ask_.urls_per_queue) return OkStatus();
    QueueState* const own = core_.schedule.Find(KeyOf(queue.key));
    if (!OwnQueueAllows(own)) return OkStatus();
    ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue.slot));
    Transaction& transaction =
        transactions_.try_emplace(shard.get(), core_, shard).first->second;
    const size_t before = leased_.size();
    RETURN_IF_ERROR(Serve(transaction, queue));
    if (leased_.size() == before) return OkStatus();
    --ask_.queues_left;
    QueueRecord& record = transaction.Edit(queue);
    record.set_served_s(ToMillis(now_) / 1'000);
    record.set_rests_until_ms(core_.RestOf(record));
    if (own != nullptr) {
      QueueRecord& rests = transaction.Edit(*own);
      rests.set_rests_until_ms(std::max<int64_t>(
          rests.rests_until_ms(), ToMillis(now_ + core_.DelayOf(rests))));
    }
    return OkStatus();
  }

  // Leases from the queue's first URL on, and leaves the bound at the first that it did not lease.
  Status Serve(Transaction& transaction, QueueState& queue) REQUIRES_LOCK(core_.mutex) {
    const size_t live = core_.schedule.leases().size();
    const size_t room = live < core_.options.client_leases_max
                            ? core_.options.client_leases_max - live : 0;
    size_t left = std::min({ask_.urls_per_queue, kUrlsPerServeMax, room});
    const auto cursor = transaction.shard().Scan(
        kDueFamily,
        {.lower = DueKey(queue.slot, queue.key, {DueClass::kNormal, queue.first_due[kNormalIndex]},
                         queue.first_url),
         .upper = PrefixEnd(DuePrefix(queue.slot, queue.key, DueClass::kNormal))});
    queue.stale[kNormalIndex] = true;  // Until all of it went well.
    int64_t next_due = kNever;
    std::string next_url;
    for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
      ASSIGN_OR_RETURN(DueEntry entry, ParseDueKey(cursor->key()));
      if (queue.leased.contains(entry.what.url)) continue;
      if (left == 0 || bytes_ >= kBytesPerWrite || entry.place.due_ms > ToMillis(now_)) {
        next_due = entry.place.due_ms;
        next_url = std::move(entry.what.url);
        break;
      }
      RETURN_IF_ERROR(Lease(transaction, queue, entry));
      --left;
    }
    RETURN_IF_ERROR(cursor->status());
    queue.first_due[kNormalIndex] = next_due;
    queue.first_url = std::move(next_url);
    queue.stale[kNormalIndex] = false;
    return OkStatus();
  }

  Status Lease(Transaction& transaction, QueueState& queue, const DueEntry& entry)
      REQUIRES_LOCK(core_.mutex) {
    const std::string& url = entry.what.url;
    ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(queue, url));
    if (record == nullptr) return base::DataLoss("a due key but no record of " + url);
    const UnixTime expires = now_ + ask_.lease;
    const LeaseId id{.slot = queue.slot,
                     .expires_ms = ToMillis(expires),
                     .nonce = core_.random(),
                     .url_hash = LeaseId::HashOf(queue.key, url)};
    record->set_state(UrlRecord::LEASED);
    record->set_held_until_ms(ToMillis(expires));
    LeaseRecord held;
    held.set_lease_id(id.Format());
    held.set_lent_ms(ToMillis(now_));
    core_.schedule.AddLease({.id = held.lease_id(), .queue = &queue, .url = url, .lent = now_,
                             .expires = expires, .job_id = {}, .worker_id = {},
                             .due_ms = entry.place.due_ms});
    nonces_.push_back(id.nonce);
    transaction.Hold(queue, url, std::move(held));

    urlfrontier::URLInfo& info = leased_.emplace_back();
    if (!info.ParseFromString(record->item().metadata())) {
      return base::DataLoss("the metadata of " + url + " do not decode");
    }
    std::optional<CrawlQueue> names = ParseQueueName(queue.key);
    bytes_ += url.size() + record->item().metadata().size();
    info.set_url(url);
    info.set_key(std::move(names->key));
    info.set_crawlid(std::move(names->crawl));
    return OkStatus();
  }

  Core& core_;
  ClientAsk& ask_;
  const UnixTime now_;
  std::map<kv::Shard*, Transaction> transactions_;
  std::vector<uint64_t> nonces_;
  size_t bytes_ = 0;
  std::vector<urlfrontier::URLInfo> leased_;
};

}  // namespace

ClientAsk Crawls::Begin(const urlfrontier::GetParams& request, UnixTime now) {
  const auto any_if_none = [](uint32_t asked) {
    return asked == 0 ? std::numeric_limits<size_t>::max() : size_t{asked};
  };
  ClientAsk ask;
  ask.key = request.key();
  ask.urls_per_queue = any_if_none(request.max_urls_per_queue());
  ask.queues_left = any_if_none(request.max_queues());
  const int64_t lease_s = request.delay_requestable();
  ask.lease = Millis((lease_s == 0 ? kLeaseSecondsDefault : lease_s) * 1'000);
  ask.began = now;
  base::MutexLock lock(core_.mutex);
  if (core_.clients.inactive()) return ask;
  if (request.item_case() == urlfrontier::GetParams::kCrawlID) {
    ask.crawls.push_back(CrawlOf(request.crawlid()));
    return ask;
  }
  for (const auto& [id, crawl] : core_.crawls.all()) ask.crawls.push_back(id);
  // In turn: no crawl is always asked first.
  const size_t turn = ask.crawls.empty() ? 0 : core_.random() % ask.crawls.size();
  std::rotate(ask.crawls.begin(), ask.crawls.begin() + static_cast<std::ptrdiff_t>(turn),
              ask.crawls.end());
  return ask;
}

StatusOr<std::vector<urlfrontier::URLInfo>> Crawls::Take(ClientAsk& ask, UnixTime now) {
  Events events;
  Status status;
  std::vector<urlfrontier::URLInfo> leased;
  {
    base::MutexLock lock(core_.mutex);
    core_.Expire(now, events);
    if (core_.clients.inactive()) ask.crawls.clear();
    Taker taker(core_, ask, now);
    status = taker.TakeSome();
    if (!status.ok()) taker.GiveUp();
    leased = std::move(taker).leased();
  }
  core_.Tell(events);
  if (!status.ok()) return status;
  // Before anybody is told of them. A lease that is lost with a machine was never sent.
  if (!leased.empty()) RETURN_IF_ERROR(core_.Sync());
  return leased;
}

}  // namespace signboard::frontier
