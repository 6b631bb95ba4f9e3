#include "storage/archive/bodies.h"

#include <optional>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/packing.h"

namespace signboard::archive {
namespace {

std::string Where(BodyKind kind, const v1::Snapshot& snapshot, std::string_view sha256) {
  return std::string(kind == BodyKind::kDecoded ? "body" : "wire bytes") + " of snapshot " +
         snapshot.id() + " (sha256 " + base::ToHex(sha256) + ")";
}

StatusOr<std::string> ReadVerified(kv::Shard& shard, kv::Slot slot, BodyKind kind,
                                   const v1::Snapshot& snapshot, std::string_view sha256) {
  auto kept = shard.Get(kBodyFamily, BodyKey(slot, kind, sha256));
  if (!kept.ok()) return base::Annotate(kept.status(), Where(kind, snapshot, sha256));
  if (!kept->has_value()) return base::DataLoss(Where(kind, snapshot, sha256) + " is missing");
  if (auto bytes = Unpack(std::move(kept).value().value(), sha256)) return *std::move(bytes);
  return base::DataLoss(Where(kind, snapshot, sha256) +
                        " is damaged: what is kept has another sha256");
}

}  // namespace

StatusOr<bool> AddBody(kv::Shard& shard, kv::Slot slot, BodyKind kind, std::string_view sha256,
                       std::string bytes, kv::Batch* batch) {
  const std::string key = BodyKey(slot, kind, sha256);
  ASSIGN_OR_RETURN(const std::optional<std::string> kept, shard.Get(kDigestFamily, key));
  if (kept) return false;
  std::string size;
  base::AppendU64(&size, bytes.size());
  batch->Put(kDigestFamily, key, size);
  batch->PutMoved(kBodyFamily, key, Pack(std::move(bytes)));
  return true;
}

StatusOr<std::string> ReadDecoded(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot) {
  return ReadVerified(shard, slot, BodyKind::kDecoded, snapshot, snapshot.body_sha256());
}

StatusOr<std::string> ReadRendered(kv::Shard& shard, kv::Slot slot,
                                   const v1::Snapshot& snapshot) {
  return ReadVerified(shard, slot, BodyKind::kDecoded, snapshot, snapshot.rendered().sha256());
}

StatusOr<std::string> ReadWire(kv::Shard& shard, kv::Slot slot, const v1::Snapshot& snapshot) {
  const v1::WireRecipe& recipe = snapshot.recipe();
  if (recipe.method() == v1::WireRecipe::STORED) {
    return ReadVerified(shard, slot, BodyKind::kWire, snapshot, recipe.wire_body_sha256());
  }
  ASSIGN_OR_RETURN(std::string decoded, ReadDecoded(shard, slot, snapshot));
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
