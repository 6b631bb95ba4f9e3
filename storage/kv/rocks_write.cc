#include "storage/kv/rocks_write.h"

#include <algorithm>
#include <string>

#include "storage/kv/rocks_status.h"
#include "storage/kv/rocks_tail.h"

namespace signboard::kv {
namespace {

constexpr size_t kOperationBytes = 16;  // What RocksDB adds to an operation, about.

rocksdb::Slice Of(std::string_view text) { return {text.data(), text.size()}; }

// A range may end where the shard's slots end.
Status CheckRange(const SlotRange& slots, std::string_view from, std::string_view to) {
  RETURN_IF_ERROR(CheckKey(slots, from));
  if (to.size() > kKeyBytesMax)
    return base::InvalidArgument("the end of a range of " + std::to_string(to.size()) + " bytes");
  if (to < from) return base::InvalidArgument("a range that ends before it begins");
  if (to > SlotKey(static_cast<Slot>(slots.last + 1)))
    return base::InvalidArgument("a range that ends after slot " + std::to_string(slots.last) +
                                 ", the shard's last");
  return OkStatus();
}

Status Add(const OpenDb& db, const Batch::Operation& operation, rocksdb::WriteBatch* out) {
  using Kind = Batch::Operation::Kind;
  rocksdb::ColumnFamilyHandle* family = db.HandleOf(operation.family);
  if (family == nullptr)
    return base::InvalidArgument("no family " + std::to_string(operation.family));
  const rocksdb::Slice key = Of(operation.key);
  const rocksdb::Slice value = Of(operation.value);
  if (operation.kind == Kind::kDeleteRange) {
    RETURN_IF_ERROR(CheckRange(db.slots, operation.key, operation.value));
    if (key == value) return OkStatus();
    return FromRocks(out->DeleteRange(family, key, value), "add to a batch");
  }
  RETURN_IF_ERROR(CheckKey(db.slots, operation.key));
  if (operation.kind == Kind::kDelete)
    return FromRocks(out->Delete(family, key), "add to a batch");
  if (operation.value.size() > kValueBytesMax) {
    return base::InvalidArgument("a value of " + std::to_string(operation.value.size()) +
                                 " bytes, at most " + std::to_string(kValueBytesMax) + " go");
  }
  return FromRocks(out->Put(family, key, value), "add to a batch");
}

}  // namespace

Status CheckKey(const SlotRange& slots, std::string_view key) {
  const StatusOr<Slot> slot = SlotOf(key);
  if (!slot.ok()) return base::InvalidArgument(base::Message(slot.status()));
  if (!slots.Holds(*slot)) {
    return base::InvalidArgument("a key of slot " + std::to_string(*slot) +
                                 " in a shard of slots " + std::to_string(slots.first) + ".." +
                                 std::to_string(slots.last));
  }
  if (key.size() > kKeyBytesMax) {
    return base::InvalidArgument("a key of " + std::to_string(key.size()) + " bytes, at most " +
                                 std::to_string(kKeyBytesMax) + " go");
  }
  return OkStatus();
}

StatusOr<rocksdb::WriteBatch> ToRocks(const OpenDb& db, const Batch& batch) {
  if (batch.bytes() > kBatchBytesMax) {
    return base::InvalidArgument(db.where + ": a batch of " + std::to_string(batch.bytes()) +
                                 " bytes, at most " + std::to_string(kBatchBytesMax) + " go");
  }
  rocksdb::WriteBatch out(batch.bytes() + kOperationBytes * (batch.operations().size() + 1));
  size_t number = 0;
  for (const Batch::Operation& operation : batch.operations()) {
    if (Status s = Add(db, operation, &out); !s.ok())
      return base::Annotate(s, db.where + ": operation " + std::to_string(number));
    ++number;
  }
  RETURN_IF_ERROR(FromRocks(out.PutLogData(kBatchEndMark), "add to a batch"));
  return out;
}

}  // namespace signboard::kv
