#include "frontier/check_schema.h"

#include <map>
#include <string>

#include "frontier/crawl_queue.h"
#include "frontier/lease_id.h"
#include "frontier/recrawls.h"
#include "frontier/schema.h"

namespace signboard::frontier {
namespace {

Status Wrong(const std::string& what) { return base::DataLoss("frontier: " + what); }

std::string CountsOf(const QueueRecord& queue) {
  const auto text = [](uint64_t count) { return std::to_string(count); };
  return text(queue.url_count()) + " URLs, " + text(queue.settled_count()) + " settled, " +
         text(queue.parked_count()) + " parked, " + text(queue.unproven_count()) +
         " unproven hubs, of the past " + text(queue.past_done_count()) + " done, " +
         text(queue.past_waiting_count()) + " waiting, " + text(queue.past_held_count()) +
         " held; " + text(queue.hub_count()) + " hubs that weigh " +
         text(queue.hub_links_weight()) + " and " + text(queue.hub_value_weight());
}

class ShardCheck {
 public:
  explicit ShardCheck(kv::Shard& shard) : shard_(shard), view_(shard.TakeView()) {}

  Status Run() {
    RETURN_IF_ERROR(Each(kUrlFamily, &ShardCheck::CheckUrl));
    RETURN_IF_ERROR(Each(kDueFamily, &ShardCheck::CheckDue));
    RETURN_IF_ERROR(Each(kHeldFamily, &ShardCheck::CheckHeld));
    RETURN_IF_ERROR(Each(kJobFamily, &ShardCheck::CheckJob));
    RETURN_IF_ERROR(Each(kSeedFamily, &ShardCheck::CheckSeed));
    RETURN_IF_ERROR(Each(kQueueFamily, &ShardCheck::CheckQueue));
    if (!counts_.empty()) return Wrong("URLs but no queue record of " + counts_.begin()->first);
    return OkStatus();
  }

 private:
  Status Each(kv::Family family, Status (ShardCheck::*check)(std::string_view, std::string)) {
    kv::CursorOptions all;
    all.view = view_.get();
    const auto cursor = shard_.Scan(family, all);
    for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
      RETURN_IF_ERROR((this->*check)(cursor->key(), std::string(cursor->value())));
    }
    return cursor->status();
  }

  StatusOr<bool> Has(kv::Family family, const std::string& key) {
    ASSIGN_OR_RETURN(const std::optional<std::string> value, shard_.Get(family, key, view_.get()));
    return value.has_value();
  }

  StatusOr<std::optional<UrlRecord>> Url(const QueueUrl& what) {
    const std::string key = UrlKey(what.slot, what.queue, what.url);
    ASSIGN_OR_RETURN(const std::optional<std::string> value,
                     shard_.Get(kUrlFamily, key, view_.get()));
    if (!value) return std::optional<UrlRecord>();
    ASSIGN_OR_RETURN(UrlRecord record, Decode<UrlRecord>(key, *value));
    return std::optional<UrlRecord>(std::move(record));
  }

  Status CheckUrl(std::string_view key, std::string value) {
    ASSIGN_OR_RETURN(const QueueUrl what, ParseUrlKey(key));
    ASSIGN_OR_RETURN(const UrlRecord record, Decode<UrlRecord>(key, value));
    if (what.slot != SlotOfQueue(what.queue)) {
      return Wrong(what.url + " is in slot " + std::to_string(what.slot) + ", its queue is not");
    }
    if (record.state() == UrlRecord::STATE_UNSPECIFIED) return Wrong(what.url + " has no state");
    QueueRecord& counts = counts_[what.queue];
    counts.set_url_count(counts.url_count() + 1);
    CountIn(record, 1, counts);
    if (const std::optional<Place> place = PlaceOf(record)) {
      ASSIGN_OR_RETURN(const bool due,
                       Has(kDueFamily, DueKey(what.slot, what.queue, *place, what.url)));
      if (!due) return Wrong(what.url + " has no due key at its place");
    }
    if (record.state() == UrlRecord::LEASED) {
      ASSIGN_OR_RETURN(const bool held,
                       Has(kHeldFamily, HeldKey(what.slot, record.held_until_ms(), what.queue,
                                                what.url)));
      if (!held) return Wrong(what.url + " is leased and has no held key");
    }
    if (!record.job_id().empty()) {
      ASSIGN_OR_RETURN(const bool job, Has(kJobFamily, JobKey(what.slot, record.job_id())));
      if (!job) return Wrong(what.url + " names the job " + record.job_id() + ", which is not");
    }
    return OkStatus();
  }

