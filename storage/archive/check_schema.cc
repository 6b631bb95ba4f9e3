// CheckSchema: walks everything that is kept and compares it with itself.
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "storage/archive/chains.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/packing.h"
#include "storage/archive/schema.h"
#include "storage/archive/snapshots.h"
#include "storage/archive/tallies.h"
#include "storage/index/nearest.h"
#include "storage/index/urls.h"

namespace signboard::archive {
namespace {

Status Violated(const std::string& what) { return base::DataLoss("schema: " + what); }

// Walks one slot. Memory is bounded by the exact URLs that share one SURT.
class SlotCheck {
 public:
  SlotCheck(kv::Shard& shard, kv::Slot slot) : shard_(shard), slot_(slot) {}

  Status Run() {
    RETURN_IF_ERROR(CheckCaptures());
    RETURN_IF_ERROR(CheckUrls());
    RETURN_IF_ERROR(CheckBodies());
    RETURN_IF_ERROR(CheckFindings());
    ASSIGN_OR_RETURN(const Tally kept, ReadTallies(shard_, {slot_, slot_}));
    if (kept == seen_) return OkStatus();
    return Violated("tallies of slot " + std::to_string(slot_) + " count " +
                    std::to_string(kept.snapshots) + " snapshots, " + std::to_string(kept.urls) +
                    " URLs, " + std::to_string(kept.bodies) + " bodies; there are " +
                    std::to_string(seen_.snapshots) + ", " + std::to_string(seen_.urls) + ", " +
                    std::to_string(seen_.bodies));
  }

 private:
  std::unique_ptr<kv::Cursor> Scan(kv::Family family) {
    auto cursor = ScanSlot(shard_, family, slot_);
    cursor->SeekToFirst();
    return cursor;
  }
  // How many keys of the slot a family holds.
  StatusOr<uint64_t> Keys(kv::Family family) {
    uint64_t count = 0;
    const auto cursor = Scan(family);
    for (; cursor->Valid(); cursor->Next()) ++count;
    RETURN_IF_ERROR(cursor->status());
    return count;
  }
  Status CheckCaptures();
  Status CheckCapture(const index::Capture& capture, const std::string& surt);
  Status CheckOutcome(const v1::Snapshot& snapshot, const index::Capture& capture,
                      const std::string& surt);
  Status HasBytes(BodyKind kind, const std::string& sha256, const v1::Snapshot& snapshot);
  Status EndSurt();
  Status CheckUrls();
  Status CheckBodies();
  StatusOr<uint64_t> CheckWhole();
  StatusOr<uint64_t> CheckChains();
  Status CheckMember(const ChainPlace& place, const std::string& body);
  Status CheckUnpacked();
  Status CheckFindings();

  kv::Shard& shard_;
  const kv::Slot slot_;
  Tally seen_;
  std::string surt_;
  std::map<std::string, index::UrlRecord> urls_;  // Of `surt_`, by exact URL.
};

Status SlotCheck::CheckCaptures() {
  const auto cursor = Scan(index::kIndexFamily);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const index::Capture capture, index::CaptureAt(*cursor));
    ASSIGN_OR_RETURN(const base::SnapshotKey key, base::ParseSnapshotKey(capture.key));
    if (key.surt != surt_) {
      RETURN_IF_ERROR(EndSurt());
      surt_ = key.surt;
    }
    RETURN_IF_ERROR(CheckCapture(capture, key.surt));
    ++seen_.snapshots;
  }
  RETURN_IF_ERROR(cursor->status());
  RETURN_IF_ERROR(EndSurt());
  for (const kv::Family family : {kv::Family{kSnapshotFamily}, kv::Family{kCaptureFamily}}) {
    ASSIGN_OR_RETURN(const uint64_t keys, Keys(family));
    if (keys == seen_.snapshots) continue;
    return Violated("slot " + std::to_string(slot_) + " holds " +
                    std::to_string(seen_.snapshots) + " index entries, but " +
                    std::to_string(keys) + " in " + ArchiveFamilies()[family].name);
  }
  return OkStatus();
}

