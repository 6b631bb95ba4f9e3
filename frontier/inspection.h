// What people ask of the frontier as a whole: figures, and why one URL is, or is not, fetched.
//
// Threads: within Core::mutex; called by Frontier.
#pragma once

#include "frontier/core.h"

namespace signboard::frontier {

// Everything but FrontierStats::workers.
StatusOr<v1::FrontierStats> CountAll(Core& core, UnixTime now) REQUIRES_LOCK(core.mutex);

// kNotFound: the frontier does not know the URL.
StatusOr<v1::UrlExplanation> ExplainUrl(Core& core, const std::string& url, UnixTime now)
    REQUIRES_LOCK(core.mutex);

}  // namespace signboard::frontier
