// SiteWatch looks at all watched sites now and then, as storage/gateway/coverage.h judges them, and
// has the alerts told of those that stand otherwise than before (storage/register/site_alarms.h);
// and at the pages that subscriptions name (page_watch.h). It asks the frontier and the archive as
// anybody does.
//
// Threads: its loop and Configure run on `io`; the alarms are called on `pool`.
// Errors:  none: what fails is logged and tried again the next time.
// Life:    looks from when it is made. Stop is awaited on `io` before it dies, and it dies before
//          all that it was given.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include "proto/base/pool.h"
#include "proto/base/signal.h"
#include "proto/base/task_group.h"
#include "storage/gateway/backend.h"
#include "storage/register/page_alarms.h"
#include "storage/register/site_alarms.h"

namespace signboard::cli {

struct SiteWatchOptions {
  Millis every{10 * 60'000};     // In real time.
  Millis patience{60 * 60'000};  // See SiteAlarms.
};

class SiteWatch {
 public:
  SiteWatch(registry::SiteAlarms& alarms, registry::PageAlarms& pages, gateway::Backend backend,
            boost::asio::io_context& io, base::Pool& pool, const Clock& clock,
            SiteWatchOptions options);

  boost::asio::awaitable<void> Stop();
  void Configure(SiteWatchOptions options);

 private:
  boost::asio::awaitable<void> Look();
  boost::asio::awaitable<Status> LookOnce();

  registry::SiteAlarms& alarms_;
  registry::PageAlarms& pages_;
  const gateway::Backend backend_;
  base::Pool& pool_;
  const Clock& clock_;
  // Touched on `io` alone.
  SiteWatchOptions options_;
  // Own synchronization.
  base::Bell changed_;
  base::TaskGroup loops_;  // Last: its task uses the rest.
};

}  // namespace signboard::cli
