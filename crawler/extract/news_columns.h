// The links of a page that lead to news columns of its site: 要闻, 动态, 公告, /xwzx/, "Media".
//
// New centres are announced there, so these are fetched before the rest of a site. Only home pages
// and menus are believed, and only so many links of one page: a page full of such words gains
// nothing. The words are lists in data/columns.txt.
//
// Threads: Safe from any; no state.
// Cost:    Linear in the links; only short texts are looked at.
#pragma once

#include <cstddef>

#include "crawler/extract/links.h"
#include "proto/base/url.h"

namespace signboard::extract {

inline constexpr size_t kNewsColumnsMax = 64;  // Of a page.

// Sets Link::is_column.
void MarkNewsColumns(const base::Url& page_url, Links* links);

}  // namespace signboard::extract
