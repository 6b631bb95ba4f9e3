// A style sheet with its references (style_references.h) led into the archive. What an archive
// cannot have becomes about:invalid; data: stays.
//
// Threads: pure functions.
// Errors:  none: what is no style sheet comes out as it was.
// Cost:    linear.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "storage/gateway/archive_links.h"

namespace signboard::gateway {

// Appends at most about `bytes_max`; false: the rest was left out.
bool RewriteCss(std::string_view css, const ArchiveLinks& links, size_t bytes_max,
                std::string* out);

}  // namespace signboard::gateway