Status SlotCheck::CheckCapture(const index::Capture& capture, const std::string& surt) {
  ASSIGN_OR_RETURN(const std::optional<v1::Snapshot> snapshot, LoadSnapshot(shard_, capture.key));
  if (!snapshot) return Violated("index entry without snapshot below " + surt);
  if (base::Fingerprint64(snapshot->url()) != capture.record.url_hash) {
    return Violated("index entry of another URL than snapshot " + snapshot->id());
  }
  ASSIGN_OR_RETURN(const std::optional<std::string> key,
                   shard_.Get(kCaptureFamily, CaptureKey(slot_, snapshot->capture_id())));
  if (key != capture.key) return Violated("no capture id leads to snapshot " + snapshot->id());
  index::Count({.time = capture.time, .outcome = snapshot->outcome(), .title = "",
                .has_findings = false},
               &urls_[snapshot->url()]);
  return CheckOutcome(*snapshot, capture, surt);
}

Status SlotCheck::CheckOutcome(const v1::Snapshot& snapshot, const index::Capture& capture,
                               const std::string& surt) {
  std::optional<v1::Snapshot> original;
  if (KeepsBody(snapshot)) {
    seen_.body_bytes_all += snapshot.body_bytes();
    RETURN_IF_ERROR(HasBytes(BodyKind::kDecoded, snapshot.body_sha256(), snapshot));
    if (HasRendered(snapshot)) {
      seen_.body_bytes_all += snapshot.rendered().bytes();
      RETURN_IF_ERROR(HasBytes(BodyKind::kDecoded, snapshot.rendered().sha256(), snapshot));
    }
    if (snapshot.recipe().method() == v1::WireRecipe::STORED) {
      RETURN_IF_ERROR(HasBytes(BodyKind::kWire, snapshot.recipe().wire_body_sha256(), snapshot));
    }
  } else if (snapshot.outcome() == v1::OUTCOME_UNCHANGED) {
    auto id = base::ParseSnapshotId(snapshot.revisit_of());
    if (!id.ok() || id->url != snapshot.url()) {
      return Violated("snapshot " + snapshot.id() + " repeats one of another URL");
    }
    ASSIGN_OR_RETURN(const std::string key,
                     base::EncodeSnapshotKey({slot_, surt, id->time, id->disc}));
    ASSIGN_OR_RETURN(original, LoadSnapshot(shard_, key));
    if (!original || !IsContent(*original)) {
      return Violated("snapshot " + snapshot.id() + " repeats " + snapshot.revisit_of() +
                      ", which has no body");
    }
  }
  const std::string expected =
      index::Encode(IndexRecordOf(snapshot, original ? &*original : nullptr));
  if (index::Encode(capture.record) == expected) return OkStatus();
  return Violated("index entry does not say what snapshot " + snapshot.id() + " says");
}

Status SlotCheck::HasBytes(BodyKind kind, const std::string& sha256,
                           const v1::Snapshot& snapshot) {
  ASSIGN_OR_RETURN(const std::optional<std::string> size,
                   shard_.Get(kDigestFamily, BodyKey(slot_, kind, sha256)));
  if (size) return OkStatus();
  return Violated("snapshot " + snapshot.id() + " has no bytes with sha256 " +
                  base::ToHex(sha256));
}

Status SlotCheck::EndSurt() {
  for (const auto& [url, counted] : urls_) {
    ASSIGN_OR_RETURN(const std::optional<index::UrlRecord> kept,
                     index::GetUrl(shard_, slot_, surt_, url));
    if (!kept || kept->count != counted.count || kept->first != counted.first ||
        kept->last != counted.last) {
      return Violated("URL entry of " + url + " does not count its captures");
    }
  }
  seen_.urls += urls_.size();
  urls_.clear();
  return OkStatus();
}

Status SlotCheck::CheckUrls() {
  ASSIGN_OR_RETURN(const uint64_t keys, Keys(index::kUrlFamily));
  if (keys == seen_.urls) return OkStatus();
  return Violated("slot " + std::to_string(slot_) + " holds URL entries without captures");
}

// Bodies that lie in no chain.
StatusOr<uint64_t> SlotCheck::CheckWhole() {
  const auto cursor = Scan(kBodyFamily);
  uint64_t count = 0;
  for (; cursor->Valid(); cursor->Next(), ++count) {
    const std::string key(cursor->key());
    if (key.size() != 3 + base::kSha256Bytes) return Violated("a body key of another length");
    const std::string sha256 = key.substr(3);
    const std::optional<std::string> bytes = Unpack(std::string(cursor->value()), sha256);
    if (!bytes) return Violated("body with sha256 " + base::ToHex(sha256) + " is damaged");
    ASSIGN_OR_RETURN(const std::optional<std::string> row, shard_.Get(kDigestFamily, key));
    if (row != Encode(KeptBody{bytes->size(), std::nullopt})) {
      return Violated("body with sha256 " + base::ToHex(sha256) + " has no true digest entry");
    }
    if (key[2] != static_cast<char>(BodyKind::kDecoded)) continue;
    ++seen_.bodies;
    seen_.body_bytes += bytes->size();
  }
  RETURN_IF_ERROR(cursor->status());
  return count;
}

