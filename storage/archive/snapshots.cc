#include "storage/archive/snapshots.h"

#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/slot.h"
#include "proto/base/surt.h"
#include "storage/archive/check_capture.h"
#include "storage/index/nearest.h"

namespace signboard::archive {
namespace {

// The kept capture with a body that `id` names, if it is one that `snapshot` may repeat.
StatusOr<std::optional<v1::Snapshot>> Named(const Place& place, const std::string& id,
                                            const v1::Snapshot& snapshot) {
  const auto parsed = base::ParseSnapshotId(id);
  if (!parsed.ok() || parsed->url != snapshot.url()) return std::optional<v1::Snapshot>();
  ASSIGN_OR_RETURN(std::optional<v1::Snapshot> named, LoadById(place, id));
  if (named && named->outcome() == v1::OUTCOME_UNCHANGED) {
    // What is kept names its original: one step is the whole way.
    ASSIGN_OR_RETURN(named, LoadById(place, named->revisit_of()));
  }
  if (named && (!IsContent(*named) || named->captured_ms() > snapshot.captured_ms())) named.reset();
  return named;
}

StatusOr<std::optional<v1::Snapshot>> NewestBefore(const Place& place,
                                                   const v1::Snapshot& snapshot) {
  const index::Wanted wanted{.url_hash = base::Fingerprint64(snapshot.url()), .with_body = true};
  ASSIGN_OR_RETURN(const std::optional<index::Capture> found,
                   index::FindNearest(*place.shard, place.slot, place.surt,
                                      FromMillis(snapshot.captured_ms()), v1::NEAREST_AT, wanted));
  if (!found) return std::optional<v1::Snapshot>();
  ASSIGN_OR_RETURN(std::optional<v1::Snapshot> newest, LoadSnapshot(*place.shard, found->key));
  if (!newest) return base::DataLoss("index entry without snapshot for " + snapshot.url());
  return Named(place, newest->id(), snapshot);
}

}  // namespace

StatusOr<Place> PlaceOf(kv::Space& space, const std::string& url) {
  auto parsed = Url::Parse(url);
  if (!parsed.ok()) return base::Annotate(parsed.status(), "URL");
  Place place;
  place.slot = base::SlotOfUrl(*parsed);
  ASSIGN_OR_RETURN(place.surt, base::Surt(url));
  ASSIGN_OR_RETURN(place.shard, space.ShardOf(place.slot));
  return place;
}

bool HasBody(const v1::Snapshot& snapshot) {
  return KeepsBody(snapshot) || !snapshot.revisit_of().empty();
}

bool HasRendered(const v1::Snapshot& snapshot) { return !snapshot.rendered().sha256().empty(); }

std::string EncodeSnapshot(const v1::Snapshot& snapshot) {
  v1::Snapshot record = snapshot;
  record.clear_id();
  record.clear_captured_ms();
  return record.SerializeAsString();
}

StatusOr<v1::Snapshot> DecodeSnapshot(std::string_view key, std::string_view value) {
  ASSIGN_OR_RETURN(base::SnapshotKey parts, base::ParseSnapshotKey(key));
  v1::Snapshot snapshot;
  if (!snapshot.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return base::DataLoss("snapshot record of " + parts.surt + " at " +
                          base::FormatRfc3339(parts.time) + " does not decode");
  }
  snapshot.set_captured_ms(ToMillis(parts.time));
  snapshot.set_id(
      base::FormatSnapshotId({parts.time, std::move(parts.disc), snapshot.url()}));
  return snapshot;
}

StatusOr<std::optional<v1::Snapshot>> LoadSnapshot(kv::Shard& shard, const std::string& key,
                                                   const kv::View* view) {
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard.Get(kSnapshotFamily, key, view));
  if (!value) return std::optional<v1::Snapshot>();
  ASSIGN_OR_RETURN(v1::Snapshot snapshot, DecodeSnapshot(key, *value));
  return std::optional<v1::Snapshot>(std::move(snapshot));
}

