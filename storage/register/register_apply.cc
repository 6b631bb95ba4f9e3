// Register::Apply: from a log's entry to one batch.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "proto/base/key_codec.h"
#include "proto/base/log.h"
#include "proto/base/probe.h"
#include "storage/register/absence.h"
#include "storage/register/clamp_finding.h"
#include "storage/register/curated.h"
#include "storage/register/derive.h"
#include "storage/register/foundings.h"
#include "storage/register/links.h"
#include "storage/register/register.h"
#include "storage/register/sources.h"

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
  base::Counter& merged = Events("merged");
  base::Histogram& seconds =
      base::MakeHistogram("signboard_register_lag_seconds",
                          "From a capture's storing to its merge.", base::SecondsBounds());

  base::Counter& Of(const std::string& type) {
    return type == "new"       ? added
           : type == "updated" ? updated
           : type == "merged"  ? merged
                               : retracted;
  }
};

Probes& Count() {
  static Probes probes;
  return probes;
}

// Whose evidence one page may be: beyond it, some are not told that it changed.
constexpr size_t kCentresOfPageMax = 200;

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

}  // namespace

struct Register::Renamed {
  std::vector<std::string> ids;
  std::string day;
};

struct Register::Report {
  const v1::LoggedFindings& entry;
  kv::Slot slot_first;
  std::string key;                           // Of the centre.
  std::vector<const v1::Finding*> findings;  // None: the page says nothing of it any more.
};

// The centres of one place that a page says to be renamed, by the place.
std::map<std::string, Register::Renamed> Register::RenamesOf(
    const std::map<std::string, Report>& reports) {
  std::map<std::string, Renamed> renames;
  for (const auto& [key, report] : reports) {
    for (const v1::Finding* finding : report.findings) {
      if (finding->event() != "renamed" || finding->place().code().empty()) continue;
      Renamed& renamed = renames[finding->place().code()];
      renamed.ids.push_back(CentreIdOf(key));
      renamed.day = finding->event_date().empty()
                        ? DayOf(PublishedAt(report.entry.snapshot()))
                        : finding->event_date();
      break;
    }
  }
  std::erase_if(renames, [](const auto& one) { return one.second.ids.size() < 2; });
  return renames;
}

std::map<std::string, Register::Report> Register::ReportsOf(
    const v1::LoggedFindings& entry, kv::Slot slot_first, const std::vector<v1::Finding>& kept) {
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
  for (const v1::Finding& finding : entry.gone()) {
    if (reports.size() >= 2 * static_cast<size_t>(kFindingsPerEntryMax)) break;
    const std::string own_key = KeyOf(Clamp(finding));
    if (own_key.empty()) continue;
    const std::string& key = known_.Resolve(own_key);
    reports.try_emplace(key, Report{entry, slot_first, key, {}});
  }
  return reports;
}

// What the page says now, or that it is gone, to all whose evidence it is.
Status Register::NoteVersions(const v1::LoggedFindings& entry,
                              const std::map<std::string, Report>& reports,
                              std::set<std::string>* centres, Draft* draft) {
  const std::string first = UrlKey(entry.snapshot().url(), "");
  kv::CursorOptions options;
  options.lower = first;
  options.upper = EndKey();
  std::set<std::string> ids = *centres;
  const auto cursor = shard_->Scan(families_.url, std::move(options));
  for (cursor->SeekToFirst(); cursor->Valid() && cursor->key().starts_with(first);
       cursor->Next()) {
    ASSIGN_OR_RETURN(std::string id, IdOfUrlKey(cursor->key()));
    ids.insert(std::move(id));
    if (ids.size() >= kCentresOfPageMax) break;
  }
  RETURN_IF_ERROR(cursor->status());
  std::set<std::string> reporting;
  for (const auto& [key, report] : reports)
    if (BestAnnouncement(report.findings) != nullptr) reporting.insert(CentreIdOf(key));
  for (const std::string& id : ids) {
    ASSIGN_OR_RETURN(EvidenceRecord * record, draft->Evidence(id));
    std::vector<Evidence> all(record->evidence().begin(), record->evidence().end());
    NoteVersion(entry, reporting.count(id) > 0, &all);
    record->clear_evidence();
    for (Evidence& one : all) *record->add_evidence() = std::move(one);
    centres->insert(id);
  }
  return OkStatus();
}

StatusOr<size_t> Register::Merge(kv::Slot slot_first, const v1::LoggedFindings& entry,
                                 Draft* draft) {
  std::vector<v1::Finding> kept;
  for (const v1::Finding& finding : entry.findings()) {
    if (kept.size() < static_cast<size_t>(kFindingsPerEntryMax)) kept.push_back(Clamp(finding));
  }
  const std::map<std::string, Report> reports = ReportsOf(entry, slot_first, kept);
  std::set<std::string> centres;
  for (const auto& [key, report] : reports) {
    std::string id = CentreIdOf(key);
    ASSIGN_OR_RETURN(const CentreRecord* record, draft->Centre(id));
    if (report.findings.empty() && record->key().empty()) continue;
    RETURN_IF_ERROR(TakeReport(report, draft));
    centres.insert(std::move(id));
  }
  RETURN_IF_ERROR(NoteVersions(entry, reports, &centres, draft));
  RETURN_IF_ERROR(LinkTold(*shard_, families_, std::set<std::string>(centres), draft, &centres));
  for (const auto& [place, names] : RenamesOf(reports))
    RETURN_IF_ERROR(LinkRenamed(names.ids, names.day, draft, &centres));
  auto affected = Affected(centres, draft);
  if (!affected.ok()) return affected.status();
  for (const std::string& id : *affected) RETURN_IF_ERROR(Derive(id, clock_.Now(), 0, draft));
  RETURN_IF_ERROR(TellMerged(centres, clock_.Now(), draft));
  return kept.size();
}

