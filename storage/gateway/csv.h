// CSV as RFC 4180 writes it, safe to open in a spreadsheet.
//
// A cell that a spreadsheet would take for a formula (it begins with = + - @, their full-width
// twins, a tab or a line break, and is no plain number) gets an apostrophe before it: what a page
// says must not run on the desk of whoever reads the table.
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signboard::gateway {

// With its CR LF. What is not UTF-8 becomes U+FFFD.
std::string CsvLine(const std::vector<std::string>& cells);

// A cell that was read: without the apostrophe.
std::string WithoutGuard(std::string cell);

}  // namespace signboard::gateway
