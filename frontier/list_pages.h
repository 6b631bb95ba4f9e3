// How far down a list its pages are: where the past of a site begins.
//
// A list shows its newest entries on its first page and links to its other pages, to all of them or
// to the next. What differs in the URLs of two pages is a number, which need not be the page's own:
// index_1.html is the second page of many, ?start=40 the third of some. So a page's place is told
// by how many steps its number is from that of the page that links to it, a step being the
// smallest such difference.
//
// Threads: pure functions.
// Cost:    linear in the URLs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signboard::frontier {

inline constexpr uint32_t kListPageMax = 10'000;  // A list ends there.

// The first number in which `url` differs from the list's first page, 0: none.
uint64_t PageNumber(std::string_view list_url, std::string_view url);

// How many pages below the first each of `urls` is; at least 1, at most kListPageMax + 1. They were
// found on `page_url`, which itself is `page` pages below the list's first, `list_url`.
std::vector<uint32_t> PlacesInList(const std::string& list_url, const std::string& page_url,
                                   uint32_t page, const std::vector<std::string>& urls);

}  // namespace signboard::frontier
