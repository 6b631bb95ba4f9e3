// Router finds the handler of a request, turns its problem into an answer, and adds what every
// answer has: ETag and conditional GET, the headers that keep a browser careful, the probes.
//
// Threads: safe from any; it holds no state.
#pragma once

#include "storage/gateway/services.h"

namespace signboard::gateway {

boost::asio::awaitable<HttpServerResponse> Route(Services* services, HttpServerRequest request);

}  // namespace signboard::gateway
