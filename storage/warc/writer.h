// Writer writes WARC 1.1 records, each a gzip member of its own, so that whoever knows its place
// can read it alone; or plain.
//
// Threads: one at a time.
// Errors:  those of the sink.
// Cost:    one pass over the block to hash it, one to compress it, in pieces of 64 KiB.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/time.h"
#include "storage/warc/record.h"
#include "storage/warc/source.h"

namespace signboard::warc {

struct RecordDraft {
  std::string type;     // response, request, ...
  std::string id;       // urn:uuid:...
  UnixTime date;
  std::string content_type;  // Of the block; empty: none is said.
  Fields fields;        // All others, in order; the writer adds lengths and digests.
  std::string_view head;     // The block is `head` and then `body`.
  std::string_view body;
  bool has_payload = false;  // `body` is one: it gets a digest, unless `fields` has one.
};

class Writer {
 public:
  enum class Coding { kGzip, kPlain };
  // The sink outlives the writer, and has `bytes_before`.
  Writer(Sink& sink, Coding coding, uint64_t bytes_before = 0)
      : sink_(sink), coding_(coding), offset_(bytes_before) {}

  struct Place {
    uint64_t offset = 0;
    uint64_t bytes = 0;  // Of a plain record without the line ends behind it, as indexers count.
    std::string record_digest;  // "sha256:<hex>" of the bytes in the file.
  };
  StatusOr<Place> Write(const RecordDraft& record);
  uint64_t bytes() const { return offset_; }

 private:
  Sink& sink_;
  const Coding coding_;
  uint64_t offset_;
};

// One gzip member of `bytes`.
Status WriteGzip(std::string_view bytes, Sink& sink);

}  // namespace signboard::warc
