#include "frontier/recrawls.h"

#include <algorithm>

#include "frontier/settle_url.h"
#include "proto/base/span.h"
#include "frontier/transaction.h"

namespace signboard::frontier {
namespace {

constexpr int kForgottenPerJobMax = 100;
constexpr uint32_t kPositionMax = 1'000;

// Removes settled jobs of the slot that ended before `before`, the oldest first.
Status Forget(Transaction& transaction, kv::Slot slot, UnixTime before) {
  const auto cursor = transaction.shard().Scan(
      kJobFamily,
      {.lower = kv::SlotKey(slot), .upper = JobKey(slot, MakeJobId(slot, before, 0))});
  int seen = 0;
  for (cursor->SeekToFirst(); cursor->Valid() && seen < kForgottenPerJobMax;
       cursor->Next(), ++seen) {
    ASSIGN_OR_RETURN(const JobRecord job,
                     Decode<JobRecord>(cursor->key(), std::string(cursor->value())));
    const v1::RecrawlProgress& progress = job.progress();
    if (IsFinal(progress.state()) && progress.updated_ms() < ToMillis(before)) {
      transaction.batch().Delete(kJobFamily, cursor->key());
    }
  }
  return cursor->status();
}

// The record of a URL that is known only because somebody asked for it.
// Within a seed's scope it also begins a schedule of its own, after this fetch.
void FillUnknown(const Core& core, const SeedBook& seeds, const UrlFacts& facts, UnixTime now,
                 UrlRecord& record) {
  const Millis interval = core.options.revisit.page_interval_start;
  record.set_priority(v1::PRIORITY_NORMAL);
  record.set_discovered_ms(ToMillis(now));
  record.set_due_ms(ToMillis(now + interval));
  record.set_depth(1);
  if (const v1::Seed* seed = seeds.Covering(facts)) {
    record.set_seed_url(seed->url());
    record.set_interval_ms(interval.count());
    record.set_scheduled(true);
  }
}

}  // namespace

bool IsFinal(v1::JobState state) {
  return state == v1::JOB_DONE || state == v1::JOB_REUSED || state == v1::JOB_REFUSED ||
         state == v1::JOB_FAILED;
}

StatusOr<v1::RecrawlProgress> Recrawls::Start(const std::string& url, Millis max_age,
                                              UnixTime now) {
  ASSIGN_OR_RETURN(const UrlFacts facts, ReadUrl(url));
  Events events;
  StatusOr<v1::RecrawlProgress> progress = v1::RecrawlProgress();
  {
    base::MutexLock lock(core_.mutex);
    core_.Expire(now, events);
    progress = Open(facts, url, max_age, now, events);
  }
  core_.Tell(events);
  return progress;
}

StatusOr<v1::RecrawlProgress> Recrawls::Open(const UrlFacts& facts, const std::string& url,
                                             Millis max_age, UnixTime now, Events& events) {
  ASSIGN_OR_RETURN(QueueState * queue, core_.schedule.FindOrAdd(facts.queue));
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(queue->slot));
  Transaction transaction(core_, shard);
  // The exact URL if it is known, else its canonical form.
  std::string exact = url;
  ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(*queue, exact));
  if (record == nullptr) {
    exact = facts.canonical;
    ASSIGN_OR_RETURN(record, transaction.Find(*queue, exact));
  }
  if (record != nullptr && !record->job_id().empty()) return Read(record->job_id(), now);

  const std::string job_id =
      MakeJobId(queue->slot, now, static_cast<uint32_t>(core_.random()));
  JobRecord job;
  job.set_queue(queue->key);
  v1::RecrawlProgress& progress = *job.mutable_progress();
  progress.set_job_id(job_id);
  progress.set_url(exact);
  progress.set_created_ms(ToMillis(now));
  progress.set_updated_ms(ToMillis(now));

  const bool reused = record != nullptr && max_age > Millis(0) &&
                      !record->last().snapshot_id().empty() &&
                      record->last().fetched_ms() >= ToMillis(now - max_age);
  if (reused) {
    progress.set_state(v1::JOB_REUSED);
    progress.set_outcome(record->last_outcome());
    progress.mutable_fetched()->set_snapshot_id(record->last().snapshot_id());
    progress.mutable_fetched()->set_body_sha256(record->last().body_sha256());
  } else {
    if (record == nullptr) {
      record = &transaction.Add(*queue, exact);
      FillUnknown(core_, core_.seeds, facts, now, *record);
    }
    progress.set_state(v1::JOB_QUEUED);
    record->set_job_id(job_id);
    record->set_job_due_ms(ToMillis(now));
    // Leased: it is lent again, for this job, once its present lease has ended.
    if (!queue->leased.contains(exact)) record->set_state(UrlRecord::WAITING);
  }
  transaction.batch().Put(kJobFamily, JobKey(queue->slot, job_id), job.SerializeAsString());
  RETURN_IF_ERROR(Forget(transaction, queue->slot, now - core_.options.job_keep));
  RETURN_IF_ERROR(transaction.Commit());
  events.work = !reused;
  return Read(job_id, now);
}

