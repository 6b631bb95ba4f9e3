// A rule on the paths of a site: a pattern as in robots.txt (RFC 9309, section 2.2.3).
//
//   /news/        everything whose path begins so
//   *.pdf$        what ends so
//   /list?*page=  `*` stands for any characters, none too
//
// Threads: pure functions.
// Errors:  kInvalidArgument says what is wrong with a rule.
// Cost:    linear in the length of the path, whatever the rule.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::frontier {

inline constexpr int kRulesMax = 50;
inline constexpr size_t kRuleBytesMax = 256;

// The rule as it is kept: bytes beyond ASCII escaped, as they are in canonical URLs.
StatusOr<std::string> NormalRule(std::string_view rule);

// `path` is that of a canonical URL, with its query.
bool RuleMatches(std::string_view rule, std::string_view path);

}  // namespace signboard::frontier
