#include "storage/kv/floor.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include "storage/kv/rocks_options.h"
#include "storage/kv/rocks_status.h"

namespace signboard::kv {

struct RocksFloor::Store {
  std::string where;
  std::unique_ptr<rocksdb::DB> db;
};

RocksFloor::RocksFloor(std::unique_ptr<Store> store) : store_(std::move(store)) {}
RocksFloor::~RocksFloor() = default;

StatusOr<std::unique_ptr<RocksFloor>> RocksFloor::Open(const std::string& directory) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.enable_blob_files = true;
  options.min_blob_size = kBlobBytesMin;
  options.blob_compression_type = rocksdb::kZSTD;
  auto store = std::make_unique<Store>();
  store->where = "floor " + directory;
  rocksdb::DB* db = nullptr;
  RETURN_IF_ERROR(FromRocks(rocksdb::DB::Open(options, directory, &db), store->where));
  store->db.reset(db);
  return std::unique_ptr<RocksFloor>(new RocksFloor(std::move(store)));
}

Status RocksFloor::Put(const std::vector<std::pair<std::string_view, std::string_view>>& entries) {
  rocksdb::WriteBatch batch;
  for (const auto& [key, value] : entries) {
    RETURN_IF_ERROR(FromRocks(batch.Put(rocksdb::Slice(key.data(), key.size()),
                                        rocksdb::Slice(value.data(), value.size())),
                              store_->where));
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return FromRocks(store_->db->Write(synced, &batch), store_->where);
}

StatusOr<std::string> RocksFloor::Get(std::string_view key) {
  std::string value;
  RETURN_IF_ERROR(FromRocks(
      store_->db->Get(rocksdb::ReadOptions(), rocksdb::Slice(key.data(), key.size()), &value),
      store_->where));
  return value;
}

Status RocksFloor::CompactAll() {
  return FromRocks(store_->db->CompactRange({}, nullptr, nullptr), store_->where);
}

}  // namespace signboard::kv
