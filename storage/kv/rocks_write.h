// From a Batch of ours to one of RocksDB, with everything a caller can get wrong checked first.
//
// Errors: kInvalidArgument names the operation and the bound, family or slot.
#pragma once

#include <rocksdb/write_batch.h>

#include "proto/base/status.h"
#include "storage/kv/rocks_db.h"
#include "storage/kv/space.h"

namespace signboard::kv {

// kInvalidArgument: not a key of these slots, or longer than kKeyBytesMax.
Status CheckKey(const SlotRange& slots, std::string_view key);

StatusOr<rocksdb::WriteBatch> ToRocks(const OpenDb& db, const Batch& batch);

}  // namespace signboard::kv
