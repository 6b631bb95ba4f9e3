#include "storage/archive/capture_rows.h"

#include <algorithm>
#include <utility>

#include "storage/index/urls.h"

namespace signboard::archive {
namespace {

constexpr size_t kReadaheadBytes = size_t{256} << 10;

// Up to the zero byte that ends the SURT, and behind all that begins so.
std::string PrefixOf(std::string_view key) {
  return std::string(key.substr(0, key.find('\0', sizeof(kv::Slot)) + 1));
}
std::string BehindSurt(std::string_view key) {
  std::string behind = PrefixOf(key);
  if (!behind.empty()) behind.back() = '\x01';
  return behind;
}

}  // namespace

bool IsUnreadable(const Status& status) {
  return status.code() == StatusCode::kDataLoss || status.code() == StatusCode::kUnavailable;
}

void CaptureRows::Walker::Look() { why = cursor->Valid() ? OkStatus() : cursor->status(); }

void CaptureRows::Walker::SeekAt(const std::string& key) {
  cursor->Seek(key);
  Look();
}

CaptureRows::CaptureRows(kv::Shard& shard, kv::Slot slot, const kv::View* view, std::string after)
    : after_(std::move(after)) {
  if (after_.empty()) after_ = kv::SlotKey(slot);
  walkers_[0] = {ScanSlot(shard, index::kIndexFamily, slot, kReadaheadBytes, view),
                 &CaptureRow::index, {}};
  walkers_[1] = {ScanSlot(shard, kSnapshotFamily, slot, kReadaheadBytes, view),
                 &CaptureRow::record, {}};
  urls_ = ScanSlot(shard, index::kUrlFamily, slot, 0, view);
  for (Walker& walker : walkers_) walker.SeekAt(after_ + '\0');
}

const std::string* CaptureRows::LeastKey() {
  const kv::Cursor* least = nullptr;
  for (const Walker& walker : walkers_) {
    if (!walker.cursor->Valid()) continue;
    if (least == nullptr || walker.cursor->key() < least->key()) least = walker.cursor.get();
  }
  if (least == nullptr) return nullptr;
  least_ = least->key();
  return &least_;
}

StatusOr<bool> CaptureRows::Next(CaptureRow* row) {
  *row = CaptureRow();
  for (const Walker& walker : walkers_)
    if (!walker.why.ok() && !IsUnreadable(walker.why)) return walker.why;
  const std::string* const key = LeastKey();
  if (key == nullptr) {
    const bool all = std::none_of(walkers_.begin(), walkers_.end(),
                                  [](const Walker& walker) { return walker.why.ok(); });
    // Where one has come to its end, it has named all that the other may have.
    if (!all || ended_) return false;
    RETURN_IF_ERROR(Leap(row));
    return true;
  }
  after_ = row->key = *key;
  for (Walker& walker : walkers_) {
    if (!walker.why.ok()) walker.SeekAt(row->key);
    if (!walker.why.ok()) {
      if (!IsUnreadable(walker.why)) return walker.why;
      row->*walker.value = walker.why;
    } else if (walker.cursor->Valid() && walker.cursor->key() == row->key) {
      row->*walker.value = std::optional<std::string>(walker.cursor->value());
      walker.cursor->Next();
      walker.Look();
    }
  }
  return true;
}

Status CaptureRows::Leap(CaptureRow* row) {
  for (Walker& walker : walkers_) row->*walker.value = walker.why;
  if (!leapt_.empty() && PrefixOf(leapt_) > after_) {
    row->url = leapt_.substr(PrefixOf(leapt_).size());
    after_ = leapt_;
  }
  urls_->Seek(BehindSurt(after_).empty() ? after_ : BehindSurt(after_));
  if (!urls_->Valid()) {
    const Status why = urls_->status();
    if (!why.ok() && !IsUnreadable(why)) return why;
    ended_ = true;
    return OkStatus();
  }
  leapt_ = urls_->key();
  for (Walker& walker : walkers_) walker.SeekAt(PrefixOf(leapt_));
  return OkStatus();
}

}  // namespace signboard::archive
