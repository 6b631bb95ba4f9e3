#include "storage/index/nearest.h"

#include <utility>

#include "proto/base/key_codec.h"

namespace signboard::index {
namespace {

enum class Direction { kBack, kForward };

// The first wanted capture from where the cursor stands.
StatusOr<std::optional<Capture>> Walk(kv::Cursor& cursor, Direction direction,
                                      const Wanted& wanted) {
  while (cursor.Valid()) {
    ASSIGN_OR_RETURN(Capture capture, CaptureAt(cursor));
    if (wanted.Takes(capture.record)) return std::optional<Capture>(std::move(capture));
    if (direction == Direction::kBack) {
      cursor.Prev();
    } else {
      cursor.Next();
    }
  }
  RETURN_IF_ERROR(cursor.status());
  return std::optional<Capture>();
}

class Finder {
 public:
  Finder(kv::Cursor& cursor, std::string prefix, const Wanted& wanted)
      : cursor_(cursor), prefix_(std::move(prefix)), wanted_(wanted) {}

  StatusOr<std::optional<Capture>> Newest() {
    cursor_.SeekToLast();
    return Walk(cursor_, Direction::kBack, wanted_);
  }
  // The latest whose time is below `end`.
  StatusOr<std::optional<Capture>> Below(UnixTime end) {
    if (ToMillis(end) <= 0) return std::optional<Capture>();
    // A key without its disc sorts before every key of that instant, and is none itself.
    cursor_.SeekForPrev(Place(end));
    return Walk(cursor_, Direction::kBack, wanted_);
  }
  // The earliest whose time is not below `first`.
  StatusOr<std::optional<Capture>> From(UnixTime first) {
    cursor_.Seek(Place(first));
    return Walk(cursor_, Direction::kForward, wanted_);
  }

 private:
  std::string Place(UnixTime time) const {
    std::string key = prefix_;
    base::AppendTime(&key, time);
    return key;
  }

  kv::Cursor& cursor_;
  const std::string prefix_;
  const Wanted& wanted_;
};

}  // namespace

StatusOr<std::unique_ptr<kv::Cursor>> ScanCaptures(kv::Shard& shard, kv::Slot slot,
                                                   std::string_view surt) {
  kv::CursorOptions options;
  ASSIGN_OR_RETURN(options.lower, base::SnapshotKeyPrefix(slot, surt));
  options.upper = options.lower;
  options.upper.back() = '\x01';  // After the zero byte that ends the SURT.
  return shard.Scan(kIndexFamily, std::move(options));
}

StatusOr<Capture> CaptureAt(const kv::Cursor& cursor) {
  Capture capture;
  capture.key = cursor.key();
  ASSIGN_OR_RETURN(base::SnapshotKey key, base::ParseSnapshotKey(capture.key));
  capture.time = key.time;
  capture.disc = std::move(key.disc);
  auto record = DecodeCaptureRecord(cursor.value());
  if (!record.ok()) return base::Annotate(record.status(), "index entry of " + key.surt);
  capture.record = std::move(record).value();
  return capture;
}

StatusOr<std::optional<Capture>> FindNearest(kv::Shard& shard, kv::Slot slot,
                                             std::string_view surt, std::optional<UnixTime> at,
                                             v1::Nearest nearest, const Wanted& wanted) {
  ASSIGN_OR_RETURN(const std::unique_ptr<kv::Cursor> cursor, ScanCaptures(shard, slot, surt));
  ASSIGN_OR_RETURN(std::string prefix, base::SnapshotKeyPrefix(slot, surt));
  Finder finder(*cursor, std::move(prefix), wanted);
  if (!at) return finder.Newest();
  const UnixTime next = *at + Millis(1);
  switch (nearest) {
    case v1::NEAREST_AT: return finder.Below(next);
    case v1::NEAREST_BEFORE: return finder.Below(*at);
    case v1::NEAREST_AFTER: return finder.From(next);
    default: break;
  }
  ASSIGN_OR_RETURN(std::optional<Capture> earlier, finder.Below(next));
  if (earlier && earlier->time == *at) return earlier;
  ASSIGN_OR_RETURN(std::optional<Capture> later, finder.From(next));
  if (!earlier) return later;
  if (!later || *at - earlier->time <= later->time - *at) return earlier;
  return later;
}

}  // namespace signboard::index
