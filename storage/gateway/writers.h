// Who may write.
//
// With a write token configured, whoever bears it (RFC 6750). Without one only clients on this
// machine, and of those not a web page of somebody else in a browser here: the request must name
// this machine as its host (which a rebound name does not) and, where it says an origin, come from
// our own. That a page of another origin cannot send it unasked is its handler's to see to: it
// takes JSON or a DELETE, or asks where a form or a link came from (save.cc).
//
// Threads: pure functions.
#pragma once

#include <optional>

#include "storage/gateway/answer.h"
#include "storage/gateway/gateway.h"

namespace signboard::gateway {

// Nothing: the client may write.
std::optional<Problem> RefuseWriter(const GatewayOptions& options,
                                    const HttpServerRequest& request);
// Nothing: the body is JSON by its type.
std::optional<Problem> RefuseBody(const HttpServerRequest& request);

}  // namespace signboard::gateway
