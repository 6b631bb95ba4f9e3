// CSV as spreadsheets write it: RFC 4180, with or without a byte order mark, with commas,
// semicolons or tabs. An apostrophe that keeps a cell from running as a formula
// (storage/gateway/csv.h) is taken off again.
//
// Threads: pure functions.
// Errors:  kInvalidArgument names the row: the header is row 1, blank rows do not count.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"

namespace signboard::cli {

inline constexpr size_t kCsvBytesMax = size_t{256} << 20;

struct CsvRow {
  size_t number = 0;
  std::map<std::string, std::string> cells;  // By the header's names. A short row has fewer.

  // Empty where there is none.
  const std::string& Of(const std::string& column) const;
};

// The rows below the header that are not blank. `name` is for errors.
StatusOr<std::vector<CsvRow>> ReadCsv(std::string_view text, const std::string& name);

}  // namespace signboard::cli
