#include "storage/archive/slot_count.h"

#include <algorithm>

#include "proto/base/digest.h"
#include "proto/base/key_codec.h"
#include "storage/archive/check_capture.h"
#include "storage/archive/snapshots.h"
#include "storage/index/urls.h"
#include "storage/kv/shard_files.h"

namespace signboard::archive {
namespace {

constexpr size_t kReadaheadBytes = size_t{256} << 10;
constexpr uint64_t kKeysPerLook = 256;  // At the clock.
constexpr size_t kUrlsToldMax = 100;

StatusOr<uint64_t> HeadOf(std::string_view sha256) {
  base::KeyReader reader(sha256);
  return reader.U64();
}

}  // namespace

SlotCount::SlotCount(std::shared_ptr<kv::Shard> shard, kv::Slot slot, size_t part_max)
    : shard_(std::move(shard)),
      slot_(slot),
      part_max_(part_max),
      view_(kv::FilesOf(*shard_)->TakePassingView()) {}

StatusOr<bool> SlotCount::Scan(kv::Family family, Time end, const Entry& entry) {
  const auto cursor = ScanSlot(*shard_, family, slot_, kReadaheadBytes, view_.get());
  cursor->Seek(place_.empty() ? kv::SlotKey(slot_) : place_ + '\0');
  for (uint64_t seen = 1; cursor->Valid(); cursor->Next(), ++seen) {
    place_ = cursor->key();
    ASSIGN_OR_RETURN(const bool more, entry(cursor->key(), cursor->value()));
    if (!more) return true;
    if (seen % kKeysPerLook == 0 && std::chrono::steady_clock::now() >= end) return false;
  }
  RETURN_IF_ERROR(cursor->status());
  return true;
}

StatusOr<bool> SlotCount::CountKeys(kv::Family family, Time end) {
  return Scan(family, end, [this](std::string_view, std::string_view) {
    ++keys_;
    return true;
  });
}

StatusOr<bool> SlotCount::Step(Time end) {
  while (stage_ != Stage::kDone) {
    StatusOr<bool> over = true;
    switch (stage_) {
      case Stage::kBodies:
        over = Scan(kDigestFamily, end, [this](std::string_view key, std::string_view value) {
          return TakeBody(key, value);
        });
        break;
      case Stage::kCaptures:
        over = Scan(kSnapshotFamily, end, [this](std::string_view key, std::string_view value) {
          return TakeCapture(key, value);
        });
        break;
      case Stage::kUrls: over = CountKeys(index::kUrlFamily, end); break;
      case Stage::kIndex: over = CountKeys(index::kIndexFamily, end); break;
      default: over = CountKeys(kCaptureFamily, end); break;
    }
    RETURN_IF_ERROR(over.status());
    if (!*over) return false;
    RETURN_IF_ERROR(Next());
  }
  return true;
}

// The stage is at its end.
Status SlotCount::Next() {
  place_.clear();
  switch (stage_) {
    case Stage::kBodies:
      for (Part& part : parts_) part.reached.assign(part.heads.size(), false);
      stage_ = Stage::kCaptures;
      break;
    case Stage::kCaptures:
      if (first_part_) RETURN_IF_ERROR(EndSurt());
      EndPart();
      first_part_ = false;
      stage_ = more_bodies_ ? Stage::kBodies : Stage::kUrls;
      if (more_bodies_) place_ = bodies_at_;
      more_bodies_ = false;
      break;
    case Stage::kUrls:
      if (keys_ != seen_.urls)
        found_.push_back("there are " + std::to_string(keys_) + " URL entries, but captures of " +
                         std::to_string(seen_.urls) + " URLs");
      stage_ = Stage::kIndex;
      break;
    case Stage::kIndex:
      CompareKeys(index::kIndexFamily);
      stage_ = Stage::kIds;
      break;
    default: {
      CompareKeys(kCaptureFamily);
      stage_ = Stage::kDone;
      ASSIGN_OR_RETURN(const Tally kept, ReadTallies(*shard_, {slot_, slot_}, view_.get()));
      if (kept == seen_) return OkStatus();
      found_.push_back(
          "the tallies count " + std::to_string(kept.snapshots) + " captures, " +
          std::to_string(kept.urls) + " URLs, " + std::to_string(kept.bodies) + " bodies of " +
          std::to_string(kept.body_bytes) + " bytes; there are " +
          std::to_string(seen_.snapshots) + ", " + std::to_string(seen_.urls) + ", " +
          std::to_string(seen_.bodies) + " of " + std::to_string(seen_.body_bytes));
    }
  }
  keys_ = 0;
  return OkStatus();
}

void SlotCount::CompareKeys(kv::Family family) {
  if (keys_ == seen_.snapshots) return;
  found_.push_back("there are " + std::to_string(seen_.snapshots) + " records of captures, but " +
                   std::to_string(keys_) + " keys in " + ArchiveFamilies()[family].name);
}

StatusOr<bool> SlotCount::TakeBody(std::string_view key, std::string_view value) {
  if (key.size() != BodyKey(slot_, BodyKind::kDecoded, "").size() + base::kSha256Bytes)
    return base::DataLoss("a digest's key of " + std::to_string(key.size()) + " bytes");
  const bool decoded = key[2] == static_cast<char>(BodyKind::kDecoded);
  base::KeyReader reader(value);
  ASSIGN_OR_RETURN(const uint64_t bytes, reader.U64());
  ASSIGN_OR_RETURN(const uint64_t head, HeadOf(key.substr(3)));
  parts_[decoded ? 0 : 1].heads.push_back(head);
  if (decoded) {
    ++seen_.bodies;
    seen_.body_bytes += bytes;
  }
  if (parts_[0].heads.size() + parts_[1].heads.size() < part_max_) return true;
  more_bodies_ = true;
  bodies_at_ = key;
  return false;
}

StatusOr<bool> SlotCount::TakeCapture(std::string_view key, std::string_view value) {
  ASSIGN_OR_RETURN(const v1::Snapshot snapshot, DecodeSnapshot(key, value));
  if (KeepsBody(snapshot)) {
    Reach(BodyKind::kDecoded, snapshot.body_sha256());
    if (HasRendered(snapshot)) Reach(BodyKind::kDecoded, snapshot.rendered().sha256());
    if (snapshot.recipe().method() == v1::WireRecipe::STORED)
      Reach(BodyKind::kWire, snapshot.recipe().wire_body_sha256());
  }
  if (!first_part_) return true;
  ++seen_.snapshots;
  if (KeepsBody(snapshot)) {
    seen_.body_bytes_all += snapshot.body_bytes();
    if (HasRendered(snapshot)) seen_.body_bytes_all += snapshot.rendered().bytes();
  }
  ASSIGN_OR_RETURN(base::SnapshotKey parts, base::ParseSnapshotKey(key));
  if (parts.surt != surt_) {
    RETURN_IF_ERROR(EndSurt());
    surt_ = std::move(parts.surt);
  }
  index::Count({.time = parts.time, .outcome = snapshot.outcome(), .title = "",
                .has_findings = false},
               &urls_[snapshot.url()]);
  return true;
}

void SlotCount::Reach(BodyKind kind, std::string_view sha256) {
  Part& part = parts_[kind == BodyKind::kDecoded ? 0 : 1];
  const StatusOr<uint64_t> head = HeadOf(sha256);
  if (!head.ok()) return;
  const auto range = std::equal_range(part.heads.begin(), part.heads.end(), *head);
  for (auto at = range.first; at != range.second; ++at)
    part.reached[static_cast<size_t>(at - part.heads.begin())] = true;
}

void SlotCount::EndPart() {
  for (Part& part : parts_) {
    const auto orphans = std::count(part.reached.begin(), part.reached.end(), false);
    if (orphans > 0) {
      const auto first = std::find(part.reached.begin(), part.reached.end(), false);
      std::string head;
      base::AppendU64(&head, part.heads[static_cast<size_t>(first - part.reached.begin())]);
      found_.push_back(std::to_string(orphans) + " bodies are reached by no capture, the first " +
                       "has a sha256 that begins " + base::ToHex(head));
    }
    part = Part();
  }
}

Status SlotCount::EndSurt() {
  for (const auto& [url, counted] : urls_) {
    const std::string key = kv::SlotKey(slot_) + surt_ + '\0' + url;
    ASSIGN_OR_RETURN(const auto kept, shard_->Get(index::kUrlFamily, key, view_.get()));
    index::UrlRecord record;
    if (kept) {
      ASSIGN_OR_RETURN(record, index::DecodeUrlRecord(*kept));
    }
    if (record.count == counted.count && record.first == counted.first &&
        record.last == counted.last)
      continue;
    if (found_.size() < kUrlsToldMax)
      found_.push_back("the entry of URL " + url + " counts " + std::to_string(record.count) +
                       " captures; there are " + std::to_string(counted.count));
  }
  seen_.urls += urls_.size();
  urls_.clear();
  return OkStatus();
}

}  // namespace signboard::archive
