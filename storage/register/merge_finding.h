// What several findings about one founding say together: each field from the best finding that has
// it, with that finding's quotes. Best is what names it in Chinese, is plainly an announcement
// (kPlainScore), was published first, captured first: an article that is edited, or told again,
// does not change what was announced. Score and reasons are those of the surest.
//
// A date is made more precise by the next finding that agrees with it. Claims are merged by metric.
// Quotes name the snapshot whose text they count in.
//
// Threads: pure function.
#pragma once

#include <vector>

#include "storage/register/records.pb.h"

namespace signboard::registry {

inline constexpr double kPlainScore = 0.75;

// `all` is not empty.
v1::Finding MergeFindings(const std::vector<Evidence>& all);

}  // namespace signboard::registry