StatusOr<v1::RecrawlProgress> Recrawls::Get(const std::string& job_id, UnixTime now) {
  Events events;
  StatusOr<v1::RecrawlProgress> progress = v1::RecrawlProgress();
  {
    base::MutexLock lock(core_.mutex);
    core_.Expire(now, events);
    progress = Read(job_id, now);
  }
  core_.Tell(events);
  return progress;
}

StatusOr<v1::RecrawlProgress> Recrawls::Read(const std::string& job_id, UnixTime now) {
  ASSIGN_OR_RETURN(const kv::Slot slot, SlotOfJobId(job_id));
  ASSIGN_OR_RETURN(const auto shard, core_.space.ShardOf(slot));
  ASSIGN_OR_RETURN(std::optional<JobRecord> job, ReadJob(*shard, slot, job_id));
  if (!job) return base::NotFound("no recrawl job " + job_id + ": never seen, or forgotten");
  v1::RecrawlProgress& progress = *job->mutable_progress();
  if (IsFinal(progress.state())) return progress;
  QueueState* queue = core_.schedule.Find(job->queue());
  if (queue == nullptr) return base::DataLoss("job " + job_id + " has no queue");
  if (const auto held = queue->leased.find(progress.url()); held != queue->leased.end()) {
    const LiveLease* lease = core_.schedule.FindLease(held->second);
    if (lease != nullptr && lease->job_id == job_id) {
      progress.set_state(lease->job_state);
      return progress;
    }
  }
  RETURN_IF_ERROR(Position(*shard, *queue, now, progress));
  return progress;
}

Status Recrawls::Position(kv::Shard& shard, QueueState& queue, UnixTime now,
                          v1::RecrawlProgress& progress) {
  const std::string prefix = DuePrefix(queue.slot, queue.key, DueClass::kOnDemand);
  const auto cursor =
      shard.Scan(kDueFamily, {.lower = prefix, .upper = PrefixEnd(prefix)});
  uint32_t before = 0;
  for (cursor->SeekToFirst(); cursor->Valid() && before < kPositionMax; cursor->Next()) {
    ASSIGN_OR_RETURN(const DueEntry entry, ParseDueKey(cursor->key()));
    if (entry.what.url == progress.url()) break;
    if (!queue.leased.contains(entry.what.url)) ++before;
  }
  RETURN_IF_ERROR(cursor->status());
  progress.set_position(before);
  const int64_t free =
      std::max({queue.record.rests_until_ms(), queue.record.blocked_until_ms(), ToMillis(now)});
  const Millis wait = Millis(free - ToMillis(now)) + before * core_.DelayOf(queue.record);
  *progress.mutable_expected_wait() = ToProto(wait);
  if (queue.record.blocked_until_ms() > ToMillis(now)) {
    progress.set_detail("waits: " + queue.key + " is blocked: " + queue.record.blocked_why());
  }
  return OkStatus();
}

}  // namespace signboard::frontier
