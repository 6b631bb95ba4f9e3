#include "proto/net/http_message.h"

namespace signboard::net {

std::string_view KindName(HttpKind kind) {
  switch (kind) {
    case HttpKind::kOk:
      return "ok";
    case HttpKind::kDns:
      return "dns";
    case HttpKind::kConnect:
      return "connect";
    case HttpKind::kTls:
      return "tls";
    case HttpKind::kTimeout:
      return "timeout";
    case HttpKind::kProtocol:
      return "protocol";
    case HttpKind::kHeadersTooLarge:
      return "headers_too_large";
    case HttpKind::kCutShort:
      return "cut_short";
    case HttpKind::kGuardRefused:
      return "guard_refused";
    case HttpKind::kBadUrl:
      return "bad_url";
    case HttpKind::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

}  // namespace signboard::net
