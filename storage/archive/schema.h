// Every key the archive writes, beside the two families of the index (storage/index/schema.h). No
// code outside storage/archive and storage/index reads these column families.
//
//   family    key                           value           the question it answers
//   --------  ----------------------------  --------------  ---------------------------------------
//   index     slot:2 SURT 00 time:8 disc:4  CaptureRecord   storage/index/schema.h
//   url       slot:2 SURT 00 exact-URL      UrlRecord       storage/index/schema.h
//   snapshot  slot:2 SURT 00 time:8 disc:4  v1.Snapshot     What happened in this capture?
//   body      slot:2 kind:1 sha256:32       bytes, or zstd  What did the page say?
//   digest    slot:2 kind:1 sha256:32       size:8 [place]  Are these bytes kept, and where?
//   chain     slot:2 'c' chain:8 position:1 Member          What did it say, after what?
//   chain     slot:2 'd' id:8               dictionary      What do the pages of a host share?
//   unpacked  as snapshot                   nothing         Whose body is to get into a chain?
//   capture   slot:2 capture_id:16          snapshot key    Was this capture stored before?
//   finding   slot:2 sequence:8             FindingRecord   What was found since?
//   meta      slot:2 "tally" stripe:1       Tally, 5 x 8    How much is kept?
//   meta      slot:2 "next chain"           chain:8         Which number is free?
//   meta      slot:2 "noted"                snapshot key    How far are older captures noted?
//   meta      slot:2 "host" host            HostRecord      Is a new dictionary due?
//   meta      slot:2 "damage" thing         v1.Damage       What was found damaged, and still is?
//   meta      slot:2 "redetection"          v1.Redetection  How far is detecting again?
//   meta      slot:2 "redetection at"       snapshot key    Where does it stand?
//   meta      slot:2 "redetection of" n:8   v1.Redetection- What would it change?
//                                           Change
//
//   snapshot  Without `id` and `captured_ms`, which the key says.
//   kind      'd' a decoded body, or the document that a browser made of one; 'w' wire bytes that
//             no recipe recreates.
//   body      The bytes, or one zstd frame (RFC 8878) of them where that is shorter: whichever fits
//             the digest. Version 1 had the bytes alone.
//   digest    The size is that of the bytes. Beside body, because a look at a blob's key reads the
//             blob. With a place, chain:8 position:1, they lie there and not in body.
//   chain     frames.h has the forms of a Member, chains.h what a chain is, host_dictionary.h the
//             HostRecord.
//   noted     "all": the slot's captures of before version 5 are in unpacked, or packed.
//   thing     Of bytes: kind:1 sha256:32, as in body. Else the first 8 bytes of a SHA-256 over what
//             the damage names.
//   redetection  In the first slot of the process's first shard.
//   finding   v1.StoreRequest.Header: findings, gone, text, and of the snapshot id, url,
//             captured_ms and, in all but the oldest, stored_ms, page, simulated, outcome,
//             detection. The sequence grows over all slots of a shard, in the order of commits; it
//             may have gaps. Without findings: of a URL that had some, a capture that is gone, or
//             that has other bytes; or one in which a later detection finds nothing.
//   stripe    The first 8 bytes of SHA-256(SURT) mod 16: captures of one slot are counted in 16
//             records, so that writers of one site need not wait for each other's sync.
//   x:8       Unsigned, big-endian.
//
// Invariants. CheckSchema() asserts them after every test, and `signboard verify` online:
//   1. index and snapshot hold the same keys; each has one capture key that names it.
//   2. A snapshot with OUTCOME_CONTENT has its body, and its rendered document if it names one; so
//      has one with OUTCOME_REDIRECT or OUTCOME_GONE and a recipe; a recipe STORED has its wire
//      bytes; a revisit names a snapshot with OUTCOME_CONTENT of the same exact URL.
//   3. digest's keys without a place are those of body; each other has its own member of a chain.
//      The bytes have that SHA-256 and that size.
//   4. The tallies of a slot sum up to what is there, and so do the UrlRecords.
//   5. One Store is one batch in one slot: no crash shows a state between two of these.
//
// Version 2 knew of no URL whether it has findings: nothing is told of those until they found
// again. Version 3 kept no body of a redirect or of a page that is gone. Version 4 had no chains:
// its bodies get into some in time (packer.h).
//
// These bytes outlive the program. To change one: raise kSchemaVersion, add the step that migrates,
// keep the reader of the old form for one release, add a golden store to tests/data/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "storage/index/schema.h"
#include "storage/kv/space.h"

namespace signboard::archive {

// For kv::LocalSpaceOptions::schema_version.
inline constexpr uint32_t kSchemaVersion = 5;

// DO NOT CHANGE the order: a family's position is its number.
enum : kv::Family {
  kSnapshotFamily = index::kFamilyCount,
  kBodyFamily,
  kDigestFamily,
  kCaptureFamily,
  kFindingFamily,
  kMetaFamily,
  kChainFamily,
  kUnpackedFamily,
};
// What the Space of an archive is opened with.
std::vector<kv::FamilySpec> ArchiveFamilies();

// DO NOT CHANGE: bytes of keys.
enum class BodyKind : char { kDecoded = 'd', kWire = 'w' };
inline constexpr uint8_t kTallyStripes = 16;
inline constexpr std::string_view kTallyName = "tally";

// Of body and of digest.
std::string BodyKey(kv::Slot slot, BodyKind kind, std::string_view sha256);
std::string CaptureKey(kv::Slot slot, std::string_view capture_id);
std::string FindingKey(kv::Slot slot, uint64_t sequence);
std::string TallyKey(kv::Slot slot, uint8_t stripe);
std::string NextChainKey(kv::Slot slot);
std::string NotedKey(kv::Slot slot);
std::string DamageKey(kv::Slot slot, std::string_view thing);
std::string RedetectionKey(kv::Slot slot);
std::string RedetectionPlaceKey(kv::Slot slot);
std::string RedetectionChangeKey(kv::Slot slot, uint64_t number);

// All keys of a slot in one family; not yet placed.
std::unique_ptr<kv::Cursor> ScanSlot(kv::Shard& shard, kv::Family family, kv::Slot slot,
                                     size_t readahead_bytes = 0, const kv::View* view = nullptr);

// Reads everything in the shards that this process owns. kDataLoss names the first violation of an
// invariant. Other writers must be still.
Status CheckSchema(kv::Space& space);

}  // namespace signboard::archive
