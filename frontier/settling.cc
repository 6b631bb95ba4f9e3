#include "frontier/settling.h"

#include <algorithm>
#include <map>

#include "frontier/backfills.h"
#include "frontier/lease_id.h"
#include "frontier/links.h"
#include "frontier/moved_hubs.h"
#include "frontier/outcome_table.h"
#include "frontier/scope.h"
#include "frontier/settle_url.h"
#include "frontier/transaction.h"

namespace signboard::frontier {
namespace {

// One report on its way.
struct Item {
  const v1::Report* report = nullptr;
  v1::ReportAck* ack = nullptr;
  uint64_t nonce = 0;
  const LiveLease* lease = nullptr;
  bool live = false;  // False: the lease ran out; only its links count.
  LinkCounts links;
};

void Answer(v1::ReportAck& ack, v1::ReportAck::Status status, std::string_view message) {
  ack.set_status(status);
  ack.set_message(std::string(message));
}

// Empty: well formed.
std::string Malformed(const v1::Report& report) {
  if (!LeaseId::Parse(report.lease_id())) return "lease_id is not the name of a lease";
  if (report.outlinks_size() > kReportLinksMax) {
    return std::to_string(report.outlinks_size()) + " outlinks; at most " +
           std::to_string(kReportLinksMax);
  }
  if (!v1::Outcome_IsValid(report.outcome()) || report.outcome() == v1::OUTCOME_UNSPECIFIED) {
    return "outcome " + std::to_string(report.outcome()) + " is none of ours";
  }
  return "";
}

// The report's lease, or an answer that is final.
bool Identify(Core& core, Item& item) REQUIRES_LOCK(core.mutex) {
  const std::string error = Malformed(*item.report);
  if (!error.empty()) {
    Answer(*item.ack, v1::ReportAck::REJECTED, error);
    return false;
  }
  item.nonce = LeaseId::Parse(item.report->lease_id())->nonce;
  item.lease = core.schedule.FindLease(item.nonce);
  item.live = item.lease != nullptr;
  if (!item.live) item.lease = core.schedule.FindEnded(item.nonce);
  if (item.lease == nullptr) {
    Answer(*item.ack, v1::ReportAck::EXPIRED, "the lease has ended, or was reported before");
    return false;
  }
  if (item.lease->id != item.report->lease_id()) {
    Answer(*item.ack, v1::ReportAck::REJECTED, "lease_id names another URL's lease");
    return false;
  }
  return true;
}

// The links of other shards, each shard in a write of its own; then, in the transaction that
// settles the lease, its own.
Status PlaceLinks(Core& core, Transaction& home, Item& item, const UrlRecord& record, UnixTime now)
    REQUIRES_LOCK(core.mutex) {
  const LinkSource page{record, item.lease->url};
  ASSIGN_OR_RETURN(const Screened screened, ScreenLinks(core, page, *item.report));
  item.links.refused_count = screened.refused_count;
  for (const auto& [shard, candidates] : screened.by_shard) {
    if (shard == &home.shard()) continue;
    ASSIGN_OR_RETURN(const auto owned, core.space.ShardOf(candidates.front().queue->slot));
    Transaction away(core, owned);
    RETURN_IF_ERROR(AddLinks(core, away, candidates, page, now, item.links));
    RETURN_IF_ERROR(away.Commit());
  }
  const auto local = screened.by_shard.find(&home.shard());
  if (local == screened.by_shard.end()) return OkStatus();
  return AddLinks(core, home, local->second, page, now, item.links);
}

// An announcement that a page shows at its first visit is to the credit of the hub that led there.
// One of another shard goes without: it is another site's.
Status CreditHub(Core& core, Transaction& home, const UrlRecord& page, const v1::Report& report)
    REQUIRES_LOCK(core.mutex) {
  const auto& found = report.fetched().findings();
  const bool announces = std::any_of(found.begin(), found.end(), [](const v1::Finding& finding) {
    return finding.is_announcement();
  });
  if (!announces || page.fetch_count() != 1 || page.via().empty()) return OkStatus();
  const StatusOr<UrlFacts> via = ReadUrl(page.via());
  QueueState* const queue = via.ok() ? core.schedule.Find(via->queue) : nullptr;
  if (queue == nullptr) return OkStatus();
  ASSIGN_OR_RETURN(const auto shard, core.space.ShardOf(queue->slot));
  if (shard.get() != &home.shard()) return OkStatus();
  ASSIGN_OR_RETURN(UrlRecord * hub, home.Find(*queue, page.via()));
  if (hub != nullptr && hub->hub()) hub->set_seen_announcements(hub->seen_announcements() + 1);
  return OkStatus();
}

Status SettleOne(Core& core, Transaction& transaction, Item& item, UnixTime now, Events& events)
    REQUIRES_LOCK(core.mutex) {
  const LiveLease& lease = *item.lease;
  if (item.live && !transaction.End(item.nonce)) {
    Answer(*item.ack, v1::ReportAck::EXPIRED, "reported twice");
    return OkStatus();
  }
  ASSIGN_OR_RETURN(UrlRecord * record, transaction.Find(*lease.queue, lease.url));
  if (record == nullptr) {
    return base::DataLoss("the frontier holds a lease but no record of " + lease.url);
  }
  RETURN_IF_ERROR(PlaceLinks(core, transaction, item, *record, now));
  item.ack->set_links_new(item.links.new_count);
  item.ack->set_links_known(item.links.known_count);
  if (!item.live) {
    Answer(*item.ack, v1::ReportAck::EXPIRED, "the lease ran out; its links were kept");
    return OkStatus();
  }
  const v1::Outcome outcome = item.report->outcome();
  if (outcome == v1::OUTCOME_CONTENT && IsYoung(*record)) {
    RETURN_IF_ERROR(FindPredecessor(core, transaction, lease.url, *record, item.links,
                                    item.report->is_hub()));
  }
  const bool hub_went = outcome == v1::OUTCOME_GONE && record->hub() && record->has_last() &&
                        record->last_outcome() != v1::OUTCOME_GONE;
  RETURN_IF_ERROR(SettleUrl(core, transaction, lease, *item.report, item.links, now));
  RETURN_IF_ERROR(CreditHub(core, transaction, *record, *item.report));
  RETURN_IF_ERROR(NoteAge(core, transaction, *lease.queue, *record, *item.report));
  if (hub_went) {
    RETURN_IF_ERROR(LookForSuccessor(core, transaction, lease.url, *record, now));
  }
  if (!lease.job_id.empty()) events.jobs.push_back(lease.job_id);
  std::string remark;
  if (item.links.refused_count > 0) {
    remark = std::to_string(item.links.refused_count) + " links out of scope or beyond a limit";
  }
  Answer(*item.ack, v1::ReportAck::ACCEPTED, remark);
  return OkStatus();
}

// All reports of one shard in one write. An error makes each of them RETRY: none was settled.
void SettleShard(Core& core, const std::shared_ptr<kv::Shard>& shard, std::vector<Item>& items,
                 UnixTime now, Events& events) REQUIRES_LOCK(core.mutex) {
  Transaction transaction(core, shard);
  Status status;
  for (Item& item : items) {
    if (status.ok()) status = SettleOne(core, transaction, item, now, events);
  }
  // Synced by the caller, once it has let go of the lock.
  if (status.ok()) status = transaction.Commit(kv::Durability::kBuffered);
  for (Item& item : items) {
    if (!status.ok()) Answer(*item.ack, v1::ReportAck::RETRY, base::ToString(status));
    if (item.ack->status() == v1::ReportAck::ACCEPTED) ++core.reports_settled;
  }
}

}  // namespace

std::vector<v1::ReportAck> SettleReports(Core& core, const std::vector<v1::Report>& reports,
                                         UnixTime now, Events& events) {
  std::vector<v1::ReportAck> acks(reports.size());
  std::map<kv::Slot, std::vector<Item>> by_slot;
  for (size_t i = 0; i < reports.size(); ++i) {
    acks[i].set_lease_id(reports[i].lease_id());
    Item item;
    item.report = &reports[i];
    item.ack = &acks[i];
    if (Identify(core, item)) by_slot[item.lease->queue->slot].push_back(item);
  }
  std::map<std::shared_ptr<kv::Shard>, std::vector<Item>> by_shard;
  for (auto& [slot, items] : by_slot) {
    const StatusOr<std::shared_ptr<kv::Shard>> shard = core.space.ShardOf(slot);
    for (Item& item : items) {
      if (shard.ok()) {
        by_shard[*shard].push_back(item);
      } else {
        Answer(*item.ack, v1::ReportAck::RETRY, base::ToString(shard.status()));
      }
    }
  }
  for (auto& [shard, items] : by_shard) SettleShard(core, shard, items, now, events);
  events.work = events.work || !by_shard.empty();
  return acks;
}

}  // namespace signboard::frontier
