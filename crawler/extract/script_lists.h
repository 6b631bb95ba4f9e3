// The lists that a page's script asks its site for: $.ajax({url: "…", data: {pageNo: 1}}),
// $.getJSON("…"), fetch("…"), axios.get("…"), xhr.open("GET", "…"), and elements with data-url="…".
//
// An address counts when it names a list: it has a page number, ends in .json, or is Hanweb's
// dataproxy. What counts clicks, tells the weather or logs readers in is left out (endpoint_no in
// data/columns.txt), and so is whatever is posted, or put together from pieces; a page number at
// the end ("…?page=" + page) is 1.
//
// Threads: Safe from any; no state. No script is run.
// Cost:    Linear in the script; at most kEndpointsMax are returned.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace signboard::extract {

inline constexpr size_t kEndpointsMax = 8;              // Of one script.
inline constexpr size_t kEndpointBytesMax = 1'024;
inline constexpr size_t kEndpointCallBytesMax = 2'048;  // Of a call and its arguments.

// References as written, with the literals of `data` as a query.
std::vector<std::string> ListEndpoints(std::string_view script);

// Whether a reference is one of a list, as above.
bool IsListEndpoint(std::string_view reference);

}  // namespace signboard::extract
