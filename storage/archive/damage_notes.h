// DamageNotes remembers what was found damaged, until it is whole again: a body whose bytes do not
// fit their digest is never served, and the next capture that brings the same bytes must not be
// told that they are kept, but put them back.
//
// Threads: safe from any.
// Errors:  the shard's. A note that can not be written is in memory all the same.
// Cost:    all notes are in memory, at most kNotesMax; what is found beyond is only told.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "proto/base/mutex.h"
#include "proto/base/status.h"
#include "signboard/v1/verification.pb.h"
#include "storage/archive/schema.h"

namespace signboard::archive {

inline constexpr size_t kNotesMax = 100'000;

// A damage, and the BodyKey of the bytes; empty: it is of something else.
struct FoundDamage {
  v1::Damage damage;
  std::string body_key = {};
};

class DamageNotes {
 public:
  static StatusOr<std::unique_ptr<DamageNotes>> Open(kv::Space& space);

  // Again of the same thing replaces its note.
  Status Add(kv::Shard& shard, kv::Slot slot, const FoundDamage& found) EXCLUDES_LOCK(mutex_);
  // The bytes under this BodyKey are noted.
  bool HasBody(const std::string& body_key) const EXCLUDES_LOCK(mutex_);
  // Whoever writes them anew takes the note away in the same batch, and says so when it is written.
  static void TakeAway(const std::string& body_key, kv::Batch* batch);
  void Forget(const std::string& body_key) EXCLUDES_LOCK(mutex_);
  // What was noted of a slot before an instant, and not found again since, is whole.
  Status DropOlder(kv::Shard& shard, kv::Slot slot, int64_t before_ms) EXCLUDES_LOCK(mutex_);
  uint64_t count() const EXCLUDES_LOCK(mutex_);

 private:
  Status Read(kv::Shard& shard, kv::Slot slot) REQUIRES_LOCK(mutex_);

  mutable base::Mutex mutex_;
  std::map<std::string, int64_t> found_ms_ GUARDED_BY(mutex_);  // By DamageKey.
};

}  // namespace signboard::archive
