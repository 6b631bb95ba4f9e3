// What parsing costs when gumbo does it alone, with its own allocator and no guards: the floor that
// benchmarks put under Document::Parse. Never give it a page from outside: gumbo is quadratic in
// places, and recurses (document.h).
//
// Threads: safe from any; no state.
#pragma once

#include <string_view>

namespace signboard::parse {

// Builds the tree and frees it. False: there was none.
bool ParseBare(std::string_view utf8);

}  // namespace signboard::parse
