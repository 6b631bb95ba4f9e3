#include "frontier/settle_url.h"

#include <algorithm>

#include "frontier/hub_policy.h"
#include "frontier/outcome_table.h"
#include "frontier/resting.h"

namespace signboard::frontier {
namespace {

// Bounds of what a worker says and we keep.
constexpr size_t kDetailBytesMax = 500;
constexpr size_t kEtagBytesMax = 1'024;
constexpr size_t kLastModifiedBytesMax = 128;
constexpr size_t kDigestBytesMax = 32;
constexpr size_t kSnapshotIdBytesMax = kUrlBytesMax + 64;
constexpr size_t kFetchSummaryBytesMax = size_t{64} << 10;
// With fewer links a page that shows nothing but new ones is no list that overflowed.
constexpr uint32_t kListEntriesMin = 10;

// At most `bytes_max`, and no half of a UTF-8 sequence at the end.
std::string Cut(const std::string& text, size_t bytes_max) {
  size_t end = std::min(text.size(), bytes_max);
  while (end > 0 && end < text.size() && (text[end] & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

bool Seen(v1::Outcome outcome) {
  return outcome == v1::OUTCOME_CONTENT || outcome == v1::OUTCOME_UNCHANGED;
}

// A validator or digest that is too long is no use cut: it is left out.
v1::PageState Bounded(const v1::PageState& state) {
  v1::PageState out = state;
  if (out.etag().size() > kEtagBytesMax) out.clear_etag();
  if (out.last_modified().size() > kLastModifiedBytesMax) out.clear_last_modified();
  if (out.body_sha256().size() > kDigestBytesMax) out.clear_body_sha256();
  if (out.fingerprint().size() > kDigestBytesMax) out.clear_fingerprint();
  if (out.refined_fingerprint().size() > kDigestBytesMax) out.clear_refined_fingerprint();
  if (out.snapshot_id().size() > kSnapshotIdBytesMax) out.clear_snapshot_id();
  return out;
}

void RecordVisit(const v1::Report& report, UrlRecord& record) {
  record.set_last_outcome(report.outcome());
  record.set_last_reason(report.reason());
  record.set_last_detail(Cut(report.detail(), kDetailBytesMax));
  if (report.has_fetched()) record.set_fetch_count(record.fetch_count() + 1);
  if (report.changed()) record.set_change_count(record.change_count() + 1);
  if (!Seen(report.outcome()) || !report.has_state()) return;
  // "Not modified", and no validators: they were dropped meanwhile, so that it is read anew.
  const bool anew = report.outcome() == v1::OUTCOME_UNCHANGED && record.has_last() &&
                    record.last().etag().empty() && record.last().last_modified().empty();
  *record.mutable_last() = Bounded(report.state());
  if (anew) {
    record.mutable_last()->clear_etag();
    record.mutable_last()->clear_last_modified();
  }
}

// A hub on the word of a link, or of a hub that moved, whose place turned out to hold no page.
bool IsDisproved(const v1::Report& report, const UrlRecord& record) {
  const bool no_page = report.outcome() == v1::OUTCOME_GONE ||
                       report.outcome() == v1::OUTCOME_REFUSED ||
                       report.outcome() == v1::OUTCOME_REDIRECT;
  const bool moved = record.hub_basis() == UrlRecord::MOVED && !record.has_last();
  return no_page && (record.hub_basis() == UrlRecord::LINK || moved);
}

Watched WatchedOf(const UrlRecord& record) {
  return {.signs = record.seen_signs(),
          .days = record.seen_days(),
          .visits = record.seen_visits(),
          .announcements = record.seen_announcements()};
}

void Forget(UrlRecord& record) {
  record.clear_interval_ms();
  record.clear_seen_signs();
  record.clear_seen_days();
  record.clear_seen_visits();
  record.clear_seen_announcements();
  record.clear_seen_since_ms();
  record.clear_hub_links_weight();
  record.clear_hub_value_weight();
}

// Hub or page? By what it looks like and by what it has shown.
void Watch(const Core& core, const SeedBook& seeds, const LiveLease& lease,
           const v1::Report& report, const LinkCounts& links, UnixTime now, UrlRecord& record) {
  if (!Seen(report.outcome())) {
    if (IsDisproved(report, record)) record.set_hub(false);
    if (!links.moved_to.empty()) record.set_moved_to(links.moved_to);
    return;
  }
  record.clear_moved_to();
  Yields yields{record.yields(), record.visits()};
  // Not of the first visit: all that it shows is new.
  if (record.yielded_ms() > 0) yields = yields.After(links.new_count > 0);
  if (record.yielded_ms() == 0 || links.new_count > 0) record.set_yielded_ms(ToMillis(now));
  record.set_yields(yields.bits);
  record.set_visits(yields.visits);

  const bool was_hub = record.hub();
  const bool by_behaviour = record.hub_basis() == UrlRecord::BEHAVIOUR;
  const bool moved = record.hub_basis() == UrlRecord::MOVED;
  HubSigns signs{.moved = moved,
                 .by_behaviour = was_hub && by_behaviour,
                 .yields = yields,
                 .since_yield = now - FromMillis(record.yielded_ms())};
  signs.seed = seeds.Find(lease.url) != nullptr ||
               (moved && seeds.Find(record.moved_from()) != nullptr);
  // "Not modified" says nothing about the shape: it is as it was.
  signs.listed = report.outcome() == v1::OUTCOME_CONTENT
                     ? report.is_hub()
                     : record.hub_basis() == UrlRecord::SHAPE && (was_hub || record.faded());
  HubVerdict verdict = JudgeHub(signs, core.options.revisit);
  const bool on_trust = !signs.seed && !signs.listed && !signs.moved;
  const bool full = lease.queue->record.unproven_count() >= core.options.unproven_hubs_max;
  const bool later_page = record.past() && record.list_page() > 0;
  if ((on_trust && !signs.by_behaviour && full) || later_page) verdict = HubVerdict::kPage;

  record.set_hub(verdict == HubVerdict::kHub);
  record.set_faded(verdict == HubVerdict::kFaded);
  if (!moved) {
    record.set_hub_basis(on_trust && record.hub() ? UrlRecord::BEHAVIOUR : UrlRecord::SHAPE);
  }
  if (record.hub() != was_hub) Forget(record);  // It begins as hubs do, or as pages.
}

// What the time since the last visit showed. Every visit tells, a recrawl on demand, too.
void Observe(Core& core, const v1::Report& report, const LinkCounts& links, UnixTime now,
             QueueRecord& queue, UrlRecord& record) REQUIRES_LOCK(core.mutex) {
  const UnixTime since = FromMillis(record.seen_since_ms());
  const bool first = record.seen_since_ms() == 0;
  record.set_seen_since_ms(ToMillis(now));
  if (first) return;
  const double signs = record.hub() ? links.new_count : report.changed() ? 1 : 0;
  const Watched watched = WatchedOf(record).After(now - since, signs);
  record.set_seen_signs(watched.signs);
  record.set_seen_days(watched.days);
  record.set_seen_visits(watched.visits);
  record.set_seen_announcements(watched.announcements);
  if (!record.hub()) return;
  core.week.Add(since, now, signs);
  core.KeepWeek();
  const HubWeight weight = WeightOf(watched, std::max<uint64_t>(queue.hub_count(), 1));
  record.set_hub_links_weight(static_cast<uint32_t>(weight.links));
  record.set_hub_value_weight(static_cast<uint32_t>(weight.value));
}

// All hubs, this one with what it weighs now. `before`: what it counted for when it was lent.
HubSums HubsWith(const Core& core, const QueueRecord& before, const UrlRecord& record)
    REQUIRES_LOCK(core.mutex) {
  const uint64_t counts = record.hub() && record.hub_links_weight() > 0 ? 1 : 0;
  return {.count = core.hubs.count - before.hub_count() + counts,
          .links = core.hubs.links - before.hub_links_weight() +
                   counts * record.hub_links_weight(),
          .value = core.hubs.value - before.hub_value_weight() +
                   counts * record.hub_value_weight()};
}

// When next? For fetches that the schedule asked for.
void Learn(const Core& core, const std::string& url, const v1::Report& report,
           const LinkCounts& links, UnixTime now, HubOutlook outlook, UrlRecord& record)
    REQUIRES_LOCK(core.mutex) {
  const PageHistory page{.hub = record.hub(),
                         .faded = record.faded(),
                         .first = record.seen_visits() == 0,
                         .interval = Millis(record.interval_ms()),
                         .watched = WatchedOf(record),
                         .weight = {record.hub_links_weight(), record.hub_value_weight()},
                         .failures_in_row = record.failures_in_row(),
                         .url_hash = StableHash(url)};
  const Visit visit{.outcome = report.outcome(),
                    .reason = report.reason(),
                    .now = now,
                    .overflowed = links.new_count >= kListEntriesMin && links.known_count == 0};
  const bool failed = RowOf(report.outcome(), report.reason()).failed;
  record.set_failures_in_row(failed ? std::min(record.failures_in_row() + 1, 64U) : 0);
  outlook.week = &core.week;
  const std::optional<Revisit> next = core.policy.Next(page, visit, outlook);
  record.set_scheduled(next.has_value());
  if (next) {
    record.set_due_ms(ToMillis(now + next->wait));
    record.set_interval_ms(next->interval.count());
  }
}

// How long the queue rests, and whether its site shut us out.
void Rest(const Core& core, const std::string& key, const v1::Report& report, UnixTime now,
          QueueRecord& queue) {
  const Politeness before{Millis(queue.operator_delay_ms()), Millis(queue.crawl_delay_ms()),
                          queue.blocks_in_row()};
  const Resting asked = RestingAfter(core.options, before, key, report);
  queue.set_crawl_delay_ms(asked.after.crawl_delay.count());
  queue.set_rests_until_ms(std::max(queue.rests_until_ms(), ToMillis(now + asked.rest)));
  queue.set_blocks_in_row(asked.after.blocks_in_row);
  if (asked.block == Millis(0)) return;
  queue.set_blocked_until_ms(std::max(queue.blocked_until_ms(), ToMillis(now + asked.block)));
  queue.set_blocked_why("the site's firewall answered instead of the site: " +
                        Cut(report.detail(), kDetailBytesMax));
}

Status FinishJob(Transaction& transaction, const LiveLease& lease, const v1::Report& report,
                 const LinkCounts& links, UnixTime now) {
  const kv::Slot slot = lease.queue->slot;
  ASSIGN_OR_RETURN(std::optional<JobRecord> job,
                   ReadJob(transaction.shard(), slot, lease.job_id));
  if (!job) return base::DataLoss("the frontier has no record of job " + lease.job_id);
  const OutcomeRow& row = RowOf(report.outcome(), report.reason());
  v1::RecrawlProgress& progress = *job->mutable_progress();
  progress.set_state(row.job_state);
  const bool said = report.reason() != v1::REASON_UNSPECIFIED;
  progress.set_reason(said ? report.reason() : row.job_reason);
  progress.set_detail(Cut(report.detail(), kDetailBytesMax));
  progress.set_outcome(report.outcome());
  if (report.has_fetched()) *progress.mutable_fetched() = report.fetched();
  if (progress.fetched().ByteSizeLong() > kFetchSummaryBytesMax) {
    progress.mutable_fetched()->clear_findings();
    progress.mutable_fetched()->clear_title();
  }
  progress.set_links_new(links.new_count);
  progress.set_links_known(links.known_count);
  progress.set_updated_ms(ToMillis(now));
  transaction.batch().Put(kJobFamily, JobKey(slot, lease.job_id), job->SerializeAsString());
  return OkStatus();
}

}  // namespace

StatusOr<std::optional<JobRecord>> ReadJob(kv::Shard& shard, kv::Slot slot,
                                           const std::string& job_id) {
  const std::string key = JobKey(slot, job_id);
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard.Get(kJobFamily, key));
  if (!value) return std::optional<JobRecord>();
  ASSIGN_OR_RETURN(JobRecord job, Decode<JobRecord>(key, *value));
  return std::optional<JobRecord>(std::move(job));
}

Status SettleUrl(Core& core, Transaction& transaction, const LiveLease& lease,
                 const v1::Report& report, const LinkCounts& links, UnixTime now) {
  ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(*lease.queue, lease.url));
  QueueRecord before;
  CountIn(*record, 1, before);
  // Before the visit is recorded: whether the page was ever seen counts.
  Watch(core, core.seeds, lease, report, links, now, *record);
  RecordVisit(report, *record);
  QueueRecord& queue = transaction.Edit(*lease.queue);
  if (Seen(report.outcome())) Observe(core, report, links, now, queue, *record);
  const bool on_demand = !lease.job_id.empty();
  // A recrawl leaves the schedule as it is, unless the URL's own turn came meanwhile: then this
  // fetch was it.
  if (!on_demand || (record->scheduled() && record->due_ms() <= ToMillis(now))) {
    const HubOutlook outlook{.all = HubsWith(core, before, *record),
                             .queue_hubs = queue.hub_count(),
                             .queue_delay = core.DelayOf(queue)};
    Learn(core, lease.url, report, links, now, outlook, *record);
  }
  // A page far down a list is fetched once: what it shows moves on to the next.
  if (record->past() && record->list_page() > 0 && Answered(report.outcome())) {
    record->set_scheduled(false);
  }
  if (on_demand) {
    RETURN_IF_ERROR(FinishJob(transaction, lease, report, links, now));
    record->clear_job_id();
    record->clear_job_due_ms();
  }
  if (record->hub()) {
    record->set_priority(v1::PRIORITY_HUB);
  } else if (record->priority() == v1::PRIORITY_HUB) {
    record->set_priority(v1::PRIORITY_NORMAL);
  }
  // A job that came while the URL was leased to somebody else keeps it waiting.
  const bool waits = record->scheduled() || !record->job_id().empty();
  record->set_state(waits ? UrlRecord::WAITING : UrlRecord::SETTLED);
  record->clear_held_until_ms();

  Rest(core, lease.queue->key, report, now, transaction.Edit(*lease.queue));
  transaction.CountOutcome(lease.queue->slot, report.outcome());
  return OkStatus();
}

}  // namespace signboard::frontier
