// Has the alerts told of the pages that subscriptions name (storage/register/page_alarms.h), by
// what the archive keeps of them; it is asked as anybody asks it.
//
// Threads: from one serial executor; the alarms are called on `pool`.
// Errors:  the archive's and the alarms'; what could be looked at is told all the same.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "proto/base/pool.h"
#include "storage/gateway/backend.h"
#include "storage/register/page_alarms.h"

namespace signboard::cli {

// All of it outlives the call.
boost::asio::awaitable<Status> LookAtPages(const gateway::Backend& backend,
                                           registry::PageAlarms& alarms, base::Pool& pool);

}  // namespace signboard::cli
