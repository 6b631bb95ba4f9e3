#include "proto/net/http_server_message.h"

#include <algorithm>
#include <boost/beast/http/status.hpp>
#include <charconv>
#include <nlohmann/json.hpp>

#include "proto/base/percent.h"
#include "proto/base/text.h"
#include "proto/net/form.h"

namespace signboard::net {
namespace {

namespace http = boost::beast::http;

// RFC 9110 section 5.6.2.
bool IsToken(std::string_view name) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

bool IsFieldValue(std::string_view value) {
  return std::none_of(value.begin(), value.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\t') || u == 0x7F;
  });
}

std::optional<uint64_t> OwnContentLength(const HttpServerResponse& response) {
  const auto value = FindField(response.headers, "Content-Length");
  uint64_t length = 0;
  if (!value) return std::nullopt;
  const auto end = value->data() + value->size();
  const auto parsed = std::from_chars(value->data(), end, length);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return length;
}

bool HasNoBody(int status) { return status < 200 || status == 204 || status == 304; }

// Whether the framing of the server stands in for the handler's header.
bool IsFramingHeader(std::string_view name) {
  return base::EqualsIgnoreCaseAscii(name, "Content-Length") ||
         base::EqualsIgnoreCaseAscii(name, "Transfer-Encoding") ||
         base::EqualsIgnoreCaseAscii(name, "Connection");
}

}  // namespace

std::optional<std::string_view> FindField(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (base::EqualsIgnoreCaseAscii(key, name)) return value;
  return std::nullopt;
}

std::optional<std::string_view> HttpServerRequest::Header(std::string_view name) const {
  return FindField(headers, name);
}

std::optional<std::string_view> HttpServerRequest::Param(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

void HttpServerResponse::SetHeader(std::string_view name, std::string_view value) {
  for (auto& [key, old] : headers) {
    if (!base::EqualsIgnoreCaseAscii(key, name)) continue;
    old = value;
    return;
  }
  headers.emplace_back(name, value);
}

StatusOr<HttpServerRequest> ToHttpServerRequest(BeastRequest* parsed) {
  HttpServerRequest request;
  request.method = std::string(parsed->method_string());
  request.is_head = request.method == "HEAD";
  if (request.is_head) request.method = "GET";
  for (const auto& field : *parsed)
    request.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  // RFC 9112 section 3.2: exactly one Host in HTTP/1.1.
  const auto hosts = parsed->count(http::field::host);
  if (hosts > 1 || (hosts == 0 && parsed->version() >= 11))
    return base::InvalidArgument(hosts == 0 ? "the Host header is missing" : "more than one Host");
  request.authority = std::string(request.Header("Host").value_or(""));

  std::string_view target(parsed->target().data(), parsed->target().size());
  for (const std::string_view scheme : {"http://", "https://"}) {
    // Section 3.2.2: the absolute form overrides Host.
    if (!base::EqualsIgnoreCaseAscii(target.substr(0, scheme.size()), scheme)) continue;
    target.remove_prefix(scheme.size());
    const size_t end = std::min(target.find_first_of("/?"), target.size());
    request.authority = std::string(target.substr(0, end));
    target.remove_prefix(end);
  }
  request.target = std::string(target);
  if (request.target.empty() || request.target[0] == '?') request.target.insert(0, "/");
  if (request.target[0] != '/' && request.target != "*")
    return base::InvalidArgument("the request target is neither a path nor a URL");
  const size_t question = request.target.find('?');
  request.path = base::PercentDecode(std::string_view(request.target).substr(0, question));
  if (question != std::string::npos)
    request.query = ParseForm(std::string_view(request.target).substr(question + 1));
  request.body = std::move(parsed->body());
  return request;
}

HttpFraming FrameResponse(const HttpServerResponse& response, bool is_head, unsigned version,
                          bool keep_alive) {
  HttpFraming framing;
  framing.keep_alive = keep_alive;
  if (const auto connection = FindField(response.headers, "Connection");
      connection && base::EqualsIgnoreCaseAscii(*connection, "close")) {
    framing.keep_alive = false;
  }
  framing.sends_body = !is_head && !HasNoBody(response.status);
  framing.content_length = OwnContentLength(response);
  if (framing.content_length || HasNoBody(response.status)) return framing;
  if (!response.stream) {
    framing.content_length = response.body.size();
  } else if (version >= 11) {
    framing.chunked = true;
  } else {
    framing.keep_alive = false;
  }
  return framing;
}

std::string SerializeHead(const HttpServerResponse& response, const HttpFraming& framing,
                          const Clock* clock) {
  const http::status known = http::int_to_status(static_cast<unsigned>(response.status));
  const auto reason = known == http::status::unknown ? "" : http::obsolete_reason(known);
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(reason.data(), reason.size()).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    if (!IsFramingHeader(name) && IsToken(name) && IsFieldValue(value))
      head.append(name).append(": ").append(value).append("\r\n");
  }
  if (clock != nullptr && !FindField(response.headers, "Date"))
    head.append("Date: ").append(base::FormatHttpDate(clock->Now())).append("\r\n");
  if (framing.content_length)
    head.append("Content-Length: " + std::to_string(*framing.content_length) + "\r\n");
  if (framing.chunked) head.append("Transfer-Encoding: chunked\r\n");
  head.append(framing.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  return head;
}

HttpServerResponse ServerProblem(int status, std::string_view code, std::string_view detail) {
  HttpServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "application/problem+json"}, {"Connection", "close"}};
  const auto title = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
  response.body = nlohmann::json{{"type", "about:blank"},
                                 {"title", std::string(title)},
                                 {"status", status},
                                 {"code", std::string(code)},
                                 {"detail", std::string(detail)}}
                      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return response;
}

}  // namespace signboard::net
