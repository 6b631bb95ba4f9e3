// X-Robots-Tag: what a site says of one answer, in its header.
//
//   X-Robots-Tag: noindex, nofollow                    for everybody
//   X-Robots-Tag: signboard: nofollow                  for who is named
//   X-Robots-Tag: unavailable_after: 25 Jun 2027 ...   a rule with a value, not a name
//
// Several fields all bind. A name binds to the end of its field. Syntax: Google's "Robots meta tag
// and X-Robots-Tag specifications"; there is no RFC.
//
// Threads: a pure function.
// Errors:  none: what is no rule is passed over.
#pragma once

#include <string_view>
#include <vector>

namespace signboard::robots {

struct RobotsTag {
  bool noindex = false;
  bool nofollow = false;
};

// The values of all X-Robots-Tag fields of one answer, and our product token.
RobotsTag ParseRobotsTag(const std::vector<std::string_view>& fields,
                         std::string_view user_agent_token);

}  // namespace signboard::robots
