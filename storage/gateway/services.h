// What every handler of the gateway is given, and the handlers, one to a route. Each takes its
// request by value and may be asked many times at once.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <utility>

#include "proto/base/mutex.h"
#include "storage/gateway/answer.h"
#include "storage/gateway/backend.h"
#include "storage/gateway/gateway.h"

namespace signboard::gateway {

// The last word on readiness; asked anew when it is a second old.
struct Readiness {
  base::Mutex mutex;
  bool asking GUARDED_BY(mutex) = false;
  std::optional<UnixTime> asked GUARDED_BY(mutex);
  Status archive GUARDED_BY(mutex);
  Status frontier GUARDED_BY(mutex);
};

struct Services {
  Services(GatewayOptions given, const Clock* the_clock)
      : options(std::move(given)),
        backend(options.archive, options.scheduling),
        clock(the_clock) {}

  const GatewayOptions options;
  const Backend backend;
  const Clock* const clock;
  Readiness readiness;
};

using AnswerLater = boost::asio::awaitable<Answer>;

// operating.cc
AnswerLater Livez(Services* services, HttpServerRequest request);
AnswerLater Readyz(Services* services, HttpServerRequest request);
AnswerLater Metrics(Services* services, HttpServerRequest request);
AnswerLater Version(Services* services, HttpServerRequest request);
// api.cc
AnswerLater ApiLookup(Services* services, HttpServerRequest request);
AnswerLater ApiVersions(Services* services, HttpServerRequest request);
AnswerLater ApiSeeds(Services* services, HttpServerRequest request);
// api_jobs.cc
AnswerLater ApiPostJob(Services* services, HttpServerRequest request);
AnswerLater ApiGetJob(Services* services, HttpServerRequest request);
// replay.cc
AnswerLater Replay(Services* services, HttpServerRequest request);
// pages_home.cc, pages_lookup.cc
AnswerLater HomePage(Services* services, HttpServerRequest request);
AnswerLater LookupPage(Services* services, HttpServerRequest request);
AnswerLater StyleSheet(Services* services, HttpServerRequest request);

}  // namespace signboard::gateway
