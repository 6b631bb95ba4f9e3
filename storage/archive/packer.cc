#include "storage/archive/packer.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "proto/base/log.h"
#include "proto/base/time.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/least_priority.h"
#include "storage/archive/pack_round.h"
#include "storage/archive/snapshots.h"

namespace signboard::archive {
namespace {

using Steady = std::chrono::steady_clock;

constexpr size_t kRoundCapturesMax = 64;
constexpr size_t kNotedAtOnce = 1'000;
constexpr Millis kPollEvery{5'000};
constexpr Millis kAfterFailure{60'000};
constexpr std::string_view kAllNoted = "all";

// The first captures of the slot that are noted.
StatusOr<std::vector<std::string>> Unpacked(kv::Shard& shard, kv::Slot slot) {
  std::vector<std::string> keys;
  const auto cursor = ScanSlot(shard, kUnpackedFamily, slot);
  for (cursor->SeekToFirst(); cursor->Valid() && keys.size() < kRoundCapturesMax; cursor->Next())
    keys.emplace_back(cursor->key());
  RETURN_IF_ERROR(cursor->status());
  return keys;
}

StatusOr<bool> IsWhole(kv::Shard& shard, kv::Slot slot, const std::string& sha256) {
  ASSIGN_OR_RETURN(const auto kept, FindBody(shard, slot, BodyKind::kDecoded, sha256));
  return kept && !kept->chained && kept->bytes <= kMemberBytesMax;
}

// Notes some of the captures that an older program kept. False: all of the slot's are.
StatusOr<bool> NoteSome(kv::Shard& shard, kv::Slot slot) {
  ASSIGN_OR_RETURN(const auto noted, shard.Get(kMetaFamily, NotedKey(slot)));
  if (noted == kAllNoted) return false;
  const auto cursor = ScanSlot(shard, kSnapshotFamily, slot);
  if (noted) {
    cursor->Seek(*noted);
  } else {
    cursor->SeekToFirst();
    if (!cursor->Valid()) {
      RETURN_IF_ERROR(cursor->status());
      return false;  // Nothing yet; Store notes what comes.
    }
  }
  kv::Batch batch;
  for (size_t seen = 0; cursor->Valid() && seen < kNotedAtOnce; ++seen, cursor->Next()) {
    const std::string key(cursor->key());
    ASSIGN_OR_RETURN(const v1::Snapshot snapshot, DecodeSnapshot(key, cursor->value()));
    if (!KeepsBody(snapshot)) continue;
    ASSIGN_OR_RETURN(bool whole, IsWhole(shard, slot, snapshot.body_sha256()));
    if (!whole && HasRendered(snapshot)) {
      ASSIGN_OR_RETURN(whole, IsWhole(shard, slot, snapshot.rendered().sha256()));
    }
    if (whole) batch.Put(kUnpackedFamily, key, "");
  }
  RETURN_IF_ERROR(cursor->status());
  batch.Put(kMetaFamily, NotedKey(slot), cursor->Valid() ? cursor->key() : kAllNoted);
  RETURN_IF_ERROR(shard.Write(batch, kv::Durability::kBuffered));
  return true;
}

// False: the slot holds nothing to pack.
StatusOr<bool> PackSome(kv::Shard& shard, kv::Slot slot) {
  ASSIGN_OR_RETURN(const bool noted, NoteSome(shard, slot));
  if (noted) return true;
  ASSIGN_OR_RETURN(const std::vector<std::string> keys, Unpacked(shard, slot));
  if (keys.empty()) return false;
  ASSIGN_OR_RETURN(PackRound round, PackRound::Begin(shard, slot));
  for (const std::string& key : keys) {
    if (round.IsFull()) break;
    RETURN_IF_ERROR(round.Add(key));
  }
  RETURN_IF_ERROR(round.Write());
  for (const std::string& host : round.hosts()) RETURN_IF_ERROR(TrainIfDue(shard, slot, host));
  return true;
}

// Calls `step` with each slot until it has no more to do; false from it ends the walk.
template <class Step>
Status ForEachSlot(kv::Space& space, Step step) {
  for (const std::shared_ptr<kv::Shard>& shard : space.Shards()) {
    const unsigned last = std::min<unsigned>(shard->slots().last, kv::kSlotCount - 1);
    for (unsigned slot = shard->slots().first; slot <= last; ++slot) {
      while (true) {
        ASSIGN_OR_RETURN(const bool more, PackSome(*shard, static_cast<kv::Slot>(slot)));
        if (!step()) return OkStatus();
        if (!more) break;
      }
    }
  }
  return OkStatus();
}

}  // namespace

Packer::Packer(kv::Space& space) : space_(space) {
  thread_ = std::thread([this] { Work(); });
}

Packer::~Packer() {
  {
    base::MutexLock lock(mutex_);
    ending_ = true;
  }
  end_.NotifyAll();
  thread_.join();
}

void Packer::Work() {
  TakeLeastPriority();
  // False: it is time to end.
  const auto rest = [this](auto span) {
    base::MutexLock lock(mutex_);
    if (!ending_ && span.count() > 0) end_.WaitFor(mutex_, span);
    return !ending_;
  };
  for (bool go_on = true; go_on;) {
    auto from = Steady::now();
    const Status status = ForEachSlot(space_, [&] {
      go_on = rest(Steady::now() - from);
      from = Steady::now();
      return go_on;
    });
    if (!status.ok()) base::Log(base::kError, "archive.packing", {{"why", base::Message(status)}});
    if (go_on) go_on = rest(status.ok() ? kPollEvery : kAfterFailure);
  }
}

Status PackAll(kv::Space& space) {
  return ForEachSlot(space, [] { return true; });
}

}  // namespace signboard::archive
