// Archive::Store: from a checked capture to one batch.
#include <optional>
#include <utility>

#include "crawler/extract/extract.h"
#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "storage/archive/archive.h"
#include "storage/archive/bodies.h"
#include "storage/archive/frames.h"
#include "storage/archive/snapshots.h"
#include "storage/archive/tallies.h"
#include "storage/index/urls.h"

namespace signboard::archive {
namespace {

constexpr int kDiscTriesMax = 16;
// A page with less text does not show that something was taken out of it.
constexpr size_t kAbsenceCharsMin = 50;

uint64_t Hash(std::string_view kind, std::string_view thing) {
  std::string text(kind);
  text += thing;
  return base::Fingerprint64(text);
}

// What no two Stores may touch at once: the counts of the URL's stripe, the capture id, the bodies.
std::vector<uint64_t> Touched(const Place& place, const v1::Snapshot& snapshot) {
  const std::string slot = kv::SlotKey(place.slot);
  std::vector<uint64_t> things = {Hash("tally", TallyKey(place.slot, TallyStripe(place.surt))),
                                  Hash("capture", slot + snapshot.capture_id())};
  if (KeepsBody(snapshot)) {
    things.push_back(Hash("body", slot + snapshot.body_sha256()));
    if (HasRendered(snapshot)) {
      things.push_back(Hash("body", slot + snapshot.rendered().sha256()));
    }
  }
  return things;
}

// The snapshot id of a capture that was stored before.
StatusOr<std::optional<std::string>> KnownCapture(const Place& place,
                                                  const v1::Snapshot& snapshot) {
  ASSIGN_OR_RETURN(
      const std::optional<std::string> key,
      place.shard->Get(kCaptureFamily, CaptureKey(place.slot, snapshot.capture_id())));
  if (!key) return std::optional<std::string>();
  ASSIGN_OR_RETURN(const std::optional<v1::Snapshot> known, LoadSnapshot(*place.shard, *key));
  if (!known) {
    return base::DataLoss("capture " + base::ToHex(snapshot.capture_id()) + " of " +
                          snapshot.url() + " is known, but its snapshot is missing");
  }
  if (known->url() != snapshot.url() || known->captured_ms() != snapshot.captured_ms()) {
    return base::InvalidArgument("snapshot.capture_id " + base::ToHex(snapshot.capture_id()) +
                                 " is that of another capture, " + known->id());
  }
  return std::optional<std::string>(known->id());
}

// One capture on its way into a batch.
struct Draft {
  const Place& place;
  const DamageNotes& notes;
  Capture& capture;
  v1::Snapshot& snapshot;
  kv::Batch batch = {};
  std::string key = {};  // Of the snapshot.
  Tally more = {};
  v1::StoreReply reply = {};
  bool tells_absence = false;  // Logged without findings, because the URL had some.
  std::vector<std::string> mended = {};  // BodyKeys.
};

// Sets the id and returns the key. Two captures whose discs collide get neighbouring ones.
StatusOr<std::string> MakeKey(Draft* draft) {
  v1::Snapshot& snapshot = draft->snapshot;
  base::SnapshotKey parts{draft->place.slot, draft->place.surt,
                          FromMillis(snapshot.captured_ms()),
                          base::SnapshotDisc(snapshot.url(), snapshot.method(),
                                             snapshot.vantage(), snapshot.capture_id())};
  for (int tries = 0; tries < kDiscTriesMax; ++tries) {
    ASSIGN_OR_RETURN(std::string key, base::EncodeSnapshotKey(parts));
    ASSIGN_OR_RETURN(const std::optional<std::string> taken,
                     draft->place.shard->Get(index::kIndexFamily, key));
    if (!taken) {
      snapshot.set_id(base::FormatSnapshotId({parts.time, parts.disc, snapshot.url()}));
      return key;
    }
    base::KeyReader reader(parts.disc);
    ASSIGN_OR_RETURN(const uint32_t disc, reader.U32());
    parts.disc.clear();
    base::AppendU32(&parts.disc, disc + 1);
  }
  return base::Internal("no free snapshot id for " + snapshot.url());
}

// True: the bytes are new.
StatusOr<bool> AddBytes(Draft* draft, BodyKind kind, const std::string& sha256,
                        std::string bytes) {
  const Place& place = draft->place;
  const size_t size = bytes.size();
  ASSIGN_OR_RETURN(const Added added,
                   AddBody(*place.shard, place.slot, kind, sha256, std::move(bytes), draft->notes,
                           &draft->batch));
  if (added == Added::kMended) draft->mended.push_back(BodyKey(place.slot, kind, sha256));
  // For the packer: the capture has a body that lies whole.
  if (added != Added::kKnown && kind == BodyKind::kDecoded && size <= kMemberBytesMax)
    draft->batch.Put(kUnpackedFamily, draft->key, "");
  return added == Added::kNew;
}

// Kept as decoded bodies are: the same document is kept once.
Status AddRendered(Draft* draft) {
  const v1::Snapshot& snapshot = draft->snapshot;
  if (!HasRendered(snapshot)) return OkStatus();
  const std::string& bytes = draft->capture.rendered;
  draft->more.body_bytes_all += bytes.size();
  // A page that its scripts left alone: the batch holds these bytes.
  if (snapshot.rendered().sha256() == snapshot.body_sha256()) return OkStatus();
  ASSIGN_OR_RETURN(const bool new_body, AddBytes(draft, BodyKind::kDecoded,
                                                 snapshot.rendered().sha256(), bytes));
  if (!new_body) return OkStatus();
  draft->more.bodies += 1;
  draft->more.body_bytes += bytes.size();
  return OkStatus();
}

Status AddBodies(Draft* draft) {
  const v1::Snapshot& snapshot = draft->snapshot;
  if (!KeepsBody(snapshot)) return OkStatus();
  // Moved, not copied: a body of 100 MB will soon be in RocksDB's buffers too.
  Capture& capture = draft->capture;
  const size_t body_bytes = capture.decoded.size();
  ASSIGN_OR_RETURN(const bool new_body, AddBytes(draft, BodyKind::kDecoded, snapshot.body_sha256(),
                                                 std::move(capture.decoded)));
  draft->reply.set_known_body(!new_body);
  draft->more.bodies = new_body ? 1 : 0;
  draft->more.body_bytes = new_body ? body_bytes : 0;
  draft->more.body_bytes_all = body_bytes;
  RETURN_IF_ERROR(AddRendered(draft));
  if (snapshot.recipe().method() != v1::WireRecipe::STORED) return OkStatus();
  return AddBytes(draft, BodyKind::kWire, snapshot.wire_sha256(), std::move(capture.wire))
      .status();
}

// A page in which something was found is gone, or comes without it: whoever follows the log must
// know, and judge by its text. Of a page that did not come whole nothing is told.
void NoteAbsence(Draft* draft) {
  const v1::Snapshot& snapshot = draft->snapshot;
  draft->tells_absence = snapshot.outcome() == v1::OUTCOME_GONE;
  const bool whole = snapshot.outcome() == v1::OUTCOME_CONTENT && snapshot.http_status() == 200 &&
                     snapshot.truncated().empty() && !snapshot.rendered().truncated() &&
                     snapshot.has_rendered() == HasRendered(snapshot);
  const auto url = base::Url::Parse(snapshot.url());
  if (!whole || !url.ok()) return;
  const bool rendered = HasRendered(snapshot);
  extract::PageRead page = extract::ExtractFromBody(
      rendered ? draft->capture.rendered : draft->capture.decoded,
      rendered ? extract::kRenderedType : snapshot.content_type(), *url);
  if (page.extracted.text_chars < kAbsenceCharsMin) return;
  draft->tells_absence = true;
  draft->capture.header.set_text(std::move(page.extracted.main_text));
}

Status AddRecords(Draft* draft) {
  const Place& place = draft->place;
  v1::Snapshot& snapshot = draft->snapshot;
  std::optional<v1::Snapshot> original;
  if (snapshot.outcome() == v1::OUTCOME_UNCHANGED) {
    ASSIGN_OR_RETURN(original, ResolveRevisit(place, &snapshot));
    if (draft->notes.HasBody(BodyKey(place.slot, BodyKind::kDecoded, original->body_sha256())))
      return base::NotFound("the body of " + snapshot.url() +
                            " that is unchanged is damaged here: fetch it without conditions");
  } else {
    snapshot.clear_revisit_of();
  }
  ASSIGN_OR_RETURN(draft->key, MakeKey(draft));
  const std::string& key = draft->key;
  draft->reply.set_snapshot_id(snapshot.id());
  draft->batch.Put(kSnapshotFamily, key, EncodeSnapshot(snapshot));
  draft->batch.Put(index::kIndexFamily, key,
                   index::Encode(IndexRecordOf(snapshot, original ? &*original : nullptr)));
  draft->batch.Put(kCaptureFamily, CaptureKey(place.slot, snapshot.capture_id()), key);
  const bool has_findings = !draft->capture.header.findings().empty();
  ASSIGN_OR_RETURN(
      const index::CountedUrl counted,
      index::CountCapture(*place.shard, place.slot, place.surt, snapshot.url(),
                          {.time = FromMillis(snapshot.captured_ms()),
                           .outcome = snapshot.outcome(),
                           .title = snapshot.page().title(),
                           .has_findings = has_findings},
                          &draft->batch));
  draft->more.snapshots = 1;
  draft->more.urls = counted.is_new ? 1 : 0;
  if (counted.has_findings && !has_findings) NoteAbsence(draft);
  RETURN_IF_ERROR(AddBodies(draft));
  // Bytes that were kept before say nothing new of what is in them.
  const bool same_bytes = draft->reply.known_body() && !HasRendered(snapshot);
  if (same_bytes && snapshot.outcome() == v1::OUTCOME_CONTENT) draft->tells_absence = false;
  return AddToTally(*place.shard, place.slot, TallyStripe(place.surt), draft->more,
                    &draft->batch);
}

// What the log of findings keeps of a capture.
v1::StoreRequest::Header FindingsOf(const Draft& draft) {
  v1::StoreRequest::Header record;
  v1::Snapshot& snapshot = *record.mutable_snapshot();
  snapshot.set_id(draft.snapshot.id());
  snapshot.set_url(draft.snapshot.url());
  snapshot.set_captured_ms(draft.snapshot.captured_ms());
  snapshot.set_stored_ms(draft.snapshot.stored_ms());
  snapshot.set_simulated(draft.snapshot.simulated());
  snapshot.set_outcome(draft.snapshot.outcome());
  snapshot.set_trace_id(draft.snapshot.trace_id());
  if (draft.snapshot.has_detection()) *snapshot.mutable_detection() = draft.snapshot.detection();
  if (draft.snapshot.has_page()) *snapshot.mutable_page() = draft.snapshot.page();
  *record.mutable_findings() = draft.capture.header.findings();
  record.set_text(draft.capture.header.text());
  return record;
}

}  // namespace

StatusOr<v1::StoreReply> Archive::Store(Capture capture) {
  ASSIGN_OR_RETURN(Written written, Write(std::move(capture)));
  RETURN_IF_ERROR(Sync(*written.shard, written.finding));
  return std::move(written.reply);
}

Status Archive::Sync(kv::Shard& shard, uint64_t finding) {
  RETURN_IF_ERROR(shard.Write(kv::Batch(), kv::Durability::kSynced));
  return finding == 0 ? OkStatus() : findings_.Publish(shard, finding);
}

StatusOr<Archive::Written> Archive::Write(Capture capture) {
  const UnixTime now = clock_.Now();
  RETURN_IF_ERROR(CheckHeader(capture.header, now, options_.ahead_max));
  RETURN_IF_ERROR(CheckBodies(&capture));
  v1::Snapshot& snapshot = *capture.header.mutable_snapshot();
  snapshot.set_stored_ms(ToMillis(now));
  if (clock_.simulated()) snapshot.set_simulated(true);
  ASSIGN_OR_RETURN(const Place place, PlaceOf(space_, snapshot.url()));

  const StripeLocks::Held held = locks_.Lock(Touched(place, snapshot));
  Draft draft{.place = place, .notes = *damage_, .capture = capture, .snapshot = snapshot};
  ASSIGN_OR_RETURN(const std::optional<std::string> known, KnownCapture(place, snapshot));
  if (known) {
    draft.reply.set_snapshot_id(*known);
    draft.reply.set_known_capture(true);
    draft.reply.set_known_body(KeepsBody(snapshot));
    return Written{std::move(draft.reply), place.shard};
  }
  RETURN_IF_ERROR(AddRecords(&draft));
  uint64_t finding = 0;
  if (capture.header.findings().empty() && !draft.tells_absence) {
    RETURN_IF_ERROR(place.shard->Write(std::move(draft.batch), kv::Durability::kBuffered));
  } else {
    ASSIGN_OR_RETURN(finding, findings_.Write(*place.shard, place.slot, FindingsOf(draft),
                                              &draft.batch));
  }
  for (const std::string& body_key : draft.mended) damage_->Forget(body_key);
  ++stored_;
  return Written{std::move(draft.reply), place.shard, finding};
}

StatusOr<uint64_t> Archive::LogFindings(const v1::LoggedFindings& entry) {
  ASSIGN_OR_RETURN(const Place place, PlaceOf(space_, entry.snapshot().url()));
  v1::StoreRequest::Header record;
  *record.mutable_snapshot() = entry.snapshot();
  *record.mutable_findings() = entry.findings();
  *record.mutable_gone() = entry.gone();
  record.set_text(entry.text());
  kv::Batch batch;
  uint64_t sequence = 0;
  {
    const StripeLocks::Held held = locks_.Lock(Touched(place, entry.snapshot()));
    if (entry.findings_size() > 0) {
      RETURN_IF_ERROR(index::MarkFindings(*place.shard, place.slot, place.surt,
                                          entry.snapshot().url(), &batch));
    }
    ASSIGN_OR_RETURN(sequence, findings_.Write(*place.shard, place.slot, record, &batch));
  }
  // Writers of the site need not wait for the disk.
  RETURN_IF_ERROR(Sync(*place.shard, sequence));
  return sequence;
}

}  // namespace signboard::archive
