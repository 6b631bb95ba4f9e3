#include "storage/kv/rocks_db.h"

#include <rocksdb/convenience.h>

#include <algorithm>
#include <set>

#include "storage/kv/log_check.h"
#include "storage/kv/rocks_status.h"

namespace signboard::kv {
namespace {

constexpr char kEpochKey[] = "epoch";

// RocksDB names the table or blob file it could not read, but not the log.
Status OpenFailed(const rocksdb::Status& s, const RocksShardOptions& options,
                  const std::string& where) {
  const Status status = FromRocks(s, "open " + where);
  if (!s.IsCorruption()) return status;
  const std::string log = FindLogDamage(options.env, options.directory);
  return log.empty() ? status : base::DataLoss(std::string(base::Message(status)) +
                                               "; " + log);
}

StatusOr<std::vector<rocksdb::ColumnFamilyDescriptor>> Descriptors(
    const RocksShardOptions& options, const rocksdb::DBOptions& db_options, bool exists,
    const std::string& where) {
  std::vector<rocksdb::ColumnFamilyDescriptor> found;
  std::set<std::string> names = {rocksdb::kDefaultColumnFamilyName};
  found.emplace_back(rocksdb::kDefaultColumnFamilyName,
                     FamilyOptionsFor(FamilySpec{}, *options.memory));
  for (const FamilySpec& family : options.families) {
    if (family.name.empty() || !names.insert(family.name).second)
      return base::InvalidArgument(where + ": family \"" + family.name +
                                   "\" is empty, reserved or given twice");
    found.emplace_back(family.name, FamilyOptionsFor(family, *options.memory));
  }
  if (!exists) return found;
  std::vector<std::string> stored;
  const rocksdb::Status s =
      rocksdb::DB::ListColumnFamilies(db_options, options.directory, &stored);
  if (!s.ok()) return OpenFailed(s, options, where);
  for (const std::string& name : stored)
    if (!names.contains(name))
      return base::FailedPrecondition(where + " holds family \"" + name +
                                      "\", which this program does not know");
  return found;
}

Status RaiseEpoch(OpenDb* open) {
  std::string text;
  rocksdb::Status s = open->db->Get({}, open->own_family, kEpochKey, &text);
  if (!s.ok() && !s.IsNotFound()) return FromRocks(s, open->where + ": epoch");
  uint64_t epoch = 0;
  if (s.ok()) {
    if (text.size() != 8)
      return base::DataLoss(open->where + ": the epoch has " + std::to_string(text.size()) +
                            " bytes, not 8");
    for (const char c : text) epoch = epoch << 8 | static_cast<unsigned char>(c);
  }
  open->epoch = ++epoch;
  text.clear();
  for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>(epoch >> shift & 0xFF);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return FromRocks(open->db->Put(synced, open->own_family, kEpochKey, text),
                   open->where + ": raise the epoch");
}

}  // namespace

StatusOr<std::shared_ptr<OpenDb>> OpenDb::Open(const RocksShardOptions& options) {
  auto open = std::make_shared<OpenDb>();
  open->where = "shard " + options.directory;
  open->slots = options.slots;
  open->ownership = options.ownership;
  open->memory = options.memory;
  rocksdb::DBOptions db_options =
      ShardOptionsFor(*options.memory, options.env, options.log_kept_bytes);
  db_options.create_if_missing = options.create;
  const rocksdb::Status current = options.env->FileExists(options.directory + "/CURRENT");
  if (!current.ok() && !options.create) {
    if (!current.IsNotFound()) return FromRocks(current, "open " + open->where);
    return base::DataLoss("open " + open->where + ": its file CURRENT is missing");
  }
  RETURN_IF_ERROR(CheckLogEnds(options.env, options.directory));
  ASSIGN_OR_RETURN(const auto descriptors,
                   Descriptors(options, db_options, current.ok(), open->where));
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* db = nullptr;
  const rocksdb::Status s =
      rocksdb::DB::Open(db_options, options.directory, descriptors, &handles, &db);
  if (!s.ok()) return OpenFailed(s, options, open->where);
  open->db.reset(db);
  open->own_family = handles.front();
  open->families.assign(handles.begin() + 1, handles.end());
  RETURN_IF_ERROR(RaiseEpoch(open.get()));
  return open;
}

OpenDb::~OpenDb() {
  if (!db) return;
  rocksdb::CancelAllBackgroundWork(db.get(), true);
  for (rocksdb::ColumnFamilyHandle* handle : families) db->DestroyColumnFamilyHandle(handle);
  if (own_family != nullptr) db->DestroyColumnFamilyHandle(own_family);
  // Nothing is lost when this fails: what was acknowledged is in the log.
  db->Close().PermitUncheckedError();
}

std::optional<Family> OpenDb::FamilyOf(uint32_t id) const {
  for (size_t i = 0; i < families.size(); ++i)
    if (families[i]->GetID() == id) return static_cast<Family>(i);
  return std::nullopt;
}

Status OpenDb::SyncLog() {
  if (!ever_buffered) return OkStatus();
  const uint64_t target = db->GetLatestSequenceNumber();
  {
    const base::MutexLock lock(sync_mutex);
    while (syncing && synced_sequence < target) synced.Wait(sync_mutex);
    if (synced_sequence >= target) return OkStatus();
    syncing = true;
  }
  const uint64_t reached = db->GetLatestSequenceNumber();
  const Status status = FromRocks(db->SyncWAL(), where + ": sync the log");
  const base::MutexLock lock(sync_mutex);
  syncing = false;
  if (status.ok()) synced_sequence = reached;
  synced.NotifyAll();
  return status;
}

}  // namespace signboard::kv
