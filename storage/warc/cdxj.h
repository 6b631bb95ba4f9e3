// One line of a CDXJ index (webrecorder/specs cdxj 0.1.0): where a record stands, found by SURT and
// time. To the byte what cdxj-indexer says of the same record.
//
// Threads: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/time.h"

namespace signboard::warc {

struct CdxjEntry {
  std::string url;     // As in WARC-Target-URI.
  UnixTime date;
  // Empty ones, and zeros, are left out.
  std::string mime;    // "warc/revisit" of a revisit.
  int status = 0;
  std::string digest;  // "sha1:..."
  uint64_t bytes = 0;  // Of the record in the file.
  uint64_t offset = 0;
  std::string filename;  // None: offset is none either.
  std::string record_digest;
};

// "<surt> <14 digits>": what lines are sorted by.
std::string CdxjKey(const CdxjEntry& entry);
// Without a line end.
std::string CdxjLine(const CdxjEntry& entry);
// A field of the JSON: "name": "value", in ASCII.
std::string JsonText(std::string_view text);

// "Text/HTML; charset=GBK" -> "Text/HTML", as it stands there.
std::string CdxjMime(std::string_view content_type);

}  // namespace signboard::warc
