// The attributes of one element of an archived page, as rewrite_html.h shows them: references lead
// into the archive, and only what tells how it looks and what it says is there.
//
// Threads: pure functions.
#pragma once

#include <string>

#include "crawler/parse/document.h"
#include "storage/gateway/archive_links.h"

namespace signboard::gateway {

// Appends them, each behind a space.
void WriteAttributes(parse::Node element, const ArchiveLinks& links, std::string* out);

}  // namespace signboard::gateway
