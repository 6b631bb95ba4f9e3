#include "frontier/seeds.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "frontier/admission.h"
#include "frontier/backfills.h"
#include "frontier/transaction.h"
#include "proto/base/slot.h"

namespace signboard::frontier {
namespace {

constexpr size_t kNoteBytesMax = 1'000;
constexpr int kUnparkBatchMax = 1'000;
constexpr size_t kSeedBatchMax = 500;

bool IsKind(const std::string& kind) {
  return kind.empty() || kind == "government" || kind == "convergence_media" ||
         kind == "news_portal" || kind == "wechat";
}

bool IsCode(const std::string& code) {
  return code.empty() || (code.size() == 6 && std::all_of(code.begin(), code.end(), [](char c) {
                            return c >= '0' && c <= '9';
                          }));
}

// The seed as it is kept, or why it cannot be. `known`: as it was; null: it is new.
StatusOr<v1::Seed> Validated(const v1::Seed& asked, const UrlFacts& facts, const v1::Seed* known,
                             UnixTime now) {
  if (!IsKind(asked.kind())) {
    return base::InvalidArgument(
        "kind \"" + asked.kind() +
        "\" is none of government, convergence_media, news_portal, wechat");
  }
  if (!IsCode(asked.code())) {
    return base::InvalidArgument("code \"" + asked.code() +
                                 "\" is not the six digits of GB/T 2260");
  }
  if (asked.note().size() > kNoteBytesMax) {
    return base::InvalidArgument("a note of more than " + std::to_string(kNoteBytesMax) + " bytes");
  }
  v1::Seed seed = asked;
  seed.set_url(facts.canonical);
  seed.set_state(known != nullptr ? known->state() : std::string(kSeedActive));
  seed.set_added_ms(known != nullptr ? known->added_ms() : ToMillis(now));
  seed.clear_backfill();
  if (known != nullptr && known->has_backfill()) *seed.mutable_backfill() = known->backfill();
  if (known != nullptr && !asked.has_scope()) {
    *seed.mutable_scope() = known->scope();
  } else {
    ASSIGN_OR_RETURN(*seed.mutable_scope(), ValidScope(asked.scope(), facts));
  }
  return seed;
}

// Among those of this call, or of before it. nullptr: neither.
const v1::Seed* Known(const std::string& url, const std::map<std::string, v1::Seed>& accepted,
                      const SeedBook& book) {
  const auto found = accepted.find(url);
  return found != accepted.end() ? &found->second : book.Find(url);
}

Status TooMany(int count, std::string_view what) {
  return base::InvalidArgument(std::to_string(count) + " " + std::string(what) +
                               " in one call; at most " + std::to_string(kSeedsPerCallMax));
}

}  // namespace

StatusOr<v1::Seed> ValidSeed(const v1::Seed& asked) {
  ASSIGN_OR_RETURN(const UrlFacts facts, ReadUrl(asked.url()));
  return Validated(asked, facts, nullptr, UnixTime());
}

Status Seeds::AddOne(Transaction& transaction, QueueState& queue, const v1::Seed& seed,
                     UnixTime now) {
  transaction.batch().Put(kSeedFamily, SeedKey(queue.slot, seed.url()), seed.SerializeAsString());
  ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(queue, seed.url()));
  if (record == nullptr) {
    record = &transaction.Add(queue, seed.url());
    record->set_state(UrlRecord::WAITING);
    record->set_discovered_ms(ToMillis(now));
    record->set_due_ms(ToMillis(now));
  } else if (record->state() == UrlRecord::SETTLED) {
    record->set_state(UrlRecord::WAITING);
    record->set_due_ms(ToMillis(now));
  }
  record->set_scheduled(true);
  record->set_settled_with_seed(false);
  record->set_priority(v1::PRIORITY_HUB);
  record->set_hub(true);
  record->set_hub_basis(UrlRecord::SHAPE);
  record->set_faded(false);
  record->set_past(false);
  record->set_depth(0);
  record->clear_via();
  record->set_seed_url(seed.url());
  return OkStatus();
}

