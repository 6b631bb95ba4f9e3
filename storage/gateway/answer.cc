#include "storage/gateway/answer.h"

#include "proto/base/digest.h"
#include "proto/base/text.h"

namespace signboard::gateway {
namespace {

constexpr std::string_view kRetryAfterSeconds = "2";

Problem Busy(int status, std::string_view code, std::string detail, std::string_view hint) {
  return {status, std::string(code), std::move(detail), std::string(hint),
          {{"Retry-After", std::string(kRetryAfterSeconds)}}};
}

}  // namespace

Problem BadParameter(std::string_view name, std::string_view why, std::string_view hint) {
  return {400, "bad_parameter", std::string(name) + ": " + base::ToValidUtf8(why),
          std::string(hint), {}};
}

Problem ProblemOf(const Status& status, std::string_view part) {
  std::string detail = std::string(part) + ": " + base::ToValidUtf8(base::Message(status));
  switch (status.code()) {
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange:
      return {400, "bad_parameter", std::move(detail), "", {}};
    case StatusCode::kNotFound:
      return {404, "not_found", std::move(detail), "", {}};
    case StatusCode::kUnavailable:
    case StatusCode::kFailedPrecondition:
    case StatusCode::kCancelled:
      return Busy(503, "unreachable", std::move(detail),
                  "this part of Signboard does not answer; try again, or ask /readyz");
    case StatusCode::kResourceExhausted:
      return Busy(503, "overloaded", std::move(detail), "try again after Retry-After");
    case StatusCode::kDeadlineExceeded:
      return Busy(504, "timeout", std::move(detail), "try again after Retry-After");
    case StatusCode::kUnimplemented:
      return {501, "unimplemented", std::move(detail), "", {}};
    case StatusCode::kDataLoss:
      return {500, "data_loss", std::move(detail),
              "what is kept does not fit its digest and is not served; run signboard verify", {}};
    default:
      return {502, "bad_gateway", std::move(detail), "", {}};
  }
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string ETagOf(std::string_view body) {
  return "\"" + base::ToHex(base::Sha256(body)).substr(0, 32) + "\"";
}

HttpServerResponse JsonAnswer(const Json& json, int status) {
  HttpServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-cache"}};
  response.body = Dump(json) + "\n";
  return response;
}

HttpServerResponse ProblemAnswer(const Problem& problem) {
  Json json = {{"type", "about:blank"},
               {"title", TitleOf(problem.status)},
               {"status", problem.status},
               {"detail", problem.detail},
               {"code", problem.code}};
  if (!problem.hint.empty()) json["hint"] = problem.hint;
  HttpServerResponse response;
  response.status = problem.status;
  response.headers = problem.headers;
  response.SetHeader("Content-Type", "application/problem+json");
  response.SetHeader("Cache-Control", "no-store");
  response.body = Dump(json) + "\n";
  return response;
}

std::string TitleOf(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 415: return "Unsupported Media Type";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Error";
  }
}

}  // namespace signboard::gateway
