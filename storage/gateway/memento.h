// The links between a page as it was and what else is kept of it (RFC 7089, RFC 8288).
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/time.h"
#include "storage/gateway/answer.h"

namespace signboard::gateway {

// http://HOST as the client asked; https where the proxy before us says so.
std::string SelfOf(const HttpServerRequest& request);

// A target in a Link header: what naive readers split at is escaped.
std::string LinkTarget(std::string_view url);

// <url>; rel="original", and the TimeGate and TimeMap of it.
std::string LinksOf(const std::string& self, std::string_view url);

// <URI-M>; rel="REL"; datetime="...".
std::string MementoLink(const std::string& self, int64_t captured_ms, std::string_view url,
                        std::string_view rel);

}  // namespace signboard::gateway
