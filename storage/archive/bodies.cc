#include "storage/archive/bodies.h"

#include <optional>
#include <utility>

#include "proto/base/digest.h"
#include "storage/archive/chains.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/packing.h"

namespace signboard::archive {
namespace {

std::string Where(BodyKind kind, const v1::Snapshot& snapshot, std::string_view sha256) {
  return std::string(kind == BodyKind::kDecoded ? "body" : "wire bytes") + " of snapshot " +
         snapshot.id() + " (sha256 " + base::ToHex(sha256) + ")";
}

// kNotFound: no body lies there.
StatusOr<std::string> ReadWhole(kv::Shard& shard, const std::string& key, std::string_view sha256,
                                const std::string& where, const kv::View* view) {
  auto kept = shard.Get(kBodyFamily, key, view);
  if (!kept.ok()) return base::Annotate(kept.status(), where);
  if (!kept->has_value()) return base::NotFound(where + " is missing");
  if (auto bytes = Unpack(std::move(kept).value().value(), sha256)) return *std::move(bytes);
  return base::DataLoss(where + " is damaged: what is kept has another sha256");
}

StatusOr<std::string> ReadPlaced(kv::Shard& shard, kv::Slot slot, const ChainPlace& place,
                                 std::string_view sha256, const std::string& where,
                                 const kv::View* view) {
  auto bytes = ReadChained(shard, slot, place, view);
  if (!bytes.ok()) return base::Annotate(bytes.status(), where + " is damaged");
  if (base::Sha256(*bytes) == sha256) return bytes;
  return base::DataLoss(where + " is damaged: its chain gives another sha256");
}

StatusOr<std::string> ReadVerified(kv::Shard& shard, kv::Slot slot, BodyKind kind,
                                   const v1::Snapshot& snapshot, std::string_view sha256,
                                   const kv::View* view) {
  const std::string where = Where(kind, snapshot, sha256);
  // Between the look at its place and the read, the packer may have moved the body: once.
  for (int tries = 0; tries < 2; ++tries) {
    auto kept = FindBody(shard, slot, kind, sha256, view);
    if (!kept.ok()) {
      // A body that lies whole is found without its digest's entry.
      auto whole = ReadWhole(shard, BodyKey(slot, kind, sha256), sha256, where, view);
      return whole.ok() ? whole : base::Annotate(kept.status(), where);
    }
    if (!kept->has_value()) break;
    if ((*kept)->chained) return ReadPlaced(shard, slot, *(*kept)->chained, sha256, where, view);
    auto whole = ReadWhole(shard, BodyKey(slot, kind, sha256), sha256, where, view);
    if (whole.status().code() != StatusCode::kNotFound) return whole;
  }
  return base::DataLoss(where + " is missing");
}

}  // namespace

StatusOr<Added> AddBody(kv::Shard& shard, kv::Slot slot, BodyKind kind, std::string_view sha256,
                        std::string bytes, const DamageNotes& notes, kv::Batch* batch) {
  const std::string key = BodyKey(slot, kind, sha256);
  ASSIGN_OR_RETURN(const std::optional<std::string> kept, shard.Get(kDigestFamily, key));
  if (kept && !notes.HasBody(key)) return Added::kKnown;
  batch->Put(kDigestFamily, key, Encode(KeptBody{bytes.size(), std::nullopt}));
  batch->PutMoved(kBodyFamily, key, Pack(std::move(bytes)));
  if (!kept) return Added::kNew;
  DamageNotes::TakeAway(key, batch);
  return Added::kMended;
}

StatusOr<std::string> ReadDecoded(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot,
                                  const kv::View* view) {
  return ReadVerified(shard, slot, BodyKind::kDecoded, snapshot, snapshot.body_sha256(), view);
}

StatusOr<std::string> ReadRendered(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot,
                                   const kv::View* view) {
  return ReadVerified(shard, slot, BodyKind::kDecoded, snapshot, snapshot.rendered().sha256(),
                      view);
}

StatusOr<std::string> ReadWire(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot,
                               const kv::View* view) {
  const v1::WireRecipe& recipe = snapshot.recipe();
  if (recipe.method() == v1::WireRecipe::STORED) {
    return ReadVerified(shard, slot, BodyKind::kWire, snapshot, recipe.wire_body_sha256(), view);
  }
  ASSIGN_OR_RETURN(std::string decoded, ReadDecoded(shard, slot, snapshot, view));
  return MakeWire(snapshot, std::move(decoded));
}

StatusOr<std::string> MakeWire(const v1::Snapshot& snapshot, std::string decoded) {
  const v1::WireRecipe& recipe = snapshot.recipe();
  if (recipe.method() == v1::WireRecipe::IDENTITY) return decoded;
  auto wire = RecreateWire(recipe, decoded);
  const std::string where = Where(BodyKind::kWire, snapshot, snapshot.wire_sha256());
  if (wire.ok() && base::Sha256(*wire) == snapshot.wire_sha256()) return wire;
  // The compressing library gives other bytes than it gave when the capture was stored.
  return base::DataLoss(where + " can not be made again by their recipe" +
                        (wire.ok() ? "" : ": " + std::string(base::Message(wire.status()))) +
                        "; the decoded body is whole");
}

}  // namespace signboard::archive
