// CaptureRows goes through the captures of a slot as two families have them: each key with what the
// index and what the records hold under it, also where one of the two can not be read.
//
// A block of a table that is damaged takes all keys in it away, and nobody says which they are. So
// the family that can be read leads past it, and names them; where neither can, the list of URLs
// does.
//
// Threads: one. Holds cursors: not to be kept while anybody waits.
// Errors:  the shard's; what can not be read is in the row.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "storage/archive/schema.h"

namespace signboard::archive {

// The bytes can not be had: they are damaged, or the disk refuses them.
bool IsUnreadable(const Status& status);

struct CaptureRow {
  using Value = StatusOr<std::optional<std::string>>;  // nullopt: nothing under this key.

  std::string key;  // Empty: a gap, of which neither family says what is in it.
  Value index = std::optional<std::string>();
  Value record = std::optional<std::string>();
  std::string url;  // Of a gap: captures of this URL are in it. Empty: of what is behind `after`.
};

class CaptureRows {
 public:
  // Behind the key `after`; empty: from the first of the slot.
  CaptureRows(kv::Shard& shard, kv::Slot slot, const kv::View* view, std::string after);

  // False: there are no more.
  StatusOr<bool> Next(CaptureRow* row);

 private:
  struct Walker {
    std::unique_ptr<kv::Cursor> cursor;
    CaptureRow::Value CaptureRow::*value;
    Status why;  // Not OK: it can not be read here.
    void Look();
    void SeekAt(const std::string& key);
  };
  const std::string* LeastKey();
  // Neither can be read: tells of the gap, and goes to where the next URL's captures begin.
  Status Leap(CaptureRow* row);

  std::array<Walker, 2> walkers_;
  std::unique_ptr<kv::Cursor> urls_;
  std::string least_;
  std::string after_;
  std::string leapt_;  // The URL key at which the walkers were put last.
  bool ended_ = false;
};

}  // namespace signboard::archive
