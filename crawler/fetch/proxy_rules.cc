#include "crawler/fetch/proxy_rules.h"

#include <algorithm>

#include "proto/base/slot.h"
#include "proto/base/text.h"
#include "proto/base/url.h"

namespace signboard::fetch {
namespace {

constexpr size_t kPlaceCodeDigitsMax = 12;

bool IsPlaceCode(std::string_view text) {
  return !text.empty() && text.size() <= kPlaceCodeDigitsMax &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

StatusOr<ProxyRules::Rule> ProxyRules::ParseRule(std::string_view text) {
  const auto wrong = [text](const std::string& why) {
    return base::InvalidArgument("proxy rule '" + std::string(text) + "': " + why);
  };
  const size_t equals = text.find('=');
  if (equals == std::string_view::npos)
    return wrong("is not PATTERN=PROXY or PATTERN=PROXY=VANTAGE");
  std::string_view pattern = text.substr(0, equals);
  const std::string_view rest = text.substr(equals + 1);
  const size_t second = rest.find('=');

  Rule rule;
  if (pattern == "*") {
    rule.kind = Kind::kAny;
  } else if (pattern.starts_with("place:")) {
    rule.kind = Kind::kPlace;
    rule.name = pattern.substr(6);
    if (!IsPlaceCode(rule.name)) return wrong("a place is the digits of its code");
  } else {
    rule.kind = Kind::kHost;
    if (pattern.starts_with("site:")) {
      rule.kind = Kind::kSite;
      pattern.remove_prefix(5);
    } else if (pattern.starts_with("*.")) {
      rule.kind = Kind::kBelow;
      pattern.remove_prefix(2);
    }
    const auto host = base::ParseHost(pattern);
    if (!host.ok()) return wrong("the pattern holds no host");
    rule.name = *host;
  }
  const std::string_view proxy = rest.substr(0, second);
  if (proxy != "direct") {
    auto parsed = net::Proxy::Parse(proxy);
    if (!parsed.ok()) return wrong(std::string(base::Message(parsed.status())));
    rule.choice.proxy = *parsed;
  }
  if (second != std::string_view::npos) {
    rule.choice.vantage = rest.substr(second + 1);
    const auto& name = rule.choice.vantage;
    const bool printable =
        std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; });
    if (name.empty() || name.size() > kVantageBytesMax || !printable)
      return wrong("a vantage is 1 to 64 printable ASCII characters without spaces");
  }
  return rule;
}

StatusOr<ProxyRules> ProxyRules::Parse(const std::vector<std::string>& texts) {
  if (texts.size() > kProxyRulesMax)
    return base::InvalidArgument("more than " + std::to_string(kProxyRulesMax) + " proxy rules");
  ProxyRules rules;
  for (const std::string& text : texts) {
    ASSIGN_OR_RETURN(Rule rule, ParseRule(text));
    rules.rules_.push_back(std::move(rule));
  }
  return rules;
}

bool ProxyRules::Rule::Matches(std::string_view host, std::string_view place_code) const {
  const bool below = host.size() > name.size() + 1 && host.ends_with(name) &&
                     host[host.size() - name.size() - 1] == '.';
  switch (kind) {
    case Kind::kAny:
      return true;
    case Kind::kHost:
      return host == name;
    case Kind::kBelow:
      return below;
    case Kind::kSite:
      return base::RegistrableDomain(host) == name;
    case Kind::kPlace:
      return place_code.starts_with(name);
  }
  return false;
}

ProxyRules::Choice ProxyRules::Choose(std::string_view host, std::string_view place_code) const {
  const auto found = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return rule.Matches(host, place_code);
  });
  return found == rules_.end() ? Choice() : found->choice;
}

}  // namespace signboard::fetch
