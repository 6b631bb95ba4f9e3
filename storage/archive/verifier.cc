#include "storage/archive/verifier.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "proto/base/key_codec.h"
#include "proto/base/text.h"
#include "storage/archive/note_damage.h"
#include "storage/kv/shard_files.h"

namespace signboard::archive {
namespace {

using Steady = std::chrono::steady_clock;
using Place = v1::VerifyPlace;

constexpr size_t kReadaheadBytes = size_t{256} << 10;
constexpr size_t kDamagesPerSlice = 1'000;
// Numbers that are tried one after the other where a log can not be read.
constexpr uint64_t kNumbersTriedMax = 10'000;

FoundDamage Found(v1::Damage::What what, std::string_view detail) {
  FoundDamage found;
  found.damage.set_what(what);
  found.damage.set_detail(base::ToValidUtf8(detail));
  return found;
}

StatusOr<uint64_t> NumberOf(std::string_view key) {
  base::KeyReader reader(key);
  RETURN_IF_ERROR(reader.U16().status());
  return reader.U64();
}

// It may come from anywhere.
bool IsPlace(const Place& place) {
  if (place.slot() > kv::kReservedSlot + 1 || !Place::Phase_IsValid(place.phase())) return false;
  if (place.key().empty() || place.phase() == Place::FILES) return true;
  const StatusOr<kv::Slot> slot = kv::SlotOf(place.key());
  if (!slot.ok() || *slot != place.slot()) return false;
  return place.phase() != Place::FINDINGS || place.key().size() == FindingKey(*slot, 0).size();
}

}  // namespace

StatusOr<std::unique_ptr<Verifier>> Verifier::Make(kv::Space& space, DamageNotes* notes,
                                                   const Clock& clock, VerifyOptions options,
                                                   const std::string& after,
                                                   uint64_t all_captures) {
  std::unique_ptr<Verifier> made(new Verifier(space, notes, clock, options));
  Place& place = made->place_;
  if (!place.ParseFromString(after) || !IsPlace(place))
    return base::InvalidArgument("after: not a place that Verify gave");
  v1::VerifyProgress& counts = *place.mutable_counts();
  counts.set_all_captures(all_captures);
  const int64_t now = ToMillis(clock.Now());
  // Notes from before it began are taken away: never those of others.
  if (after.empty() || counts.started_ms() > now) counts.set_started_ms(now);
  return made;
}

bool Verifier::IsOver() const {
  return Steady::now() >= end_ || found_.size() >= kDamagesPerSlice;
}

StatusOr<Verifier::Slice> Verifier::Next() {
  end_ = Steady::now() + options_.slice;
  told_.clear();
  while (place_.slot() <= kv::kReservedSlot && Steady::now() < end_) {
    auto shard = space_.ShardOf(static_cast<kv::Slot>(place_.slot()));
    if (!shard.ok() && shard.status().code() != StatusCode::kFailedPrecondition)
      return shard.status();
    if (kv::IsFenced(shard.status())) return shard.status();
    if (!shard.ok()) {  // Another process has it, and goes through it itself.
      place_.set_slot(place_.slot() + 1);
      continue;
    }
    shard_ = *std::move(shard);
    StatusOr<bool> over = true;
    switch (place_.phase()) {
      case Place::CAPTURES: over = Captures(); break;
      case Place::COUNTS: over = Counts(); break;
      case Place::FINDINGS: over = Findings(); break;
      default: over = Files(); break;
    }
    RETURN_IF_ERROR(over.status());
    RETURN_IF_ERROR(KeepFound());
    if (!*over) break;
    RETURN_IF_ERROR(EndPhase());
  }
  Slice slice;
  slice.progress = place_.counts();
  slice.progress.set_done(place_.slot() > kv::kReservedSlot);
  slice.progress.set_place(place_.SerializeAsString());
  slice.damages = std::move(told_);
  return slice;
}

Status Verifier::EndPhase() {
  place_.clear_key();
  const auto slot = static_cast<kv::Slot>(place_.slot());
  switch (place_.phase()) {
    case Place::CAPTURES: place_.set_phase(Place::COUNTS); return OkStatus();
    case Place::COUNTS: place_.set_phase(Place::FINDINGS); return OkStatus();
    case Place::FINDINGS:
      if (slot == shard_->slots().last && options_.files) {
        place_.set_phase(Place::FILES);
        return OkStatus();
      }
      break;
    default: break;
  }
  if (notes_ != nullptr)
    RETURN_IF_ERROR(notes_->DropOlder(*shard_, slot, place_.counts().started_ms()));
  place_.set_slot(slot + 1);
  place_.set_phase(Place::CAPTURES);
  check_.reset();
  count_.reset();
  return OkStatus();
}

Status Verifier::KeepFound() {
  for (FoundDamage& found : found_) {
    found.damage.set_found_ms(ToMillis(clock_.Now()));
    if (notes_ != nullptr) {
      NoteDamage(base::DataLoss(found.damage.detail())).IgnoreError();
      RETURN_IF_ERROR(notes_->Add(*shard_, static_cast<kv::Slot>(place_.slot()), found));
    }
    told_.push_back(std::move(found.damage));
  }
  place_.mutable_counts()->set_damaged(place_.counts().damaged() + found_.size());
  found_.clear();
  return OkStatus();
}

StatusOr<bool> Verifier::Captures() {
  const auto slot = static_cast<kv::Slot>(place_.slot());
  if (!check_) check_ = std::make_unique<CaptureCheck>(shard_, slot, options_.wires);
  const std::unique_ptr<kv::View> view = kv::FilesOf(*shard_)->TakePassingView();
  CaptureRows rows(*shard_, slot, view.get(), place_.key());
  CaptureRow row;
  while (true) {
    ASSIGN_OR_RETURN(const bool more, rows.Next(&row));
    if (!more) return true;
    RETURN_IF_ERROR(check_->Check(row, view.get(), place_.mutable_counts(), &found_));
    if (row.key.empty()) continue;  // A gap is told of once: it has no place to go on from.
    place_.set_key(row.key);
    if (IsOver()) return false;
  }
}

StatusOr<bool> Verifier::Counts() {
  if (!count_) {
    count_ = std::make_unique<SlotCount>(shard_, static_cast<kv::Slot>(place_.slot()));
  }
  const std::string where = "slot " + std::to_string(place_.slot()) + ": ";
  const auto over = count_->Step(end_);
  if (!over.ok()) {
    if (!IsUnreadable(over.status())) return over.status();
    found_.push_back(Found(v1::Damage::COUNT, where + "counts can not be compared: " +
                                                  std::string(base::Message(over.status()))));
  } else if (!*over) {
    return false;
  } else {
    for (const std::string& what : count_->found())
      found_.push_back(Found(v1::Damage::COUNT, where + what));
    place_.mutable_counts()->set_slots(place_.counts().slots() + 1);
  }
  count_.reset();
  return true;
}

void Verifier::TellFindings(uint64_t first, uint64_t last, const Status& why) {
  found_.push_back(Found(v1::Damage::FINDINGS,
                         "slot " + std::to_string(place_.slot()) + ": findings " +
                             std::to_string(first) +
                             (last > first ? " to " + std::to_string(last) : "") +
                             " can not be read: " + std::string(base::Message(why))));
}

StatusOr<bool> Verifier::Findings() {
  const auto slot = static_cast<kv::Slot>(place_.slot());
  const auto cursor = ScanSlot(*shard_, kFindingFamily, slot, kReadaheadBytes);
  uint64_t last = 0;
  if (!place_.key().empty()) {
    ASSIGN_OR_RETURN(last, NumberOf(place_.key()));
  }
  cursor->Seek(FindingKey(slot, last + 1));
  while (true) {
    if (!cursor->Valid()) {
      const Status why = cursor->status();
      if (why.ok()) return true;
      if (!IsUnreadable(why)) return why;
      // Which entries are lost is not said: the numbers that follow are tried.
      uint64_t at = last + 1;
      do {
        cursor->Seek(FindingKey(slot, ++at));
      } while (!cursor->Valid() && !cursor->status().ok() && at - last < kNumbersTriedMax);
      TellFindings(last + 1, at - 1, why);
      if (!cursor->Valid()) return true;
      last = at - 1;
      continue;
    }
    const std::string key(cursor->key());
    v1::StoreRequest::Header record;
    const std::string_view value = cursor->value();
    const auto number = NumberOf(key);
    if (!number.ok() || *number <= last) return base::DataLoss("a key of findings out of order");
    last = *number;
    if (!record.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
        !base::ParseSnapshotId(record.snapshot().id()).ok())
      TellFindings(last, last, base::DataLoss("what is kept does not decode"));
    place_.set_key(key);
    place_.mutable_counts()->set_findings(place_.counts().findings() + 1);
    if (IsOver()) return false;
    cursor->Next();
  }
}

StatusOr<bool> Verifier::Files() {
  bool all = true;
  const auto files = kv::FilesOf(*shard_);
  RETURN_IF_ERROR(files->CheckFiles(place_.key(), [this, &all](const kv::FileCheck& check) {
    place_.set_key(check.path);
    v1::VerifyProgress& counts = *place_.mutable_counts();
    counts.set_files(counts.files() + 1);
    counts.set_file_bytes(counts.file_bytes() + check.bytes);
    if (!check.status.ok())
      found_.push_back(Found(v1::Damage::FILE, base::Message(check.status)));
    all = !IsOver();
    return all;
  }));
  return all;
}

}  // namespace signboard::archive
