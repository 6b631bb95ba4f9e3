#include "storage/kv/rocks_cursor.h"

#include "storage/kv/rocks_status.h"

namespace signboard::kv {
namespace {

class EmptyCursor final : public Cursor {
 public:
  explicit EmptyCursor(Status why) : why_(std::move(why)) {}
  bool Valid() const override { return false; }
  void SeekToFirst() override {}
  void SeekToLast() override {}
  void Seek(std::string_view) override {}
  void SeekForPrev(std::string_view) override {}
  void Next() override {}
  void Prev() override {}
  std::string_view key() const override { return {}; }
  std::string_view value() const override { return {}; }
  Status status() const override { return why_; }

 private:
  const Status why_;
};

class RocksCursor final : public Cursor {
 public:
  RocksCursor(std::shared_ptr<OpenDb> db, CursorOptions options)
      : db_(std::move(db)), options_(std::move(options)) {}

  Status Start(Family family) {
    rocksdb::ColumnFamilyHandle* handle = db_->HandleOf(family);
    if (handle == nullptr) return base::InvalidArgument("no family " + std::to_string(family));
    rocksdb::ReadOptions read;
    RETURN_IF_ERROR(RocksView::Apply(options_.view, *db_, &read));
    options_.view = nullptr;
    lower_ = options_.lower;
    upper_ = options_.upper;
    if (!options_.lower.empty()) read.iterate_lower_bound = &lower_;
    if (!options_.upper.empty()) read.iterate_upper_bound = &upper_;
    read.readahead_size = options_.readahead_bytes;
    if (options_.readahead_bytes != 0) read.fill_cache = false;
    iterator_.reset(db_->db->NewIterator(read, handle));
    return OkStatus();
  }

  bool Valid() const override { return !db_->fenced && iterator_->Valid(); }
  void SeekToFirst() override {
    if (!db_->fenced) iterator_->SeekToFirst();
  }
  void SeekToLast() override {
    if (!db_->fenced) iterator_->SeekToLast();
  }
  void Seek(std::string_view key) override {
    if (!db_->fenced) iterator_->Seek({key.data(), key.size()});
  }
  void SeekForPrev(std::string_view key) override {
    if (!db_->fenced) iterator_->SeekForPrev({key.data(), key.size()});
  }
  void Next() override {
    if (Valid()) iterator_->Next();
  }
  void Prev() override {
    if (Valid()) iterator_->Prev();
  }
  std::string_view key() const override {
    return iterator_->Valid() ? iterator_->key().ToStringView() : std::string_view();
  }
  std::string_view value() const override {
    return iterator_->Valid() ? iterator_->value().ToStringView() : std::string_view();
  }
  Status status() const override {
    if (db_->fenced) return Fenced(db_->where);
    return FromRocks(iterator_->status(), db_->where + ": scan");
  }

 private:
  const std::shared_ptr<OpenDb> db_;
  CursorOptions options_;
  rocksdb::Slice lower_, upper_;  // Into options_.
  std::unique_ptr<rocksdb::Iterator> iterator_;
};

}  // namespace

RocksView::RocksView(std::shared_ptr<OpenDb> db, bool leaves_cache)
    : db_(std::move(db)), leaves_cache_(leaves_cache) {
  if (db_) snapshot_ = db_->db->GetSnapshot();
}

RocksView::~RocksView() {
  if (db_) db_->db->ReleaseSnapshot(snapshot_);
}

Status RocksView::Apply(const View* view, const OpenDb& db, rocksdb::ReadOptions* options) {
  if (view == nullptr) return OkStatus();
  const auto* ours = dynamic_cast<const RocksView*>(view);
  if (ours == nullptr || (ours->db_ && ours->db_.get() != &db))
    return base::InvalidArgument(db.where + ": the view is of another shard");
  if (!ours->db_) return Fenced(db.where);
  options->snapshot = ours->snapshot_;
  options->fill_cache = !ours->leaves_cache_;
  return OkStatus();
}

std::unique_ptr<Cursor> OpenCursor(std::shared_ptr<OpenDb> db, Family family,
                                   CursorOptions options) {
  // RocksDB does not expect bounds the wrong way round.
  if (!options.upper.empty() && options.lower >= options.upper) return FailedCursor(OkStatus());
  auto cursor = std::make_unique<RocksCursor>(std::move(db), std::move(options));
  if (Status started = cursor->Start(family); !started.ok()) return FailedCursor(started);
  return cursor;
}

std::unique_ptr<Cursor> FailedCursor(Status why) {
  return std::make_unique<EmptyCursor>(std::move(why));
}

}  // namespace signboard::kv
