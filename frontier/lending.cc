#include "frontier/lending.h"

#include <algorithm>
#include <map>

#include "frontier/admission.h"
#include "frontier/lease_id.h"
#include "frontier/settling.h"
#include "frontier/transaction.h"
#include "proto/base/log.h"
#include "proto/base/span.h"

namespace signboard::frontier {
namespace {

// So many URLs are moved aside in one visit of a queue.
constexpr int kExaminedPerVisitMax = 200;

// Writes the word on a URL that is not lent into its record.
void SetAside(Admission word, UrlRecord& record) {
  if (word == Admission::kAside) {
    record.set_state(UrlRecord::WAITING);
    record.set_parked(true);
    return;
  }
  record.set_state(UrlRecord::SETTLED);
  record.set_scheduled(false);
  record.set_settled_with_seed(true);
}

v1::Scope ScopeOf(const Core& core, const SeedBook& seeds, const UrlRecord& record,
                  const QueueState& queue) {
  v1::Scope scope;
  if (const v1::Seed* seed = seeds.Find(record.seed_url())) {
    scope = seed->scope();
    scope.set_depth_max(DepthMaxOf(scope, core.options));
  } else {
    // A recrawl outside every seed's scope: this URL alone, for its depth is already the greatest.
    scope.set_host(queue.key);
    scope.set_depth_max(record.depth());
  }
  return scope;
}

class Lender {
 public:
  Lender(Core& core, const std::string& worker_id, UnixTime now)
      : core_(core), worker_id_(worker_id), now_(now) {}

  // What this queue gives now, already in the transaction and in the schedule.
  StatusOr<std::optional<v1::Lease>> Visit(Transaction& transaction, QueueState& queue)
      REQUIRES_LOCK(core_.mutex) {
    RETURN_IF_ERROR(core_.Refresh(queue));
    int examined = 0;
    for (size_t i = 0; i < kLentClassCount; ++i) {
      if (queue.first_due[i] > ToMillis(now_)) continue;
      const auto due_class = static_cast<DueClass>(i + 1);
      const auto bound = [&](int64_t due) {
        return DueKey(queue.slot, queue.key, {due_class, due}, "");
      };
      const auto cursor = transaction.shard().Scan(
          kDueFamily,
          {.lower = bound(queue.first_due[i]), .upper = bound(ToMillis(now_) + 1)});
      for (cursor->SeekToFirst(); cursor->Valid() && examined < kExaminedPerVisitMax;
           cursor->Next(), ++examined) {
        ASSIGN_OR_RETURN(const DueEntry entry, ParseDueKey(cursor->key()));
        if (queue.leased.contains(entry.what.url)) continue;
        ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(queue, entry.what.url));
        if (record == nullptr) {
          return base::DataLoss("the frontier has a due key but no record of " + entry.what.url);
        }
        ASSIGN_OR_RETURN(const AdmissionWord admitted,
                         Admit(core_, transaction, queue, entry.what.url, *record));
        if (admitted.word == Admission::kLend) {
          return Lease(transaction, queue, entry.what.url, *record);
        }
        SetAside(admitted.word, *record);
      }
      RETURN_IF_ERROR(cursor->status());
    }
    return std::optional<v1::Lease>();
  }

