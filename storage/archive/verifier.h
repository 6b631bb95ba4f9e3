// Verifier proves all that is kept, a slice of time after the other: of each slot its captures
// (verify_capture.h), its counts (slot_count.h) and its part of the log of findings; of each shard
// its files. What is damaged is told of, noted (damage_notes.h), and passed by.
//
// It can be made again at any place that it told of. Only counts begin again at their slot, because
// they are compared at one instant.
//
// Threads: one at a time.
// Errors:  kInvalidArgument: a place that no Verifier gave. Others are the shard's, and not damage.
// Cost:    everything that is kept is read, and each recipe tried, once a slot.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "proto/base/time.h"
#include "storage/archive/damage_notes.h"
#include "storage/archive/slot_count.h"
#include "storage/archive/verify_capture.h"

namespace signboard::archive {

struct VerifyOptions {
  bool wires = true;  // Recipes are tried.
  bool files = true;
  Millis slice{200};
};

class Verifier {
 public:
  // `after`: a place of an earlier one; empty: from the beginning. `all_captures` is for people.
  // `notes` null: what is found is told, and not noted.
  static StatusOr<std::unique_ptr<Verifier>> Make(kv::Space& space, DamageNotes* notes,
                                                  const Clock& clock, VerifyOptions options,
                                                  const std::string& after, uint64_t all_captures);

  struct Slice {
    std::vector<v1::Damage> damages;
    v1::VerifyProgress progress;
  };
  // Works for about a slice of time.
  StatusOr<Slice> Next();

 private:
  Verifier(kv::Space& space, DamageNotes* notes, const Clock& clock, VerifyOptions options)
      : space_(space), notes_(notes), clock_(clock), options_(options) {}

  // Go on where `place_` is; true: the phase is at its end.
  StatusOr<bool> Captures();
  StatusOr<bool> Counts();
  StatusOr<bool> Findings();
  StatusOr<bool> Files();
  Status EndPhase();
  void TellFindings(uint64_t first, uint64_t last, const Status& why);
  Status KeepFound();
  bool IsOver() const;

  kv::Space& space_;
  DamageNotes* const notes_;
  const Clock& clock_;
  const VerifyOptions options_;
  v1::VerifyPlace place_;
  std::shared_ptr<kv::Shard> shard_;  // Of the slot that the place is in; null: of none of ours.
  std::unique_ptr<CaptureCheck> check_;
  std::unique_ptr<SlotCount> count_;
  SlotCount::Time end_{};
  std::vector<FoundDamage> found_;
  std::vector<v1::Damage> told_;
};

}  // namespace signboard::archive
