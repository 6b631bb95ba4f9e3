// What one capture is in a WARC file: its response (or revisit, or resource), the request, what a
// browser made of it, and the facts that have no field there. Record ids follow from the capture's,
// so that an export made again is the same, and importing it into the same archive changes nothing.
//
// Threads: one at a time.
// Errors:  those of the sink.
#pragma once

#include <functional>
#include <string>

#include "signboard/v1/archive.pb.h"
#include "storage/warc/cdxj.h"
#include "storage/warc/writer.h"

namespace signboard::cli {

// A capture on its way out.
struct Exported {
  v1::Snapshot snapshot;
  bool has_wire = false;   // `wire` is all of its bytes.
  std::string wire;
  std::string rendered;
  // A capture that went out before has the same bytes: they go out as a revisit of it.
  bool identical = false;
  // Of `identical`, and of a 304: the capture whose bytes stand in the file. Never a revisit.
  std::string refers_to_id;
  bool beyond = false;     // Not of the query: one of its revisits repeats it.
  std::string damage;      // What is wrong with it: it cannot go out.
};

class ExportRecords {
 public:
  // `index` is told of each record that an index has, with its place in `filename`; may be none.
  ExportRecords(warc::Writer& writer, std::string filename,
                std::function<Status(const warc::CdxjEntry&)> index)
      : writer_(writer), filename_(std::move(filename)), index_(std::move(index)) {}

  Status WriteInfo(const std::string& software, const std::string& query, UnixTime now);
  Status Write(const Exported& exported);

 private:
  Status WriteMain(const Exported& exported);
  Status WriteBeside(const Exported& exported);

  warc::Writer& writer_;
  const std::string filename_;
  const std::function<Status(const warc::CdxjEntry&)> index_;
};

// As an index has it, without a place.
warc::CdxjEntry IndexEntryOf(const v1::Snapshot& snapshot);
// Bytes are, or were, in the archive: its own or by revisit.
bool HasBytes(const v1::Snapshot& snapshot);

}  // namespace signboard::cli
