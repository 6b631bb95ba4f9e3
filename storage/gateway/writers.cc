#include "storage/gateway/writers.h"

#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::gateway {
namespace {

std::string_view HostOf(std::string_view authority) {
  if (authority.starts_with("[")) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.rfind(':'));
}

bool NamesThisMachine(std::string_view authority) {
  const std::string host = base::ToLowerAscii(HostOf(authority));
  return host == "localhost" || host == "[::1]" || (base::IsIpv4(host) && host.starts_with("127."));
}

}  // namespace

std::optional<Problem> RefuseWriter(const GatewayOptions& options,
                                    const HttpServerRequest& request) {
  if (!options.write_token.empty()) {
    constexpr std::string_view kBearer = "Bearer ";
    const std::string_view given = request.Header("Authorization").value_or("");
    // Digests are compared, so that the time taken says nothing of the token.
    if (base::EqualsIgnoreCaseAscii(given.substr(0, kBearer.size()), kBearer) &&
        base::Sha256(given.substr(kBearer.size())) == base::Sha256(options.write_token)) {
      return std::nullopt;
    }
    return Problem{401, "unauthorized", "this needs the write token",
                   "send Authorization: Bearer <token>",
                   {{"WWW-Authenticate", "Bearer realm=\"signboard\""}}};
  }
  const auto origin = request.Header("Origin");
  const bool own = !origin || *origin == "http://" + request.authority;
  if (request.from_loopback && NamesThisMachine(request.authority) && own) return std::nullopt;
  return Problem{403, "forbidden", "without a write token only clients of this machine may write",
                 "configure a token in [gateway], or ask from the machine itself", {}};
}

std::optional<Problem> RefuseBody(const HttpServerRequest& request) {
  const std::string type = base::ToLowerAscii(request.Header("Content-Type").value_or(""));
  if (base::TrimAscii(type.substr(0, type.find(';'))) == "application/json") return std::nullopt;
  return Problem{415, "not_json", "the body must be application/json",
                 "send Content-Type: application/json", {}};
}

}  // namespace signboard::gateway
