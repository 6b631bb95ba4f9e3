// What analysts have said of centres lies over what pages say of them, and touches none of it:
// pages keep their evidence under the key they name, and what a centre's announcement rests on is
// computed from that. So what was curated holds for pages that come later and for pages that come
// again, and taking it back gives what would have been without it.
//
//   merged   The evidence of a member counts for what it was merged into, and for nothing else.
//   split    What matches a Split, by URL or by its words, counts for the centre that it names.
//   verdict  confirmed, retracted: pages change the announcement's state no more.
//
// Threads: functions on a draft, which belongs to one thread.
// Errors:  those of the draft.
// Cost:    of a centre that was not curated, nothing; else the evidence of kGroupMax centres.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "storage/register/draft.h"
#include "storage/register/founding_day.h"
#include "storage/register/statements.h"

namespace signboard::registry {

// How many centres may hang together by merges and splits.
inline constexpr size_t kGroupMax = 64;

inline constexpr std::string_view kConfirmed = "confirmed";
inline constexpr std::string_view kRetracted = "retracted";

// Its own pages alone say what the centre is.
bool IsPlain(const CentreRecord& record);
// What its own pages say. To be changed in place.
Statements* OwnStatements(CentreRecord* record);
// After the last member or split of it went.
void ShowOwnStatements(CentreRecord* record);
// To be called before a plain record is merged into or split.
void KeepOwnStatements(CentreRecord* record);

struct Pool {
  std::vector<Evidence> evidence;
  Statements statements;
  std::optional<FoundingDay> known;  // Since when the centre, or a member, was known before.
};
// What counts for a centre.
StatusOr<Pool> PoolOf(const std::string& centre_id, Draft* draft);

// The centres, not merged into others, for which the pages of any of `ids` may count.
StatusOr<std::set<std::string>> Affected(const std::set<std::string>& ids, Draft* draft);

// All whose pages may count for `centre_id`, itself too.
StatusOr<std::set<std::string>> SupportsOf(const std::string& centre_id, Draft* draft);

}  // namespace signboard::registry
