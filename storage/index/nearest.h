// Finds the capture of a URL that answers a question about an instant, by seeks in the index.
//
// Captures of one millisecond are ordered by their disc: an arbitrary order, but always the same,
// so a question has one answer.
//
// Threads: safe from any. Calls wait for disk.
// Errors:  kDataLoss: an index key or record does not decode. Others are the shard's.
// Cost:    one seek, and a step for every neighbour that is not wanted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.pb.h"
#include "storage/index/record.h"
#include "storage/index/schema.h"

namespace signboard::index {

// One index entry.
struct Capture {
  std::string key;  // The snapshot key.
  UnixTime time{};
  std::string disc;
  CaptureRecord record;
};

// Which captures of a SURT count.
struct Wanted {
  std::optional<uint64_t> url_hash;  // Absent: those of every exact URL that shares the SURT.
  bool with_body = false;
  bool or_observed = false;  // With `with_body`: bodies that are no content, too.
  bool Takes(const CaptureRecord& record) const {
    return (!url_hash || *url_hash == record.url_hash) &&
           (!with_body || record.has_body || (or_observed && record.observed));
  }
};

// A cursor over the captures of one SURT.
StatusOr<std::unique_ptr<kv::Cursor>> ScanCaptures(kv::Shard& shard, kv::Slot slot,
                                                   std::string_view surt);
// The entry under a valid cursor.
StatusOr<Capture> CaptureAt(const kv::Cursor& cursor);

// `at` absent: the newest, whatever `nearest` says. nullopt: none fits.
StatusOr<std::optional<Capture>> FindNearest(kv::Shard& shard, kv::Slot slot,
                                             std::string_view surt, std::optional<UnixTime> at,
                                             v1::Nearest nearest, const Wanted& wanted);

}  // namespace signboard::index