  Status CheckDue(std::string_view key, std::string /*value*/) {
    ASSIGN_OR_RETURN(const DueEntry entry, ParseDueKey(key));
    ASSIGN_OR_RETURN(const std::optional<UrlRecord> record, Url(entry.what));
    if (!record) return Wrong("a due key and no record of " + entry.what.url);
    if (PlaceOf(*record) != entry.place) {
      return Wrong(entry.what.url + " has a due key away from its place");
    }
    return OkStatus();
  }

  Status CheckHeld(std::string_view key, std::string value) {
    ASSIGN_OR_RETURN(const HeldEntry entry, ParseHeldKey(key));
    ASSIGN_OR_RETURN(const LeaseRecord lease, Decode<LeaseRecord>(key, value));
    ASSIGN_OR_RETURN(const std::optional<UrlRecord> record, Url(entry.what));
    if (!record || record->state() != UrlRecord::LEASED ||
        record->held_until_ms() != entry.expires_ms) {
      return Wrong("a held key of " + entry.what.url + ", which is not leased so");
    }
    const std::optional<LeaseId> id = LeaseId::Parse(lease.lease_id());
    if (!id || id->url_hash != LeaseId::HashOf(entry.what.queue, entry.what.url)) {
      return Wrong("the lease of " + entry.what.url + " has another URL's id");
    }
    return OkStatus();
  }

  Status CheckJob(std::string_view key, std::string value) {
    ASSIGN_OR_RETURN(const kv::Slot slot, kv::SlotOf(key));
    ASSIGN_OR_RETURN(const JobRecord job, Decode<JobRecord>(key, value));
    const v1::RecrawlProgress& progress = job.progress();
    ASSIGN_OR_RETURN(const std::optional<UrlRecord> record,
                     Url({slot, job.queue(), progress.url()}));
    const bool named = record && record->job_id() == progress.job_id();
    if (named == IsFinal(progress.state())) {
      return Wrong("job " + progress.job_id() + (named ? " is settled and" : " is open and not") +
                   " named by " + progress.url());
    }
    return OkStatus();
  }

  Status CheckSeed(std::string_view key, std::string value) {
    ASSIGN_OR_RETURN(const v1::Seed seed, Decode<v1::Seed>(key, value));
    if (key.substr(2) != seed.url()) return Wrong("a seed key that is not " + seed.url());
    return OkStatus();
  }

  Status CheckQueue(std::string_view key, std::string value) {
    ASSIGN_OR_RETURN(const QueueRecord record, Decode<QueueRecord>(key, value));
    const std::string queue(key.substr(2));
    const std::string said = CountsOf(record);
    const std::string had = CountsOf(counts_[queue]);
    counts_.erase(queue);
    if (said != had) return Wrong("queue " + queue + " counts " + said + "; it has " + had);
    return OkStatus();
  }

  kv::Shard& shard_;
  const std::unique_ptr<kv::View> view_;
  std::map<std::string, QueueRecord> counts_;
};

}  // namespace

Status CheckSchema(kv::Space& space) {
  for (const auto& shard : space.Shards()) RETURN_IF_ERROR(ShardCheck(*shard).Run());
  return OkStatus();
}

}  // namespace signboard::frontier