StatusOr<std::optional<v1::Snapshot>> LoadById(const Place& place, const std::string& id) {
  ASSIGN_OR_RETURN(const base::SnapshotId parts, base::ParseSnapshotId(id));
  ASSIGN_OR_RETURN(
      const std::string key,
      base::EncodeSnapshotKey({place.slot, place.surt, parts.time, parts.disc}));
  ASSIGN_OR_RETURN(std::optional<v1::Snapshot> snapshot, LoadSnapshot(*place.shard, key));
  if (snapshot && snapshot->url() != parts.url) snapshot.reset();
  return snapshot;
}

Status FillRevisit(const Place& place, v1::Snapshot* snapshot) {
  if (snapshot->outcome() != v1::OUTCOME_UNCHANGED || snapshot->revisit_of().empty()) {
    return OkStatus();
  }
  auto loaded = LoadById(place, snapshot->revisit_of());
  if (!loaded.ok()) return base::Annotate(loaded.status(), "revisit " + snapshot->id());
  if (!loaded->has_value()) {
    return base::DataLoss("snapshot " + snapshot->id() + " repeats " + snapshot->revisit_of() +
                          ", which is missing");
  }
  v1::Snapshot original = std::move(loaded).value().value();
  snapshot->set_body_sha256(original.body_sha256());
  snapshot->set_body_sha1(original.body_sha1());
  snapshot->set_body_bytes(original.body_bytes());
  snapshot->set_wire_sha256(original.wire_sha256());
  snapshot->set_wire_sha1(original.wire_sha1());
  snapshot->set_wire_bytes(original.wire_bytes());
  snapshot->set_truncated(original.truncated());
  snapshot->mutable_recipe()->Swap(original.mutable_recipe());
  if (snapshot->content_type().empty()) snapshot->set_content_type(original.content_type());
  if (!snapshot->has_charset()) snapshot->mutable_charset()->Swap(original.mutable_charset());
  if (!snapshot->has_page()) snapshot->mutable_page()->Swap(original.mutable_page());
  if (original.has_rendered()) snapshot->mutable_rendered()->Swap(original.mutable_rendered());
  return OkStatus();
}

StatusOr<v1::Snapshot> ResolveRevisit(const Place& place, v1::Snapshot* snapshot) {
  ASSIGN_OR_RETURN(std::optional<v1::Snapshot> original,
                   Named(place, snapshot->revisit_of(), *snapshot));
  if (!original) {
    ASSIGN_OR_RETURN(original, NewestBefore(place, *snapshot));
  }
  if (!original) {
    return base::NotFound("no body of " + snapshot->url() +
                          " is kept that could be unchanged: fetch it without conditions");
  }
  if (!snapshot->body_sha256().empty() && snapshot->body_sha256() != original->body_sha256()) {
    return base::NotFound("the body of " + snapshot->url() + " with sha256 " +
                          base::ToHex(snapshot->body_sha256()) +
                          " is not kept: fetch it without conditions");
  }
  snapshot->set_revisit_of(original->id());
  // All of these are the original's, and read from there.
  snapshot->clear_body_sha256();
  snapshot->clear_body_sha1();
  snapshot->clear_body_bytes();
  snapshot->clear_wire_sha256();
  snapshot->clear_wire_sha1();
  snapshot->clear_wire_bytes();
  snapshot->clear_rendered();
  return std::move(original).value();
}

index::CaptureRecord IndexRecordOf(const v1::Snapshot& snapshot, const v1::Snapshot* original) {
  const v1::Snapshot& from = original != nullptr ? *original : snapshot;
  index::CaptureRecord record;
  record.outcome = snapshot.outcome();
  record.http_status = static_cast<uint16_t>(snapshot.http_status());
  record.url_hash = base::Fingerprint64(snapshot.url());
  record.has_body = HasBody(snapshot) && !IsObserved(snapshot);
  record.observed = IsObserved(snapshot);
  record.revisit = original != nullptr;
  record.truncated = !from.truncated().empty();
  record.simulated = snapshot.simulated();
  record.rendered = from.has_rendered();
  // Of a body that is not kept the sender may have left one out: both or none.
  if (!from.body_sha1().empty() && !from.body_sha256().empty()) {
    record.sha1 = from.body_sha1();
    record.sha256_head = from.body_sha256().substr(0, index::kSha256HeadBytes);
  }
  record.fingerprint = from.page().fingerprint();
  record.body_bytes = from.body_bytes();
  record.mime = index::MimeEssence(from.content_type());
  return record;
}

}  // namespace signboard::archive
