// Captures for benchmarks as a worker makes them of the versions of bench_versions.h: transport
// facts as a county's nginx gives them, everything else by worker::ReadPage. And the same captures
// as records of a WARC, which is what archives keep them in elsewhere.
//
// Threads: functions are safe from any; a WarcFloor is one thread's.
// Errors:  those of warc::Writer.
#pragma once

#include <string>

#include "proto/base/time.h"
#include "storage/archive/check_capture.h"
#include "storage/warc/writer.h"

namespace signboard::cli {

// Version `version` is captured on its day; between it and the next are visits that find it again.
UnixTime BenchTime(size_t version, size_t visit = 0);

archive::Capture CaptureOfPage(const std::string& url, std::string html, UnixTime at);
// A 304 to the conditions of the visit before.
archive::Capture UnchangedCapture(const std::string& url, UnixTime at);

// How many bytes the captures take as WARC 1.1: for each a request record and a response record, or
// of what is unchanged a revisit record (server-not-modified) with target URI and date of what it
// repeats; each a gzip member of its own at level 6. No index is counted, and no warcinfo.
class WarcFloor {
 public:
  Status Add(const archive::Capture& capture);
  uint64_t bytes() const { return writer_.bytes(); }

 private:
  // Counts alone: nobody reads what is written.
  class Nowhere final : public warc::Sink {
   public:
    Status Write(std::string_view /*bytes*/) override { return OkStatus(); }
  };
  struct Kind {
    std::string type;
    std::string id;
    std::string concurrent_to;  // Of a request the record that answers it.
  };
  Status AddRecord(const v1::Snapshot& snapshot, const Kind& kind, const std::string& head,
                   std::string_view body);

  Nowhere sink_;
  warc::Writer writer_{sink_, warc::Writer::Coding::kGzip};
  std::string last_date_;  // Of the capture before.
};

}  // namespace signboard::cli
