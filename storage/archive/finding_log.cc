#include "storage/archive/finding_log.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "proto/base/key_codec.h"

namespace signboard::archive {
namespace {

StatusOr<uint64_t> SequenceOf(std::string_view key) {
  base::KeyReader reader(key);
  RETURN_IF_ERROR(reader.U16().status());
  ASSIGN_OR_RETURN(const uint64_t sequence, reader.U64());
  RETURN_IF_ERROR(reader.End());
  return sequence;
}

// The highest sequence number in any slot of the shard; 0: none.
StatusOr<uint64_t> LastOnDisk(kv::Shard& shard) {
  const kv::SlotRange slots = shard.slots();
  const std::unique_ptr<kv::Cursor> cursor = shard.Scan(kFindingFamily, {});
  uint64_t last = 0;
  for (unsigned slot = slots.first; slot <= slots.last; ++slot) {
    cursor->SeekForPrev(kv::SlotKey(static_cast<kv::Slot>(slot + 1)));
    if (!cursor->Valid()) continue;
    ASSIGN_OR_RETURN(const uint64_t sequence, SequenceOf(cursor->key()));
    last = std::max(last, sequence);
  }
  RETURN_IF_ERROR(cursor->status());
  return last;
}

}  // namespace

StatusOr<uint64_t> FindingLog::Next(kv::Shard& shard) {
  Last& last = last_[shard.slots().first];
  if (last.epoch != shard.epoch()) {
    ASSIGN_OR_RETURN(last.sequence, LastOnDisk(shard));
    last.epoch = shard.epoch();
  }
  return ++last.sequence;
}

Status FindingLog::Write(kv::Shard& shard, kv::Slot slot,
                         const v1::StoreRequest::Header& findings, kv::Batch* batch) {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(const uint64_t sequence, Next(shard));
  batch->Put(kFindingFamily, FindingKey(slot, sequence), findings.SerializeAsString());
  return shard.Write(*batch, kv::Durability::kSynced);
}

StatusOr<std::vector<LoggedFindings>> FindingLog::Read(kv::Shard& shard, kv::Slot slot,
                                                       uint64_t after, size_t limit) {
  std::vector<LoggedFindings> entries;
  if (after == UINT64_MAX) return entries;
  kv::CursorOptions options;
  options.lower = FindingKey(slot, after + 1);
  options.upper = kv::SlotKey(static_cast<kv::Slot>(slot + 1));
  const std::unique_ptr<kv::Cursor> cursor = shard.Scan(kFindingFamily, std::move(options));
  for (cursor->SeekToFirst(); cursor->Valid() && entries.size() < limit; cursor->Next()) {
    LoggedFindings entry;
    ASSIGN_OR_RETURN(entry.sequence, SequenceOf(cursor->key()));
    const std::string_view value = cursor->value();
    if (!entry.findings.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      return base::DataLoss("findings " + std::to_string(entry.sequence) + " of slot " +
                            std::to_string(slot) + " do not decode");
    }
    entries.push_back(std::move(entry));
  }
  RETURN_IF_ERROR(cursor->status());
  return entries;
}

}  // namespace signboard::archive
