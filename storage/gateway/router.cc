#include "storage/gateway/router.h"

#include <array>
#include <chrono>

#include "proto/base/digest.h"
#include "proto/base/probe.h"
#include "proto/base/text.h"
#include "storage/gateway/byte_range.h"
#include "storage/gateway/pages.h"

namespace signboard::gateway {
namespace {

struct RouteEntry {
  std::string_view path;
  bool is_prefix;
  std::string_view method;
  AnswerLater (*handle)(Services*, HttpServerRequest);
  std::string_view label;  // Of its probes.
  bool is_page;            // A browser gets its problems as a page.
};

constexpr std::array<RouteEntry, 48> kRoutes = {{
    {"/", false, "GET", HomePage, "home", true},
    {"/lookup", false, "GET", LookupPage, "lookup", true},
    {"/diff/", true, "GET", DiffPage, "diff", true},
    {"/announcements", false, "GET", AnnouncementsPage, "announcements", true},
    {"/announcements/", true, "GET", AnnouncementPage, "announcement", true},
    {"/announcements.atom", false, "GET", AnnouncementsFeed, "feed", false},
    {"/announcements.json", false, "GET", AnnouncementsFeed, "feed_json", false},
    {"/style.css", false, "GET", StyleSheet, "style", false},
    {"/web/cdx", false, "GET", CdxOfPywb, "cdx_pywb_web", false},
    {"/web/timemap/", true, "GET", TimeMap, "timemap_web", false},
    {"/web/", true, "GET", Replay, "replay", true},
    {"/timemap/", true, "GET", TimeMap, "timemap", false},
    {"/archive", false, "GET", ArchivePage, "archive", true},
    {"/save", false, "POST", SavePost, "save", false},
    {"/save/status/", true, "GET", SaveStatus, "save_status", false},
    {"/save/", true, "GET", SaveUrl, "save_url", false},
    {"/save/", true, "POST", SaveUrl, "save_url_post", false},
    {"/cdx", false, "GET", CdxOfPywb, "cdx_pywb", false},
    {"/signboard", false, "GET", CdxOfOutback, "cdx_outback", false},
    {"/cdx/search/cdx", false, "GET", CdxOfArchive, "cdx", false},
    {"/wayback/available", false, "GET", Available, "available", false},
    {"/api/v1/lookup", false, "GET", ApiLookup, "api_lookup", false},
    {"/api/v1/versions", false, "GET", ApiVersions, "api_versions", false},
    {"/api/v1/compare", false, "GET", ApiCompare, "api_compare", false},
    {"/api/v1/seeds", false, "GET", ApiSeeds, "api_seeds", false},
    {"/api/v1/announcements", false, "GET", ApiAnnouncements, "api_announcements", false},
    {"/api/v1/announcements.", true, "GET", ApiAnnouncements, "api_announcements_as", false},
    {"/api/v1/announcements/", true, "GET", ApiAnnouncement, "api_announcement", false},
    {"/api/v1/announcements/", true, "POST", ApiCurate, "api_curate", false},
    {"/api/v1/centres", false, "GET", ApiCentres, "api_centres", false},
    {"/api/v1/centres.", true, "GET", ApiCentres, "api_centres_as", false},
    {"/api/v1/centres/count", false, "GET", ApiCentreCount, "api_centre_count", false},
    {"/api/v1/centres/", true, "GET", ApiCentre, "api_centre", false},
    {"/api/v1/jobs", false, "POST", ApiPostJob, "api_post_job", false},
    {"/api/v1/jobs/", true, "GET", ApiGetJob, "api_get_job", false},
    {"/sites", false, "GET", SitesPage, "sites", true},
    {"/api/v1/coverage", false, "GET", ApiCoverage, "api_coverage", false},
    {"/api/v1/coverage.csv", false, "GET", ApiCoverage, "api_coverage_csv", false},
    {"/alerts", false, "GET", AlertsPage, "alerts", true},
    {"/api/v1/subscriptions", false, "GET", ApiSubscriptions, "api_subscriptions", false},
    {"/api/v1/subscriptions", false, "POST", ApiPostSubscription, "api_subscribe", false},
    {"/api/v1/subscriptions/", true, "DELETE", ApiDeleteSubscription, "api_unsubscribe", false},
    {"/api/v1/subscriptions/", true, "POST", ApiActOnSubscription, "api_subscription_act", false},
    {"/api/v1/deliveries", false, "GET", ApiDeliveries, "api_deliveries", false},
    {"/livez", false, "GET", Livez, "livez", false},
    {"/readyz", false, "GET", Readyz, "readyz", false},
    {"/metrics", false, "GET", Metrics, "metrics", false},
    {"/version", false, "GET", Version, "version", false},
}};

struct Probes {
  explicit Probes(const std::string& route)
      : ok(Count(route, "2xx")),
        redirects(Count(route, "3xx")),
        refused(Count(route, "4xx")),
        failed(Count(route, "5xx")),
        seconds(base::MakeHistogram("signboard_gateway_request_seconds",
                                    "From a whole request to the head of its answer.",
                                    base::SecondsBounds(), {{"route", route}})) {}
  base::Counter& Of(int status) {
    return status < 300 ? ok : status < 400 ? redirects : status < 500 ? refused : failed;
  }
  static base::Counter& Count(const std::string& route, const char* klass) {
    return base::MakeCounter("signboard_gateway_requests_total", "Requests answered.",
                             {{"route", route}, {"class", klass}});
  }
  base::Counter& ok;
  base::Counter& redirects;
  base::Counter& refused;
  base::Counter& failed;
  base::Histogram& seconds;
};

// One for each route, and a last one for what fits none.
Probes& ProbesOf(const RouteEntry* route) {
  static std::array<std::unique_ptr<Probes>, kRoutes.size() + 1> all = [] {
    std::array<std::unique_ptr<Probes>, kRoutes.size() + 1> made;
    for (size_t i = 0; i < kRoutes.size(); ++i)
      made[i] = std::make_unique<Probes>(std::string(kRoutes[i].label));
    made.back() = std::make_unique<Probes>("none");
    return made;
  }();
  const size_t index =
      route == nullptr ? kRoutes.size() : static_cast<size_t>(route - kRoutes.data());
  return *all[index];
}

bool IsAt(const RouteEntry& route, const HttpServerRequest& request) {
  // A prefix is compared with the raw target: what follows it is read by the handler.
  return route.is_prefix ? request.target.starts_with(route.path) : request.path == route.path;
}

// That of the request's method, else one of its path.
const RouteEntry* FindRoute(const HttpServerRequest& request) {
  const RouteEntry* found = nullptr;
  for (const RouteEntry& route : kRoutes) {
    if (!IsAt(route, request)) continue;
    if (route.method == request.method) return &route;
    if (found == nullptr) found = &route;
  }
  return found;
}

// For Allow.
std::string MethodsAt(const HttpServerRequest& request) {
  std::string methods;
  for (const RouteEntry& route : kRoutes) {
    if (!IsAt(route, request)) continue;
    methods += (methods.empty() ? "" : ", ") + std::string(route.method);
    if (route.method == "GET") methods += ", HEAD";
  }
  return methods;
}

bool WantsHtml(const HttpServerRequest& request) {
  return request.Header("Accept").value_or("").find("text/html") != std::string_view::npos;
}

// RFC 9110 section 13.1.2, by weak comparison.
bool Matches(std::string_view if_none_match, std::string_view etag) {
  for (std::string_view one : base::SplitAscii(if_none_match, ',')) {
    one = base::TrimAscii(one);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
  }
  return false;
}

// RFC 9110 section 13.1.3: asked where there is no If-None-Match. What is no date says nothing.
bool IsUnmodified(const HttpServerRequest& request, const HttpServerResponse& response) {
  const auto since = request.Header("If-Modified-Since");
  const auto modified = net::FindField(response.headers, "Last-Modified");
  if (!since || !modified) return false;
  const auto asked = base::ParseHttpDate(*since);
  const auto is = base::ParseHttpDate(*modified);
  return asked.ok() && is.ok() && *is <= *asked;
}

void AnswerConditions(const HttpServerRequest& request, HttpServerResponse* response) {
  if (response->status != 200 || request.method != "GET") return;
  if (!net::FindField(response->headers, "ETag")) {
    if (response->stream) return;
    response->SetHeader("ETag", ETagOf(response->body));
  }
  const auto asked = request.Header("If-None-Match");
  const bool has_it = asked ? Matches(*asked, *net::FindField(response->headers, "ETag"))
                            : IsUnmodified(request, *response);
  if (!has_it) return;
  response->status = 304;
  response->body.clear();
  response->stream.reset();
  std::erase_if(response->headers, [](const auto& header) {
    return base::EqualsIgnoreCaseAscii(header.first, "Content-Length");
  });
}

void AddIfAbsent(std::string_view name, std::string_view value, HttpServerResponse* response) {
  if (!net::FindField(response->headers, name)) response->headers.emplace_back(name, value);
}

boost::asio::awaitable<Answer> Answered(Services* services, const RouteEntry* route,
                                        HttpServerRequest request) {
  if (route == nullptr) {
    co_return Problem{404, "not_found", "there is nothing at this path",
                      "the pages start at /, the API at /api/v1/lookup?url=", {}};
  }
  if (request.method != route->method) {
    const std::string allowed = MethodsAt(request);
    co_return Problem{405, "method_not_allowed", "this path answers " + allowed, "",
                      {{"Allow", allowed}}};
  }
  co_return co_await route->handle(services, std::move(request));
}

}  // namespace

boost::asio::awaitable<HttpServerResponse> Route(Services* services, HttpServerRequest request) {
  const auto start = std::chrono::steady_clock::now();
  const RouteEntry* route = FindRoute(request);
  Answer answer = co_await Answered(services, route, request);
  HttpServerResponse response;
  if (auto* problem = std::get_if<Problem>(&answer)) {
    const bool page = (route == nullptr || route->is_page) && WantsHtml(request);
    response = page ? ProblemPage(request, *problem) : ProblemAnswer(*problem);
  } else {
    response = std::move(std::get<HttpServerResponse>(answer));
  }
  AnswerConditions(request, &response);
  AnswerRange(request, &response);
  AddIfAbsent("X-Content-Type-Options", "nosniff", &response);
  AddIfAbsent("Referrer-Policy", "no-referrer", &response);
  AddIfAbsent("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'", &response);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  ProbesOf(route).Of(response.status).Add();
  ProbesOf(route).seconds.Observe(took.count());
  co_return response;
}

}  // namespace signboard::gateway
