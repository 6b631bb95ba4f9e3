// What a handler of the gateway says: an answer, or the problem that stood in its way.
//
// A problem is written by the router as application/problem+json (RFC 9457) with two members of
// ours: `code`, a fixed word for programs, and `hint`, what to do next; for a browser on one of the
// pages it is a page. Whatever a client sends is a 4xx, never a 500.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <variant>

#include "proto/base/status.h"
#include "proto/net/http_server.h"

namespace signboard::gateway {

using net::HttpServerRequest;
using net::HttpServerResponse;

// Members stand in the order they were put.
using Json = nlohmann::ordered_json;

struct Problem {
  int status = 500;
  std::string code;
  std::string detail;
  std::string hint;
  net::HttpHeaders headers;  // Beside Content-Type: Retry-After, Allow, WWW-Authenticate.
};

using Answer = std::variant<HttpServerResponse, Problem>;

// 400, naming the parameter.
Problem BadParameter(std::string_view name, std::string_view why, std::string_view hint = {});

// A failed call to a part of Signboard: `part` is "archive" or "frontier". Unreachable is 503 with
// Retry-After, too slow 504, nonsense 502; damaged data is 500 and never served.
Problem ProblemOf(const Status& status, std::string_view part);

// Compact, UTF-8; what is not UTF-8 becomes U+FFFD.
std::string Dump(const Json& json);

// Of the bytes of a body, strong.
std::string ETagOf(std::string_view body);

HttpServerResponse JsonAnswer(const Json& json, int status = 200);
HttpServerResponse ProblemAnswer(const Problem& problem);

// "Not Found" for 404; "Error" for what has no name.
std::string TitleOf(int status);

}  // namespace signboard::gateway
