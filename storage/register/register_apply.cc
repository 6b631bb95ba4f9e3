// Register::Apply: from a log's entry to one batch.
#include <algorithm>
#include <map>
#include <utility>

#include "proto/base/key_codec.h"
#include "proto/base/log.h"
#include "proto/base/probe.h"
#include "storage/register/change.h"
#include "storage/register/clamp_finding.h"
#include "storage/register/merge_finding.h"
#include "storage/register/statements.h"

namespace signboard::registry {
namespace {

base::Counter& Events(const std::string& type) {
  return base::MakeCounter("signboard_register_events_total",
                           "Changes of announcements, by what they are.", {{"type", type}});
}

struct Probes {
  base::Counter& entries = base::MakeCounter("signboard_register_entries_total",
                                             "Entries of archives' logs that were merged.");
  base::Counter& findings =
      base::MakeCounter("signboard_register_findings_total", "Findings that were merged.");
  base::Counter& unplaced =
      base::MakeCounter("signboard_register_findings_unplaced_total",
                        "Findings of a centre without a name of its own and a place.");
  base::Counter& added = Events("new");
  base::Counter& updated = Events("updated");
  base::Counter& retracted = Events("retracted");
  base::Histogram& seconds =
      base::MakeHistogram("signboard_register_lag_seconds",
                          "From a capture's storing to its merge.", base::SecondsBounds());

