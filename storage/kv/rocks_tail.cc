#include "storage/kv/rocks_tail.h"

#include <rocksdb/transaction_log.h>

#include <algorithm>
#include <memory>
#include <string>

#include "storage/kv/rocks_status.h"

namespace signboard::kv {
namespace {

constexpr int kAttemptsMax = 5;

std::string_view View(const rocksdb::Slice& slice) { return slice.ToStringView(); }

// Cuts one record of the log into our batches.
class Splitter final : public rocksdb::WriteBatch::Handler {
 public:
  Splitter(const OpenDb& db, uint64_t first_sequence, uint64_t after, uint64_t until,
           const std::function<bool(TailEntry)>& give)
      : db_(db), next_(first_sequence), after_(after), until_(until), give_(give) {}

  rocksdb::Status PutCF(uint32_t id, const rocksdb::Slice& key,
                        const rocksdb::Slice& value) override {
    if (const auto family = Count(id)) entry_.batch.Put(*family, View(key), View(value));
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteCF(uint32_t id, const rocksdb::Slice& key) override {
    if (const auto family = Count(id)) entry_.batch.Delete(*family, View(key));
    return rocksdb::Status::OK();
  }
  rocksdb::Status DeleteRangeCF(uint32_t id, const rocksdb::Slice& from,
                                const rocksdb::Slice& to) override {
    if (const auto family = Count(id)) entry_.batch.DeleteRange(*family, View(from), View(to));
    return rocksdb::Status::OK();
  }
  void LogData(const rocksdb::Slice& mark) override {
    if (mark == kBatchEndMark) End();
  }
  bool Continue() override { return !stopped_; }

  // The record is over; so is its last batch, if it had no mark (the epoch has none).
  void End() {
    TailEntry entry = std::move(entry_);
    entry_ = {};
    if (entry.batch.empty() || entry.sequence <= after_) return;
    if (entry.sequence > until_ || !give_(std::move(entry))) stopped_ = true;
  }
  bool stopped() const { return stopped_; }
  uint64_t next() const { return next_; }

 private:
  // Every operation has a sequence number, those of the default family (the epoch) too.
  std::optional<Family> Count(uint32_t id) {
    entry_.sequence = next_++;
    return db_.FamilyOf(id);
  }

  const OpenDb& db_;
  uint64_t next_;
  const uint64_t after_;
  const uint64_t until_;
  const std::function<bool(TailEntry)>& give_;
  TailEntry entry_;
  bool stopped_ = false;
};

// One run of RocksDB's iterator. Moves `after` over what was given; `done` when `give` said so.
rocksdb::Status Run(const OpenDb& db, uint64_t* after, uint64_t until,
                    const std::function<bool(TailEntry)>& give, bool* done) {
  std::unique_ptr<rocksdb::TransactionLogIterator> log;
  rocksdb::Status s = db.db->GetUpdatesSince(*after + 1, &log);
  if (!s.ok()) return s;
  while (log->Valid() && *after < until) {
    const rocksdb::BatchResult record = log->GetBatch();
    if (record.sequence > *after + 1) return rocksdb::Status::NotFound("the log begins later");
    Splitter splitter(db, record.sequence, *after, until, give);
    s = record.writeBatchPtr->Iterate(&splitter);
    if (!s.ok()) return s;
    if (!splitter.stopped()) splitter.End();
    *done = splitter.stopped();
    if (*done) return s;
    *after = std::max(*after, splitter.next() - 1);
    log->Next();
  }
  return log->status();
}

}  // namespace

Status TailLog(OpenDb* db, uint64_t after_sequence, const std::function<bool(TailEntry)>& give) {
  const uint64_t until = db->db->GetLatestSequenceNumber();
  const std::string where = db->where + ": tail after " + std::to_string(after_sequence);
  if (after_sequence > until)
    return base::NotFound(where + ": the log ends at " + std::to_string(until));
  // A reader must never have seen what a crash then takes back.
  RETURN_IF_ERROR(db->SyncLog());
  uint64_t after = after_sequence;
  bool done = false;
  rocksdb::Status s;
  for (int attempt = 0; attempt < kAttemptsMax && after < until && !done; ++attempt) {
    if (db->fenced) return Fenced(where);
    const uint64_t before = after;
    s = Run(*db, &after, until, give, &done);
    // The iterator met a log that grew or was moved under it: take a new one.
    if (after > before) attempt = 0;
    if (s.IsCorruption()) break;
  }
  if (done || after >= until) return OkStatus();
  if (s.IsNotFound() || s.ToString().find("Gap in sequence") != std::string::npos)
    return base::NotFound(where + ": the log goes on only later (" + s.ToString() + ")");
  if (s.ok()) return base::NotFound(where + ": the log ends at " + std::to_string(after));
  return FromRocks(s, where);
}

}  // namespace signboard::kv
