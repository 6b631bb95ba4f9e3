// /api/v1: lookup, versions, seeds.
#include "proto/base/text.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr uint32_t kVersionsPerPage = 100;
constexpr uint32_t kVersionsPerPageMax = 1'000;
constexpr size_t kSeedsMax = 10'000;
constexpr std::string_view kTimeHint =
    "write 2025-11-18, 2025-11, 20251118030405 or 2025-11-18T03:04:05Z";

StatusOr<v1::Nearest> ParseNearest(std::string_view text) {
  if (text == "at") return v1::NEAREST_AT;
  if (text == "before") return v1::NEAREST_BEFORE;
  if (text == "after") return v1::NEAREST_AFTER;
  if (text == "closest") return v1::NEAREST_CLOSEST;
  return base::InvalidArgument("at, before, after or closest is needed");
}

// Which instant of a shortened time is meant: `at` a day is what a reader had seen by its end.
UnixTime Instant(const base::TimeRange& range, v1::Nearest nearest) {
  switch (nearest) {
    case v1::NEAREST_AT:
    case v1::NEAREST_AFTER:
      return range.end - Millis(1);
    case v1::NEAREST_CLOSEST:
      return range.first + (range.end - range.first) / 2;
    default:
      return range.first;
  }
}

Problem NeverCaptured(std::string_view url) {
  return {404, "not_found", "no capture of " + std::string(url) + " fits",
          "ask for one: POST /api/v1/jobs {\"url\": ...}", {}};
}

}  // namespace

AnswerLater ApiLookup(Services* services, HttpServerRequest request) {
  const auto url = ParseWebUrl(request.Param("url").value_or(""));
  if (!url.ok()) co_return BadParameter("url", base::Message(url.status()));
  const auto nearest = ParseNearest(request.Param("nearest").value_or("at"));
  if (!nearest.ok()) co_return BadParameter("nearest", base::Message(nearest.status()));
  v1::GetRequest get;
  get.set_url(url->href());
  get.set_nearest(*nearest);
  if (const auto at = request.Param("at"); at && !at->empty()) {
    const auto range = base::ParseTimeRange(*at);
    if (!range.ok()) co_return BadParameter("at", base::Message(range.status()), kTimeHint);
    get.set_at_ms(ToMillis(Instant(*range, *nearest)));
  }
  const auto snapshot = co_await services->backend.Find(std::move(get));
  if (snapshot.status().code() == StatusCode::kNotFound) co_return NeverCaptured(url->href());
  if (!snapshot.ok()) co_return ProblemOf(snapshot.status(), "archive");
  co_return JsonAnswer(SnapshotJson(*snapshot));
}

AnswerLater ApiVersions(Services* services, HttpServerRequest request) {
  const auto url = ParseWebUrl(request.Param("url").value_or(""));
  if (!url.ok()) co_return BadParameter("url", base::Message(url.status()));
  const auto limit = CountParam(request, "limit", kVersionsPerPage, kVersionsPerPageMax);
  if (!limit.ok()) co_return BadParameter("limit", base::Message(limit.status()));
  const bool all = FlagParam(request, "all");
  const std::string cursor(request.Param("cursor").value_or(""));
  if (cursor.size() > base::kUrlBytesMax + 64 || !base::IsValidUtf8(cursor))
    co_return BadParameter("cursor", "it is none of ours");
  v1::ListVersionsRequest list;
  list.set_url(url->href());
  list.set_all(all);
  list.set_limit(*limit + 1);  // One more tells whether there is a next page.
  list.set_after_id(cursor);
  auto versions = co_await services->backend.Versions(std::move(list));
  if (versions.status().code() == StatusCode::kNotFound) co_return NeverCaptured(url->href());
  if (!versions.ok()) co_return ProblemOf(versions.status(), "archive");
  const bool more = versions->size() > *limit;
  if (more) versions->resize(*limit);
  Json list_json = Json::array();
  for (const v1::Version& version : *versions) list_json.push_back(VersionJson(version));
  Json json = {{"url", url->href()}, {"all", all}, {"versions", std::move(list_json)}};
  std::string next;
  if (more) {
    json["next"] = versions->back().snapshot().id();
    next = "/api/v1/versions?url=" + EncodeQuery(url->href()) + (all ? "&all=1" : "") +
           "&limit=" + std::to_string(*limit) +
           "&cursor=" + EncodeQuery(versions->back().snapshot().id());
  }
  HttpServerResponse response = JsonAnswer(json);
  if (more) response.SetHeader("Link", "<" + next + ">; rel=\"next\"");
  co_return response;
}

AnswerLater ApiSeeds(Services* services, HttpServerRequest) {
  auto seeds = co_await services->backend.Seeds(kSeedsMax);
  if (!seeds.ok()) co_return ProblemOf(seeds.status(), "frontier");
  const bool truncated = seeds->size() > kSeedsMax;
  if (truncated) seeds->resize(kSeedsMax);
  Json list = Json::array();
  for (const v1::Seed& seed : *seeds) list.push_back(SeedJson(seed));
  co_return JsonAnswer({{"seeds", std::move(list)}, {"truncated", truncated}});
}

}  // namespace signboard::gateway
