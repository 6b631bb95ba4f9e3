// Robots is what one site's robots.txt lets one crawler do: RFC 9309, parser and matcher.
//
// Parsing keeps the groups for our product token, or those for "*" when none names us, merged into
// one (section 2.2.1). Matching takes the rule with the longest path, Allow before Disallow when
// two are equal, and allows what no rule names (2.2.2). "*" is any bytes and "$" at the end of a
// rule the end of the path (2.2.3). Lines that are no rule are passed over (2.2.4), a broken line
// costs only itself (2.3.1.5).
//
// Beside the RFC: Crawl-delay is read, and does not end a list of User-agent lines, for the RFC
// has other records not interfere with groups.
//
// Threads: a value; const calls are safe from any.
// Errors:  none; every input is a robots.txt.
// Cost:    Parse is linear in the input; Allows linear in the path for each rule, whatever its
//          stars (a star never makes the matcher go back).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/time.h"

namespace signboard::robots {

// What is beyond is not read (RFC 9309 section 2.5 asks for at least this much).
inline constexpr size_t kRobotsBytesMax = size_t{500} << 10;
inline constexpr size_t kSitemapsMax = 1'000;
inline constexpr size_t kSitemapBytesMax = 2'048;
// A longer Crawl-delay is read as this.
inline constexpr Millis kCrawlDelayMax{3'600'000};

class Robots {
 public:
  // No robots.txt: everything is allowed.
  Robots() = default;

  // `user_agent_token` is our product token: letters, '-' and '_', letter case ignored.
  static Robots Parse(std::string_view body, std::string_view user_agent_token);
  static Robots DisallowAll();

  // `path_and_query` as it is sent, beginning with '/'; empty is "/". /robots.txt itself is always
  // allowed.
  bool Allows(std::string_view path_and_query) const;

  // The greatest of the groups that are ours. nullopt: none.
  std::optional<Millis> crawl_delay() const { return crawl_delay_; }
  // As written, in order; at most kSitemapsMax.
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }
  // What this holds in memory, about.
  size_t bytes() const;

 private:
  friend class RobotsParser;

  struct Rule {
    bool allow = false;
    bool anchored = false;  // Ended with '$'.
    size_t octets = 0;      // The length that decides which rule is the most specific.
    // What lies between the stars, normalized; the first begins at the path's first byte.
    std::vector<std::string> pieces;
    bool Matches(std::string_view path) const;
  };
  static Rule MakeRule(bool allow, std::string_view pattern);

  std::vector<Rule> rules_;
  std::optional<Millis> crawl_delay_;
  std::vector<std::string> sitemaps_;
};

// The form in which paths and rules are compared (section 2.2.2): bytes outside ASCII and controls
// percent-encoded, escapes of unreserved characters decoded, the others in upper case. Normal text
// stays as it is.
std::string NormalizeForRobots(std::string_view text);

}  // namespace signboard::robots