Status Register::Apply(kv::Slot slot_first, const v1::LoggedFindings& entry) {
  bool told = false;
  {
    base::MutexLock lock(mutex_);
    Level& level = levels_[slot_first];
    if (entry.sequence() <= level.followed) return OkStatus();
    Draft draft(*shard_, families_, sequence_, entry.snapshot().trace_id());
    ASSIGN_OR_RETURN(const size_t merged, Merge(slot_first, entry, &draft));
    std::string cursor;
    base::AppendU64(&cursor, entry.sequence());
    draft.batch().Put(families_.meta, CursorKey(slot_first), cursor);
    RETURN_IF_ERROR(Commit(&draft));

    level.followed = entry.sequence();
    level.newest = std::max(level.newest, level.followed);
    Count().entries.Add();
    Count().findings.Add(static_cast<double>(merged));
    Count().seconds.Observe(
        static_cast<double>(ToMillis(clock_.Now()) - FoundMs(entry.snapshot())) / 1'000);
    told = !draft.told().empty();
  }
  if (told) bell_.Ring();
  return OkStatus();
}

StatusOr<v1::PreviewReply> Register::Preview(const std::vector<v1::LoggedFindings>& entries) {
  base::MutexLock lock(mutex_);
  Draft draft(*shard_, families_, sequence_, "");
  for (v1::LoggedFindings entry : entries) {
    entry.set_sequence(UINT64_MAX);  // After all that came.
    if (entry.snapshot().stored_ms() == 0)
      entry.mutable_snapshot()->set_stored_ms(ToMillis(clock_.Now()));
    RETURN_IF_ERROR(Merge(0, entry, &draft).status());
  }
  v1::PreviewReply reply;
  for (v1::PreviewReply::Change& change : draft.ChangedAnnouncements()) {
    reply.set_change_count(reply.change_count() + 1);
    if (reply.changes_size() < kPreviewedMax) *reply.add_changes() = std::move(change);
  }
  return reply;
}

Status Register::Commit(Draft* draft) {
  draft->Finish();
  RETURN_IF_ERROR(shard_->Write(draft->batch(), kv::Durability::kSynced));
  sequence_ = draft->sequence();
  announcement_count_ += draft->new_announcements();
  centre_count_ += static_cast<uint64_t>(draft->more_centres());
  for (const auto& [type, id] : draft->told()) {
    Count().Of(type).Add();
    Log(kInfo, "register." + type, {{"id", id}, {"trace", draft->trace_id()}});
  }
  return OkStatus();
}

Status Register::TakeReport(const Report& report, Draft* draft) {
  const std::string id = CentreIdOf(report.key);
  ASSIGN_OR_RETURN(CentreRecord * record, draft->Centre(id));
  ASSIGN_OR_RETURN(EvidenceRecord * evidence, draft->Evidence(id));
  record->set_key(report.key);
  v1::Centre& centre = *record->mutable_centre();
  centre.set_id(id);
  const v1::Snapshot& snapshot = report.entry.snapshot();
  std::optional<FoundingDay> known;
  if (!centre.known_before().empty()) known = ParseFoundingDay(record->founded());
  std::vector<Evidence> all(evidence->evidence().begin(), evidence->evidence().end());
  const v1::Finding* best = BestAnnouncement(report.findings);
  const v1::Finding nothing;
  const v1::Finding& said = best != nullptr             ? *best
                            : !report.findings.empty() ? *report.findings.front()
                                                       : nothing;
  Evidence more = MakeEvidence(report.entry, said, report.slot_first);
  if (best != nullptr) {
    TakeIn(std::move(more), known, &all);
  } else {
    TakeOut(more, &all);
  }
  const std::vector<Evidence> sources = SourcesOf(all, known);
  if (sources.empty()) {
    record->clear_mark();
  } else {
    *record->mutable_mark() = MarkOf(sources);
  }
  Statements* const statements = OwnStatements(record);
  // What a later detection says of a snapshot stands instead of what an earlier one said.
  if (Withdraw(snapshot.id(), statements)) {
    for (const Evidence& other : all) {
      const v1::Source& source = other.source();
      AddStatements(source.finding(), PublishedAt(source), source.snapshot_id(), source.found_ms(),
                    statements);
    }
  }
  for (const v1::Finding* finding : report.findings)
    AddStatements(*finding, PublishedAt(snapshot), snapshot.id(), FoundMs(snapshot), statements);
  evidence->clear_evidence();
  for (Evidence& one : all) *evidence->add_evidence() = std::move(one);
  // Until pages announce it: what the first that speaks of it says.
  if (centre.name_zh().empty() && centre.name_en().empty() && !report.findings.empty())
    Describe(*report.findings.front(), &centre);
  return OkStatus();
}

}  // namespace signboard::registry
