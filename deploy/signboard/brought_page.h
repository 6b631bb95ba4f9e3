// What somebody brings, a record of a WARC file or a file of their own, read as the crawler reads
// what it fetches: judged, decoded, parsed, searched for announcements.
//
// Threads: safe from any.
// Errors:  kInvalidArgument: it is no capture, says why.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "crawler/extract/site_templates.h"
#include "crawler/worker/page_reader.h"
#include "deploy/signboard/warc_groups.h"

namespace signboard::cli {

struct Bringing {
  std::string who;  // Brings it; empty: nobody said.
  std::function<std::string(const std::string& url)> place_code;  // Of its site; may be none.
  extract::SiteTemplates* templates = nullptr;
  worker::ReadLimits limits;
};

// The capture that a revisit repeats, with its bytes as on the wire.
struct Original {
  v1::Snapshot snapshot;
  std::string wire;
};

// Whether `brought` can be read only with the capture that it repeats.
bool IsRevisit(const Brought& brought);
// Its bytes are the original's; otherwise the site said that they still are.
bool IsIdenticalPayload(const Brought& brought);

// `original` is that of a revisit, else none.
StatusOr<worker::Capture> ReadBrought(Brought brought, const Original* original,
                                      const Bringing& bringing);

// A file of somebody's own: as if `url` had answered with it.
struct BroughtFile {
  std::string url;
  UnixTime date;
  std::string bytes;
  std::string content_type;
};
worker::Capture ReadBroughtFile(BroughtFile file, const Bringing& bringing);

// Where two records have the same id, one of them is another's: an id of what is in it.
std::string IdOfContent(const Brought& brought);

}  // namespace signboard::cli
