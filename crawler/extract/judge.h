// Is it an announcement? Weighs what a page says of one centre (features.h): the verb, where it
// stands, the date, and what speaks against it. Every weight that counts is a reason for people.
//
// Threads: Safe from any; no state.
// Errors:  None.
// Cost:    Linear in the centre's statements and their sentences.
#pragma once

#include <vector>

#include "crawler/extract/context.h"
#include "crawler/extract/finding.h"
#include "crawler/extract/groups.h"
#include "crawler/extract/page_shape.h"

namespace signboard::extract {

// A founding told later than this is retold, not announced. Late reports came up to two weeks after
// the event.
inline constexpr int kRetoldDays = 45;
// A founding announced earlier than this is a plan.
inline constexpr int kAheadDays = 14;
// Gives each statement its date and, where the date is far from the publication, its true sense.
void DateStatements(const PageView& view, Group* group);

// Sets event, event_date, score, is_announcement, reasons, and the quotes of event and date.
// `context`: what of the page is the centre's.
void Judge(const PageView& view, const PageShape& shape, const Group& group,
           const std::vector<ContextPart>& context, Finding* finding);

}  // namespace signboard::extract
