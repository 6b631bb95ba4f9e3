// What every handler of the gateway is given, and the handlers, one to a route. Each takes its
// request by value and may be asked many times at once.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <utility>

#include "proto/base/mutex.h"
#include "proto/base/pool.h"
#include "storage/gateway/answer.h"
#include "storage/gateway/backend.h"
#include "storage/gateway/gateway.h"
#include "storage/gateway/register_client.h"
#include "storage/gateway/served_dates.h"

namespace signboard::gateway {

// The last word on readiness; asked anew when it is a second old.
struct Readiness {
  std::atomic<bool> draining{false};
  base::Mutex mutex;
  bool asking GUARDED_BY(mutex) = false;
  std::optional<UnixTime> asked GUARDED_BY(mutex);
  Status archive GUARDED_BY(mutex);
  Status frontier GUARDED_BY(mutex);
  Status registry GUARDED_BY(mutex);
};

struct Services {
  Services(GatewayOptions given, const Clock* the_clock)
      : options(std::move(given)),
        backend(options.archive, options.scheduling),
        registry(options.registry.value_or(options.archive)),
        subscriptions(options.registry.value_or(options.archive)),
        clock(the_clock),
        served(the_clock->Now()) {}

  const GatewayOptions options;
  const Backend backend;
  const RegisterClient registry;
  const SubscriptionClient subscriptions;
  const Clock* const clock;
  Readiness readiness;
  ServedDates served;
  // Archived pages being made ready: at most GatewayOptions::views_max.
  std::atomic<size_t> views_count{0};
  // They are parsed and rewritten here: few at once, for each may take much memory.
  base::Pool rewriting{{.name = "rewrite", .threads = 2}};
};

using AnswerLater = boost::asio::awaitable<Answer>;

// Of announcements, centres and the cursors between them.
inline constexpr size_t kRegisterIdBytesMax = 256;
// A list of announcements as the query asks for it: filters, limit, cursor. kInvalidArgument
// begins with the parameter's name.
StatusOr<v1::ListAnnouncementsRequest> ParseAnnouncementsQuery(const HttpServerRequest& request,
                                                               UnixTime now, uint32_t per_page,
                                                               uint32_t per_page_max);
// "since: why" -> the 400 that names the parameter.
Problem BadWord(const Status& status);
// The newest of what was curated of an announcement.
inline constexpr uint32_t kCurationsShown = 100;
v1::ListCurationsRequest LogOf(const std::string& id);
// What follows `prefix` in the path, where that can be an id.
std::optional<std::string> IdOfPath(const HttpServerRequest& request, std::string_view prefix);

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
// api_register.cc
AnswerLater ApiAnnouncements(Services* services, HttpServerRequest request);
AnswerLater ApiAnnouncement(Services* services, HttpServerRequest request);
AnswerLater ApiCentres(Services* services, HttpServerRequest request);
AnswerLater ApiCentreCount(Services* services, HttpServerRequest request);
AnswerLater ApiCentre(Services* services, HttpServerRequest request);
// api_alerts.cc
AnswerLater ApiSubscriptions(Services* services, HttpServerRequest request);
AnswerLater ApiPostSubscription(Services* services, HttpServerRequest request);
AnswerLater ApiDeleteSubscription(Services* services, HttpServerRequest request);
AnswerLater ApiActOnSubscription(Services* services, HttpServerRequest request);
AnswerLater ApiDeliveries(Services* services, HttpServerRequest request);
// api_coverage.cc
AnswerLater ApiCoverage(Services* services, HttpServerRequest request);
AnswerLater SitesPage(Services* services, HttpServerRequest request);
// api_curate.cc
AnswerLater ApiCurate(Services* services, HttpServerRequest request);
// feed.cc
AnswerLater AnnouncementsFeed(Services* services, HttpServerRequest request);
// replay.cc
AnswerLater Replay(Services* services, HttpServerRequest request);
// pages_calendar.cc
AnswerLater ArchivePage(Services* services, HttpServerRequest request);
AnswerLater CalendarPage(Services* services, HttpServerRequest request, std::string url);
// save.cc
AnswerLater SavePost(Services* services, HttpServerRequest request);
AnswerLater SaveUrl(Services* services, HttpServerRequest request);
AnswerLater SaveStatus(Services* services, HttpServerRequest request);
// timemap.cc, cdx.cc
AnswerLater TimeGate(Services* services, HttpServerRequest request, std::string url);
AnswerLater TimeMap(Services* services, HttpServerRequest request);
AnswerLater Available(Services* services, HttpServerRequest request);
AnswerLater CdxOfArchive(Services* services, HttpServerRequest request);
AnswerLater CdxOfOutback(Services* services, HttpServerRequest request);
AnswerLater CdxOfPywb(Services* services, HttpServerRequest request);
// pages_diff.cc
AnswerLater ApiCompare(Services* services, HttpServerRequest request);
AnswerLater DiffPage(Services* services, HttpServerRequest request);
// pages_home.cc, pages_alerts.cc, pages_announcement.cc, pages_lookup.cc
AnswerLater AlertsPage(Services* services, HttpServerRequest request);
AnswerLater HomePage(Services* services, HttpServerRequest request);
AnswerLater AnnouncementsPage(Services* services, HttpServerRequest request);
AnswerLater AnnouncementPage(Services* services, HttpServerRequest request);
AnswerLater LookupPage(Services* services, HttpServerRequest request);
AnswerLater StyleSheet(Services* services, HttpServerRequest request);

}  // namespace signboard::gateway
