// Reads the log of a RocksDB as batches of ours.
//
// RocksDB writes what several threads wrote at the same time as one record. Each batch of ours ends
// with a mark in the log (WriteBatch::PutLogData), so that it comes out as it went in, and a reader
// can resume between any two.
//
// Threads: safe from any.
// Errors:  as Shard::Tail; kDataLoss when the log is damaged.
#pragma once

#include <rocksdb/write_batch.h>

#include <cstdint>
#include <functional>

#include "storage/kv/rocks_db.h"
#include "storage/kv/space.h"

namespace signboard::kv {

// Ends a batch in the log.
inline constexpr char kBatchEndMark[] = "|";

Status TailLog(OpenDb* db, uint64_t after_sequence, const std::function<bool(TailEntry)>& give);

}  // namespace signboard::kv
