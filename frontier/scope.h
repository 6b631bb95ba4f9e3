// Which URLs belong to a seed, and under which politeness key a URL stands.
//
// Cost: a URL is parsed once; the rest compares strings.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "frontier/options.h"
#include "proto/base/status.h"
#include "signboard/v1/scheduling.pb.h"

namespace signboard::frontier {

struct UrlFacts {
  std::string canonical;  // Equal to the URL when it was canonical.
  std::string queue;      // host[:port], the port only when it is not the scheme's own.
  std::string path;       // With its query.
};

// kInvalidArgument: no absolute http or https URL, or longer than kUrlBytesMax.
StatusOr<UrlFacts> ReadUrl(std::string_view url);

// kInvalidArgument: empty, longer than kQueueKeyBytesMax, holding a zero byte, or beginning as the
// queues of clients' crawls do.
Status CheckQueueKey(std::string_view key);

// The registrable domain of a queue's host; hosts without one stand for themselves.
std::string DomainOfQueue(std::string_view key);

// Why a URL is not one of a seed's.
struct Refusal {
  enum class Why { kHost, kPath, kExcluded, kNotIncluded };
  Why why = Why::kHost;
  std::string_view rule{};  // kExcluded: the rule, the seed's own.
};

// nullopt: the URL is one of the seed's, its depth aside. The seed itself always is.
std::optional<Refusal> RefusalOf(const v1::Seed& seed, const UrlFacts& url);
// For people: "excluded by the rule /a/* of the seed http://a.cn/".
std::string ToText(const Refusal& refusal, const v1::Seed& seed);

// How many links away from its seed a URL may be.
uint32_t DepthMaxOf(const v1::Scope& scope, const FrontierOptions& options);

// The scope as it is kept. kInvalidArgument says what is wrong with it. `url` is the seed's own.
StatusOr<v1::Scope> ValidScope(const v1::Scope& asked, const UrlFacts& url);

}  // namespace signboard::frontier
