#include "storage/archive/finding_log.h"

#include <algorithm>
#include <queue>
#include <utility>

#include "proto/base/key_codec.h"

namespace signboard::archive {
namespace {

StatusOr<uint64_t> SequenceOf(std::string_view key) {
  base::KeyReader reader(key);
  RETURN_IF_ERROR(reader.U16().status());
  ASSIGN_OR_RETURN(const uint64_t sequence, reader.U64());
  RETURN_IF_ERROR(reader.End());
  return sequence;
}

// The highest sequence number in any slot of the shard; 0: none.
StatusOr<uint64_t> LastOnDisk(kv::Shard& shard) {
  const kv::SlotRange slots = shard.slots();
  const std::unique_ptr<kv::Cursor> cursor = shard.Scan(kFindingFamily, {});
  uint64_t last = 0;
  for (unsigned slot = slots.first; slot <= slots.last; ++slot) {
    cursor->SeekForPrev(kv::SlotKey(static_cast<kv::Slot>(slot + 1)));
    if (!cursor->Valid()) continue;
    ASSIGN_OR_RETURN(const uint64_t sequence, SequenceOf(cursor->key()));
    last = std::max(last, sequence);
  }
  RETURN_IF_ERROR(cursor->status());
  return last;
}

struct Later {
  bool operator()(const FindingPlace& a, const FindingPlace& b) const {
    return a.sequence < b.sequence;
  }
};

// The least `limit` entries in (after, newest] over all slots of the shard, in order.
StatusOr<std::vector<FindingPlace>> ScanPlaces(kv::Shard& shard, uint64_t after, uint64_t newest,
                                               size_t limit) {
  const kv::SlotRange slots = shard.slots();
  const std::unique_ptr<kv::Cursor> cursor = shard.Scan(kFindingFamily, {});
  std::priority_queue<FindingPlace, std::vector<FindingPlace>, Later> least;  // The latest on top.
  for (unsigned at = slots.first; at <= slots.last; ++at) {
    const kv::Slot slot = static_cast<kv::Slot>(at);
    const std::string end = kv::SlotKey(static_cast<kv::Slot>(at + 1));
    for (cursor->Seek(FindingKey(slot, after + 1)); cursor->Valid() && cursor->key() < end;
         cursor->Next()) {
      ASSIGN_OR_RETURN(const uint64_t sequence, SequenceOf(cursor->key()));
      const bool full = least.size() == limit;
      if (sequence > newest || (full && sequence > least.top().sequence)) break;
      if (full) least.pop();
      least.push({sequence, slot});
    }
    RETURN_IF_ERROR(cursor->status());
  }
  std::vector<FindingPlace> places(least.size());
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    *place = least.top();
    least.pop();
  }
  return places;
}

}  // namespace

StatusOr<FindingLog::Known*> FindingLog::KnownOf(kv::Shard& shard) {
  Known& known = known_[shard.slots().first];
  if (known.epoch != shard.epoch()) {
    ASSIGN_OR_RETURN(const uint64_t last, LastOnDisk(shard));
    known = Known{.epoch = shard.epoch(), .given = last, .newest = last, .recent_after = last,
                  .recent = {}};
  }
  return &known;
}

StatusOr<uint64_t> FindingLog::Write(kv::Shard& shard, kv::Slot slot,
                                     const v1::StoreRequest::Header& findings, kv::Batch* batch) {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(Known* const known, KnownOf(shard));
  const uint64_t sequence = ++known->given;
  batch->Put(kFindingFamily, FindingKey(slot, sequence), findings.SerializeAsString());
  RETURN_IF_ERROR(shard.Write(*batch, kv::Durability::kBuffered));
  known->recent.push_back({sequence, slot});
  if (known->recent.size() > kRecentMax) {
    known->recent_after = known->recent.front().sequence;
    known->recent.pop_front();
  }
  return sequence;
}

Status FindingLog::Publish(kv::Shard& shard, uint64_t sequence) {
  {
    base::MutexLock lock(mutex_);
    ASSIGN_OR_RETURN(Known* const known, KnownOf(shard));
    known->newest = std::max(known->newest, sequence);
  }
  bell_.Ring();
  return OkStatus();
}

StatusOr<uint64_t> FindingLog::Newest(kv::Shard& shard) {
  base::MutexLock lock(mutex_);
  ASSIGN_OR_RETURN(Known* const known, KnownOf(shard));
  return known->newest;
}

StatusOr<std::vector<FindingPlace>> FindingLog::PlacesAfter(kv::Shard& shard, uint64_t after) {
  uint64_t newest = 0;
  {
    base::MutexLock lock(mutex_);
    ASSIGN_OR_RETURN(Known* const known, KnownOf(shard));
    if (after >= known->recent_after) {
      const auto first = std::upper_bound(known->recent.begin(), known->recent.end(),
                                          FindingPlace{after, 0}, Later());
      const auto last = std::upper_bound(first, known->recent.end(),
                                         FindingPlace{known->newest, 0}, Later());
      const auto count = std::min<ptrdiff_t>(last - first, kPlacesMax);
      return std::vector<FindingPlace>(first, first + count);
    }
    newest = known->newest;
  }
  return ScanPlaces(shard, after, newest, kPlacesMax);
}

StatusOr<v1::LoggedFindings> FindingLog::Load(kv::Shard& shard, const FindingPlace& place) {
  ASSIGN_OR_RETURN(const std::optional<std::string> value,
                   shard.Get(kFindingFamily, FindingKey(place.slot, place.sequence)));
  v1::StoreRequest::Header record;
  if (!value || !record.ParseFromString(*value)) {
    return base::DataLoss("findings " + std::to_string(place.sequence) + " of slot " +
                          std::to_string(place.slot) +
                          (value ? " do not decode" : " are missing"));
  }
  v1::LoggedFindings entry;
  entry.set_sequence(place.sequence);
  *entry.mutable_snapshot() = std::move(*record.mutable_snapshot());
  *entry.mutable_findings() = std::move(*record.mutable_findings());
  *entry.mutable_gone() = std::move(*record.mutable_gone());
  entry.set_text(std::move(*record.mutable_text()));
  return entry;
}

StatusOr<std::optional<v1::LoggedFindings>> FindingTail::Next() {
  if (ahead_.empty()) {
    ASSIGN_OR_RETURN(const std::vector<FindingPlace> places, log_->PlacesAfter(*shard_, after_));
    ahead_.assign(places.begin(), places.end());
  }
  if (ahead_.empty()) return std::optional<v1::LoggedFindings>();
  ASSIGN_OR_RETURN(v1::LoggedFindings entry, FindingLog::Load(*shard_, ahead_.front()));
  after_ = ahead_.front().sequence;
  ahead_.pop_front();
  return std::optional<v1::LoggedFindings>(std::move(entry));
}

}  // namespace signboard::archive
