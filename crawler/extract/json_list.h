// Lists in JSON, as a page's script asks for them: objects with a title, an address and a day, or
// pieces of HTML (jpaas.h), of which those links are taken that lead to the same place from every
// page; and how many pages of them there are.
//
//   {"data":{"total":46,"pageSize":20,"list":[{"title":"…","staticUrl":"/a/1.html",
//                                              "publishTime":1763430000000},…]}}
//
// Threads: Safe from any; no state.
// Errors:  None: what is no such list has no links; what breaks has those before the break.
// Cost:    Linear, without a tree; a parse of each piece of HTML, of which kListPiecesMax are read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/extract/links.h"
#include "proto/base/url.h"

namespace signboard::extract {

inline constexpr int kJsonDepthMax = 64;

bool IsJson(std::string_view body);

Links FindJsonListLinks(std::string_view json, const base::Url& list_url);

// References of the other pages of the list at `list_url`, by the page number in its query or file
// name: all of `pages` when that is known (not 0), else the next one. At most kPaginationPagesMax;
// empty: the address has no page number.
std::vector<std::string> OtherPages(const base::Url& list_url, size_t pages);

}  // namespace signboard::extract