StatusOr<v1::AddSeedsReply> Seeds::Add(const v1::AddSeedsRequest& request, UnixTime now) {
  if (request.seeds_size() > kSeedsPerCallMax) return TooMany(request.seeds_size(), "seeds");
  v1::AddSeedsReply reply;
  Events events;
  {
    base::MutexLock lock(core_.mutex);
    std::map<kv::Shard*, Transaction> transactions;
    std::map<std::string, v1::Seed> accepted;
    std::set<std::string> widened;  // Hosts of seeds whose scope is another now.
    size_t pending = 0;
    // Memory follows the disk, batch by batch.
    const auto commit = [&]() REQUIRES_LOCK(core_.mutex) -> Status {
      for (auto& [shard, transaction] : transactions) RETURN_IF_ERROR(transaction.Commit());
      for (const auto& [url, seed] : accepted) core_.seeds.Put(seed);
      transactions.clear();
      accepted.clear();
      pending = 0;
      return OkStatus();
    };
    for (const v1::Seed& asked : request.seeds()) {
      v1::AddSeedsReply::Result& result = *reply.add_results();
      result.set_url(asked.url());
      const StatusOr<UrlFacts> facts = ReadUrl(asked.url());
      const v1::Seed* known =
          facts.ok() ? Known(facts->canonical, accepted, core_.seeds) : nullptr;
      StatusOr<v1::Seed> seed =
          facts.ok() ? Validated(asked, *facts, known, now) : facts.status();
      if (seed.ok() && core_.seeds.all().size() + accepted.size() >= core_.options.seeds_max) {
        seed = base::ResourceExhausted("there are " + std::to_string(core_.options.seeds_max) +
                                       " seeds already");
      }
      const StatusOr<QueueState*> queue =
          seed.ok() ? core_.schedule.FindOrAdd(facts->queue) : seed.status();
      if (!queue.ok()) {
        result.set_error(std::string(base::Message(queue.status())));
        continue;
      }
      result.set_url(seed->url());
      result.set_added(known == nullptr);
      if (request.dry_run()) continue;
      if (known != nullptr &&
          known->scope().SerializeAsString() != seed->scope().SerializeAsString()) {
        widened.insert(seed->scope().host());
      }
      ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf((*queue)->slot));
      Transaction& transaction =
          transactions.try_emplace(shard.get(), core_, shard).first->second;
      RETURN_IF_ERROR(AddOne(transaction, **queue, *seed, now));
      accepted[seed->url()] = *seed;
      if (++pending >= kSeedBatchMax) RETURN_IF_ERROR(commit());
    }
    RETURN_IF_ERROR(commit());
    for (const std::string& host : widened) {
      RETURN_IF_ERROR(Unpark(host));
      RETURN_IF_ERROR(ReadAnew(host));
    }
    events.work = !request.dry_run();
  }
  core_.Tell(events);
  return reply;
}

std::vector<v1::Seed> Seeds::List(const std::string& host, const std::string& after, size_t max) {
  base::MutexLock lock(core_.mutex);
  std::vector<v1::Seed> out;
  const auto& all = core_.seeds.all();
  for (auto at = all.upper_bound(after); at != all.end() && out.size() < max; ++at) {
    const std::string& of = at->second.scope().host();
    const bool below = of.size() > host.size() && of.ends_with(host) &&
                       of[of.size() - host.size() - 1] == '.';
    if (!host.empty() && of != host && !below) continue;
    out.push_back(at->second);
    if (out.back().has_backfill()) CountBackfill(core_, out.back());
  }
  return out;
}

StatusOr<v1::ChangeSeedsReply> Seeds::Change(const v1::ChangeSeedsRequest& request) {
  if (!v1::ChangeSeedsRequest::Change_IsValid(request.change()) ||
      request.change() == v1::ChangeSeedsRequest::CHANGE_UNSPECIFIED) {
    return base::InvalidArgument("change is none of PAUSE, RESUME, REMOVE");
  }
  if (request.urls_size() > kSeedsPerCallMax) return TooMany(request.urls_size(), "URLs");
  v1::ChangeSeedsReply reply;
  Events events{.work = true};
  {
    base::MutexLock lock(core_.mutex);
    std::set<std::string> hosts;
    for (const std::string& url : request.urls()) {
      const StatusOr<UrlFacts> facts = ReadUrl(url);
      const v1::Seed* seed = facts.ok() ? core_.seeds.Find(facts->canonical) : nullptr;
      if (seed == nullptr) {
        reply.add_unknown(url);
        continue;
      }
      reply.add_changed(seed->url());
      if (request.dry_run()) continue;
      hosts.insert(seed->scope().host());
      RETURN_IF_ERROR(ChangeOne(request.change(), v1::Seed(*seed)));
    }
    // Removed seeds too: what was moved aside for them is settled in its turn.
    if (request.change() != v1::ChangeSeedsRequest::PAUSE) {
      for (const std::string& host : hosts) RETURN_IF_ERROR(Unpark(host));
    }
  }
  core_.Tell(events);
  return reply;
}

StatusOr<v1::BackfillSeedsReply> Seeds::Backfill(const v1::BackfillSeedsRequest& request,
                                                 UnixTime now) {
  if (!request.since().empty() && !IsDay(request.since())) {
    return base::InvalidArgument("since \"" + request.since() + "\" is no day like 2018-01-31");
  }
  if (request.urls_size() > kSeedsPerCallMax) return TooMany(request.urls_size(), "URLs");
  v1::BackfillSeedsReply reply;
  Events events{.work = true};
  {
    base::MutexLock lock(core_.mutex);
    std::set<std::string> hosts;
    for (const std::string& url : request.urls()) {
      const StatusOr<UrlFacts> facts = ReadUrl(url);
      const v1::Seed* known = facts.ok() ? core_.seeds.Find(facts->canonical) : nullptr;
      if (known == nullptr) {
        reply.add_unknown(url);
        continue;
      }
      v1::Seed& seed = *reply.add_seeds() = *known;
      if (request.dry_run() || (request.stop() && !seed.has_backfill())) continue;
      v1::Backfill& backfill = *seed.mutable_backfill();
      if (!request.stop()) {
        if (backfill.state() != kBackfillRunning) backfill.set_started_ms(ToMillis(now));
        backfill.set_since(request.since());
        hosts.insert(seed.scope().host());
      }
      backfill.set_state(std::string(request.stop() ? kBackfillStopped : kBackfillRunning));
      RETURN_IF_ERROR(Keep(seed));
    }
    for (const std::string& host : hosts) RETURN_IF_ERROR(Unpark(host));
    for (v1::Seed& seed : *reply.mutable_seeds()) CountBackfill(core_, seed);
  }
  core_.Tell(events);
  return reply;
}

