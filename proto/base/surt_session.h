// Session ids that SURT leaves out: the five of a query, and ASP.NET's in a path.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>

namespace signboard::base {

// "/(s(24 letters))/page.aspx" and "/(24 letters)/page.aspx" lose the part in parentheses.
std::string StripPathSession(std::string_view path);
// jsessionid, phpsessid and sid of 32 letters, aspsessionid, and cfid with cftoken.
std::string StripQuerySession(std::string_view query);

}  // namespace signboard::base
