#include "storage/archive/damage_notes.h"

#include <algorithm>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "storage/archive/capture_rows.h"
#include "storage/archive/note_damage.h"

namespace signboard::archive {
namespace {

std::string NoteOfBody(const std::string& body_key) {
  const StatusOr<kv::Slot> slot = kv::SlotOf(body_key);
  return DamageKey(slot.ok() ? *slot : kv::kReservedSlot, body_key.substr(sizeof(kv::Slot)));
}

std::string NoteOf(kv::Slot slot, const FoundDamage& found) {
  if (!found.body_key.empty()) return NoteOfBody(found.body_key);
  v1::Damage thing = found.damage;
  thing.clear_found_ms();
  // What is wrong may be said in other words the next time.
  if (!thing.snapshot_id().empty()) thing.clear_detail();
  std::string name;
  base::AppendU64(&name, base::Fingerprint64(thing.SerializeAsString()));
  return DamageKey(slot, name);
}

}  // namespace

StatusOr<std::unique_ptr<DamageNotes>> DamageNotes::Open(kv::Space& space) {
  auto notes = std::make_unique<DamageNotes>();
  base::MutexLock lock(notes->mutex_);
  for (const std::shared_ptr<kv::Shard>& shard : space.Shards()) {
    for (unsigned at = shard->slots().first; at <= shard->slots().last; ++at) {
      const Status read = notes->Read(*shard, static_cast<kv::Slot>(at));
      // Where notes can not be read, all else still may: who meets the damage notes it again.
      if (!read.ok() && !IsUnreadable(NoteDamage(read))) return read;
    }
  }
  return notes;
}

Status DamageNotes::Read(kv::Shard& shard, kv::Slot slot) {
  const std::string first = DamageKey(slot, "");
  const auto cursor = shard.Scan(kMetaFamily, {});
  for (cursor->Seek(first); cursor->Valid() && cursor->key().starts_with(first); cursor->Next()) {
    v1::Damage damage;
    const std::string_view value = cursor->value();
    if (!damage.ParseFromArray(value.data(), static_cast<int>(value.size())))
      return base::DataLoss("a note of damage in slot " + std::to_string(slot) +
                            " does not decode");
    found_ms_[std::string(cursor->key())] = damage.found_ms();
  }
  return cursor->status();
}

Status DamageNotes::Add(kv::Shard& shard, kv::Slot slot, const FoundDamage& found) {
  const std::string key = NoteOf(slot, found);
  {
    base::MutexLock lock(mutex_);
    if (found_ms_.size() >= kNotesMax && !found_ms_.contains(key)) return OkStatus();
    found_ms_[key] = found.damage.found_ms();
  }
  kv::Batch batch;
  batch.Put(kMetaFamily, key, found.damage.SerializeAsString());
  return shard.Write(batch, kv::Durability::kBuffered);
}

bool DamageNotes::HasBody(const std::string& body_key) const {
  base::MutexLock lock(mutex_);
  return !body_key.empty() && !found_ms_.empty() && found_ms_.contains(NoteOfBody(body_key));
}

void DamageNotes::TakeAway(const std::string& body_key, kv::Batch* batch) {
  batch->Delete(kMetaFamily, NoteOfBody(body_key));
}

void DamageNotes::Forget(const std::string& body_key) {
  base::MutexLock lock(mutex_);
  found_ms_.erase(NoteOfBody(body_key));
}

Status DamageNotes::DropOlder(kv::Shard& shard, kv::Slot slot, int64_t before_ms) {
  kv::Batch batch;
  const std::string first = DamageKey(slot, "");
  {
    base::MutexLock lock(mutex_);
    for (auto note = found_ms_.lower_bound(first);
         note != found_ms_.end() && note->first.starts_with(first);) {
      if (note->second >= before_ms) {
        ++note;
        continue;
      }
      batch.Delete(kMetaFamily, note->first);
      note = found_ms_.erase(note);
    }
  }
  return batch.empty() ? OkStatus() : shard.Write(batch, kv::Durability::kBuffered);
}

uint64_t DamageNotes::count() const {
  base::MutexLock lock(mutex_);
  return found_ms_.size();
}

}  // namespace signboard::archive
