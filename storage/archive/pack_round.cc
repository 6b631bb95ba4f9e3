#include "storage/archive/pack_round.h"

#include <utility>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "proto/base/probe.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/note_damage.h"
#include "storage/archive/packing.h"
#include "storage/archive/snapshots.h"
#include "storage/index/nearest.h"

namespace signboard::archive {
namespace {

struct Probes {
  base::Counter& patches =
      base::MakeCounter("signboard_archive_packed_total", "Bodies put into chains.",
                        {{"form", "patch"}});
  base::Counter& keyframes =
      base::MakeCounter("signboard_archive_packed_total", "Bodies put into chains.",
                        {{"form", "keyframe"}});
  base::Counter& before =
      base::MakeCounter("signboard_archive_packed_bytes_total",
                        "What the bodies put into chains took before and after.",
                        {{"when", "before"}});
  base::Counter& after =
      base::MakeCounter("signboard_archive_packed_bytes_total",
                        "What the bodies put into chains took before and after.",
                        {{"when", "after"}});
};

Probes& Count() {
  static auto* const probes = new Probes();
  return *probes;
}

}  // namespace

StatusOr<PackRound> PackRound::Begin(kv::Shard& shard, kv::Slot slot) {
  PackRound round(shard, slot);
  ASSIGN_OR_RETURN(const auto next, shard.Get(kMetaFamily, NextChainKey(slot)));
  if (next) {
    base::KeyReader reader(*next);
    ASSIGN_OR_RETURN(round.next_chain_, reader.U64());
  }
  return round;
}

Status PackRound::Add(const std::string& key) {
  batch_.Delete(kUnpackedFamily, key);
  ASSIGN_OR_RETURN(const std::optional<v1::Snapshot> snapshot, LoadSnapshot(shard_, key));
  if (!snapshot || !KeepsBody(*snapshot)) return OkStatus();
  ASSIGN_OR_RETURN(const base::SnapshotKey parts, base::ParseSnapshotKey(key));
  ASSIGN_OR_RETURN(const std::optional<v1::Snapshot> before, Before(parts.surt, *snapshot));
  std::optional<std::string> behind;
  if (before) behind = before->body_sha256();
  RETURN_IF_ERROR(Pack(parts.surt, snapshot->body_sha256(), behind));
  if (!HasRendered(*snapshot)) return OkStatus();
  if (before && HasRendered(*before)) behind = before->rendered().sha256();
  return Pack(parts.surt, snapshot->rendered().sha256(), behind);
}

StatusOr<std::optional<v1::Snapshot>> PackRound::Before(const std::string& surt,
                                                        const v1::Snapshot& snapshot) {
  std::optional<v1::Snapshot> none;
  // A page that is gone looks like others that are, not like what it was.
  const index::Wanted wanted{.url_hash = base::Fingerprint64(snapshot.url()),
                             .with_body = true,
                             .or_observed = !IsContent(snapshot)};
  ASSIGN_OR_RETURN(const std::optional<index::Capture> found,
                   index::FindNearest(shard_, slot_, surt, FromMillis(snapshot.captured_ms()),
                                      v1::NEAREST_BEFORE, wanted));
  if (!found) return none;
  ASSIGN_OR_RETURN(std::optional<v1::Snapshot> before, LoadSnapshot(shard_, found->key));
  if (!before || before->outcome() != v1::OUTCOME_UNCHANGED) return before;
  const auto id = base::ParseSnapshotId(before->revisit_of());
  if (!id.ok()) return none;
  ASSIGN_OR_RETURN(const std::string key,
                   base::EncodeSnapshotKey({slot_, surt, id->time, id->disc}));
  return LoadSnapshot(shard_, key);
}

StatusOr<std::optional<KeptBody>> PackRound::Find(const std::string& sha256) {
  const auto moved = moved_.find(sha256);
  if (moved != moved_.end()) return std::optional<KeptBody>(moved->second);
  return FindBody(shard_, slot_, BodyKind::kDecoded, sha256);
}

StatusOr<std::optional<uint64_t>> PackRound::OpenChain(const std::string& before) {
  std::optional<uint64_t> none;
  ASSIGN_OR_RETURN(const std::optional<KeptBody> kept, Find(before));
  if (!kept || !kept->chained) return none;
  const uint64_t chain = kept->chained->chain;
  if (tails_.count(chain) == 0) {
    ASSIGN_OR_RETURN(const std::optional<uint8_t> last, LastOfChain(shard_, slot_, chain));
    if (!last || *last + 1 >= kChainLengthMax) return none;
    auto body = ReadChained(shard_, slot_, {chain, *last});
    if (!body.ok()) {
      // Whatever is behind damage would be lost with it.
      if (body.status().code() == StatusCode::kDataLoss) return none;
      return body.status();
    }
    bytes_ += body->size();
    tails_[chain] = {*last, *std::move(body)};
  }
  if (tails_[chain].position + 1 >= kChainLengthMax) return none;
  return std::optional<uint64_t>(chain);
}

StatusOr<HostRecord*> PackRound::Host(const std::string& host) {
  const auto known = hosts_.find(host);
  if (known != hosts_.end()) return &known->second;
  ASSIGN_OR_RETURN(HostRecord record, LoadHost(shard_, slot_, host));
  return &hosts_.emplace(host, std::move(record)).first->second;
}

bool PackRound::PutMember(const ChainPlace& place, std::string value, const std::string& body,
                          const Dictionary* dictionary) {
  const std::optional<Member> member = ParseMember(value);
  const auto tail = tails_.find(place.chain);
  const std::string_view base = tail == tails_.end() ? std::string_view() : tail->second.body;
  if (!member || DecodeMember(*member, base, dictionary) != body) return false;
  Count().after.Add(static_cast<double>(value.size()));
  batch_.PutMoved(kChainFamily, ChainKey(slot_, place), std::move(value));
  tails_[place.chain] = {place.position, body};
  return true;
}

Status PackRound::BeginChain(const std::string& surt, const std::string& body,
                             ChainPlace* place) {
  const std::string host(HostOfSurt(surt));
  ASSIGN_OR_RETURN(HostRecord* const record, Host(host));
  std::shared_ptr<const Dictionary> dictionary;
  if (!record->dictionary.empty()) {
    ASSIGN_OR_RETURN(dictionary, LoadDictionary(shard_, slot_, record->dictionary));
  }
  *place = {next_chain_, 0};
  if (!PutMember(*place, MakeKeyframe(body, dictionary.get()), body, dictionary.get()))
    return base::Internal("a keyframe does not decode to what it was made of");
  ++next_chain_;
  ++record->keyframes;
  grown_.insert(host);
  Count().keyframes.Add();
  return OkStatus();
}

Status PackRound::Pack(const std::string& surt, const std::string& sha256,
                       const std::optional<std::string>& before) {
  ASSIGN_OR_RETURN(const std::optional<KeptBody> kept, Find(sha256));
  if (!kept || kept->chained || kept->bytes > kMemberBytesMax) return OkStatus();
  const std::string key = BodyKey(slot_, BodyKind::kDecoded, sha256);
  ASSIGN_OR_RETURN(std::optional<std::string> whole, shard_.Get(kBodyFamily, key));
  const size_t whole_bytes = whole ? whole->size() : 0;
  const auto body = whole ? Unpack(*std::move(whole), sha256) : std::nullopt;
  if (!body) {
    // It stays where it is, for whoever repairs it; this is no failure of the round.
    NoteDamage(base::DataLoss("body with sha256 " + base::ToHex(sha256) + " is damaged"))
        .IgnoreError();
    return OkStatus();
  }
  bytes_ += body->size();
  ChainPlace place;
  bool placed = false;
  if (before) {
    ASSIGN_OR_RETURN(const std::optional<uint64_t> open, OpenChain(*before));
    if (open) {
      const Tail& tail = tails_[*open];
      std::string patch = MakePatch(*body, tail.body);
      place = {*open, static_cast<uint8_t>(tail.position + 1)};
      placed = patch.size() * 2 < whole_bytes && PutMember(place, std::move(patch), *body, nullptr);
      if (placed) Count().patches.Add();
    }
  }
  if (!placed) RETURN_IF_ERROR(BeginChain(surt, *body, &place));
  Count().before.Add(static_cast<double>(whole_bytes));
  const KeptBody now{body->size(), place};
  batch_.Put(kDigestFamily, key, Encode(now));
  batch_.Delete(kBodyFamily, key);
  moved_[sha256] = now;
  return OkStatus();
}

Status PackRound::Write() {
  std::string next;
  base::AppendU64(&next, next_chain_);
  if (!moved_.empty()) batch_.Put(kMetaFamily, NextChainKey(slot_), next);
  for (const std::string& host : grown_) PutHost(slot_, host, hosts_[host], &batch_);
  // What they were made of goes in the same batch: losing both with the machine loses nothing.
  return shard_.Write(std::move(batch_), kv::Durability::kBuffered);
}

}  // namespace signboard::archive
