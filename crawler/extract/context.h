// What of a page speaks of one of its centres: the sentences that name it and those that follow, up
// to the next centre's; of a sentence that names several, the part from its own name on.
//
// A page with one centre speaks of it throughout.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in sentences and names; at most kContextPartsMax parts.
#pragma once

#include <vector>

#include "crawler/extract/groups.h"

namespace signboard::extract {

inline constexpr size_t kContextPartsMax = 400;

struct ContextPart {
  size_t sentence = 0;
  Span span;  // Of the sentence, or a part of it.
};

std::vector<ContextPart> PartsOf(const PageView& view, const std::vector<Group>& groups,
                                   const Group& group);

}  // namespace signboard::extract
