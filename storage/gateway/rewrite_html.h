// An archived page as it can be read in a sandbox: its own markup, with every reference led into
// the archive, without what could act. Scripts, event handlers, refreshes, plug-ins and the targets
// of forms are gone; a frame is a link to what it showed; images that a script would have loaded
// later (data-src and the like) are there. What a reader's browser is to be kept from is the
// sandbox's to enforce (replay_answer.h): this makes the page legible, not safe.
//
// Threads: pure functions.
// Errors:  none: a hostile page comes out cut, and says so.
// Cost:    a parse within ParseLimits, then linear; about kRewrittenBytesMax come out at most.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "storage/gateway/archive_links.h"

namespace signboard::gateway {

inline constexpr size_t kRewrittenBytesMax = size_t{16} << 20;

struct Rewritten {
  std::string text;      // UTF-8.
  size_t head_at = 0;    // Before all styles of the page's own, and
  size_t banner_at = 0;  // behind all of its own: where markup of ours belongs.
  bool is_cut = false;
};

Rewritten RewriteHtml(std::string utf8, const ArchiveLinks& links);

}  // namespace signboard::gateway
