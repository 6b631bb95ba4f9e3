// ExportWalk goes through the captures of a query, by SURT and time.
//
// A revisit's original that lies before the interval of time comes before it, so that whoever reads
// the export finds it there.
//
// Threads: one.
// Errors:  kInvalidArgument: the query. A snapshot that is damaged has an id and a URL, no outcome,
//          and says in `detail` what is wrong.
// Cost:    a page of the index and a snapshot at a time.
#pragma once

#include <deque>
#include <string>
#include <unordered_set>

#include "storage/archive/archive.h"

namespace signboard::archive {

class ExportWalk {
 public:
  // The archive outlives the walk.
  ExportWalk(Archive& archive, v1::ExportRequest request);

  // False: there are no more.
  StatusOr<bool> Next(v1::Snapshot* snapshot);

 private:
  StatusOr<bool> FillPage();
  Status AddCapture(const v1::CaptureEntry& entry);
  Status AddOriginal(const v1::Snapshot& revisit);

  Archive& archive_;
  const v1::ExportRequest request_;
  v1::ListCapturesRequest page_request_;
  uint64_t left_;  // Captures of the query.
  std::deque<v1::CaptureEntry> page_;
  bool last_page_ = false;
  std::deque<v1::Snapshot> ready_;
  std::string surt_;
  std::unordered_set<std::string> originals_;  // Of `surt_`, that were sent beyond the query.
};

}  // namespace signboard::archive
