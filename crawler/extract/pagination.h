// Later pages of a list that only a script knows: TRS WCM's createPageHTML.
//
//   createPageHTML(12, 0, "index", "html")  ->  index_1.html ... index_11.html
//
// The first page is index.html, page n is index_{n-1}.html. Newer templates put the id of an
// element first and more arguments last; both are read.
//
// Threads: Safe from any; no state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signboard::extract {

// The relative references of all pages but the one that `script` is on. At most
// kPaginationPagesMax; empty when the script has no such call with numbers in it.
std::vector<std::string> PaginationOf(std::string_view script);

}  // namespace signboard::extract