 private:
  v1::Lease Lease(Transaction& transaction, QueueState& queue, const std::string& url,
                  UrlRecord& record) REQUIRES_LOCK(core_.mutex) {
    const UnixTime expires = now_ + core_.options.lease_time;
    const LeaseId id{.slot = queue.slot,
                     .expires_ms = ToMillis(expires),
                     .nonce = core_.random(),
                     .url_hash = LeaseId::HashOf(queue.key, url)};
    LiveLease live{.id = id.Format(),
                   .queue = &queue,
                   .url = url,
                   .lent = now_,
                   .expires = expires,
                   .job_id = record.job_id(),
                   .job_state = v1::JOB_FETCHING,
                   .worker_id = worker_id_};
    record.set_state(UrlRecord::LEASED);
    record.set_held_until_ms(ToMillis(expires));
    LeaseRecord held;
    held.set_lease_id(live.id);
    held.set_job_id(live.job_id);
    held.set_worker_id(worker_id_);
    held.set_lent_ms(ToMillis(now_));
    transaction.Hold(queue, url, std::move(held));
    QueueRecord& rests = transaction.Edit(queue);
    rests.set_rests_until_ms(std::max<int64_t>(
        rests.rests_until_ms(), ToMillis(now_ + core_.DelayOf(rests))));

    v1::Lease lease;
    lease.set_lease_id(live.id);
    lease.set_trace_id(TraceOf(live.id));
    lease.set_url(url);
    lease.set_queue(queue.key);
    *lease.mutable_lasts() = ToProto(core_.options.lease_time);
    lease.set_priority(live.job_id.empty() ? record.priority() : v1::PRIORITY_ON_DEMAND);
    lease.set_depth(record.depth());
    *lease.mutable_scope() = ScopeOf(core_, core_.seeds, record, queue);
    if (record.fetch_count() > 0) *lease.mutable_last() = record.last();
    lease.set_job_id(live.job_id);
    lease.set_via(record.via());
    lease.set_seed_url(record.seed_url());
    if (const v1::Seed* seed = core_.seeds.Find(record.seed_url()))
      lease.set_place_code(seed->code());
    // At once, so that the rest of this call counts it; taken back if the write fails.
    core_.schedule.AddLease(std::move(live));
    return lease;
  }

  Core& core_;
  const std::string& worker_id_;
  const UnixTime now_;
};

}  // namespace

StatusOr<std::vector<v1::Lease>> Lending::Lend(size_t max, const std::string& worker_id,
                                               UnixTime now) {
  Events events;
  std::vector<v1::Lease> leases;
  Status status;
  {
    base::MutexLock lock(core_.mutex);
    core_.Expire(now, events);
    max = std::min(max, kLeasesPerCallMax);
    Lender lender(core_, worker_id, now);
    std::map<kv::Shard*, Transaction> transactions;
    std::vector<QueueState*> taken;
    while (status.ok() && leases.size() < max) {
      QueueState* queue = core_.schedule.TakeReady(now);
      if (queue == nullptr) break;
      taken.push_back(queue);
      const StatusOr<std::shared_ptr<kv::Shard>> shard = core_.space.ShardOf(queue->slot);
      status = shard.status();
      if (!status.ok()) break;
      Transaction& transaction =
          transactions.try_emplace(shard->get(), core_, *shard).first->second;
      transaction.Touch(*queue);
      StatusOr<std::optional<v1::Lease>> lease = lender.Visit(transaction, *queue);
      status = lease.status();
      if (status.ok() && *lease) leases.push_back(**std::move(lease));
    }
    for (auto& [shard, transaction] : transactions) {
      if (status.ok()) status = transaction.Commit(kv::Durability::kBuffered);
    }
    if (!status.ok()) Lose(leases);
    for (QueueState* queue : taken) core_.schedule.Place(*queue);
    if (status.ok()) core_.leases_lent += leases.size();
    for (const v1::Lease& lease : leases) {
      if (!lease.job_id().empty()) events.jobs.push_back(lease.job_id());
    }
  }
  // Others go on meanwhile, and share the sync.
  if (status.ok() && !leases.empty()) {
    status = core_.Sync();
    if (!status.ok()) {
      base::MutexLock lock(core_.mutex);
      Lose(leases);
    }
  }
  core_.Tell(events);
  if (!status.ok()) return status;
  for (const v1::Lease& lease : leases) {
    Log(kDebug, "frontier.lent", {{"url", lease.url()}, {"worker", worker_id},
                                  {"trace", lease.trace_id()}});
  }
  return leases;
}

void Lending::Lose(const std::vector<v1::Lease>& leases) {
  // What a shard did write runs out by itself; nobody was told of it.
  for (const v1::Lease& lease : leases) {
    core_.schedule.RemoveLease(LeaseId::Parse(lease.lease_id())->nonce,
                               Schedule::LeaseEnd::kLost);
  }
}

std::optional<UnixTime> Lending::NextInstant() {
  base::MutexLock lock(core_.mutex);
  return core_.schedule.NextInstant();
}

