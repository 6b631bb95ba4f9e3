// A founding that no verb of the lists tells: 从这天起…搬进来上班, 迎来首秀, 写有…字样的卷轴.
//
// How a centre begins can be said in endless ways; that it begins shows all the same. Signs are
// looked for around a centre's names: what words for beginnings are made of (root), words that say
// that something is new (begin), what is seen at a ceremony; and what speaks against it: the centre
// at work (agent), a thing of its, a visit to it, a past, a plan. None of them decides: each is a
// feature of the score (features.h).
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the sentences of the names; at most kImpliedNamesMax names are read.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "crawler/extract/features.h"
#include "crawler/extract/names.h"
#include "crawler/extract/page_text.h"
#include "crawler/extract/statements.h"

namespace signboard::extract {

inline constexpr size_t kImpliedNamesMax = 12;

// `mentions`: indices of the names of one centre, in the order of the text. nullopt: nothing shows
// that it begins.
std::optional<Statement> ImpliedFounding(const PageText& page, const std::vector<Name>& names,
                                         std::span<const size_t> mentions);

// What of it is weighed.
std::vector<Feature> ImpliedFeatures(const Statement& said);

}  // namespace signboard::extract
