#include "storage/kv/read_floor.h"

#include <rocksdb/db.h>
#include <rocksdb/metadata.h>

#include <utility>

#include "storage/kv/rocks_options.h"
#include "storage/kv/rocks_status.h"
#include "storage/kv/space_file.h"

namespace signboard::kv {
namespace {

// As whoever keeps what was found.
void Take(const rocksdb::Iterator& at, std::string* row) {
  row->assign(at.key().data(), at.key().size());
  row->append(at.value().data(), at.value().size());
}

}  // namespace

struct RocksReadFloor::Store {
  ~Store() {
    for (rocksdb::ColumnFamilyHandle* family : families) db->DestroyColumnFamilyHandle(family);
  }
  StatusOr<rocksdb::ColumnFamilyHandle*> HandleOf(Family family) const {
    if (family < families.size() - 1) return families[family];
    return base::InvalidArgument(where + ": no family " + std::to_string(family));
  }
  // `upper` outlives the iterator.
  std::unique_ptr<rocksdb::Iterator> IteratorBelow(const rocksdb::Slice* upper,
                                                   rocksdb::ColumnFamilyHandle* handle) const {
    rocksdb::ReadOptions options;
    options.iterate_upper_bound = upper;
    return std::unique_ptr<rocksdb::Iterator>(db->NewIterator(options, handle));
  }

  std::string where;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  // By Family; last the default one.
};

RocksReadFloor::RocksReadFloor(std::unique_ptr<Store> store) : store_(std::move(store)) {}
RocksReadFloor::~RocksReadFloor() = default;

StatusOr<std::unique_ptr<RocksReadFloor>> RocksReadFloor::Open(
    const std::string& space, const std::vector<FamilySpec>& families,
    size_t block_cache_bytes) {
  const KvMemory memory(block_cache_bytes, size_t{1} << 20);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const FamilySpec& family : families)
    descriptors.emplace_back(family.name, FamilyOptionsFor(family, memory));
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  auto store = std::make_unique<Store>();
  const std::string shard = space + "/" + ShardDirectory(SlotRange{});
  store->where = "floor " + shard;
  rocksdb::DB* db = nullptr;
  const auto opened = rocksdb::DB::OpenForReadOnly(
      rocksdb::Options(ShardOptionsFor(memory, rocksdb::Env::Default(), 0),
                       rocksdb::ColumnFamilyOptions()),
      shard, descriptors, &store->families, &db);
  store->db.reset(db);
  RETURN_IF_ERROR(FromRocks(opened, store->where));
  return std::unique_ptr<RocksReadFloor>(new RocksReadFloor(std::move(store)));
}

StatusOr<size_t> RocksReadFloor::Walk(Family family, std::string_view from, std::string_view end,
                                      size_t max) {
  ASSIGN_OR_RETURN(rocksdb::ColumnFamilyHandle* const handle, store_->HandleOf(family));
  const rocksdb::Slice upper(end.data(), end.size());
  const auto at = store_->IteratorBelow(&upper, handle);
  size_t count = 0;
  std::string row;
  for (at->Seek({from.data(), from.size()}); at->Valid() && count < max; at->Next()) {
    Take(*at, &row);
    ++count;
  }
  RETURN_IF_ERROR(FromRocks(at->status(), store_->where));
  return count;
}

StatusOr<size_t> RocksReadFloor::Around(Family family, std::string_view place,
                                        std::string_view end) {
  ASSIGN_OR_RETURN(rocksdb::ColumnFamilyHandle* const handle, store_->HandleOf(family));
  const rocksdb::Slice upper(end.data(), end.size());
  const auto at = store_->IteratorBelow(&upper, handle);
  size_t count = 0;
  std::string row;
  at->Seek({place.data(), place.size()});
  if (at->Valid()) {
    Take(*at, &row);
    ++count;
    at->Prev();
  } else {
    at->SeekToLast();
  }
  if (at->Valid()) {
    Take(*at, &row);
    ++count;
  }
  RETURN_IF_ERROR(FromRocks(at->status(), store_->where));
  return count;
}

StatusOr<uint64_t> RocksReadFloor::FamilyBytes(Family family) const {
  ASSIGN_OR_RETURN(rocksdb::ColumnFamilyHandle* const handle, store_->HandleOf(family));
  rocksdb::ColumnFamilyMetaData files;
  store_->db->GetColumnFamilyMetaData(handle, &files);
  return files.size + files.blob_file_size;
}

}  // namespace signboard::kv
