// CheckSchema: what `signboard verify` does online, at once and up to the first damage.
#include "storage/archive/schema.h"
#include "storage/archive/verifier.h"

namespace signboard::archive {

Status CheckSchema(kv::Space& space) {
  const base::SystemClock clock;
  // A recipe that a sender vouched for is its word, which each read proves.
  ASSIGN_OR_RETURN(const std::unique_ptr<Verifier> verifier,
                   Verifier::Make(space, nullptr, clock, {.wires = false, .files = false}, "", 0));
  while (true) {
    ASSIGN_OR_RETURN(const Verifier::Slice slice, verifier->Next());
    if (!slice.damages.empty()) {
      const v1::Damage& first = slice.damages.front();
      return base::DataLoss("schema: " + first.snapshot_id() + " " + first.detail());
    }
    if (slice.progress.done()) return OkStatus();
  }
}

}  // namespace signboard::archive
