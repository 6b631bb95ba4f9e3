#include "storage/archive/capture_walk.h"

#include <utility>

#include "proto/base/key_codec.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/snapshots.h"

namespace signboard::archive {
namespace {

constexpr size_t kReadaheadBytes = size_t{256} << 10;
// Exact URLs that share one SURT; of more than that some captures count as new versions.
constexpr size_t kUrlsOfSurtMax = 1'000;

}  // namespace

StatusOr<std::map<std::string, uint64_t>> NewestEntries(kv::Shard& shard, kv::Slot slot) {
  std::map<std::string, uint64_t> newest;
  const auto cursor = ScanSlot(shard, kFindingFamily, slot, kReadaheadBytes);
  for (cursor->SeekToFirst(); cursor->Valid(); cursor->Next()) {
    base::KeyReader reader(cursor->key());
    RETURN_IF_ERROR(reader.U16().status());
    ASSIGN_OR_RETURN(const uint64_t sequence, reader.U64());
    v1::StoreRequest::Header record;
    const std::string_view value = cursor->value();
    if (!record.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      return base::DataLoss("findings " + std::to_string(sequence) + " of slot " +
                            std::to_string(slot) + " do not decode");
    }
    newest[record.snapshot().id()] = sequence;
  }
  RETURN_IF_ERROR(cursor->status());
  return newest;
}

CaptureWalk::CaptureWalk(kv::Space& space, std::optional<UrlRange> range, std::string after)
    : space_(space), range_(std::move(range)), after_(std::move(after)), slot_(0) {
  if (range_) slot_ = range_->slot;
  if (after_.size() < 2) return;
  base::KeyReader reader(after_);
  const auto slot = reader.U16();
  if (slot.ok()) slot_ = *slot;
}

StatusOr<bool> CaptureWalk::Enter() {
  for (; slot_ <= kv::kReservedSlot; ++slot_, after_.clear()) {
    if (range_ && slot_ != range_->slot) return false;
    const auto slot = static_cast<kv::Slot>(slot_);
    auto shard = space_.ShardOf(slot);
    if (!shard.ok()) continue;  // Another process has it, and goes through it itself.
    shard_ = std::move(shard).value();
    surt_.clear();
    bytes_.clear();
    ASSIGN_OR_RETURN(logged_, NewestEntries(*shard_, slot));
    RETURN_IF_ERROR(Recall());
    entered_ = true;
    return true;
  }
  return false;
}

Status CaptureWalk::Recall() {
  if (after_.empty()) return OkStatus();
  ASSIGN_OR_RETURN(const base::SnapshotKey at, base::ParseSnapshotKey(after_));
  ASSIGN_OR_RETURN(const std::string first, base::SnapshotKeyPrefix(at.slot, at.surt));
  const auto cursor = ScanSlot(*shard_, kSnapshotFamily, at.slot);
  for (cursor->Seek(first); cursor->Valid() && cursor->key() <= after_; cursor->Next()) {
    ASSIGN_OR_RETURN(const v1::Snapshot snapshot, DecodeSnapshot(cursor->key(), cursor->value()));
    if (IsContent(snapshot)) IsVersion(at.surt, snapshot);
  }
  return cursor->status();
}

bool CaptureWalk::IsVersion(const std::string& surt, const v1::Snapshot& snapshot) {
  if (surt != surt_ || bytes_.size() > kUrlsOfSurtMax) bytes_.clear();
  surt_ = surt;
  std::string bytes = snapshot.body_sha256() + snapshot.rendered().sha256();
  std::string& last = bytes_[snapshot.url()];
  if (last == bytes) return false;
  last = std::move(bytes);
  return true;
}

StatusOr<bool> CaptureWalk::IsWanted(std::string_view key, const v1::Snapshot& snapshot) {
  if (!IsContent(snapshot)) return false;
  ASSIGN_OR_RETURN(const base::SnapshotKey parts, base::ParseSnapshotKey(key));
  const bool is_version = IsVersion(parts.surt, snapshot);
  return is_version || logged_.contains(snapshot.id());
}

std::string CaptureWalk::UpperBound() const {
  if (range_) return kv::SlotKey(range_->slot) + range_->end;
  return kv::SlotKey(static_cast<kv::Slot>(slot_ + 1));
}

StatusOr<CaptureWalk::Stop> CaptureWalk::Next(uint64_t passed_max) {
  Stop stop;
  while (true) {
    if (!entered_) {
      ASSIGN_OR_RETURN(const bool more, Enter());
      if (!more) return stop;
    }
    const auto slot = static_cast<kv::Slot>(slot_);
    const std::string upper = UpperBound();
    const auto cursor = ScanSlot(*shard_, kSnapshotFamily, slot);
    if (after_.empty()) {
      cursor->Seek(kv::SlotKey(slot) + (range_ ? range_->first : ""));
    } else {
      cursor->Seek(after_);
      if (cursor->Valid() && cursor->key() == after_) cursor->Next();
    }
    for (; cursor->Valid() && cursor->key() < upper; cursor->Next()) {
      after_ = cursor->key();
      ++stop.seen;
      ASSIGN_OR_RETURN(v1::Snapshot snapshot, DecodeSnapshot(cursor->key(), cursor->value()));
      ASSIGN_OR_RETURN(const bool wanted, IsWanted(cursor->key(), snapshot));
      if (!wanted && stop.seen < passed_max) continue;
      stop.key = after_;
      stop.shard = shard_;
      stop.slot = slot;
      if (!wanted) return stop;
      const auto logged = logged_.find(snapshot.id());
      stop.logged = logged == logged_.end() ? 0 : logged->second;
      stop.snapshot = std::move(snapshot);
      return stop;
    }
    RETURN_IF_ERROR(cursor->status());
    if (range_) return stop;
    ++slot_;
    after_.clear();
    entered_ = false;
  }
}

}  // namespace signboard::archive
