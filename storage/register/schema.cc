#include "storage/register/schema.h"

#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"

namespace signboard::registry {
namespace {

constexpr size_t kIdBytes = 13;
constexpr size_t kUrlBytes = 16;
constexpr std::string_view kNoPlace = "999999";

std::string Id(char kind, std::string_view centre_key) {
  return kind + base::ToHex(base::Sha256(centre_key)).substr(0, kIdBytes - 1);
}

Status NotSuchKey(std::string_view key) {
  return base::DataLoss("key " + base::ToHex(key) + " of the register is damaged");
}

// What stands at the end of a key, behind at least `before` bytes.
StatusOr<std::string> IdAtEnd(std::string_view key, size_t before) {
  if (key.size() < before + kIdBytes) return NotSuchKey(key);
  return std::string(key.substr(key.size() - kIdBytes));
}

}  // namespace

std::vector<kv::FamilySpec> RegisterFamilies() {
  return {
      {.name = "register_centre", .blobs = true},
      {.name = "register_evidence", .blobs = true},
      {.name = "register_announcement", .blobs = true},
      {.name = "register_newest"},
      {.name = "register_place"},
      {.name = "register_event", .blobs = true},
      {.name = "register_meta"},
      {.name = "register_curation", .blobs = true},
      {.name = "register_url"},
  };
}

StatusOr<kv::Family> FirstFamily(const kv::Space& space, const std::vector<kv::FamilySpec>& wanted,
                                 std::string_view maker) {
  const std::vector<kv::FamilySpec>& found = space.families();
  size_t first = 0;
  while (first < found.size() && found[first].name != wanted.front().name) ++first;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (first + i >= found.size() || found[first + i].name != wanted[i].name)
      return base::InvalidArgument("the space was not opened with " + std::string(maker) + "()");
  }
  return static_cast<kv::Family>(first);
}

std::unique_ptr<kv::Cursor> ScanAll(kv::Shard& shard, kv::Family family) {
  kv::CursorOptions options;
  options.lower = FirstKey();
  options.upper = EndKey();
  auto cursor = shard.Scan(family, std::move(options));
  cursor->SeekToFirst();
  return cursor;
}

StatusOr<Families> FindFamilies(const kv::Space& space) {
  ASSIGN_OR_RETURN(kv::Family at, FirstFamily(space, RegisterFamilies(), "RegisterFamilies"));
  Families families;
  for (kv::Family* family : {&families.centre, &families.evidence, &families.announcement,
                             &families.newest, &families.place, &families.event, &families.meta,
                             &families.curation, &families.url}) {
    *family = at++;
  }
  return families;
}

std::string CentreIdOf(std::string_view centre_key) { return Id('c', centre_key); }

std::string AnnouncementIdOf(std::string_view centre_key) { return Id('a', centre_key); }

std::string CentreIdOfAnnouncement(std::string_view announcement_id) {
  if (announcement_id.size() != kIdBytes || announcement_id[0] != 'a') return "";
  return 'c' + std::string(announcement_id.substr(1));
}

std::string AnnouncementIdOfCentre(std::string_view centre_id) {
  if (centre_id.size() != kIdBytes || centre_id[0] != 'c') return "";
  return 'a' + std::string(centre_id.substr(1));
}

std::string ToAnnouncementId(const std::string& id) {
  const std::string announcement_id = AnnouncementIdOfCentre(id);
  return announcement_id.empty() ? id : announcement_id;
}

std::string IdKey(std::string_view id) {
  std::string key = FirstKey();
  key += id;
  return key;
}

std::string NewestKey(int64_t found_ms, std::string_view id) {
  std::string key = FirstKey();
  base::AppendU64(&key, UINT64_MAX - static_cast<uint64_t>(found_ms < 0 ? 0 : found_ms));
  key += id;
  return key;
}

std::string PlaceKey(std::string_view code, std::string_view id) {
  std::string key = FirstKey();
  // A code is six digits; one that holds a zero byte was made by a stranger.
  const bool fits = !code.empty() && code.find('\0') == std::string_view::npos;
  key += fits ? code : kNoPlace;
  key.push_back('\0');
  key += id;
  return key;
}

std::string EventKey(uint64_t sequence) {
  std::string key = FirstKey();
  base::AppendU64(&key, sequence);
  return key;
}

std::string CurationKey(uint64_t number) {
  std::string key = FirstKey() + 'n';
  base::AppendU64(&key, UINT64_MAX - number);
  return key;
}

std::string CurationOfKey(std::string_view announcement_id, uint64_t number) {
  std::string key = FirstKey() + 'i';
  key += announcement_id;
  base::AppendU64(&key, UINT64_MAX - number);
  return key;
}

std::string UrlKey(std::string_view url, std::string_view centre_id) {
  std::string key = FirstKey() + base::Sha256(url).substr(0, kUrlBytes);
  key += centre_id;
  return key;
}

std::string VersionKey() { return FirstKey() + "version"; }

std::string CursorKey(kv::Slot slot_first) {
  std::string key = FirstKey() + "cursor";
  base::AppendU16(&key, slot_first);
  return key;
}

std::string FirstKey() { return kv::SlotKey(kv::kReservedSlot); }

std::string EndKey() { return kv::SlotKey(kv::kReservedSlot + 1); }

StatusOr<std::string> IdOfNewestKey(std::string_view key) { return IdAtEnd(key, 10); }

StatusOr<std::string> IdOfPlaceKey(std::string_view key) { return IdAtEnd(key, 4); }

StatusOr<std::string> IdOfUrlKey(std::string_view key) { return IdAtEnd(key, 2 + kUrlBytes); }

StatusOr<uint64_t> SequenceOfEventKey(std::string_view key) {
  base::KeyReader reader(key);
  RETURN_IF_ERROR(reader.U16().status());
  ASSIGN_OR_RETURN(const uint64_t sequence, reader.U64());
  RETURN_IF_ERROR(reader.End());
  return sequence;
}

StatusOr<uint64_t> NumberOfCurationKey(std::string_view key) {
  if (key.size() < 8) return NotSuchKey(key);
  base::KeyReader reader(key.substr(key.size() - 8));
  ASSIGN_OR_RETURN(const uint64_t inverted, reader.U64());
  return UINT64_MAX - inverted;
}

bool IsListed(const v1::Centre& centre) {
  return !centre.known_before().empty() || centre.announcement_ids_size() > 0;
}

bool Stands(const v1::Centre& centre) { return IsListed(centre) && centre.state().empty(); }

Status UndecodableRecord(std::string_view key, std::string_view type) {
  return base::DataLoss("record " + base::ToHex(key) + " of the register does not decode as " +
                        std::string(type));
}

}  // namespace signboard::registry
