// Scans and views of a RocksShard. Both keep the RocksDB open while they live, and say Fenced as
// soon as its shard was closed; what a cursor's key() and value() point to stays valid until then.
#pragma once

#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/snapshot.h>

#include <memory>
#include <string>

#include "storage/kv/rocks_db.h"
#include "storage/kv/space.h"

namespace signboard::kv {

class RocksView final : public View {
 public:
  // `db` null: the view of a closed shard, with which every read is Fenced.
  RocksView(std::shared_ptr<OpenDb> db, bool leaves_cache);
  ~RocksView() override;
  // kInvalidArgument: `view` is of another shard. Null: now.
  static Status Apply(const View* view, const OpenDb& db, rocksdb::ReadOptions* options);

 private:
  const std::shared_ptr<OpenDb> db_;
  const bool leaves_cache_;
  const rocksdb::Snapshot* snapshot_ = nullptr;
};

// What RocksCursor reads, opened, or why it cannot be.
std::unique_ptr<Cursor> OpenCursor(std::shared_ptr<OpenDb> db, Family family,
                                   CursorOptions options);
// A cursor that is at no key and says `why`.
std::unique_ptr<Cursor> FailedCursor(Status why);

}  // namespace signboard::kv
