#include "storage/archive/tallies.h"

#include <memory>
#include <string>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"

namespace signboard::archive {
namespace {

std::string Encode(const Tally& tally) {
  std::string out;
  base::AppendU64(&out, tally.snapshots);
  base::AppendU64(&out, tally.urls);
  base::AppendU64(&out, tally.bodies);
  base::AppendU64(&out, tally.body_bytes);
  base::AppendU64(&out, tally.body_bytes_all);
  return out;
}

StatusOr<Tally> Decode(std::string_view bytes) {
  base::KeyReader reader(bytes);
  Tally tally;
  ASSIGN_OR_RETURN(tally.snapshots, reader.U64());
  ASSIGN_OR_RETURN(tally.urls, reader.U64());
  ASSIGN_OR_RETURN(tally.bodies, reader.U64());
  ASSIGN_OR_RETURN(tally.body_bytes, reader.U64());
  ASSIGN_OR_RETURN(tally.body_bytes_all, reader.U64());
  RETURN_IF_ERROR(reader.End());
  return tally;
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  snapshots += other.snapshots;
  urls += other.urls;
  bodies += other.bodies;
  body_bytes += other.body_bytes;
  body_bytes_all += other.body_bytes_all;
  return *this;
}

uint8_t TallyStripe(std::string_view surt) {
  return static_cast<uint8_t>(base::Fingerprint64(surt) % kTallyStripes);
}

Status AddToTally(kv::Shard& shard, kv::Slot slot, uint8_t stripe, const Tally& more,
                  kv::Batch* batch) {
  const std::string key = TallyKey(slot, stripe);
  ASSIGN_OR_RETURN(const std::optional<std::string> kept, shard.Get(kMetaFamily, key));
  Tally tally;
  if (kept) {
    ASSIGN_OR_RETURN(tally, Decode(*kept));
  }
  tally += more;
  batch->Put(kMetaFamily, key, Encode(tally));
  return OkStatus();
}

StatusOr<Tally> ReadTallies(kv::Shard& shard, kv::SlotRange slots, const kv::View* view) {
  kv::CursorOptions options;
  options.lower = kv::SlotKey(slots.first);
  options.upper = kv::SlotKey(static_cast<kv::Slot>(slots.last + 1));
  options.view = view;
  const std::unique_ptr<kv::Cursor> cursor = shard.Scan(kMetaFamily, std::move(options));
  Tally sum;
  for (cursor->SeekToFirst(); cursor->Valid();) {
    ASSIGN_OR_RETURN(const kv::Slot slot, kv::SlotOf(cursor->key()));
    const std::string tallies = kv::SlotKey(slot) + std::string(kTallyName);
    if (cursor->key().starts_with(tallies)) {
      ASSIGN_OR_RETURN(const Tally tally, Decode(cursor->value()));
      sum += tally;
      cursor->Next();
    } else {
      // Past the rest of the slot, which may be long: a list of what was detected again.
      cursor->Seek(cursor->key() < tallies ? tallies
                                           : kv::SlotKey(static_cast<kv::Slot>(slot + 1)));
    }
  }
  RETURN_IF_ERROR(cursor->status());
  return sum;
}

}  // namespace signboard::archive
