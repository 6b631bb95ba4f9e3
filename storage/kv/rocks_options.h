// How our RocksDBs are set: one place, with the reason at each setting.
#pragma once

#include <rocksdb/cache.h>
#include <rocksdb/options.h>
#include <rocksdb/write_buffer_manager.h>

#include <chrono>
#include <cstddef>
#include <memory>

#include "storage/kv/space.h"

namespace signboard::kv {

class KvMemory {
 public:
  KvMemory(size_t block_cache_bytes, size_t write_buffer_bytes);
  const std::shared_ptr<rocksdb::Cache> cache;
  const std::shared_ptr<rocksdb::WriteBufferManager> write_buffers;
};

// Values from this size on live in blob files, in families that ask for it.
inline constexpr uint64_t kBlobBytesMin = 4096;

// A failed write is followed by an attempt to resume at most this often.
inline constexpr std::chrono::seconds kResumeGap{1};

rocksdb::DBOptions ShardOptionsFor(const KvMemory& memory, rocksdb::Env* env,
                                   size_t log_kept_bytes);
rocksdb::ColumnFamilyOptions FamilyOptionsFor(const FamilySpec& family, const KvMemory& memory);

}  // namespace signboard::kv
