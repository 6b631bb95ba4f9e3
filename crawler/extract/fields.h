// Everything a page says of one centre beside its founding: organs, partners, platforms, accounts,
// claims, ordinal, names. Each with its quote.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the sentences given.
#pragma once

#include <cstddef>
#include <vector>

#include "crawler/extract/finding.h"
#include "crawler/extract/groups.h"

namespace signboard::extract {

inline constexpr size_t kContextSentencesMax = 400;
inline constexpr size_t kListMax = 24;  // Of each list in a finding.

// The sentences that speak of the group: all from its first name on, but those behind the name of
// another group, up to its own name again. All of the page where it has no other group.
std::vector<size_t> ContextSentences(const PageView& view, const std::vector<Group>& groups,
                                     const Group& group);

void FillFields(const PageView& view, const Group& group, const std::vector<size_t>& context,
                Finding* finding);

}  // namespace signboard::extract
