// Everything a page says of one centre beside its founding: organs, partners, platforms, accounts,
// claims, ordinal, names. Each with its quote.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the sentences given.
#pragma once

#include <cstddef>
#include <vector>

#include "crawler/extract/context.h"
#include "crawler/extract/finding.h"
#include "crawler/extract/groups.h"

namespace signboard::extract {

inline constexpr size_t kListMax = 24;  // Of each list in a finding.

void FillFields(const PageView& view, const Group& group, const std::vector<ContextPart>& context,
                Finding* finding);

}  // namespace signboard::extract
