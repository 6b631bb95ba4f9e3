// Lists the captures of a URL in the order of time and says of each whether it is a version and
// whether it is a change. Both are relations to a neighbour, so they are worked out here and never
// stored: an import inserts into the past.
//
//   version   it has a body, and the bytes differ from the capture before it that has one
//   change    a version whose content fingerprint differs too; without fingerprints on both sides
//             the bytes decide
//
// A capture without a body (blocked, unreachable, gone) is neither and is no one's neighbour.
//
// Threads: safe from any. Calls wait for disk.
// Errors:  as nearest.h.
// Cost:    reads index entries alone. One step back from the first entry to its neighbour, then one
//          per capture.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "storage/index/nearest.h"

namespace signboard::index {

struct VersionQuery {
  kv::Slot slot = 0;
  std::string surt;
  std::optional<uint64_t> url_hash;  // As Wanted.
  bool changes_only = true;
  std::optional<UnixTime> from;
  std::optional<UnixTime> to;  // Inclusive.
  // Begin behind this capture: its time and disc.
  struct Place {
    UnixTime time{};
    std::string disc;
  };
  std::optional<Place> after;
  size_t limit = 0;
};

struct VersionRow {
  Capture capture;
  bool is_version = false;
  bool is_change = false;
};

StatusOr<std::vector<VersionRow>> ListVersions(kv::Shard& shard, const VersionQuery& query);

}  // namespace signboard::index