Status SlotCheck::CheckMember(const ChainPlace& place, const std::string& body) {
  const std::string sha256 = base::Sha256(body);
  ASSIGN_OR_RETURN(const std::optional<KeptBody> kept,
                   FindBody(shard_, slot_, BodyKind::kDecoded, sha256));
  if (kept != KeptBody{body.size(), place}) {
    return Violated("no digest entry leads to place " + std::to_string(place.position) +
                    " of chain " + std::to_string(place.chain));
  }
  ++seen_.bodies;
  seen_.body_bytes += body.size();
  return OkStatus();
}

// Each chain is walked once, from its keyframe on.
StatusOr<uint64_t> SlotCheck::CheckChains() {
  const auto cursor = Scan(kChainFamily);
  cursor->Seek(ChainKey(slot_, {}));
  uint64_t count = 0;
  std::string body;
  for (ChainPlace at; cursor->Valid(); cursor->Next(), ++count) {
    if (cursor->key() != ChainKey(slot_, at)) {
      at = {at.chain + 1, 0};
      if (cursor->key() != ChainKey(slot_, at)) break;  // A dictionary, or no member at all.
    }
    const auto member = ParseMember(cursor->value());
    if (!member) return Violated("a member of chain " + std::to_string(at.chain) + " is damaged");
    std::shared_ptr<const Dictionary> dictionary;
    if (member->form == MemberForm::kWithDictionary) {
      ASSIGN_OR_RETURN(dictionary, LoadDictionary(shard_, slot_, member->dictionary_id));
    }
    auto next = DecodeMember(*member, body, dictionary.get());
    if (!next) return Violated("a member of chain " + std::to_string(at.chain) + " is damaged");
    body = *std::move(next);
    RETURN_IF_ERROR(CheckMember(at, body));
    ++at.position;
  }
  RETURN_IF_ERROR(cursor->status());
  return count;
}

Status SlotCheck::CheckUnpacked() {
  const auto cursor = Scan(kUnpackedFamily);
  for (; cursor->Valid(); cursor->Next()) {
    ASSIGN_OR_RETURN(const auto row, shard_.Get(kSnapshotFamily, cursor->key()));
    if (!row) return Violated("a capture to pack is not kept: " + base::ToHex(cursor->key()));
  }
  return cursor->status();
}

Status SlotCheck::CheckBodies() {
  ASSIGN_OR_RETURN(const uint64_t whole, CheckWhole());
  ASSIGN_OR_RETURN(const uint64_t chained, CheckChains());
  RETURN_IF_ERROR(CheckUnpacked());
  ASSIGN_OR_RETURN(const uint64_t digests, Keys(kDigestFamily));
  if (digests == whole + chained) return OkStatus();
  return Violated("slot " + std::to_string(slot_) + " names " + std::to_string(digests) +
                  " bodies, but holds " + std::to_string(whole + chained));
}

Status SlotCheck::CheckFindings() {
  const auto cursor = Scan(kFindingFamily);
  for (; cursor->Valid(); cursor->Next()) {
    const std::string where = "findings " + base::ToHex(cursor->key());
    v1::StoreRequest::Header record;
    const std::string_view value = cursor->value();
    if (cursor->key().size() != FindingKey(slot_, 0).size() ||
        !record.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
      return Violated(where + " do not decode");
    }
    if (!base::ParseSnapshotId(record.snapshot().id()).ok()) {
      return Violated(where + " name no snapshot");
    }
  }
  return cursor->status();
}

}  // namespace

Status CheckSchema(kv::Space& space) {
  for (const std::shared_ptr<kv::Shard>& shard : space.Shards()) {
    for (unsigned slot = shard->slots().first; slot <= shard->slots().last; ++slot) {
      SlotCheck check(*shard, static_cast<kv::Slot>(slot));
      RETURN_IF_ERROR(check.Run());
    }
  }
  return OkStatus();
}

}  // namespace signboard::archive
