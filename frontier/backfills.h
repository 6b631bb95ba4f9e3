// Backfills: the past of seeds' sites, fetched because somebody asked for it.
//
// Without one only the first pages of a list are followed (FrontierOptions::list_pages_max). The
// pages after them become known and stay aside (`past` in UrlRecord), so that a backfill need not
// look for them: it lets them go at PRIORITY_BACKFILL, behind everything else in their queue, and
// what they bring to light after them. A list is left where all that a page of it shows is older
// than `since`. What is of the past and was fetched is watched as a page like others, still behind
// all others; a later page of a list is fetched once.
//
// Threads: within Core::mutex. Seeds::Backfill is the way in.
#pragma once

#include <string>
#include <string_view>

#include "frontier/transaction.h"

namespace signboard::frontier {

inline constexpr std::string_view kBackfillRunning = "running";
inline constexpr std::string_view kBackfillComplete = "complete";  // Shown, never kept.
inline constexpr std::string_view kBackfillStopped = "stopped";

// A day as YYYY-MM-DD.
bool IsDay(std::string_view text);

// Leaves a list where it is too old: `page` is a page of it, whose report this is, and all that it
// shows is older than its seed's backfill goes.
Status NoteAge(Core& core, Transaction& transaction, QueueState& queue, const UrlRecord& page,
               const v1::Report& report) REQUIRES_LOCK(core.mutex);

// Fills in the counts of a seed's backfill, and whether it is complete.
// Cost: the queues of the seed's hosts; of all queues when its scope has subdomains.
void CountBackfill(const Core& core, v1::Seed& seed) REQUIRES_LOCK(core.mutex);

}  // namespace signboard::frontier
