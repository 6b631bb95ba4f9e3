#include "frontier/scope.h"

#include "frontier/options.h"
#include "proto/base/slot.h"
#include "proto/base/url_canonical.h"

namespace signboard::frontier {

StatusOr<UrlFacts> ReadUrl(std::string_view url) {
  if (url.size() > kUrlBytesMax) {
    return base::InvalidArgument("a URL of " + std::to_string(url.size()) +
                                 " bytes; at most " + std::to_string(kUrlBytesMax));
  }
  ASSIGN_OR_RETURN(const Url parsed, Url::Parse(url));
  if (!parsed.is_http()) {
    return base::InvalidArgument("not an http or https URL: " + std::string(url));
  }
  UrlFacts facts{base::Canonical(parsed), base::QueueKey(parsed), parsed.path()};
  if (parsed.query()) facts.path += "?" + *parsed.query();
  if (facts.canonical.size() > kUrlBytesMax) {
    return base::InvalidArgument("a URL that is longer than " + std::to_string(kUrlBytesMax) +
                                 " bytes in its canonical form");
  }
  RETURN_IF_ERROR(CheckQueueKey(facts.queue));
  return facts;
}

Status CheckQueueKey(std::string_view key) {
  if (key.empty()) return base::InvalidArgument("an empty queue key");
  if (key.size() > kQueueKeyBytesMax) {
    return base::InvalidArgument("a queue key of " + std::to_string(key.size()) +
                                 " bytes; at most " + std::to_string(kQueueKeyBytesMax));
  }
  if (key.find('\0') != std::string_view::npos) {
    return base::InvalidArgument("a queue key with a zero byte");
  }
  return OkStatus();
}

std::string DomainOfQueue(std::string_view key) {
  // host:port, but not the colons of [::1].
  const size_t colon = key.rfind(':');
  const bool has_port = colon != std::string_view::npos && key.find(']', colon) == key.npos;
  return base::RegistrableDomain(has_port ? key.substr(0, colon) : key);
}

bool InScope(const v1::Scope& scope, const UrlFacts& url) {
  const std::string& host = scope.host();
  const bool same = url.queue == host;
  const bool below = scope.subdomains() && url.queue.size() > host.size() &&
                     url.queue.ends_with(host) &&
                     url.queue[url.queue.size() - host.size() - 1] == '.';
  return (same || below) && url.path.starts_with(scope.path_prefix());
}

}  // namespace signboard::frontier
