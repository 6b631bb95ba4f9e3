#include "storage/register/derive.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "storage/register/curated.h"
#include "storage/register/merge_finding.h"
#include "storage/register/sources.h"

namespace signboard::registry {
namespace {

// Of one centre; the oldest go first, so that no quarrel of analysts grows a record.
constexpr int kWithdrawalsMax = 100;

v1::Announcement Announce(const CentreRecord& centre, std::vector<Evidence>* sources) {
  v1::Announcement announcement;
  announcement.set_id(AnnouncementIdOf(centre.key()));
  announcement.set_centre_id(centre.centre().id());
  announcement.set_state(centre.verdict() == kConfirmed ? "confirmed" : "found");
  announcement.set_independent_source_count(MarkReprints(sources));
  *announcement.mutable_merged() = MergeFindings(*sources);
  announcement.set_first_found_ms(sources->front().source().found_ms());
  for (const Evidence& evidence : *sources) {
    *announcement.add_sources() = evidence.source();
    announcement.set_first_found_ms(
        std::min(announcement.first_found_ms(), evidence.source().found_ms()));
  }
  return announcement;
}

void DeriveAnnouncement(const CentreRecord& centre, std::vector<Evidence>* sources,
                        uint64_t curation, v1::Announcement* announcement, Draft* draft) {
  if (centre.verdict() == kRetracted) return;
  const v1::Announcement was = *announcement;
  const bool is_new = was.id().empty();
  if (sources->empty()) {
    announcement->set_state(centre.verdict() == kConfirmed ? "confirmed" : "retracted");
    announcement->clear_merged_into();
    if (is_new || was.state() == announcement->state()) {
      *announcement = was;
      return;
    }
  } else {
    *announcement = Announce(centre, sources);
    announcement->set_sequence(was.sequence());
    if (announcement->SerializeAsString() == was.SerializeAsString()) return;
  }
  const bool retracted = announcement->state() == "retracted";
  draft->Tell(is_new ? "new" : retracted ? "retracted" : "updated", curation, announcement);
}

}  // namespace

void Describe(const v1::Finding& finding, v1::Centre* centre) {
  if (!finding.centre_name_zh().empty()) centre->set_name_zh(finding.centre_name_zh());
  if (!finding.centre_name_en().empty()) centre->set_name_en(finding.centre_name_en());
  if (finding.has_place()) *centre->mutable_place() = finding.place();
  centre->set_level(centre->place().level());
}

void NoteStanding(const v1::Announcement& announcement, UnixTime now, CentreRecord* record) {
  v1::Centre& centre = *record->mutable_centre();
  if (!IsListed(centre)) return;
  const bool announced = announcement.state() == "found" || announcement.state() == "confirmed";
  if (!record->merged_into().empty()) {
    centre.set_state("merged");
  } else if (announced || !centre.known_before().empty()) {
    centre.clear_state();
  } else {
    centre.set_state("retracted");
  }
  centre.set_merged_into(record->merged_into());
  auto& all = *record->mutable_withdrawals();
  const bool was_standing = all.empty() || all.rbegin()->has_until_ms();
  const bool stands = centre.state().empty();
  if (stands == was_standing) return;
  if (stands) {
    all.rbegin()->set_until_ms(ToMillis(now));
  } else {
    if (all.size() >= kWithdrawalsMax) all.erase(all.begin());
    all.Add()->set_from_ms(ToMillis(now));
  }
}

Status Derive(const std::string& centre_id, UnixTime now, uint64_t curation, Draft* draft) {
  ASSIGN_OR_RETURN(CentreRecord * record, draft->Centre(centre_id));
  if (!record->merged_into().empty()) return OkStatus();
  auto pool = PoolOf(centre_id, draft);
  if (!pool.ok()) return pool.status();
  ASSIGN_OR_RETURN(v1::Announcement * announcement,
                   draft->Announcement(AnnouncementIdOf(record->key())));
  std::vector<Evidence> sources = SourcesOf(std::move(pool->evidence), pool->known);
  DeriveAnnouncement(*record, &sources, curation, announcement, draft);

  v1::Centre& centre = *record->mutable_centre();
  *centre.mutable_statements() = std::move(pool->statements);
  if (!announcement->id().empty() && centre.announcement_ids_size() == 0)
    centre.add_announcement_ids(announcement->id());
  if (centre.known_before().empty() && !announcement->id().empty()) {
    Describe(announcement->merged(), &centre);
    const FoundingDay day = ParseFoundingDay(announcement->merged().event_date());
    record->set_founded_by_ms(day.last ? ToMillis(*day.last) : announcement->first_found_ms());
  }
  NoteStanding(*announcement, now, record);
  return OkStatus();
}

}  // namespace signboard::registry
