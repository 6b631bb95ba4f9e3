// What a report does: to its URL's record and schedule, to its queue's rest, to the job that waits.
//
// Threads: within Core::mutex.
// Cost:    one write per shard for all reports, which is for the caller to sync (Core::Sync) before
//          it tells of any; one read per report, one MultiGet for all links of a report.
#pragma once

#include <vector>

#include "frontier/core.h"

namespace signboard::frontier {

// One ack per report, in order.
std::vector<v1::ReportAck> SettleReports(Core& core, const std::vector<v1::Report>& reports,
                                         UnixTime now, Events& events) REQUIRES_LOCK(core.mutex);

}  // namespace signboard::frontier
