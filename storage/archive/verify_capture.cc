#include "storage/archive/verify_capture.h"

#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/surt.h"
#include "proto/base/text.h"
#include "storage/archive/bodies.h"
#include "storage/archive/chains.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/snapshots.h"
#include "storage/index/urls.h"

namespace signboard::archive {
namespace {

constexpr size_t kUrlsOfSurtMax = 1'000;  // Looked through for the name of a capture.

}  // namespace

struct CaptureCheck::Look {
  const CaptureRow& row;
  const kv::View* view;
  v1::VerifyProgress* counts;
  std::vector<FoundDamage>* found;
  base::SnapshotKey key = {};
  v1::Damage name = {};  // URL, time and id, as far as they are known.
  std::optional<index::CaptureRecord> index = {};
  std::optional<v1::Snapshot> snapshot = {};
};

void CaptureCheck::Tell(Look* look, v1::Damage::What what, std::string_view detail,
                        const std::string& body_key) const {
  FoundDamage found{look->name, body_key};
  found.damage.set_what(what);
  found.damage.set_detail(base::ToValidUtf8(detail));
  look->found->push_back(std::move(found));
}

Status CaptureCheck::TellOr(Look* look, v1::Damage::What what, const Status& status) const {
  if (status.ok()) return OkStatus();
  if (!IsUnreadable(status)) return status;
  Tell(look, what, base::Message(status));
  return OkStatus();
}

bool CaptureCheck::IsProven(const std::string& thing) const {
  return proven_.contains(base::Fingerprint64(thing));
}

void CaptureCheck::SetProven(const std::string& thing) {
  if (proven_.size() >= kProvenMax) proven_.clear();
  proven_.insert(base::Fingerprint64(thing));
}

Status CaptureCheck::Check(const CaptureRow& row, const kv::View* view,
                           v1::VerifyProgress* counts, std::vector<FoundDamage>* found) {
  Look look{.row = row, .view = view, .counts = counts, .found = found};
  if (row.key.empty()) {
    look.name.set_url(row.url);
    Tell(&look, v1::Damage::RECORD,
         std::string(row.url.empty() ? "captures" : "captures of this URL") +
             " in slot " + std::to_string(slot_) + " can not be read, nor which they are: " +
             std::string(base::Message(row.record.status())) + "; " +
             std::string(base::Message(row.index.status())));
    return OkStatus();
  }
  counts->set_captures(counts->captures() + 1);
  RETURN_IF_ERROR(Name(&look));
  if (!look.snapshot) return OkStatus();
  RETURN_IF_ERROR(CheckKeys(&look));
  RETURN_IF_ERROR(CheckIndex(&look));
  return CheckBytes(&look);
}

// Decodes what is there, and finds out whose capture it is.
Status CaptureCheck::Name(Look* look) const {
  const CaptureRow& row = look->row;
  const auto key = base::ParseSnapshotKey(row.key);
  if (!key.ok()) return TellOr(look, v1::Damage::RECORD, key.status());
  look->key = *key;
  look->name.set_captured_ms(ToMillis(key->time));
  Status index = row.index.status(), record = row.record.status();
  if (index.ok() && *row.index) {
    auto decoded = index::DecodeCaptureRecord(**row.index);
    index = decoded.status();
    if (decoded.ok()) look->index = *std::move(decoded);
  }
  if (record.ok() && *row.record) {
    auto decoded = DecodeSnapshot(row.key, **row.record);
    record = decoded.status();
    if (decoded.ok()) look->snapshot = *std::move(decoded);
  }
  std::string url;
  if (look->snapshot) {
    url = look->snapshot->url();
  } else {
    const auto urls = index::ListUrls(*shard_, {slot_, key->surt + '\0', key->surt + '\x01', "",
                                                kUrlsOfSurtMax});
    for (const index::UrlRow& one : urls.ok() ? *urls : std::vector<index::UrlRow>()) {
      const bool is_its = look->index && look->index->url_hash == base::Fingerprint64(one.url);
      if (is_its || (!look->index && urls->size() == 1)) url = one.url;
    }
  }
  if (!url.empty()) {
    look->name.set_url(url);
    look->name.set_snapshot_id(base::FormatSnapshotId({key->time, key->disc, url}));
  }
  const std::string below = " of " + key->surt + " at " + base::FormatRfc3339(key->time);
  if (index.ok() && !*row.index) index = base::DataLoss("index entry" + below + " is missing");
  if (record.ok() && !*row.record) record = base::DataLoss("record" + below + " is missing");
  RETURN_IF_ERROR(TellOr(look, v1::Damage::RECORD, record));
  return TellOr(look, v1::Damage::INDEX, index);
}

// Everything that leads to the capture does.
Status CaptureCheck::CheckKeys(Look* look) const {
  const v1::Snapshot& snapshot = *look->snapshot;
  const auto surt = base::Surt(snapshot.url());
  if (!surt.ok() || *surt != look->key.surt)
    Tell(look, v1::Damage::RECORD, "its record lies under another URL, " + look->key.surt);
  const auto key =
      shard_->Get(kCaptureFamily, CaptureKey(slot_, snapshot.capture_id()), look->view);
  if (!key.ok()) {
    RETURN_IF_ERROR(TellOr(look, v1::Damage::INDEX, key.status()));
  } else if (*key != look->row.key) {
    Tell(look, v1::Damage::INDEX, "its capture id does not lead to it");
  }
  std::string url = kv::SlotKey(slot_) + look->key.surt + '\0' + snapshot.url();
  const auto known = shard_->Get(index::kUrlFamily, url, look->view);
  if (!known.ok()) return TellOr(look, v1::Damage::INDEX, known.status());
  if (!*known) Tell(look, v1::Damage::INDEX, "its URL is not in the list of URLs");
  return OkStatus();
}

Status CaptureCheck::CheckIndex(Look* look) const {
  const v1::Snapshot& snapshot = *look->snapshot;
  std::optional<v1::Snapshot> original;
  if (snapshot.outcome() == v1::OUTCOME_UNCHANGED) {
    const auto id = base::ParseSnapshotId(snapshot.revisit_of());
    if (!id.ok() || id->url != snapshot.url()) {
      Tell(look, v1::Damage::RECORD, "it repeats a capture of another URL");
      return OkStatus();
    }
    ASSIGN_OR_RETURN(const std::string key,
                     base::EncodeSnapshotKey({slot_, look->key.surt, id->time, id->disc}));
    auto loaded = LoadSnapshot(*shard_, key, look->view);
    if (!loaded.ok()) {
      return TellOr(look, v1::Damage::BODY,
                    base::Annotate(loaded.status(), "it repeats " + snapshot.revisit_of()));
    }
    original = *std::move(loaded);
    if (!original || !IsContent(*original)) {
      Tell(look, v1::Damage::BODY, "it repeats " + snapshot.revisit_of() + ", which has no body");
      return OkStatus();
    }
  }
  if (!look->index) return OkStatus();
  const std::string expected =
      index::Encode(IndexRecordOf(snapshot, original ? &*original : nullptr));
  if (index::Encode(*look->index) != expected)
    Tell(look, v1::Damage::INDEX, "its index entry does not say what its record says");
  return OkStatus();
}

Status CaptureCheck::CheckBytes(Look* look) {
  const v1::Snapshot& snapshot = *look->snapshot;
  if (!KeepsBody(snapshot)) return OkStatus();
  RETURN_IF_ERROR(CheckDecoded(look));
  const std::string rendered =
      HasRendered(snapshot) ? BodyKey(slot_, BodyKind::kDecoded, snapshot.rendered().sha256()) : "";
  if (!rendered.empty() && !IsProven(rendered)) {
    const auto bytes = ReadRendered(*shard_, slot_, snapshot, look->view);
    look->counts->set_bodies(look->counts->bodies() + 1);
    if (!bytes.ok()) {
      if (!IsUnreadable(bytes.status())) return bytes.status();
      Tell(look, v1::Damage::RENDERED, base::Message(bytes.status()), rendered);
    } else {
      look->counts->set_body_bytes(look->counts->body_bytes() + bytes->size());
      RETURN_IF_ERROR(CheckSize(look, v1::Damage::RENDERED, rendered, bytes->size()));
      SetProven(rendered);
    }
  }
  return OkStatus();
}

Status CaptureCheck::CheckDecoded(Look* look) {
  const v1::Snapshot& snapshot = *look->snapshot;
  const std::string body_key = BodyKey(slot_, BodyKind::kDecoded, snapshot.body_sha256());
  const std::string thing = body_key + snapshot.body_sha1();
  const std::string wire = thing + snapshot.recipe().SerializeAsString() +
                           snapshot.wire_sha256() + snapshot.wire_sha1();
  const bool identity = snapshot.recipe().method() == v1::WireRecipe::IDENTITY;
  const bool stored = snapshot.recipe().method() == v1::WireRecipe::STORED;
  const bool wants_wire = !identity && (stored || wires_) && !IsProven(wire);
  std::optional<std::string> decoded;
  if (!IsProven(thing) || (wants_wire && !stored)) {
    auto bytes = ReadDecoded(*shard_, slot_, snapshot, look->view);
    look->counts->set_bodies(look->counts->bodies() + 1);
    if (!bytes.ok()) {
      if (!IsUnreadable(bytes.status())) return bytes.status();
      Tell(look, v1::Damage::BODY, base::Message(bytes.status()), body_key);
      if (!stored) return OkStatus();
    } else {
      look->counts->set_body_bytes(look->counts->body_bytes() + bytes->size());
      RETURN_IF_ERROR(CheckSize(look, v1::Damage::BODY, body_key, bytes->size()));
      if (snapshot.body_bytes() != bytes->size() || base::Sha1(*bytes) != snapshot.body_sha1())
        Tell(look, v1::Damage::RECORD, "its record names another SHA-1 or size of its body");
      SetProven(thing);
      decoded = *std::move(bytes);
    }
  }
  if (!wants_wire) return OkStatus();
  const size_t before = look->found->size();
  RETURN_IF_ERROR(CheckWire(look, decoded ? &*decoded : nullptr));
  if (look->found->size() == before) SetProven(wire);
  return OkStatus();
}

Status CaptureCheck::CheckWire(Look* look, const std::string* decoded) {
  const v1::Snapshot& snapshot = *look->snapshot;
  const bool stored = snapshot.recipe().method() == v1::WireRecipe::STORED;
  const std::string key =
      stored ? BodyKey(slot_, BodyKind::kWire, snapshot.recipe().wire_body_sha256()) : "";
  const auto wire = stored ? ReadWire(*shard_, slot_, snapshot, look->view)
                           : MakeWire(snapshot, decoded == nullptr ? "" : *decoded);
  look->counts->set_wires(look->counts->wires() + 1);
  if (!wire.ok()) {
    if (!IsUnreadable(wire.status())) return wire.status();
    Tell(look, v1::Damage::WIRE, base::Message(wire.status()), key);
    return OkStatus();
  }
  if (base::Sha1(*wire) != snapshot.wire_sha1() || wire->size() != snapshot.wire_bytes())
    Tell(look, v1::Damage::RECORD, "its record names another SHA-1 or size of its wire bytes");
  return stored ? CheckSize(look, v1::Damage::WIRE, key, wire->size()) : OkStatus();
}

Status CaptureCheck::CheckSize(Look* look, v1::Damage::What what, const std::string& body_key,
                               uint64_t bytes) const {
  const auto row = shard_->Get(kDigestFamily, body_key, look->view);
  if (!row.ok()) return TellOr(look, what, row.status());
  const auto kept = *row ? DecodeKeptBody(**row) : base::NotFound("");
  if (!kept.ok() || kept->bytes != bytes)
    Tell(look, what, "the list of digests does not name its bytes");
  return OkStatus();
}

}  // namespace signboard::archive
