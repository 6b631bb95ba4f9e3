// Lists of the jpaas platform (Hanweb's newer one): the page holds a script element that names
// where its list is to be had; the answer is JSON with a fragment of HTML.
//
//   <script url="/…/page/build/unit" queryData="{'webId':'7c9e','pageType':'column',…}"
//           paramJson="{'pageNo':1,'pageSize':15}" src=…>
//   GET /…/page/build/unit?webId=7c9e&pageType=column&…
//   {"data":{"html":"<ul>…</ul><div class=\"pagination\" rows=\"15\" count=\"31\"></div>"}}
//   GET …&paramJson={"pageNo":2,"pageSize":"15"}
//
// Threads: Safe from any; no state.
// Errors:  None: what is no such unit gives nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/url.h"

namespace signboard::extract {

// The reference of the list's first page; empty: no list that goes on.
std::string JpaasListUrl(std::string_view url, std::string_view query_data,
                         std::string_view param_json);

// References of the pages from the second on; at most kPaginationPagesMax. `html` is the fragment
// that came from `list_url`.
std::vector<std::string> JpaasPagesOf(const base::Url& list_url, std::string_view html);

}  // namespace signboard::extract
