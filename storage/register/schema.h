// Every key the register writes. Its families lie in the Space of an archive, in the reserved slot,
// so that they go where that slot's owner goes. No code outside storage/register reads them.
//
//   family                 key                   value              the question it answers
//   ---------------------  --------------------  -----------------  -----------------------------
//   register_centre        slot:2 centre-id      CentreRecord       What is said of this centre?
//   register_evidence      slot:2 centre-id      EvidenceRecord     Who reports its founding?
//   register_announcement  slot:2 ann-id         v1.Announcement    What do they say together?
//   register_newest        slot:2 found:8 ann-id                    What was announced last?
//   register_place         slot:2 code 00 c.-id  "", or "w": it    Which centres are in a place?
//                                                does not stand
//   register_event         slot:2 sequence:8     v1.Announcement-   What changed since?
//                                                Event
//   register_url           slot:2 url:16 c.-id                      Whose evidence has this page?
//   register_curation      slot:2 "n" number:8   v1.Curation        What was curated last?
//   register_curation      slot:2 "i" ann-id                        And of this announcement?
//                          number:8
//   register_meta          slot:2 "version"      version:4          Who wrote this?
//   register_meta          slot:2 "cursor"       sequence:8         How far is a shard's log
//                          first:2                                  merged?
//
//   centre-id        'c' and 12 hexadecimal digits of SHA-256 of the centre's key;
//   ann-id           'a' and the same digits: a centre is founded once.
//   number           2^64-1 minus Curation.number: newest first. Of an announcement that was merged
//                    into a centre without one, the id that this centre's would have.
//   url              The first 16 bytes of SHA-256 of the exact URL.
//   found            2^64-1 minus Announcement.first_found_ms: newest first.
//   code             GB/T 2260, "999999" for a centre without a place.
//   x:8              Unsigned, big-endian.
//
// Invariants. CheckSchema() asserts them after every test and in `signboard verify`:
//   1. announcement and newest hold the same announcements; each has its centre, which names it.
//   2. Each listed centre has one place key, which says whether it stands; others none (IsListed).
//   3. Events are numbered from 1 without gaps; the newest of an announcement is what is kept.
//   4. One merge, and one curation, is one batch: no crash shows a state between two of these.
//   5. Curations are numbered from 1 without gaps.
//   6. Each URL in a centre's evidence has one key, and no other has.
//
// Version 1 had no curations and no register_url.
//
// These bytes outlive the program. To change one: raise kSchemaVersion, add the step that migrates,
// keep the reader of the old form for one release, add a golden store to tests/data/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "storage/kv/space.h"
#include "storage/register/records.pb.h"

namespace signboard::registry {

inline constexpr uint32_t kSchemaVersion = 2;  // Of the register alone.

// What the register adds to the families of an archive's Space, in any place, in one piece.
// A Space that was made without them gets them when it is opened with them.
std::vector<kv::FamilySpec> RegisterFamilies();

// Their numbers in a Space that is open.
struct Families {
  kv::Family centre = 0;
  kv::Family evidence = 0;
  kv::Family announcement = 0;
  kv::Family newest = 0;
  kv::Family place = 0;
  kv::Family event = 0;
  kv::Family meta = 0;
  kv::Family curation = 0;
  kv::Family url = 0;
};
// kInvalidArgument: the Space was opened without RegisterFamilies().
StatusOr<Families> FindFamilies(const kv::Space& space);

std::string CentreIdOf(std::string_view centre_key);
std::string AnnouncementIdOf(std::string_view centre_key);

// Of a centre and its announcement, one from the other; empty: `id` is of neither.
std::string CentreIdOfAnnouncement(std::string_view announcement_id);
std::string AnnouncementIdOfCentre(std::string_view centre_id);
// Of a centre its announcement's; any other is what it is.
std::string ToAnnouncementId(const std::string& id);

std::string IdKey(std::string_view id);  // Of centre, evidence and announcement.
std::string NewestKey(int64_t found_ms, std::string_view id);
std::string PlaceKey(std::string_view code, std::string_view id);
std::string EventKey(uint64_t sequence);
std::string CurationKey(uint64_t number);
std::string CurationOfKey(std::string_view announcement_id, uint64_t number);
std::string UrlKey(std::string_view url, std::string_view centre_id);  // "": before all of its.
std::string VersionKey();
std::string CursorKey(kv::Slot slot_first);

// The reserved slot, as bounds of a scan.
std::string FirstKey();
std::string EndKey();

// kDataLoss: the bytes are not such a key.
StatusOr<std::string> IdOfNewestKey(std::string_view key);
StatusOr<std::string> IdOfPlaceKey(std::string_view key);
StatusOr<std::string> IdOfUrlKey(std::string_view key);
StatusOr<uint64_t> SequenceOfEventKey(std::string_view key);
StatusOr<uint64_t> NumberOfCurationKey(std::string_view key);  // Of either kind.

// Values of PlaceKey.
inline constexpr std::string_view kStandsMark = "";
inline constexpr std::string_view kWithdrawnMark = "w";

// All that the register has in a family, from the first on.
std::unique_ptr<kv::Cursor> ScanAll(kv::Shard& shard, kv::Family family);
// Where `wanted` stand in the space, one behind the other. kInvalidArgument: it was opened without
// them; `maker` is what gives them.
StatusOr<kv::Family> FirstFamily(const kv::Space& space, const std::vector<kv::FamilySpec>& wanted,
                                 std::string_view maker);

// A centre that a list shows: known before, or announced. Of others there are only plans and talk.
bool IsListed(const v1::Centre& centre);
// And it counts: nobody and nothing has withdrawn it.
bool Stands(const v1::Centre& centre);

Status UndecodableRecord(std::string_view key, std::string_view type);
template <class Record>
StatusOr<Record> Decode(std::string_view key, std::string_view value) {
  Record record;
  if (!record.ParseFromArray(value.data(), static_cast<int>(value.size())))
    return UndecodableRecord(key, record.GetTypeName());
  return record;
}

// Reads everything of the register in `space`. kDataLoss names the first violation of an invariant.
// Other writers must be still.
Status CheckSchema(kv::Space& space);

}  // namespace signboard::registry
