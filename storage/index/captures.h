// Lists the captures of many URLs as CDX servers do: by SURT, then by time; or the other way round;
// or those of one SURT by how near they are to an instant.
//
// Threads: safe from any. Calls wait for disk.
// Errors:  kInvalidArgument: `after` was not given by a list. Others as nearest.h.
// Cost:    a seek to begin with, a step for each row, and a seek for each SURT whose captures go on
//          before or after the interval of time: what is outside is passed over, not read. The URLs
//          of a SURT are looked up once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/index/nearest.h"

namespace signboard::index {

struct CaptureQuery {
  kv::Slot slot = 0;
  std::string first;  // Keys from here to `end`, both without the slot.
  std::string end;
  std::optional<UnixTime> from;
  std::optional<UnixTime> to;  // Inclusive.
  bool newest_first = false;   // All is reversed: the last SURT comes first too.
  // The nearest first, the earlier of two equally near ones; `after` and `newest_first` do not
  // count. [first, end) is all of one SURT: it and 00, it and 01.
  std::optional<UnixTime> closest;
  std::string after;  // CaptureRow.cursor of the last one seen.
  size_t limit = 0;
};

struct CaptureRow {
  Capture capture;
  std::string surt;
  std::string url;     // As it was fetched.
  std::string cursor;  // Printable, and safe in URLs.
};

StatusOr<std::vector<CaptureRow>> ListCaptures(kv::Shard& shard, const CaptureQuery& query);

}  // namespace signboard::index
