// Names and values as a form sends them, in a query or in a body
// (https://url.spec.whatwg.org/#application/x-www-form-urlencoded).
//
// Threads: pure functions.
// Errors:  none: an escape that is none stays as it is.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signboard::net {

using FormFields = std::vector<std::pair<std::string, std::string>>;

// In order.
FormFields ParseForm(std::string_view text);

}  // namespace signboard::net
