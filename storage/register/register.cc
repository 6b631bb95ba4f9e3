// Register: opening, the list of known centres, counts.
#include "storage/register/register.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "proto/base/key_codec.h"
#include "proto/base/log.h"
#include "storage/register/curated.h"
#include "storage/register/curator.h"
#include "storage/register/founding_day.h"
#include "storage/register/statements.h"

namespace signboard::registry {
namespace {

// Of those with nothing for a value: kStandsMark is that.
StatusOr<uint64_t> KeyCount(kv::Shard& shard, kv::Family family) {
  const auto cursor = ScanAll(shard, family);
  uint64_t count = 0;
  for (; cursor->Valid(); cursor->Next())
    count += cursor->value().empty() ? 1 : 0;
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
  std::vector<v1::Statement> said = {Known("name_zh", known.name_zh),
                                     Known("name_en", known.name_en)};
  for (const std::string& name : known.former_names) said.push_back(Known("name_zh", name));
  if (day.first) said.push_back(Known("founded", known.founded));
  for (const std::string& account : known.accounts) said.push_back(Known("account", account));
  for (const v1::Statement& statement : said) {
    AddStatement(statement, OwnStatements(record));
    AddStatement(statement, centre.mutable_statements());
  }
}

}  // namespace

Register::Register(std::shared_ptr<kv::Shard> shard, Families families, KnownCentres known,
                   const Clock& clock)
    : shard_(std::move(shard)),
      families_(families),
      clock_(clock),
      known_(std::move(known)),
      centres_(shard_, families_),
      curations_(shard_, families_) {}

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
  uint32_t found = 0;
  if (value) {
    base::KeyReader reader(*value);
    ASSIGN_OR_RETURN(found, reader.U32());
  }
  if (found == kSchemaVersion) return OkStatus();
  if (found > kSchemaVersion) {
    return base::FailedPrecondition("the register is of schema version " + std::to_string(found) +
                                    ", this program knows up to version " +
                                    std::to_string(kSchemaVersion));
  }
  // What version 1 wrote is read as it is; what it did not write is made of it.
  std::string version;
  base::AppendU32(&version, kSchemaVersion);
  kv::Batch batch;
  batch.Put(families_.meta, VersionKey(), version);
  const auto cursor = ScanAll(*shard_, families_.evidence);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const EvidenceRecord record,
                     Decode<EvidenceRecord>(cursor->key(), cursor->value()));
    for (const Evidence& evidence : record.evidence()) {
      batch.Put(families_.url,
                UrlKey(evidence.source().url(), cursor->key().substr(FirstKey().size())), "");
    }
  }
  RETURN_IF_ERROR(cursor->status());
  return shard_->Write(batch, kv::Durability::kSynced);
}

Status Register::TeachKnown() {
  Draft draft(*shard_, families_, 0, "");
  for (const KnownCentre& known : known_.all()) {
    ASSIGN_OR_RETURN(CentreRecord * record, draft.Centre(CentreIdOf(known.key)));
    Teach(known, record);
  }
  draft.Finish();
  if (draft.batch().empty()) return OkStatus();
  return shard_->Write(draft.batch(), kv::Durability::kSynced);
}

Status Register::LoadState() {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(announcement_count_, KeyCount(*shard_, families_.newest));
  ASSIGN_OR_RETURN(centre_count_, KeyCount(*shard_, families_.place));
  ASSIGN_OR_RETURN(curation_count_, curations_.Newest());
  const auto events = ScanAll(*shard_, families_.event);
  events->SeekToLast();
  if (events->Valid()) {
    ASSIGN_OR_RETURN(sequence_, SequenceOfEventKey(events->key()));
  }
  RETURN_IF_ERROR(events->status());
  kv::CursorOptions options;
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

StatusOr<v1::CurateReply> Register::Curate(const v1::CurateRequest& request) {
  v1::CurateReply reply;
  {
    base::MutexLock lock(mutex_);
    Draft draft(*shard_, families_, sequence_, "");
    Curator curator(curations_, curation_count_ + 1, clock_.Now(), &draft);
    ASSIGN_OR_RETURN(reply, curator.Do(request));
    if (request.dry_run()) return reply;
    RETURN_IF_ERROR(Commit(&draft));
    ++curation_count_;
    Log(kInfo, "register.curated",
        {{"number", reply.curation().number()},
         {"action", v1::CurateRequest::Action_Name(request.action())},
         {"id", request.id()}, {"who", request.who()}});
  }
  bell_.Ring();
  return reply;
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
