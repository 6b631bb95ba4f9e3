// Values that a page's script holds as literals: name = "…", name: f('…'). No script is run.
//
// Threads: Safe from any; no state.
// Cost:    Linear in the script.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace signboard::extract {

// Takes white space, or a token behind white space, off the front of a script.
void SkipSpaces(std::string_view* rest);
bool Take(std::string_view token, std::string_view* rest);  // False: it does not stand there.

// The first string that `name` is given with '=' or ':', perhaps as the argument of a call
// (htmlDecode("…"), JsDecode('…')), its escapes undone (\x26, \u8d75, \n, \'); empty: none.
// What is longer than `bytes_max` as written is none.
std::string ScriptString(std::string_view script, std::string_view name, size_t bytes_max);

// Escapes of a JavaScript string undone; what is no escape stays.
std::string Unescaped(std::string_view literal);

// &amp; &lt; &gt; &quot; &#39; &nbsp; undone, once; others stay.
std::string WithoutEntities(std::string_view text);

// The string literal at the front of `rest` without its quotes, escapes as written; npos in `*end`
// and empty: there is none. `*end` is behind the closing quote.
std::string_view StringLiteral(std::string_view rest, size_t bytes_max, size_t* end);

}  // namespace signboard::extract
