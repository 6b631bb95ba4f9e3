// ProxyRules says through which proxy a host is fetched, and what that vantage is called in the
// archive. Rules are "PATTERN=PROXY" or "PATTERN=PROXY=VANTAGE"; the first whose pattern matches
// decides, and without one the host is fetched directly.
//
//   *              every host
//   www.a.cn       this host
//   *.gov.cn       every host below
//   site:a.cn      the registrable domain a.cn: itself and every host below
//   place:31       URLs met on behalf of a place whose code (GB/T 2260) begins so
//
// PROXY is what net::Proxy reads, or "direct". VANTAGE is the name recorded in each snapshot;
// without one it is the worker's own.
//
// Threads: a value; const calls are safe from any.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"
#include "proto/net/proxy.h"

namespace signboard::fetch {

inline constexpr size_t kProxyRulesMax = 1'000;
inline constexpr size_t kVantageBytesMax = 64;

class ProxyRules {
 public:
  struct Choice {
    std::optional<net::Proxy> proxy;  // nullopt: directly.
    std::string vantage;              // Empty: the worker's own.
  };

  // kInvalidArgument quotes the rule that does not hold.
  static StatusOr<ProxyRules> Parse(const std::vector<std::string>& texts);

  // `host` as a URL has it; `place_code` may be empty.
  Choice Choose(std::string_view host, std::string_view place_code) const;

 private:
  enum class Kind { kAny, kHost, kBelow, kSite, kPlace };
  struct Rule {
    Kind kind = Kind::kAny;
    std::string name;
    Choice choice;
    bool Matches(std::string_view host, std::string_view place_code) const;
  };
  static StatusOr<Rule> ParseRule(std::string_view text);

  std::vector<Rule> rules_;
};

}  // namespace signboard::fetch
