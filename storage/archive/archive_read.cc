// Archive::Find and ReadBody.
#include <optional>
#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/text.h"
#include "storage/archive/archive.h"
#include "storage/archive/bodies.h"
#include "storage/archive/snapshots.h"
#include "storage/archive/url_range.h"
#include "storage/index/nearest.h"

namespace signboard::archive {
namespace {

StatusOr<v1::Snapshot> FindById(kv::Space& space, const std::string& id) {
  auto parts = base::ParseSnapshotId(id);
  if (!parts.ok()) return base::Annotate(parts.status(), "snapshot_id");
  ASSIGN_OR_RETURN(const Place place, PlaceOf(space, parts->url));
  ASSIGN_OR_RETURN(std::optional<v1::Snapshot> snapshot, LoadById(place, id));
  if (!snapshot) return base::NotFound("no snapshot " + base::EscapeTerminal(id));
  RETURN_IF_ERROR(FillRevisit(place, &*snapshot));
  return std::move(*snapshot);
}

std::optional<UnixTime> Instant(const v1::GetRequest& request) {
  if (!request.has_at_ms()) return std::nullopt;
  return InstantOf(request.at_ms());
}

Status NoCapture(const v1::GetRequest& request) {
  std::string what = "no capture of URL " + base::EscapeTerminal(request.url());
  if (request.with_body_only()) what += " with a body";
  if (request.has_at_ms()) {
    switch (request.nearest()) {
      case v1::NEAREST_AT: what += " at or before "; break;
      case v1::NEAREST_BEFORE: what += " before "; break;
      case v1::NEAREST_AFTER: what += " after "; break;
      default: what += " near "; break;
    }
    what += base::FormatRfc3339(*Instant(request));
  }
  return base::NotFound(what);
}

// Of the exact URL, else of those that share its SURT.
StatusOr<std::optional<index::Capture>> FindCapture(const Place& place,
                                                    const v1::GetRequest& request) {
  index::Wanted wanted{.url_hash = base::Fingerprint64(request.url()),
                       .with_body = request.with_body_only(),
                       .or_observed = request.or_observed()};
  const std::optional<UnixTime> at = Instant(request);
  ASSIGN_OR_RETURN(std::optional<index::Capture> found,
                   index::FindNearest(*place.shard, place.slot, place.surt, at, request.nearest(),
                                      wanted));
  if (found) return found;
  wanted.url_hash.reset();
  return index::FindNearest(*place.shard, place.slot, place.surt, at, request.nearest(), wanted);
}

}  // namespace

StatusOr<v1::Snapshot> Archive::Find(const v1::GetRequest& request) {
  if (!request.snapshot_id().empty()) return FindById(space_, request.snapshot_id());
  ASSIGN_OR_RETURN(const Place place, PlaceOf(space_, request.url()));
  ASSIGN_OR_RETURN(const std::optional<index::Capture> found, FindCapture(place, request));
  if (!found) return NoCapture(request);
  ASSIGN_OR_RETURN(std::optional<v1::Snapshot> snapshot, LoadSnapshot(*place.shard, found->key));
  if (!snapshot) {
    return base::DataLoss("the index names a capture of " + request.url() + " at " +
                          base::FormatRfc3339(found->time) + ", whose snapshot is missing");
  }
  RETURN_IF_ERROR(FillRevisit(place, &*snapshot));
  return std::move(*snapshot);
}

StatusOr<std::string> Archive::ReadBody(const v1::Snapshot& snapshot, v1::GetRequest::Body form) {
  if (!HasBody(snapshot)) return base::NotFound("snapshot " + snapshot.id() + " has no body");
  ASSIGN_OR_RETURN(const Place place, PlaceOf(space_, snapshot.url()));
  if (form == v1::GetRequest::RENDERED && !HasRendered(snapshot)) {
    return base::NotFound("snapshot " + base::EscapeTerminal(snapshot.id()) + " was not rendered");
  }
  auto read = form == v1::GetRequest::RENDERED ? ReadRendered(*place.shard, place.slot, snapshot)
              : form == v1::GetRequest::WIRE   ? ReadWire(*place.shard, place.slot, snapshot)
                                               : ReadDecoded(*place.shard, place.slot, snapshot);
  if (read.status().code() == StatusCode::kDataLoss) NoteUnread(snapshot, form, read.status());
  return read;
}

void Archive::NoteUnread(const v1::Snapshot& snapshot, v1::GetRequest::Body form,
                         const Status& why) {
  const auto place = PlaceOf(space_, snapshot.url());
  if (!place.ok()) return;
  const bool rendered = form == v1::GetRequest::RENDERED;
  bool wire = form == v1::GetRequest::WIRE;
  const bool stored = wire && snapshot.recipe().method() == v1::WireRecipe::STORED;
  // What a recipe makes is of the decoded bytes: are they what is damaged?
  if (wire && !stored && !ReadDecoded(*place->shard, place->slot, snapshot).ok()) wire = false;
  FoundDamage found;
  found.damage.set_what(wire ? v1::Damage::WIRE
                             : rendered ? v1::Damage::RENDERED : v1::Damage::BODY);
  found.damage.set_url(snapshot.url());
  found.damage.set_captured_ms(snapshot.captured_ms());
  found.damage.set_snapshot_id(snapshot.id());
  found.damage.set_detail(base::ToValidUtf8(base::Message(why)));
  found.damage.set_found_ms(ToMillis(clock_.Now()));
  if (!wire || stored) {
    found.body_key = BodyKey(place->slot, stored ? BodyKind::kWire : BodyKind::kDecoded,
                             stored ? snapshot.recipe().wire_body_sha256()
                             : rendered ? snapshot.rendered().sha256() : snapshot.body_sha256());
  }
  if (damage_->HasBody(found.body_key)) return;
  // Where it can not be written it is in memory, and the next reader meets it again.
  damage_->Add(*place->shard, place->slot, found).IgnoreError();
}

}  // namespace signboard::archive
