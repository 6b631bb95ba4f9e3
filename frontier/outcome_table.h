// The one table from what fetching did to what is said about it: the state and reason a recrawl
// job ends with, and the word for how a page is absent. ARCHITECTURE.md prints it; nobody keeps
// another.
#pragma once

#include <string_view>
#include <vector>

#include "signboard/v1/scheduling.pb.h"

namespace signboard::frontier {

struct OutcomeRow {
  v1::Outcome outcome;
  v1::Reason reason;         // UNSPECIFIED: every reason that has no row of its own.
  v1::JobState job_state;
  v1::Reason job_reason;     // What the job says when the report gave no reason.
  std::string_view absence;  // present, moved, gone, refused, blocked, unreachable, error, empty,
                             // not_tried
  bool failed;               // Counts towards waiting longer and longer.
};

const std::vector<OutcomeRow>& OutcomeTable();

// The row of an outcome with a reason. Always one: an outcome nobody knows reads as an error.
const OutcomeRow& RowOf(v1::Outcome outcome, v1::Reason reason);

// The absence word of a whole report: `empty` when content came without a byte.
std::string_view AbsenceOf(v1::Outcome outcome, v1::Reason reason, bool has_bytes);

}  // namespace signboard::frontier
