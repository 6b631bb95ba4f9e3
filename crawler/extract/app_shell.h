// Is a page an empty shell that its scripts fill? Such a page says nothing by its bytes, and only
// such pages are worth a browser.
//
// It has scripts, next to no text and no links, and one of these says what it is waiting for:
//   mount     an empty element where the frameworks put what they make: <div id="app"></div>,
//             <app-root></app-root>
//   noscript  a <noscript> that tells its reader to enable JavaScript
//   bare      nothing to see at all, but a title and a script of its own file
// A page that leads on by itself (meta refresh, a script that only goes elsewhere, frames) is none.
//
// Threads: a pure function.
// Cost:    one pass over the tree, and only of pages with next to no text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "crawler/extract/links.h"
#include "crawler/parse/document.h"

namespace signboard::extract {

// A page with more of either says something.
inline constexpr size_t kShellTextCharsMax = 200;
inline constexpr size_t kShellLinksMax = 3;

// "mount", "noscript" or "bare"; empty: the page is read as it is. `visible` is its text.
std::string AppShellWhy(const parse::Document& document, const Links& links,
                        std::string_view visible);

}  // namespace signboard::extract
