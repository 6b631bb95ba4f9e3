// CaptureWalk goes through what is kept, slot by slot and within one in the order of SURTs and
// time, and gives the captures whose detection may be done again: those of which something was
// logged, and of all others those whose bytes differ from the capture of their URL before them.
//
// It can stand still between any two captures, and be made again at the key it stands at.
//
// Threads: one.
// Errors:  kDataLoss: a record does not decode. Others are the shard's.
// Cost:    a scan of snapshot records; holds the ids of one slot's logged captures.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "proto/base/status.h"
#include "signboard/v1/archive.pb.h"
#include "storage/archive/schema.h"
#include "storage/archive/url_range.h"

namespace signboard::archive {

// The newest entry of the log of findings about each snapshot of a slot, by snapshot id.
StatusOr<std::map<std::string, uint64_t>> NewestEntries(kv::Shard& shard, kv::Slot slot);

class CaptureWalk {
 public:
  // `range`: of these URLs alone. `after`: behind this key of the snapshot family; empty: from the
  // beginning.
  CaptureWalk(kv::Space& space, std::optional<UrlRange> range, std::string after);

  struct Stop {
    std::string key;      // Where the walk stands now. Empty: it is at its end.
    uint64_t seen = 0;    // Captures passed on the way, this one too.
    std::optional<v1::Snapshot> snapshot;  // None: only passed.
    std::shared_ptr<kv::Shard> shard;
    kv::Slot slot = 0;
    uint64_t logged = 0;  // The newest entry of the log about it; 0: there is none.
  };
  // Passes at most `passed_max` captures.
  StatusOr<Stop> Next(uint64_t passed_max);

 private:
  // Before the first key of a slot, or behind `after_` in it. False: no slot is left.
  StatusOr<bool> Enter();
  StatusOr<bool> IsWanted(std::string_view key, const v1::Snapshot& snapshot);
  bool IsVersion(const std::string& surt, const v1::Snapshot& snapshot);
  // Learns which bytes the captures of this SURT before `after_` had.
  Status Recall();
  std::string UpperBound() const;

  kv::Space& space_;
  const std::optional<UrlRange> range_;
  std::string after_;
  unsigned slot_;
  bool entered_ = false;
  std::shared_ptr<kv::Shard> shard_;
  std::map<std::string, uint64_t> logged_;
  std::string surt_;
  std::map<std::string, std::string> bytes_;  // Of `surt_`: the last digests of each exact URL.
};

}  // namespace signboard::archive
