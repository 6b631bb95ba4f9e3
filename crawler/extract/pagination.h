// The other pages of a list.
//
// Those that only a script knows: TRS WCM's createPageHTML.
//
//   createPageHTML(12, 0, "index", "html")  ->  index_1.html ... index_11.html
//
// The first page is index.html, page n is index_{n-1}.html. Newer templates put the id of an
// element first and more arguments last; older ones name variables (countPage, totalPage) that
// stand before it, or write the links themselves. All are read.
//
// And those that differ by a page number, in their query (?cat=3&page=2) or, where the file is
// named as lists are, in its name: index_2.html, column-index-3.shtml, list-4.html.
//
// Threads: Safe from any; no state.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/url.h"

namespace signboard::extract {

// The relative references of all pages but the one that `script` is on. At most
// kPaginationPagesMax; empty when the script has no such call with numbers in it.
std::vector<std::string> PaginationOf(std::string_view script);

// Whether `other` is `page` but for its page number. Either may have none: it is the first.
bool IsPageOfList(const base::Url& page, const base::Url& other);
bool IsPageOfList(const base::Url& page, const std::string& other);  // `other` is canonical.
// Whether a query (without its '?') names a page by number.
bool HasPageNumber(std::string_view query);
// Whether a parameter of that name is a page number.
bool IsPageName(std::string_view name);
// Whether a file's name without its extension is one of lists: index, index_3, list12, node_12.
bool IsListName(std::string_view stem);

}  // namespace signboard::extract
