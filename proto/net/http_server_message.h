// How HttpServer turns bytes into a HttpServerRequest and a HttpServerResponse into a message head:
// the pure half of the server, without a socket.
//
// Threads: Safe from any; nothing is shared.
// Errors:  kInvalidArgument: the request breaks RFC 9112 in a way the parser lets pass.
#pragma once

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "proto/base/status.h"
#include "proto/net/http_server.h"

namespace signboard::net {

using BeastRequest = boost::beast::http::request<boost::beast::http::string_body>;

// Everything but the peer's address. Takes the body out of `parsed`.
StatusOr<HttpServerRequest> ToHttpServerRequest(BeastRequest* parsed);

// How the end of an answer is known (RFC 9112 section 6.3).
struct HttpFraming {
  bool sends_body = true;  // False: HEAD, 204, 304.
  bool chunked = false;
  std::optional<uint64_t> content_length;  // Absent: chunked, or until the connection ends.
  bool keep_alive = true;
};
// `version` is 10 or 11; `keep_alive` is what the client wants and the server can grant.
HttpFraming FrameResponse(const HttpServerResponse& response, bool is_head, unsigned version,
                          bool keep_alive);

// Status line and headers up to and with the empty line. `clock` may be null: no Date.
std::string SerializeHead(const HttpServerResponse& response, const HttpFraming& framing,
                          const Clock* clock);

// An application/problem+json answer (RFC 9457) of the server itself.
HttpServerResponse ServerProblem(int status, std::string_view code, std::string_view detail);

}  // namespace signboard::net