Status Seeds::ChangeOne(v1::ChangeSeedsRequest::Change change, const v1::Seed& seed) {
  if (change != v1::ChangeSeedsRequest::REMOVE) {
    const bool pause = change == v1::ChangeSeedsRequest::PAUSE;
    v1::Seed changed = seed;
    changed.set_state(std::string(pause ? kSeedPaused : kSeedActive));
    return Keep(changed);
  }
  ASSIGN_OR_RETURN(const UrlFacts facts, ReadUrl(seed.url()));
  const kv::Slot slot = base::SlotOfQueueKey(facts.queue);
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(slot));
  Transaction transaction(core_, shard);
  transaction.batch().Delete(kSeedFamily, SeedKey(slot, seed.url()));
  RETURN_IF_ERROR(transaction.Commit());
  core_.seeds.Remove(seed.url());
  return OkStatus();
}

Status Seeds::Keep(const v1::Seed& seed) {
  ASSIGN_OR_RETURN(const UrlFacts facts, ReadUrl(seed.url()));
  const kv::Slot slot = base::SlotOfQueueKey(facts.queue);
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(slot));
  Transaction transaction(core_, shard);
  transaction.batch().Put(kSeedFamily, SeedKey(slot, seed.url()), seed.SerializeAsString());
  RETURN_IF_ERROR(transaction.Commit());
  core_.seeds.Put(seed);
  return OkStatus();
}

std::vector<QueueState*> Seeds::DomainOf(const std::string& host) {
  const QueueState* of_host = core_.schedule.Find(host);
  const std::string domain = DomainOfQueue(host);
  std::vector<QueueState*> out;
  for (const auto& [key, queue] : core_.schedule.queues()) {
    const bool same = of_host != nullptr ? queue->domain == of_host->domain
                                         : DomainOfQueue(key) == domain;
    if (same) out.push_back(queue.get());
  }
  return out;
}

Status Seeds::Unpark(const std::string& host) {
  for (QueueState* queue : DomainOf(host)) {
    if (queue->record.parked_count() > 0) RETURN_IF_ERROR(UnparkQueue(*queue));
  }
  return OkStatus();
}

Status Seeds::ReadAnew(const std::string& host) {
  for (QueueState* queue : DomainOf(host)) RETURN_IF_ERROR(ReadQueueAnew(*queue));
  return OkStatus();
}

Status Seeds::ReadQueueAnew(QueueState& queue) {
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue.slot));
  Transaction transaction(core_, shard);
  const std::string prefix = DuePrefix(queue.slot, queue.key, DueClass::kHub);
  const auto cursor = shard->Scan(kDueFamily, {.lower = prefix, .upper = PrefixEnd(prefix)});
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const DueEntry entry, ParseDueKey(cursor->key()));
    ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(queue, entry.what.url));
    if (record == nullptr || !record->hub() || !record->has_last()) continue;
    record->mutable_last()->clear_etag();
    record->mutable_last()->clear_last_modified();
  }
  RETURN_IF_ERROR(cursor->status());
  return transaction.Commit();
}

Status Seeds::UnparkQueue(QueueState& queue) {
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue.slot));
  const std::string prefix = DuePrefix(queue.slot, queue.key, DueClass::kParked);
  std::string from = prefix;
  for (bool more = true; more;) {
    Transaction transaction(core_, shard);
    const auto cursor =
        shard->Scan(kDueFamily, {.lower = from, .upper = PrefixEnd(prefix)});
    int count = 0;
    for (cursor->SeekToFirst(); cursor->Valid() && count < kUnparkBatchMax;
         cursor->Next(), ++count) {
      ASSIGN_OR_RETURN(const DueEntry entry, ParseDueKey(cursor->key()));
      ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(queue, entry.what.url));
      if (record == nullptr) {
        return base::DataLoss("the frontier has a due key but no record of " + entry.what.url);
      }
      ASSIGN_OR_RETURN(const AdmissionWord admitted,
                       Admit(core_, transaction, queue, entry.what.url, *record));
      if (admitted.word != Admission::kAside) record->set_parked(false);
    }
    RETURN_IF_ERROR(cursor->status());
    more = cursor->Valid();
    if (more) from = std::string(cursor->key());
    RETURN_IF_ERROR(transaction.Commit());
  }
  return OkStatus();
}

}  // namespace signboard::frontier
