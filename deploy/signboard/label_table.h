// The table in which people say of findings whether they are right: a row for each finding of a
// page, with what the program says of it filled in. `announcement` is theirs to fill, yes or no;
// the other cells are theirs to correct, and an empty one says that the page does not tell. A row
// with a snapshot and no number adds what the program did not find.
//
// Threads: pure functions.
// Errors:  kInvalidArgument names row and column.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "deploy/signboard/csv_file.h"
#include "proto/base/status.h"
#include "signboard/v1/archive.pb.h"
#include "storage/gateway/answer.h"

namespace signboard::cli {

std::vector<std::string> LabelColumns();
// As filled in by the program.
std::vector<std::vector<std::string>> LabelRows(const v1::LoggedFindings& page);

// What is written in a table, by the snapshot's id.
struct LabelledPage {
  std::vector<gateway::Json> findings;  // As in tests/data/gold/README.md.
  size_t found = 0;                     // Of them, those that the program had found.
};
// Only rows that somebody has filled.
StatusOr<std::map<std::string, LabelledPage>> ReadLabels(const std::vector<CsvRow>& rows,
                                                         const std::string& name);

// A line of a labelled set.
gateway::Json GoldLine(const v1::LoggedFindings& page, const LabelledPage& labels);

}  // namespace signboard::cli
