// Register: opening, the list of known centres, counts.
#include "storage/register/register.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proto/base/key_codec.h"
#include "proto/base/log.h"
#include "storage/register/change.h"
#include "storage/register/founding_day.h"
#include "storage/register/statements.h"

namespace signboard::registry {
namespace {

StatusOr<uint64_t> KeyCount(kv::Shard& shard, kv::Family family) {
  kv::CursorOptions options;
  options.lower = FirstKey();
  options.upper = EndKey();
  const auto cursor = shard.Scan(family, std::move(options));
  uint64_t count = 0;
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) ++count;
  RETURN_IF_ERROR(cursor->status());
  return count;
}

v1::Statement Known(std::string field, std::string value) {
  v1::Statement statement;
  statement.set_field(std::move(field));
  statement.set_value(std::move(value));
  return statement;
}

// What the list says of a centre, over what was known of it.
void Teach(const KnownCentre& known, CentreRecord* record) {
  record->set_key(known.key);
  record->set_founded(known.founded);
  const FoundingDay day = ParseFoundingDay(known.founded);
  if (day.last) record->set_founded_by_ms(ToMillis(*day.last));
  v1::Centre& centre = *record->mutable_centre();
  centre.set_id(CentreIdOf(known.key));
  centre.set_name_zh(known.name_zh);
  centre.set_name_en(known.name_en);
  *centre.mutable_place() = known.place;
  centre.set_level(known.level);
  centre.set_known_before(known.source);
  AddStatement(Known("name_zh", known.name_zh), &centre);
  AddStatement(Known("name_en", known.name_en), &centre);
  for (const std::string& name : known.former_names)
    AddStatement(Known("name_zh", name), &centre);
  if (day.first) AddStatement(Known("founded", known.founded), &centre);
  for (const std::string& account : known.accounts)
    AddStatement(Known("account", account), &centre);
}

}  // namespace

StatusOr<uint32_t> ListLimit(uint32_t asked) {
  if (asked == 0) return kListDefault;
  if (asked > kListMax) {
    return base::InvalidArgument("limit " + std::to_string(asked) + " is more than " +
                                 std::to_string(kListMax));
  }
  return asked;
}

Register::Register(std::shared_ptr<kv::Shard> shard, Families families, KnownCentres known,
                   const Clock& clock)
    : shard_(std::move(shard)), families_(families), clock_(clock), known_(std::move(known)) {}

StatusOr<std::unique_ptr<Register>> Register::Open(kv::Space& space, const Clock& clock) {
  ASSIGN_OR_RETURN(const Families families, FindFamilies(space));
  ASSIGN_OR_RETURN(std::shared_ptr<kv::Shard> shard, space.ShardOf(kv::kReservedSlot));
  ASSIGN_OR_RETURN(KnownCentres known, KnownCentres::Load());
  std::unique_ptr<Register> opened(
      new Register(std::move(shard), families, std::move(known), clock));
  RETURN_IF_ERROR(opened->CheckVersion());
  RETURN_IF_ERROR(opened->TeachKnown());
  RETURN_IF_ERROR(opened->LoadState());
  return opened;
}

Status Register::CheckVersion() {
  ASSIGN_OR_RETURN(const std::optional<std::string> value,
                   shard_->Get(families_.meta, VersionKey()));
  if (!value) {
    std::string version;
    base::AppendU32(&version, kSchemaVersion);
    kv::Batch batch;
    batch.Put(families_.meta, VersionKey(), version);
    return shard_->Write(batch, kv::Durability::kSynced);
  }
  base::KeyReader reader(*value);
  ASSIGN_OR_RETURN(const uint32_t found, reader.U32());
  if (found <= kSchemaVersion) return OkStatus();
  return base::FailedPrecondition("the register is of schema version " + std::to_string(found) +
                                  ", this program knows up to version " +
                                  std::to_string(kSchemaVersion));
}

Status Register::TeachKnown() {
  Change change;
  for (const KnownCentre& known : known_.all()) {
    ASSIGN_OR_RETURN(CentreRecord record,
                     LoadOrEmpty<CentreRecord>(families_.centre, CentreIdOf(known.key)));
    const std::string before = record.SerializeAsString();
    const v1::Centre centre = record.centre();
    Teach(known, &record);
    if (record.SerializeAsString() != before) PutCentre(record, centre, &change);
  }
  if (change.batch.empty()) return OkStatus();
  return shard_->Write(change.batch, kv::Durability::kSynced);
}

Status Register::LoadState() {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(announcement_count_, KeyCount(*shard_, families_.newest));
  ASSIGN_OR_RETURN(centre_count_, KeyCount(*shard_, families_.place));
  kv::CursorOptions options;
  options.lower = FirstKey();
  options.upper = EndKey();
  const auto events = shard_->Scan(families_.event, options);
  events->SeekToLast();
  if (events->Valid()) {
    ASSIGN_OR_RETURN(sequence_, SequenceOfEventKey(events->key()));
  }
  RETURN_IF_ERROR(events->status());
  options.lower = CursorKey(0);
  options.upper = CursorKey(UINT16_MAX);
  const auto cursors = shard_->Scan(families_.meta, options);
  for (cursors->SeekToFirst(); cursors->Valid(); cursors->Next()) {
    const std::string_view key = cursors->key();
    base::KeyReader first(key.substr(CursorKey(0).size() - 2));
    ASSIGN_OR_RETURN(const uint16_t slot, first.U16());
    base::KeyReader value(cursors->value());
    ASSIGN_OR_RETURN(const uint64_t followed, value.U64());
    levels_[slot] = {.followed = followed, .newest = followed, .connected = false};
  }
  RETURN_IF_ERROR(cursors->status());
  Log(kInfo, "register.opened",
      {{"announcements", announcement_count_}, {"centres", centre_count_},
       {"sequence", sequence_}});
  return OkStatus();
}

uint64_t Register::Followed(kv::Slot slot_first) {
  base::MutexLock lock(mutex_);
  const auto found = levels_.find(slot_first);
  return found == levels_.end() ? 0 : found->second.followed;
}

void Register::NoteLevel(kv::Slot slot_first, uint64_t newest, bool connected) {
  base::MutexLock lock(mutex_);
  Level& level = levels_[slot_first];
  level.newest = std::max(level.newest, newest);
  level.connected = connected;
}

v1::RegisterStats Register::Stats() {
  base::MutexLock lock(mutex_);
  v1::RegisterStats stats;
  stats.set_announcements(announcement_count_);
  stats.set_centres(centre_count_);
  stats.set_sequence(sequence_);
  for (const auto& [slot, level] : levels_) {
    v1::RegisterStats::Cursor* cursor = stats.add_cursors();
    cursor->set_slot_first(slot);
    cursor->set_followed(level.followed);
    cursor->set_newest(level.newest);
    cursor->set_connected(level.connected);
  }
  return stats;
}

}  // namespace signboard::registry
