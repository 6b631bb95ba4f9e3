// The fields of a message's header, in the order they were sent, and how they are looked up.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signboard::net {

// Names keep their case; values have no space around them.
using HeaderList = std::vector<std::pair<std::string, std::string>>;

// The value of the first field named so, without regard to case. nullopt: there is none.
std::optional<std::string_view> FindHeader(const HeaderList& headers, std::string_view name);

// The values of all fields named so, joined by ", ": lists may be split over fields (RFC 9110
// section 5.3). Empty: there is none.
std::string JoinHeader(const HeaderList& headers, std::string_view name);

// Content-Type says HTML, or there is none to say anything.
bool MayBeHtml(const HeaderList& headers);

}  // namespace signboard::net
