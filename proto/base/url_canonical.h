// The form in which outlinks are reported, and the queue a URL waits in.
//
// Only differences that no server can see, or that RFC 3986 section 6.2.2 calls equivalent, are
// removed. The case of the path and the order of the query stay: they may matter to the site.
// SURT (surt.h) is coarser and finds; the exact URL decides.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/url.h"

namespace signboard::base {

// Without fragment and default port, dot segments resolved, escapes of unreserved characters
// (RFC 3986 section 2.3) decoded and all others in upper case, no empty "?".
std::string Canonical(const Url& url);

// The politeness key: the host, with ":port" unless the port is the scheme's own. Empty for a URL
// without a host.
std::string QueueKey(const Url& url);
// The same of what Canonical gave for a URL with a host, without a parser.
std::string_view QueueKeyOfCanonical(std::string_view canonical);

}  // namespace signboard::base
