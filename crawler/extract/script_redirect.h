// Where a script sends its reader: location.href = "…", location.replace("…"), window.location =
// "…". Old home pages are nothing but this. Only a whole string is read: no script is run, and an
// address put together from pieces is none.
//
// Threads: a pure function.
// Cost:    linear; a script longer than kRedirectScriptBytesMax does other things, and is not read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace signboard::extract {

inline constexpr size_t kRedirectScriptBytesMax = 4'096;
inline constexpr size_t kScriptRedirectsMax = 8;

// References as written, in order.
std::vector<std::string> ScriptRedirects(std::string_view script);

}  // namespace signboard::extract
