#include "frontier/outcome_table.h"

namespace signboard::frontier {

const std::vector<OutcomeRow>& OutcomeTable() {
  using namespace v1;  // NOLINT: the table is nothing but these names.
  constexpr Reason kNone = REASON_UNSPECIFIED;
  // clang-format off
  static const std::vector<OutcomeRow> table = {
// outcome            reason               job state    job reason           absence        failed
{OUTCOME_CONTENT,     kNone,               JOB_DONE,    kNone,               "present",     false},
{OUTCOME_UNCHANGED,   kNone,               JOB_DONE,    kNone,               "present",     false},
{OUTCOME_REDIRECT,    kNone,               JOB_DONE,    kNone,               "moved",       false},
{OUTCOME_GONE,        kNone,               JOB_DONE,    REASON_HTTP_4XX,     "gone",        true},
{OUTCOME_GONE,        REASON_SOFT_404,     JOB_DONE,    REASON_SOFT_404,     "gone",        true},
{OUTCOME_REFUSED,     kNone,               JOB_REFUSED, REASON_HTTP_4XX,     "refused",     false},
{OUTCOME_REFUSED,     REASON_OUT_OF_SCOPE, JOB_REFUSED, REASON_OUT_OF_SCOPE, "not_tried",   false},
{OUTCOME_REFUSED,     REASON_BAD_URL,      JOB_REFUSED, REASON_BAD_URL,      "not_tried",   false},
{OUTCOME_BLOCKED,     kNone,               JOB_REFUSED, REASON_BLOCKED,      "blocked",     true},
{OUTCOME_UNREACHABLE, kNone,               JOB_FAILED,  REASON_TCP,          "unreachable", true},
{OUTCOME_ERROR,       kNone,               JOB_FAILED,  REASON_PROTOCOL,     "error",       true},
{OUTCOME_UNSPECIFIED, kNone,               JOB_FAILED,  kNone,               "not_tried",   true},
  };
  // clang-format on
  return table;
}

const OutcomeRow& RowOf(v1::Outcome outcome, v1::Reason reason) {
  const OutcomeRow* general = &OutcomeTable().back();
  for (const OutcomeRow& row : OutcomeTable()) {
    if (row.outcome != outcome) continue;
    if (row.reason == reason) return row;
    if (row.reason == v1::REASON_UNSPECIFIED) general = &row;
  }
  return *general;
}

std::string_view AbsenceOf(v1::Outcome outcome, v1::Reason reason, bool has_bytes) {
  if (outcome == v1::OUTCOME_CONTENT && !has_bytes) return "empty";
  return RowOf(outcome, reason).absence;
}

}  // namespace signboard::frontier
