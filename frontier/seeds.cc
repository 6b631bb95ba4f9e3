#include "frontier/seeds.h"

#include <algorithm>
#include <map>
#include <set>

#include "frontier/transaction.h"

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

// The seed as it is kept, or why it cannot be.
StatusOr<v1::Seed> Validated(const v1::Seed& asked, UnixTime now) {
  ASSIGN_OR_RETURN(const UrlFacts facts, ReadUrl(asked.url()));
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
  seed.set_state(std::string(kSeedActive));
  seed.set_added_ms(ToMillis(now));
  v1::Scope& scope = *seed.mutable_scope();
  if (scope.host().empty()) scope.set_host(facts.queue);
  RETURN_IF_ERROR(CheckQueueKey(scope.host()));
  if (!scope.path_prefix().empty() && scope.path_prefix()[0] != '/') {
    return base::InvalidArgument("path_prefix \"" + scope.path_prefix() + "\" begins with no /");
  }
  if (!InScope(scope, facts)) {
    return base::InvalidArgument("the seed is outside its own scope " + scope.host() +
                                 scope.path_prefix());
  }
  return seed;
}

}  // namespace

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
  record->set_depth(0);
  record->clear_via();
  record->set_seed_url(seed.url());
  return OkStatus();
}

StatusOr<v1::AddSeedsReply> Seeds::Add(const v1::AddSeedsRequest& request, UnixTime now) {
  if (request.seeds_size() > kSeedsPerCallMax) {
    return base::InvalidArgument(std::to_string(request.seeds_size()) +
                                 " seeds in one call; at most " +
                                 std::to_string(kSeedsPerCallMax));
  }
  v1::AddSeedsReply reply;
  Events events;
  {
    base::MutexLock lock(core_.mutex);
    std::map<kv::Shard*, Transaction> transactions;
    std::map<std::string, v1::Seed> accepted;
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
      StatusOr<v1::Seed> seed = Validated(asked, now);
      if (seed.ok() && core_.seeds.all().size() + accepted.size() >= core_.options.seeds_max) {
        seed = base::ResourceExhausted("there are " + std::to_string(core_.options.seeds_max) +
                                       " seeds already");
      }
      const StatusOr<QueueState*> queue =
          seed.ok() ? core_.schedule.FindOrAdd(ReadUrl(seed->url())->queue) : seed.status();
      if (!queue.ok()) {
        result.set_error(std::string(base::Message(queue.status())));
        continue;
      }
      result.set_url(seed->url());
      const v1::Seed* known = core_.seeds.Find(seed->url());
      result.set_added(known == nullptr && !accepted.contains(seed->url()));
      if (known != nullptr) {
        seed->set_state(known->state());
        seed->set_added_ms(known->added_ms());
      }
      if (request.dry_run()) continue;
      ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf((*queue)->slot));
      Transaction& transaction =
          transactions.try_emplace(shard.get(), core_, shard).first->second;
      RETURN_IF_ERROR(AddOne(transaction, **queue, *seed, now));
      accepted[seed->url()] = *seed;
      if (++pending >= kSeedBatchMax) RETURN_IF_ERROR(commit());
    }
    RETURN_IF_ERROR(commit());
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
    if (host.empty() || of == host || below) out.push_back(at->second);
  }
  return out;
}

StatusOr<v1::ChangeSeedsReply> Seeds::Change(const v1::ChangeSeedsRequest& request) {
  if (!v1::ChangeSeedsRequest::Change_IsValid(request.change()) ||
      request.change() == v1::ChangeSeedsRequest::CHANGE_UNSPECIFIED) {
    return base::InvalidArgument("change is none of PAUSE, RESUME, REMOVE");
  }
  if (request.urls_size() > kSeedsPerCallMax) {
    return base::InvalidArgument(std::to_string(request.urls_size()) +
                                 " URLs in one call; at most " +
                                 std::to_string(kSeedsPerCallMax));
  }
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

Status Seeds::ChangeOne(v1::ChangeSeedsRequest::Change change, const v1::Seed& seed) {
  ASSIGN_OR_RETURN(const UrlFacts facts, ReadUrl(seed.url()));
  ASSIGN_OR_RETURN(QueueState * queue, core_.schedule.FindOrAdd(facts.queue));
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue->slot));
  const std::string key = SeedKey(queue->slot, seed.url());
  v1::Seed changed = seed;
  Transaction transaction(core_, shard);
  if (change == v1::ChangeSeedsRequest::REMOVE) {
    transaction.batch().Delete(kSeedFamily, key);
  } else {
    const bool pause = change == v1::ChangeSeedsRequest::PAUSE;
    changed.set_state(std::string(pause ? kSeedPaused : kSeedActive));
    transaction.batch().Put(kSeedFamily, key, changed.SerializeAsString());
  }
  RETURN_IF_ERROR(transaction.Commit());
  if (change == v1::ChangeSeedsRequest::REMOVE) {
    core_.seeds.Remove(seed.url());
  } else {
    core_.seeds.Put(changed);
  }
  return OkStatus();
}

Status Seeds::Unpark(const std::string& host) {
  const QueueState* of_host = core_.schedule.Find(host);
  const std::string domain = DomainOfQueue(host);
  for (const auto& [key, queue] : core_.schedule.queues()) {
    if (queue->record.parked_count() == 0) continue;
    const bool same = of_host != nullptr ? queue->domain == of_host->domain
                                         : DomainOfQueue(key) == domain;
    if (same) RETURN_IF_ERROR(UnparkQueue(*queue));
  }
  return OkStatus();
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
      const v1::Seed* seed = core_.seeds.Find(record->seed_url());
      if (seed == nullptr || seed->state() == kSeedActive) record->set_parked(false);
    }
    RETURN_IF_ERROR(cursor->status());
    more = cursor->Valid();
    if (more) from = std::string(cursor->key());
    RETURN_IF_ERROR(transaction.Commit());
  }
  return OkStatus();
}

}  // namespace signboard::frontier
