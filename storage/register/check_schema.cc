// CheckSchema: walks everything that the register keeps and compares it with itself.
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "storage/register/schema.h"

namespace signboard::registry {
namespace {

Status Violated(const std::string& what) { return base::DataLoss("register: " + what); }

class Check {
 public:
  Check(kv::Shard& shard, const Families& families) : shard_(shard), families_(families) {}

  Status Run() {
    RETURN_IF_ERROR(CheckAnnouncements());
    RETURN_IF_ERROR(CheckCentres());
    RETURN_IF_ERROR(CheckEvents());
    RETURN_IF_ERROR(CheckCurations());
    return CheckUrls();
  }

 private:
  StatusOr<uint64_t> Keys(kv::Family family) {
    uint64_t count = 0;
    const auto cursor = ScanAll(shard_, family);
    for (; cursor->Valid(); cursor->Next()) ++count;
    RETURN_IF_ERROR(cursor->status());
    return count;
  }
  StatusOr<bool> Has(kv::Family family, const std::string& key) {
    ASSIGN_OR_RETURN(const std::optional<std::string> value, shard_.Get(family, key));
    return value.has_value();
  }
  Status CheckAnnouncements();
  Status CheckCentres();
  Status CheckEvents();
  Status CheckCurations();
  Status CheckUrls();

  kv::Shard& shard_;
  const Families families_;
};

Status Check::CheckAnnouncements() {
  uint64_t count = 0;
  const auto cursor = ScanAll(shard_, families_.announcement);
  for (; cursor->Valid(); cursor->Next(), ++count) {
    ASSIGN_OR_RETURN(const v1::Announcement announcement,
                     Decode<v1::Announcement>(cursor->key(), cursor->value()));
    const std::string& id = announcement.id();
    if (IdKey(id) != cursor->key()) return Violated("announcement " + id + " lies elsewhere");
    ASSIGN_OR_RETURN(const bool placed,
                     Has(families_.newest, NewestKey(announcement.first_found_ms(), id)));
    if (!placed) return Violated("announcement " + id + " is not in the order of days");
    const std::string centre_key = IdKey(announcement.centre_id());
    ASSIGN_OR_RETURN(const std::optional<std::string> centre,
                     shard_.Get(families_.centre, centre_key));
    if (!centre) return Violated("announcement " + id + " has no centre");
    ASSIGN_OR_RETURN(const CentreRecord record, Decode<CentreRecord>(centre_key, *centre));
    if (record.centre().announcement_ids_size() != 1 || record.centre().announcement_ids(0) != id)
      return Violated("the centre of announcement " + id + " does not name it");
  }
  RETURN_IF_ERROR(cursor->status());
  ASSIGN_OR_RETURN(const uint64_t placed, Keys(families_.newest));
  if (placed == count) return OkStatus();
  return Violated("the order of days holds " + std::to_string(placed) + " announcements, not " +
                  std::to_string(count));
}

Status Check::CheckCentres() {
  uint64_t listed = 0;
  const auto cursor = ScanAll(shard_, families_.centre);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const CentreRecord record,
                     Decode<CentreRecord>(cursor->key(), cursor->value()));
    const v1::Centre& centre = record.centre();
    if (IdKey(centre.id()) != cursor->key() || CentreIdOf(record.key()) != centre.id())
      return Violated("centre " + centre.id() + " lies elsewhere");
    if (!IsListed(centre)) continue;
    ++listed;
    ASSIGN_OR_RETURN(
        const std::optional<std::string> mark,
        shard_.Get(families_.place, PlaceKey(centre.place().code(), centre.id())));
    if (!mark) return Violated("centre " + centre.id() + " is not in its place");
    if (*mark != (Stands(centre) ? kStandsMark : kWithdrawnMark))
      return Violated("the place of centre " + centre.id() + " is wrong on whether it stands");
  }
  RETURN_IF_ERROR(cursor->status());
  ASSIGN_OR_RETURN(const uint64_t placed, Keys(families_.place));
  if (placed == listed) return OkStatus();
  return Violated("the places hold " + std::to_string(placed) + " centres, not " +
                  std::to_string(listed));
}

Status Check::CheckEvents() {
  std::map<std::string, std::string> newest;
  uint64_t expected = 0;
  const auto cursor = ScanAll(shard_, families_.event);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const v1::AnnouncementEvent event,
                     Decode<v1::AnnouncementEvent>(cursor->key(), cursor->value()));
    ++expected;
    if (EventKey(expected) != cursor->key() || event.sequence() != expected)
      return Violated("event " + std::to_string(expected) + " is missing");
    newest[event.announcement().id()] = event.announcement().SerializeAsString();
  }
  RETURN_IF_ERROR(cursor->status());
  for (const auto& [id, told] : newest) {
    ASSIGN_OR_RETURN(const std::optional<std::string> kept,
                     shard_.Get(families_.announcement, IdKey(id)));
    if (kept != told) return Violated("announcement " + id + " is not as it was told last");
  }
  ASSIGN_OR_RETURN(const uint64_t announcements, Keys(families_.announcement));
  if (announcements == newest.size()) return OkStatus();
  return Violated("announcements were never told");
}

Status Check::CheckCurations() {
  kv::CursorOptions options;
  options.lower = CurationKey(UINT64_MAX);
  options.upper = CurationKey(0);
  const auto cursor = shard_.Scan(families_.curation, std::move(options));
  uint64_t expected = 0;
  for (cursor->SeekToLast(); cursor->Valid(); cursor->Prev()) {
    ASSIGN_OR_RETURN(const v1::Curation curation,
                     Decode<v1::Curation>(cursor->key(), cursor->value()));
    ++expected;
    if (curation.number() != expected || CurationKey(expected) != cursor->key())
      return Violated("curation " + std::to_string(expected) + " is missing");
    ASSIGN_OR_RETURN(const bool found,
                     Has(families_.curation, CurationOfKey(curation.id(), expected)));
    if (!found) return Violated("curation " + std::to_string(expected) + " is not found by its id");
  }
  return cursor->status();
}

Status Check::CheckUrls() {
  std::set<std::string> expected;
  const auto cursor = ScanAll(shard_, families_.evidence);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const EvidenceRecord record,
                     Decode<EvidenceRecord>(cursor->key(), cursor->value()));
    const std::string_view id = cursor->key().substr(FirstKey().size());
    for (const Evidence& evidence : record.evidence())
      expected.insert(UrlKey(evidence.source().url(), id));
  }
  RETURN_IF_ERROR(cursor->status());
  for (const std::string& key : expected) {
    ASSIGN_OR_RETURN(const bool found, Has(families_.url, key));
    if (!found) return Violated("a page of evidence is not found by its URL");
  }
  ASSIGN_OR_RETURN(const uint64_t keys, Keys(families_.url));
  if (keys == expected.size()) return OkStatus();
  return Violated("URLs lead to evidence that is not there");
}

}  // namespace

Status CheckSchema(kv::Space& space) {
  ASSIGN_OR_RETURN(const Families families, FindFamilies(space));
  ASSIGN_OR_RETURN(const std::shared_ptr<kv::Shard> shard, space.ShardOf(kv::kReservedSlot));
  return Check(*shard, families).Run();
}

}  // namespace signboard::registry
