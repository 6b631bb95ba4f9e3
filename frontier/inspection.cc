#include "frontier/inspection.h"

#include <algorithm>

#include "frontier/admission.h"
#include "frontier/hub_policy.h"
#include "frontier/queues.h"
#include "frontier/transaction.h"
#include "proto/base/span.h"

namespace signboard::frontier {
namespace {

constexpr uint64_t kDueCountedMax = 10'000;

// Adds the queue's URLs that are due and not leased, until `count` reaches its maximum.
Status CountDue(Core& core, const QueueState& queue, UnixTime now, uint64_t& count) {
  ASSIGN_OR_RETURN(const auto shard, core.space.ShardOf(queue.slot));
  for (size_t i = 0; i < kLentClassCount && count < kDueCountedMax; ++i) {
    if (queue.first_due[i] > ToMillis(now)) continue;
    const auto due_class = static_cast<DueClass>(i + 1);
    const auto bound = [&](int64_t due) {
      return DueKey(queue.slot, queue.key, {due_class, due}, "");
    };
    const auto cursor = shard->Scan(kDueFamily, {.lower = bound(queue.first_due[i]),
                                                 .upper = bound(ToMillis(now) + 1)});
    for (cursor->SeekToFirst(); cursor->Valid() && count < kDueCountedMax; cursor->Next()) {
      ASSIGN_OR_RETURN(const DueEntry entry, ParseDueKey(cursor->key()));
      if (!queue.leased.contains(entry.what.url)) ++count;
    }
    RETURN_IF_ERROR(cursor->status());
  }
  return OkStatus();
}

std::string InSpan(int64_t until_ms, UnixTime now) {
  const Millis span(std::max<int64_t>(0, until_ms - ToMillis(now)));
  // Seconds are enough for a person once there are some.
  const Millis shown = span >= Millis(10'000) ? span - span % 1'000 : span;
  return base::FormatRfc3339(FromMillis(until_ms)) + " (in " + base::FormatSpan(shown) + ")";
}

class Because {
 public:
  Because(Core& core, v1::UrlExplanation& out, UnixTime now) : core_(core), out_(out), now_(now) {}

  void Url(const UrlRecord& record, const std::string& url) REQUIRES_LOCK(core_.mutex) {
    if (core_.seeds.Find(url) != nullptr) {
      Say("it is a seed");
    } else if (!record.seed_url().empty()) {
      Say("it was linked by " + record.via() + ", " + std::to_string(record.depth()) +
          " links from the seed " + record.seed_url());
    } else {
      Say("it was asked for by a recrawl; it is under no seed");
    }
    if (!record.job_id().empty()) {
      Say("the recrawl job " + record.job_id() + " waits for it: it overtakes everything but "
          "politeness");
    }
  }

  // Why it is kept aside, if it is.
  Status Aside(Transaction& transaction, QueueState& queue, const std::string& url,
               UrlRecord record) REQUIRES_LOCK(core_.mutex) {
    if (record.seed_url().empty()) return OkStatus();
    record.clear_job_id();
    ASSIGN_OR_RETURN(const AdmissionWord admitted,
                     Admit(core_, transaction, queue, url, record));
    if (!admitted.why.empty()) Say(admitted.why);
    if (admitted.word == Admission::kLend && record.past()) {
      Say("it is of its site's past: a backfill asked for it, behind everything else");
    }
    return OkStatus();
  }

  void Watching(const UrlRecord& record, const std::string& url) REQUIRES_LOCK(core_.mutex) {
    if (!record.moved_from().empty()) Say("it moved here from " + record.moved_from());
    if (!record.moved_to().empty()) Say("it has moved to " + record.moved_to());
    const Yields yields{record.yields(), record.visits()};
    if (record.faded()) {
      Say("it looks like a list, but its last " + std::to_string(yields.Barren()) +
          " visits showed no new link: it is watched as a page");
    }
    if (!record.hub() || core_.seeds.Find(url) != nullptr) return;
    switch (record.hub_basis()) {
      case UrlRecord::BEHAVIOUR: {
        const uint32_t most = core_.options.revisit.behaviour_visits;
        Say("it is watched as a hub: " + std::to_string(yields.CountIn(most)) + " of its last " +
            std::to_string(std::min(most, yields.visits)) +
            " visits showed links never seen before");
        break;
      }
      case UrlRecord::MOVED:
        Say("it is watched as a hub: it took the place of one");
        break;
      case UrlRecord::LINK:
        Say("it is watched as a hub: a link names it as a list");
        break;
      default:
        Say("it is watched as a hub: it looks like a list of links");
    }
  }

  void Schedule(const UrlRecord& record) {
    if (record.fetch_count() == 0) Say("it was never fetched");
    if (out_.state() == "settled") Say("it is settled: nothing will fetch it");
    if (out_.state() != "waiting") return;
    if (out_.due_ms() > ToMillis(now_)) {
      Say("it is due at " + InSpan(out_.due_ms(), now_));
    } else {
      Say("it is due since " + base::FormatRfc3339(FromMillis(out_.due_ms())));
    }
  }

  void Queue(const QueueState& queue) {
    const QueueRecord& record = queue.record;
    if (record.blocked_until_ms() > ToMillis(now_)) {
      Say("its queue is blocked until " + InSpan(record.blocked_until_ms(), now_) + ": " +
          record.blocked_why());
    }
    if (record.rests_until_ms() > ToMillis(now_)) {
      Say("its queue rests until " + InSpan(record.rests_until_ms(), now_) + "; its delay is " +
          base::FormatSpan(core_.DelayOf(record)));
    }
    if (out_.state() == "waiting" && queue.leased.size() >= core_.options.in_flight_max) {
      Say("another URL of its queue is being fetched: " + queue.leased.begin()->first);
    }
    if (queue.domain->waiting.contains(const_cast<QueueState*>(&queue))) {
      Say("as many hosts of its domain as may be are being fetched");
    }
  }

  void Say(std::string reason) { out_.add_because(std::move(reason)); }

 private:
  Core& core_;
  v1::UrlExplanation& out_;
  const UnixTime now_;
};

void CopyFacts(const UrlRecord& record, v1::UrlExplanation& out) {
  out.set_depth(record.depth());
  out.set_via(record.via());
  out.set_seed_url(record.seed_url());
  if (record.fetch_count() > 0) *out.mutable_last() = record.last();
  out.set_last_outcome(record.last_outcome());
  out.set_last_reason(record.last_reason());
  out.set_last_detail(record.last_detail());
  out.set_fetch_count(record.fetch_count());
  out.set_change_count(record.change_count());
  *out.mutable_interval() = ToProto(Millis(record.interval_ms()));
  out.set_is_hub(record.hub());
  out.set_moved_from(record.moved_from());
  out.set_moved_to(record.moved_to());
  out.set_discovered_ms(record.discovered_ms());
}

}  // namespace

StatusOr<v1::FrontierStats> CountAll(Core& core, UnixTime now) {
  v1::FrontierStats out;
  uint64_t due = 0;
  int64_t next_due = kNever;
  for (const auto& [key, queue] : core.schedule.queues()) {
    out.set_urls(out.urls() + queue->record.url_count());
    out.set_settled(out.settled() + queue->record.settled_count());
    if (queue->record.url_count() > 0) out.set_queues(out.queues() + 1);
    RETURN_IF_ERROR(core.Refresh(*queue));
    next_due = std::min(next_due, queue->NextInstant());
    RETURN_IF_ERROR(CountDue(core, *queue, now, due));
  }
  out.set_due(due);
  size_t client_leases = 0;
  for (const auto& [id, crawl] : core.crawls.all()) client_leases += crawl->leased_count;
  out.set_leased(core.schedule.leases().size() - client_leases);
  out.set_waiting(out.urls() - out.settled() - out.leased());
  out.set_seeds(core.seeds.all().size());
  out.set_leases_lent(core.leases_lent);
  out.set_reports_settled(core.reports_settled);
  out.set_leases_expired(core.leases_expired);
  out.set_next_due_ms(next_due == kNever ? 0 : next_due);
  for (const auto& shard : core.space.Shards()) {
    out.set_epoch(std::max(out.epoch(), shard->epoch()));
  }
  OutcomeTally total{};
  for (const auto& [slot, tally] : core.outcomes) {
    for (size_t i = 0; i < total.size(); ++i) total[i] += tally[i];
  }
  for (size_t i = 0; i < total.size(); ++i) {
    if (total[i] == 0) continue;
    v1::FrontierStats::OutcomeCount& count = *out.add_outcomes();
    count.set_outcome(static_cast<v1::Outcome>(i));
    count.set_count(total[i]);
  }
  return out;
}

namespace {

// Why the frontier may not have met a URL.
Status Unknown(Core& core, const std::string& url, const UrlFacts& facts)
    REQUIRES_LOCK(core.mutex) {
  const std::string unknown = "the frontier does not know " + url;
  const v1::Seed* seed = core.seeds.Covering(facts);
  if (seed == nullptr) {
    const v1::Seed* refusing = core.seeds.Refusing(facts);
    const auto refusal = refusing != nullptr ? RefusalOf(*refusing, facts) : std::nullopt;
    if (refusal) return base::NotFound(unknown + ": it is " + ToText(*refusal, *refusing));
    return base::NotFound(unknown + ": no seed's scope holds it");
  }
  return base::NotFound(unknown + ": it is in the scope of the seed " + seed->url() +
                        ", but no page that was read leads to it");
}

}  // namespace

StatusOr<v1::UrlExplanation> ExplainUrl(Core& core, const std::string& url, UnixTime now) {
  ASSIGN_OR_RETURN(const UrlFacts facts, ReadUrl(url));
  QueueState* queue = core.schedule.Find(facts.queue);
  if (queue == nullptr) return Unknown(core, url, facts);
  ASSIGN_OR_RETURN(const auto shard, core.space.ShardOf(queue->slot));
  Transaction transaction(core, shard);
  std::string exact = url;
  ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(*queue, exact));
  if (record == nullptr) {
    exact = facts.canonical;
    ASSIGN_OR_RETURN(record, transaction.Find(*queue, exact));
  }
  if (record == nullptr) return Unknown(core, url, facts);

  v1::UrlExplanation out;
  out.set_url(exact);
  out.set_queue(queue->key);
  const bool leased = queue->leased.contains(exact);
  const bool settled = record->state() == UrlRecord::SETTLED;
  out.set_state(leased ? "leased" : settled ? "settled" : "waiting");
  if (const std::optional<Place> place = PlaceOf(*record)) out.set_due_ms(place->due_ms);
  out.set_priority(record->job_id().empty() ? record->priority() : v1::PRIORITY_ON_DEMAND);
  CopyFacts(*record, out);
  ASSIGN_OR_RETURN(*out.mutable_queue_state(), Describe(core, *queue, now));

  Because because(core, out, now);
  because.Url(*record, exact);
  RETURN_IF_ERROR(because.Aside(transaction, *queue, exact, *record));
  because.Watching(*record, exact);
  if (leased) {
    const LiveLease* lease = core.schedule.FindLease(queue->leased.at(exact));
    because.Say("worker " + lease->worker_id + " has it, at the latest until " +
                InSpan(ToMillis(lease->expires), now));
  }
  because.Schedule(*record);
  because.Queue(*queue);
  return out;
}

}  // namespace signboard::frontier
