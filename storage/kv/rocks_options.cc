#include "storage/kv/rocks_options.h"

#include <rocksdb/env.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/table_properties_collectors.h>

#include <algorithm>

namespace signboard::kv {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr int kOpenFilesMax = 256;  // Of a shard; a process has 1024 by default, and sockets.
constexpr uint64_t kLiveLogBytesMax = 256 * kMiB;
constexpr uint64_t kLogKeptSecondsMax = 7 * 24 * 3600;
constexpr double kBloomBitsPerKey = 10;
// Of a passing family: so many deletions among so many entries in a row.
constexpr size_t kDeletionWindow = 1'024;
constexpr size_t kDeletionsMany = 256;

}  // namespace

KvMemory::KvMemory(size_t block_cache_bytes, size_t write_buffer_bytes)
    : cache(rocksdb::NewLRUCache(block_cache_bytes)),
      write_buffers(std::make_shared<rocksdb::WriteBufferManager>(write_buffer_bytes)) {}

rocksdb::DBOptions ShardOptionsFor(const KvMemory& memory, rocksdb::Env* env,
                                   size_t log_kept_bytes) {
  rocksdb::DBOptions o;
  o.env = env;
  o.create_missing_column_families = true;
  // A flipped byte in mid-log is reported. The default stops there without a word and drops all
  // synced records that follow. What both let pass: log_check.h.
  o.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  o.track_and_verify_wals_in_manifest = true;  // A log that is missing is noticed.
  o.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  o.paranoid_checks = true;
  // The log: bounded while it is live, then kept for Tail up to a size and an age.
  o.max_total_wal_size = kLiveLogBytesMax;
  o.WAL_size_limit_MB = std::max<uint64_t>(1, log_kept_bytes / kMiB);
  o.WAL_ttl_seconds = kLogKeptSecondsMax;
  o.recycle_log_file_num = 0;  // Old records in a new log could not be told from new ones.
  o.wal_bytes_per_sync = kMiB;
  o.bytes_per_sync = kMiB;  // Many small writebacks instead of a stall at the end of a file.
  o.allow_concurrent_memtable_write = false;  // Small batches: dealing them out costs more.
  o.write_buffer_manager = memory.write_buffers;
  o.max_open_files = kOpenFilesMax;
  o.max_background_jobs = 4;
  o.compaction_readahead_size = 2 * kMiB;
  o.avoid_unnecessary_blocking_io = true;  // Files are removed by a thread nobody waits for.
  // RocksDB's own diary.
  o.max_log_file_size = 4 * kMiB;
  o.keep_log_file_num = 4;
  o.stats_dump_period_sec = 3600;
  o.stats_persist_period_sec = 0;
  o.max_manifest_file_size = 64 * kMiB;
  return o;
}

rocksdb::ColumnFamilyOptions FamilyOptionsFor(const FamilySpec& family, const KvMemory& memory) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = memory.cache;
  table.block_size = 16 << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  // Index and filters are cut into blocks that live in the cache: memory stays within its bound
  // however many keys there are.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.pin_top_level_index_and_filter = true;

  rocksdb::ColumnFamilyOptions o;
  o.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  o.write_buffer_size =
      std::min(32 * kMiB, std::max(kMiB, memory.write_buffers->buffer_size() / 2));
  o.level_compaction_dynamic_level_bytes = true;
  o.compression = rocksdb::kLZ4Compression;  // Young levels are rewritten soon.
  o.bottommost_compression = rocksdb::kZSTD;
  if (family.packed) o.compression = o.bottommost_compression = rocksdb::kNoCompression;
  o.optimize_filters_for_hits = family.mostly_hits;
  if (family.passing) {
    o.table_properties_collector_factories.push_back(
        rocksdb::NewCompactOnDeletionCollectorFactory(kDeletionWindow, kDeletionsMany));
  }
  if (family.blobs) {
    o.enable_blob_files = true;
    o.min_blob_size = kBlobBytesMin;
    o.blob_compression_type = family.packed ? rocksdb::kNoCompression : rocksdb::kZSTD;
    o.blob_file_size = 256 * kMiB;
    o.enable_blob_garbage_collection = true;
    o.blob_compaction_readahead_size = 2 * kMiB;
  }
  return o;
}

}  // namespace signboard::kv
