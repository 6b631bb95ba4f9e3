#include "storage/archive/redetector.h"

#include <utility>

#include "proto/base/digest.h"
#include "proto/base/log.h"
#include "storage/archive/least_priority.h"
#include "storage/archive/redetection_round.h"
#include "storage/archive/url_range.h"

namespace signboard::archive {
namespace {

using State = v1::Redetection;

constexpr size_t kIdBytes = 8;

v1::Redetection WithoutRules(v1::Redetection job) {
  job.mutable_request()->clear_rules();
  return job;
}

}  // namespace

bool IsMoving(const v1::Redetection& job) {
  return job.state() == State::LOOKING || job.state() == State::APPLYING;
}

StatusOr<std::unique_ptr<Redetector>> Redetector::Open(
    kv::Space& space, Archive& archive, std::shared_ptr<const extract::RuleSet> rules,
    const Clock& clock) {
  std::unique_ptr<Redetector> opened(
      new Redetector(space, archive, std::move(rules), clock));
  RETURN_IF_ERROR(opened->Load());
  opened->thread_ = std::thread([at = opened.get()] { at->Work(); });
  return opened;
}

Redetector::~Redetector() {
  {
    base::MutexLock lock(mutex_);
    ending_ = true;
  }
  more_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

Status Redetector::Load() {
  base::MutexLock lock(mutex_);
  const auto shards = space_.Shards();
  if (shards.empty()) return base::FailedPrecondition("this process has no shard");
  shard_ = shards.front();
  const kv::Slot slot = shard_->slots().first;
  ASSIGN_OR_RETURN(const auto job, shard_->Get(kMetaFamily, RedetectionKey(slot)));
  if (!job) return OkStatus();
  if (!job_.ParseFromString(*job)) return base::DataLoss("the redetection job does not decode");
  ASSIGN_OR_RETURN(const auto place, shard_->Get(kMetaFamily, RedetectionPlaceKey(slot)));
  place_ = place.value_or("");
  const Status rules = MakeRules(job_.request());
  if (rules.ok() || !IsMoving(job_)) return OkStatus();
  job_.set_state(State::FAILED);  // A newer program has no such list any more.
  job_.set_detail(std::string(base::Message(rules)));
  return OkStatus();
}

Status Redetector::MakeRules(const v1::StartRedetectionRequest& request) {
  rules_ = own_rules_;
  if (request.rules().empty()) return OkStatus();
  std::vector<extract::RuleFile> files;
  for (const v1::RuleFile& file : request.rules()) files.push_back({file.name(), file.text()});
  ASSIGN_OR_RETURN(rules_, extract::RuleSet::Parse(std::move(files)));
  return OkStatus();
}

Status Redetector::Save(kv::Batch* batch) {
  const kv::Slot slot = shard_->slots().first;
  batch->Put(kMetaFamily, RedetectionKey(slot), job_.SerializeAsString());
  batch->Put(kMetaFamily, RedetectionPlaceKey(slot), place_);
  RETURN_IF_ERROR(shard_->Write(*batch, kv::Durability::kSynced));
  bell_.Ring();
  return OkStatus();
}

StatusOr<v1::Redetection> Redetector::Start(const v1::StartRedetectionRequest& request) {
  if (request.rules_size() > kRuleFilesMax) return base::InvalidArgument("rules: more than 100");
  if (!request.query().empty())
    RETURN_IF_ERROR(UrlRangeOf(request.query(), request.match()).status());
  ASSIGN_OR_RETURN(const v1::ArchiveStats stats, archive_.Stats());
  base::MutexLock lock(mutex_);
  if (IsMoving(job_))
    return base::FailedPrecondition("redetection " + job_.id() + " is under way: cancel it first");
  RETURN_IF_ERROR(MakeRules(request));
  const extract::UseRules use(rules_.get());
  job_.Clear();
  place_.clear();
  job_.set_id(base::ToHex(base::RandomBytes(kIdBytes)));
  job_.set_state(State::LOOKING);
  *job_.mutable_request() = request;
  job_.set_rules(extract::RulesDigest());
  job_.set_all_count(stats.snapshots());
  job_.set_started_ms(ToMillis(clock_.Now()));
  kv::Batch batch;
  const kv::Slot slot = shard_->slots().first;
  batch.DeleteRange(kMetaFamily, RedetectionChangeKey(slot, 0),
                    RedetectionChangeKey(slot, UINT64_MAX));
  RETURN_IF_ERROR(Save(&batch));
  more_.NotifyAll();
  return WithoutRules(job_);
}

Status Redetector::CheckId(const std::string& id) {
  if (!job_.id().empty() && job_.id() == id) return OkStatus();
  return base::NotFound("no redetection " + id + "; the newest is " +
                        (job_.id().empty() ? "none" : job_.id()));
}

StatusOr<v1::Redetection> Redetector::Apply(const std::string& id) {
  base::MutexLock lock(mutex_);
  RETURN_IF_ERROR(CheckId(id));
  if (job_.state() == State::APPLYING || job_.state() == State::APPLIED) return WithoutRules(job_);
  if (job_.state() != State::READY)
    return base::FailedPrecondition("redetection " + id + " did not come to its end");
  const extract::UseRules use(own_rules_.get());
  if (job_.rules() != extract::RulesDigest())
    return base::FailedPrecondition(
        "redetection " + id + " had other rules than the server: set [crawler] rules, so that new "
        "pages are searched by them too, and start it again");
  job_.set_state(State::APPLYING);
  kv::Batch batch;
  RETURN_IF_ERROR(Save(&batch));
  more_.NotifyAll();
  return WithoutRules(job_);
}

StatusOr<v1::Redetection> Redetector::Cancel(const std::string& id) {
  base::MutexLock lock(mutex_);
  RETURN_IF_ERROR(CheckId(id));
  if (!IsMoving(job_)) return WithoutRules(job_);
  job_.set_state(State::CANCELLED);
  job_.set_ended_ms(ToMillis(clock_.Now()));
  kv::Batch batch;
  RETURN_IF_ERROR(Save(&batch));
  return WithoutRules(job_);
}

StatusOr<v1::Redetection> Redetector::Newest() {
  base::MutexLock lock(mutex_);
  if (job_.id().empty()) return base::NotFound("nothing was detected again yet");
  return WithoutRules(job_);
}

StatusOr<std::vector<v1::RedetectionChange>> Redetector::ChangesAfter(uint64_t number,
                                                                      size_t max) {
  const kv::Slot slot = shard_->slots().first;
  kv::CursorOptions options;
  options.lower = RedetectionChangeKey(slot, number + 1);
  options.upper = RedetectionChangeKey(slot, UINT64_MAX);
  const auto cursor = shard_->Scan(kMetaFamily, std::move(options));
  std::vector<v1::RedetectionChange> changes;
  for (cursor->SeekToFirst(); cursor->Valid() && changes.size() < max; cursor->Next()) {
    const std::string_view value = cursor->value();
    if (!changes.emplace_back().ParseFromArray(value.data(), static_cast<int>(value.size())))
      return base::DataLoss("a redetection's change does not decode");
  }
  RETURN_IF_ERROR(cursor->status());
  return changes;
}

void Redetector::Work() {
  TakeLeastPriority();
  while (true) {
    v1::Redetection job;
    {
      base::MutexLock lock(mutex_);
      while (!ending_ && !IsMoving(job_)) more_.Wait(mutex_);
      if (ending_) return;
      job = WithoutRules(job_);
    }
    WorkRound(job);
  }
}

void Redetector::WorkRound(const v1::Redetection& job) {
  auto round = job.state() == State::LOOKING ? Look(job) : ApplySome(job);
  Status status = round.status();
  if (round.ok()) status = Keep(job, std::move(round).value());
  if (!status.ok()) Fail(job.id(), status);
}

void Redetector::Fail(const std::string& id, const Status& why) {
  base::MutexLock lock(mutex_);
  if (job_.id() != id) return;
  base::Log(base::kError, "archive.redetection_failed", {{"why", base::Message(why)}});
  job_.set_state(State::FAILED);
  job_.set_detail(std::string(base::Message(why)));
  job_.set_ended_ms(ToMillis(clock_.Now()));
  kv::Batch batch;
  Save(&batch).IgnoreError();  // As the job is in memory, so it ends; the disk may be what failed.
}

Status Redetector::Keep(const v1::Redetection& job, Round round) {
  base::MutexLock lock(mutex_);
  if (job_.id() != job.id() || job_.state() != job.state()) return OkStatus();  // Cancelled.
  const kv::Slot slot = shard_->slots().first;
  kv::Batch batch;
  for (v1::RedetectionChange& change : round.changes) {
    if (job_.change_count() >= kChangesMax)
      return base::ResourceExhausted("more than a million changes: ask for fewer pages");
    job_.set_change_count(job_.change_count() + 1);
    change.set_number(job_.change_count());
    batch.Put(kMetaFamily, RedetectionChangeKey(slot, change.number()),
              change.SerializeAsString());
  }
  if (!round.place.empty()) place_ = round.place;
  job_.set_seen_count(job_.seen_count() + round.seen);
  job_.set_searched_count(job_.searched_count() + round.searched);
  job_.set_damaged_count(job_.damaged_count() + round.damaged);
  job_.set_applied_count(job_.applied_count() + round.applied);
  job_.set_outdated_count(job_.outdated_count() + round.outdated);
  if (round.at_end) {
    const bool looked = job_.state() == State::LOOKING;
    job_.set_state(looked ? State::READY : State::APPLIED);
    job_.set_ended_ms(ToMillis(clock_.Now()));
    place_.clear();
    base::Log(base::kInfo, looked ? "archive.redetected" : "archive.redetection_applied",
              {{"id", job_.id()}, {"searched", job_.searched_count()},
               {"changes", job_.change_count()}, {"applied", job_.applied_count()}});
  }
  return Save(&batch);
}

}  // namespace signboard::archive
