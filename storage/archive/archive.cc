#include "storage/archive/archive.h"

#include <algorithm>
#include <utility>

#include "storage/archive/schema.h"
#include "storage/archive/tallies.h"

namespace signboard::archive {

StatusOr<std::unique_ptr<Archive>> Archive::Open(kv::Space& space, ArchiveOptions options,
                                                 const Clock& clock) {
  const std::vector<kv::FamilySpec> expected = ArchiveFamilies();
  const std::vector<kv::FamilySpec>& found = space.families();
  const bool first = std::mismatch(expected.begin(), expected.end(), found.begin(), found.end(),
                                   [](const kv::FamilySpec& a, const kv::FamilySpec& b) {
                                     return a.name == b.name;
                                   })
                         .first == expected.end();
  if (!first) return base::InvalidArgument("the space was not opened with ArchiveFamilies() first");
  std::unique_ptr<Archive> opened(new Archive(space, options, clock));
  ASSIGN_OR_RETURN(opened->damage_, DamageNotes::Open(space));
  return opened;
}

StatusOr<v1::ArchiveStats> Archive::Stats() {
  Tally sum;
  v1::ArchiveStats stats;
  for (const std::shared_ptr<kv::Shard>& shard : space_.Shards()) {
    ASSIGN_OR_RETURN(const Tally tally, ReadTallies(*shard, shard->slots()));
    sum += tally;
    stats.set_disk_bytes(stats.disk_bytes() + shard->DiskBytes());
    stats.set_epoch(std::max(stats.epoch(), shard->epoch()));
  }
  stats.set_snapshots(sum.snapshots);
  stats.set_urls(sum.urls);
  stats.set_bodies(sum.bodies);
  stats.set_body_bytes(sum.body_bytes);
  stats.set_body_bytes_all(sum.body_bytes_all);
  stats.set_stored(stored_.load());
  return stats;
}

const DamageNotes& DamageOf(const Archive& archive) { return *archive.damage_; }

StatusOr<std::unique_ptr<Verifier>> MakeVerifier(Archive& archive, const std::string& after,
                                                 uint64_t all_captures) {
  return Verifier::Make(archive.space_, archive.damage_.get(), archive.clock_, {}, after,
                        all_captures);
}

StatusOr<FindingTail> Archive::TailFindings(kv::Slot slot, uint64_t after) {
  ASSIGN_OR_RETURN(std::shared_ptr<kv::Shard> shard, space_.ShardOf(slot));
  ASSIGN_OR_RETURN(const uint64_t newest, findings_.Newest(*shard));
  if (after > newest) {
    return base::FailedPrecondition("after " + std::to_string(after) +
                                    ": the newest entry of the findings of slot " +
                                    std::to_string(slot) + " is " + std::to_string(newest));
  }
  return FindingTail(std::move(shard), &findings_, after);
}

StatusOr<uint64_t> Archive::NewestFindings(kv::Slot slot) {
  ASSIGN_OR_RETURN(const std::shared_ptr<kv::Shard> shard, space_.ShardOf(slot));
  return findings_.Newest(*shard);
}

}  // namespace signboard::archive
