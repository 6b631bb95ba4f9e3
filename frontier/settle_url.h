// The change one accepted report makes: record, schedule, queue, job.
//
// Threads: within Core::mutex.
#pragma once

#include "frontier/links.h"

namespace signboard::frontier {

// `lease` is live; the transaction ends it. Its URL's record is known to the transaction.
Status SettleUrl(Core& core, Transaction& transaction, const LiveLease& lease,
                 const v1::Report& report, const LinkCounts& links, UnixTime now)
    REQUIRES_LOCK(core.mutex);

// Reads a job. nullopt: there is none.
StatusOr<std::optional<JobRecord>> ReadJob(kv::Shard& shard, kv::Slot slot,
                                           const std::string& job_id);

}  // namespace signboard::frontier
