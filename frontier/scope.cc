#include "frontier/scope.h"

#include "frontier/url_rule.h"
#include "proto/base/slot.h"
#include "proto/base/url_canonical.h"

namespace signboard::frontier {
namespace {

bool IsOfHost(const v1::Scope& scope, const UrlFacts& url) {
  const std::string& host = scope.host();
  const bool below = scope.subdomains() && url.queue.size() > host.size() &&
                     url.queue.ends_with(host) &&
                     url.queue[url.queue.size() - host.size() - 1] == '.';
  return below || url.queue == host;
}

}  // namespace

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
  if (key.find('\0') != std::string_view::npos || key.front() == '\x01') {
    return base::InvalidArgument("a queue key with a control character");
  }
  return OkStatus();
}

std::string DomainOfQueue(std::string_view key) {
  // host:port, but not the colons of [::1].
  const size_t colon = key.rfind(':');
  const bool has_port = colon != std::string_view::npos && key.find(']', colon) == key.npos;
  return base::RegistrableDomain(has_port ? key.substr(0, colon) : key);
}

std::optional<Refusal> RefusalOf(const v1::Seed& seed, const UrlFacts& url) {
  using Why = Refusal::Why;
  if (url.canonical == seed.url()) return std::nullopt;
  const v1::Scope& scope = seed.scope();
  if (!IsOfHost(scope, url)) return Refusal{Why::kHost};
  if (!url.path.starts_with(scope.path_prefix())) return Refusal{Why::kPath};
  for (const std::string& rule : scope.exclude()) {
    if (RuleMatches(rule, url.path)) return Refusal{Why::kExcluded, rule};
  }
  if (scope.include().empty()) return std::nullopt;
  for (const std::string& rule : scope.include()) {
    if (RuleMatches(rule, url.path)) return std::nullopt;
  }
  return Refusal{Why::kNotIncluded};
}

uint32_t DepthMaxOf(const v1::Scope& scope, const FrontierOptions& options) {
  return scope.depth_max() > 0 ? scope.depth_max() : options.depth_max;
}

std::string ToText(const Refusal& refusal, const v1::Seed& seed) {
  switch (refusal.why) {
    case Refusal::Why::kHost:
      return "outside the host of the seed " + seed.url();
    case Refusal::Why::kPath:
      return "outside the path " + seed.scope().path_prefix() + " of the seed " + seed.url();
    case Refusal::Why::kExcluded:
      return "excluded by the rule " + std::string(refusal.rule) + " of the seed " + seed.url();
    case Refusal::Why::kNotIncluded:
      return "excluded by the seed " + seed.url() + ": none of its include rules matches";
  }
  return "";
}

StatusOr<v1::Scope> ValidScope(const v1::Scope& asked, const UrlFacts& url) {
  v1::Scope scope = asked;
  if (scope.host().empty()) scope.set_host(url.queue);
  RETURN_IF_ERROR(CheckQueueKey(scope.host()));
  if (!scope.path_prefix().empty() && scope.path_prefix()[0] != '/') {
    return base::InvalidArgument("path_prefix \"" + scope.path_prefix() + "\" begins with no /");
  }
  if (scope.path_prefix().size() > kUrlBytesMax) {
    return base::InvalidArgument("a path_prefix of more than " + std::to_string(kUrlBytesMax) +
                                 " bytes");
  }
  if (!IsOfHost(scope, url) || !url.path.starts_with(scope.path_prefix())) {
    return base::InvalidArgument("the seed is outside its own scope " + scope.host() +
                                 scope.path_prefix());
  }
  for (auto* const rules : {scope.mutable_include(), scope.mutable_exclude()}) {
    if (rules->size() > kRulesMax) {
      return base::InvalidArgument(std::to_string(rules->size()) + " rules of a kind; at most " +
                                   std::to_string(kRulesMax));
    }
    for (std::string& rule : *rules) {
      ASSIGN_OR_RETURN(rule, NormalRule(rule));
    }
  }
  return scope;
}

}  // namespace signboard::frontier
