#include "storage/archive/schema.h"

#include <utility>

#include "proto/base/key_codec.h"

namespace signboard::archive {

std::vector<kv::FamilySpec> ArchiveFamilies() {
  return {
      {.name = "index"},
      {.name = "url"},
      {.name = "snapshot", .blobs = false, .mostly_hits = true},
      {.name = "body", .blobs = true, .mostly_hits = true, .packed = true, .passing = true},
      {.name = "digest"},
      {.name = "capture"},
      {.name = "finding", .blobs = true, .mostly_hits = true},
      {.name = "meta", .blobs = false, .mostly_hits = true},
      {.name = "chain", .blobs = true, .mostly_hits = true, .packed = true},
      {.name = "unpacked", .passing = true},
  };
}

std::string BodyKey(kv::Slot slot, BodyKind kind, std::string_view sha256) {
  std::string key = kv::SlotKey(slot);
  key.push_back(static_cast<char>(kind));
  key += sha256;
  return key;
}

std::string CaptureKey(kv::Slot slot, std::string_view capture_id) {
  std::string key = kv::SlotKey(slot);
  key += capture_id;
  return key;
}

std::string FindingKey(kv::Slot slot, uint64_t sequence) {
  std::string key = kv::SlotKey(slot);
  base::AppendU64(&key, sequence);
  return key;
}

std::string TallyKey(kv::Slot slot, uint8_t stripe) {
  std::string key = kv::SlotKey(slot);
  key += kTallyName;
  key.push_back(static_cast<char>(stripe));
  return key;
}

std::string NextChainKey(kv::Slot slot) { return kv::SlotKey(slot) + "next chain"; }
std::string NotedKey(kv::Slot slot) { return kv::SlotKey(slot) + "noted"; }
std::string DamageKey(kv::Slot slot, std::string_view thing) {
  std::string key = kv::SlotKey(slot) + "damage";
  key += thing;
  return key;
}

std::string RedetectionKey(kv::Slot slot) { return kv::SlotKey(slot) + "redetection"; }
std::string RedetectionPlaceKey(kv::Slot slot) { return kv::SlotKey(slot) + "redetection at"; }

std::string RedetectionChangeKey(kv::Slot slot, uint64_t number) {
  std::string key = kv::SlotKey(slot) + "redetection of";
  base::AppendU64(&key, number);
  return key;
}

std::unique_ptr<kv::Cursor> ScanSlot(kv::Shard& shard, kv::Family family, kv::Slot slot,
                                     size_t readahead_bytes, const kv::View* view) {
  kv::CursorOptions options;
  options.lower = kv::SlotKey(slot);
  options.upper = kv::SlotKey(static_cast<kv::Slot>(slot + 1));
  options.readahead_bytes = readahead_bytes;
  options.view = view;
  return shard.Scan(family, std::move(options));
}

}  // namespace signboard::archive
