// Puts the messages of one Store call together: a header, then chunks of the decoded body, then
// those of the wire bytes where the recipe keeps them, then those of the rendered document.
//
// Nothing of it reaches the archive before the stream is whole and End() is OK.
//
// Threads: belongs to one call.
// Errors:  kInvalidArgument: out of order, too large, too short; the message says which part.
#pragma once

#include "proto/base/status.h"
#include "signboard/v1/archive.pb.h"
#include "storage/archive/check_capture.h"

namespace signboard::archive {

class StoreStream {
 public:
  Status Add(v1::StoreRequest message);
  // The stream is over: every byte that the header named has come.
  Status End() const;

  bool has_header() const { return has_header_; }
  const v1::Snapshot& snapshot() const { return capture_.header.snapshot(); }
  Capture Take() { return std::move(capture_); }

 private:
  Status AddChunk(const v1::StoreRequest::Chunk& chunk);

  Capture capture_;
  bool has_header_ = false;
  v1::StoreRequest::Chunk::Part part_ = v1::StoreRequest::Chunk::PART_UNSPECIFIED;
};

}  // namespace signboard::archive
