// Which URLs belong to a site, and under which politeness key a URL stands.
//
// Cost: a URL is parsed once; the rest compares strings.
#pragma once

#include <string>
#include <string_view>

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

// kInvalidArgument: empty, longer than kQueueKeyBytesMax, or holding a zero byte.
Status CheckQueueKey(std::string_view key);

// The registrable domain of a queue's host; hosts without one stand for themselves.
std::string DomainOfQueue(std::string_view key);

// Whether a URL is one of the scope's, its depth aside.
bool InScope(const v1::Scope& scope, const UrlFacts& url);

}  // namespace signboard::frontier