  base::Counter& Of(const std::string& type) {
    return type == "new" ? added : type == "updated" ? updated : retracted;
  }
};

Probes& Count() {
  static Probes probes;
  return probes;
}

// Stations, bases and the like are recorded with their pages, but they are no centres.
bool IsCentre(const v1::Finding& finding) {
  return finding.unit_type().empty() || finding.unit_type() == "centre" ||
         finding.unit_type() == "branch";
}

const v1::Finding* BestAnnouncement(const std::vector<const v1::Finding*>& findings) {
  const v1::Finding* best = nullptr;
  for (const v1::Finding* finding : findings) {
    if (!finding->is_announcement()) continue;
    if (best == nullptr || finding->score() > best->score()) best = finding;
  }
  return best;
}

int64_t FoundMs(const v1::Snapshot& snapshot) {
  return snapshot.stored_ms() > 0 ? snapshot.stored_ms() : snapshot.captured_ms();
}

// What a centre is called, and where it is. The list of known centres stands over announcements,
// they over everything else.
void Describe(const v1::Finding& finding, v1::Centre* centre) {
  if (!finding.centre_name_zh().empty()) centre->set_name_zh(finding.centre_name_zh());
  if (!finding.centre_name_en().empty()) centre->set_name_en(finding.centre_name_en());
  if (finding.has_place()) *centre->mutable_place() = finding.place();
  centre->set_level(centre->place().level());
}

v1::Announcement Announce(const CentreRecord& centre, std::vector<Evidence>* all) {
  v1::Announcement announcement;
  announcement.set_id(AnnouncementIdOf(centre.key()));
  announcement.set_centre_id(centre.centre().id());
  announcement.set_state("found");
  announcement.set_independent_source_count(MarkReprints(all));
  *announcement.mutable_merged() = MergeFindings(*all);
  announcement.set_first_found_ms(all->front().source().found_ms());
  for (const Evidence& evidence : *all) {
    *announcement.add_sources() = evidence.source();
    announcement.set_first_found_ms(
        std::min(announcement.first_found_ms(), evidence.source().found_ms()));
  }
  return announcement;
}

}  // namespace

Status Register::Apply(kv::Slot slot_first, const v1::LoggedFindings& entry) {
  {
    base::MutexLock lock(mutex_);
    Level& level = levels_[slot_first];
    if (entry.sequence() <= level.followed) return OkStatus();
    std::vector<v1::Finding> kept;
    for (const v1::Finding& finding : entry.findings()) {
      if (kept.size() < static_cast<size_t>(kFindingsPerEntryMax)) kept.push_back(Clamp(finding));
    }
    std::map<std::string, Report> reports;
    for (const v1::Finding& finding : kept) {
      if (!IsCentre(finding)) continue;
      const std::string own_key = KeyOf(finding);
      if (own_key.empty()) {
        Count().unplaced.Add();
        Log(kDebug, "register.unplaced", {{"snapshot", entry.snapshot().id()}});
        continue;
      }
      const std::string& key = known_.Resolve(own_key);
      const auto at = reports.try_emplace(key, Report{entry, slot_first, key, {}}).first;
      at->second.findings.push_back(&finding);
    }
    Change change;
    change.sequence = sequence_;
    change.trace_id = entry.snapshot().trace_id();
    for (const auto& [key, report] : reports) RETURN_IF_ERROR(MergeCentre(report, &change));
    std::string cursor;
    base::AppendU64(&cursor, entry.sequence());
    change.batch.Put(families_.meta, CursorKey(slot_first), cursor);
    RETURN_IF_ERROR(shard_->Write(change.batch, kv::Durability::kSynced));

    level.followed = entry.sequence();
    level.newest = std::max(level.newest, level.followed);
    sequence_ = change.sequence;
    announcement_count_ += change.new_announcements;
    centre_count_ += change.new_centres;
    Count().entries.Add();
    Count().findings.Add(static_cast<double>(kept.size()));
    Count().seconds.Observe(
        static_cast<double>(ToMillis(clock_.Now()) - FoundMs(entry.snapshot())) / 1'000);
    for (const auto& [type, id] : change.told) {
      Count().Of(type).Add();
      Log(kInfo, "register." + type, {{"id", id}, {"snapshot", entry.snapshot().id()},
                                    {"trace", change.trace_id}});
    }
    if (change.told.empty()) return OkStatus();
  }
  bell_.Ring();
  return OkStatus();
}

Status Register::MergeCentre(const Report& report, Change* change) {
  const std::string id = CentreIdOf(report.key);
  ASSIGN_OR_RETURN(CentreRecord record, LoadOrEmpty<CentreRecord>(families_.centre, id));
  ASSIGN_OR_RETURN(EvidenceRecord evidence,
                   LoadOrEmpty<EvidenceRecord>(families_.evidence, id));
  const std::string centre_was = record.SerializeAsString();
  const std::string evidence_was = evidence.SerializeAsString();
  const v1::Centre before = record.centre();
  v1::Centre& centre = *record.mutable_centre();
  record.set_key(report.key);
  centre.set_id(id);

  const v1::Snapshot& snapshot = report.entry.snapshot();
  for (const v1::Finding* finding : report.findings) {
    AddStatements(*finding, PublishedAt(snapshot), snapshot.id(), FoundMs(snapshot), &centre);
  }
  std::optional<FoundingDay> known;
  if (!centre.known_before().empty()) known = ParseFoundingDay(record.founded());
  std::vector<Evidence> all(evidence.evidence().begin(), evidence.evidence().end());
  const v1::Finding* best = BestAnnouncement(report.findings);
  Evidence more = MakeEvidence(report.entry, best != nullptr ? *best : *report.findings.front(),
                               report.slot_first);
  if (best != nullptr) {
    TakeIn(std::move(more), known, &all);
  } else {
    TakeOut(more, &all);
  }
  ASSIGN_OR_RETURN(v1::Announcement announcement,
                   LoadOrEmpty<v1::Announcement>(families_.announcement,
                                                 AnnouncementIdOf(report.key)));
  RETURN_IF_ERROR(MergeAnnouncement(record, &all, &announcement, change));
  if (!announcement.id().empty() && centre.announcement_ids_size() == 0)
    centre.add_announcement_ids(announcement.id());
  if (centre.known_before().empty()) {
    if (!announcement.id().empty()) {
      Describe(announcement.merged(), &centre);
      const FoundingDay day = ParseFoundingDay(announcement.merged().event_date());
      record.set_founded_by_ms(day.last ? ToMillis(*day.last) : announcement.first_found_ms());
    } else if (centre.name_zh().empty() && centre.name_en().empty()) {
      Describe(*report.findings.front(), &centre);
    }
  }
  evidence.clear_evidence();
  for (Evidence& one : all) *evidence.add_evidence() = std::move(one);
  const std::string evidence_is = evidence.SerializeAsString();
  if (evidence_is != evidence_was) change->batch.Put(families_.evidence, IdKey(id), evidence_is);
  if (record.SerializeAsString() != centre_was) PutCentre(record, before, change);
  return OkStatus();
}

Status Register::MergeAnnouncement(const CentreRecord& centre, std::vector<Evidence>* all,
                                   v1::Announcement* announcement, Change* change) {
  const v1::Announcement was = *announcement;
  const bool is_new = was.id().empty();
  if (all->empty()) {
    if (is_new || was.state() == "retracted") return OkStatus();
    announcement->set_state("retracted");
  } else {
    *announcement = Announce(centre, all);
    announcement->set_sequence(was.sequence());
    if (announcement->SerializeAsString() == was.SerializeAsString()) return OkStatus();
  }
  const std::string type = is_new ? "new" : all->empty() ? "retracted" : "updated";
  announcement->set_sequence(++change->sequence);
  const std::string& id = announcement->id();
  if (!is_new) change->batch.Delete(families_.newest, NewestKey(was.first_found_ms(), id));
  change->batch.Put(families_.newest, NewestKey(announcement->first_found_ms(), id), "");
  change->batch.Put(families_.announcement, IdKey(id), announcement->SerializeAsString());
  v1::AnnouncementEvent event;
  event.set_sequence(announcement->sequence());
  event.set_type(type);
  *event.mutable_announcement() = *announcement;
  event.set_trace_id(change->trace_id);
  change->batch.Put(families_.event, EventKey(event.sequence()), event.SerializeAsString());
  change->new_announcements += is_new ? 1 : 0;
  change->told.emplace_back(type, id);
  return OkStatus();
}

void Register::PutCentre(const CentreRecord& record, const v1::Centre& before, Change* change) {
  const v1::Centre& centre = record.centre();
  change->batch.Put(families_.centre, IdKey(centre.id()), record.SerializeAsString());
  if (IsListed(before))
    change->batch.Delete(families_.place, PlaceKey(before.place().code(), before.id()));
  if (!IsListed(centre)) return;
  change->batch.Put(families_.place, PlaceKey(centre.place().code(), centre.id()), "");
  change->new_centres += IsListed(before) ? 0 : 1;
}

}  // namespace signboard::registry
