// The other pages of a list.
//
// Those that only a script knows: TRS WCM's createPageHTML.
//
//   createPageHTML(12, 0, "index", "html")  ->  index_1.html ... index_11.html
//
// The first page is index.html, page n is index_{n-1}.html. Newer templates put the id of an
// element first and more arguments last; both are read.
//
// And those that differ by a page number in their query: ?cat=3&page=2.
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

// Whether `other` is `page` but for a page number in its query. Either may have none: it is the
// first.
bool IsPageOfList(const base::Url& page, const base::Url& other);
// Whether a query (without its '?') names a page by number.
bool HasPageNumber(std::string_view query);

}  // namespace signboard::extract