std::vector<v1::ReportAck> Lending::Report(const std::vector<v1::Report>& reports, UnixTime now) {
  Events events;
  std::vector<v1::ReportAck> acks;
  {
    base::MutexLock lock(core_.mutex);
    core_.Expire(now, events);
    acks = SettleReports(core_, reports, now, events);
  }
  // Nothing is told before it is durable.
  if (const Status status = core_.Sync(); !status.ok()) {
    for (v1::ReportAck& ack : acks) {
      if (ack.status() != v1::ReportAck::REJECTED) {
        ack.set_status(v1::ReportAck::RETRY);
        ack.set_message(base::ToString(status));
      }
    }
  }
  core_.Tell(events);
  for (const v1::Report& report : reports) {
    Log(kDebug, "frontier.settled", {{"outcome", v1::Outcome_Name(report.outcome())},
                                     {"trace", TraceOf(report.lease_id())}});
  }
  return acks;
}

Status Lending::Return(const std::vector<std::string>& lease_ids, UnixTime now) {
  Events events{.work = true};
  Status status;
  {
    base::MutexLock lock(core_.mutex);
    core_.Expire(now, events);
    std::vector<uint64_t> nonces;
    for (const std::string& lease_id : lease_ids) {
      const std::optional<LeaseId> id = LeaseId::Parse(lease_id);
      const LiveLease* lease = id ? core_.schedule.FindLease(id->nonce) : nullptr;
      if (lease != nullptr && lease->id == lease_id) nonces.push_back(id->nonce);
    }
    status = TakeBack(nonces, events);
  }
  core_.Tell(events);
  return status;
}

StatusOr<size_t> Lending::Reclaim(const std::string& worker_id,
                                  const std::unordered_set<std::string>& held, UnixTime now) {
  Events events{.work = true};
  std::vector<uint64_t> nonces;
  Status status;
  {
    base::MutexLock lock(core_.mutex);
    core_.Expire(now, events);
    for (const auto& [nonce, lease] : core_.schedule.leases()) {
      if (lease.worker_id == worker_id && !held.contains(lease.id)) nonces.push_back(nonce);
    }
    status = TakeBack(nonces, events);
  }
  core_.Tell(events);
  if (!status.ok()) return status;
  return nonces.size();
}

Status Lending::TakeBack(const std::vector<uint64_t>& nonces, Events& events) {
  std::map<kv::Shard*, Transaction> transactions;
  for (const uint64_t nonce : nonces) {
    const LiveLease& lease = *core_.schedule.FindLease(nonce);
    ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(lease.queue->slot));
    Transaction& transaction = transactions.try_emplace(shard.get(), core_, shard).first->second;
    ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(*lease.queue, lease.url));
    if (record == nullptr) return base::DataLoss("the frontier has no record of " + lease.url);
    record->set_state(UrlRecord::WAITING);
    record->clear_held_until_ms();
    transaction.End(nonce);
    if (!lease.job_id.empty()) events.jobs.push_back(lease.job_id);
  }
  for (auto& [shard, transaction] : transactions) RETURN_IF_ERROR(transaction.Commit());
  return OkStatus();
}

std::map<std::string, std::vector<std::string>> Lending::Holders() const {
  std::map<std::string, std::vector<std::string>> holders;
  base::MutexLock lock(core_.mutex);
  for (const auto& [nonce, lease] : core_.schedule.leases()) {
    if (lease.queue->crawl == nullptr) holders[lease.worker_id].push_back(lease.id);
  }
  return holders;
}

void Lending::Progress(std::string_view lease_id, v1::JobState state) {
  Events events;
  {
    base::MutexLock lock(core_.mutex);
    const std::optional<LeaseId> id = LeaseId::Parse(lease_id);
    LiveLease* lease = id ? core_.schedule.FindLease(id->nonce) : nullptr;
    if (lease == nullptr || lease->id != lease_id || lease->job_id.empty()) return;
    if (state != v1::JOB_FETCHING && state != v1::JOB_EXTRACTING) return;
    lease->job_state = state;
    events.jobs.push_back(lease->job_id);
  }
  core_.Tell(events);
}

}  // namespace signboard::frontier
