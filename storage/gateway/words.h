// The words and links in which the gateway shows what the services say: JSON objects, query
// parameters, paths of its own routes.
//
// Threads: pure functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "proto/base/url.h"
#include "signboard/v1/archive.pb.h"
#include "signboard/v1/scheduling.pb.h"
#include "storage/gateway/answer.h"

namespace signboard::gateway {

// OUTCOME_CONTENT -> content; JOB_DONE -> done; REASON_HTTP_5XX -> http_5xx. Unknown numbers, of a
// newer service: "unknown".
std::string OutcomeWord(v1::Outcome outcome);
std::string ReasonWord(v1::Reason reason);
std::string JobStateWord(v1::JobState state);

// Everything but RFC 3986's unreserved characters is escaped.
std::string EncodeQuery(std::string_view text);
// In single quotes for a shell, whatever it holds.
std::string ShellQuoted(std::string_view text);
// What fetches a URL again, to be typed.
std::string RecrawlCommand(std::string_view url);
// /web/<14 digits><mark>/<url>; see replay_target.h.
std::string MarkedPath(int64_t captured_ms, std::string_view mark, std::string_view url);
// Its bytes, and the same to be read in a browser.
std::string ReplayPath(int64_t captured_ms, std::string_view url);
std::string ViewPath(int64_t captured_ms, std::string_view url);
// True: there are bytes to replay: its own, be they content or what came with a redirect or a 404,
// or those it says are still current.
bool HasBody(const v1::Snapshot& snapshot);
// /web/... of a snapshot id, a web address in plain ASCII whatever it holds; empty when it is none.
std::string ReplayPathOfId(std::string_view snapshot_id);

// An http or https URL, without its fragment; where the scheme is missing it is http.
StatusOr<Url> ParseWebUrl(std::string_view text);
// The same from the end of a path, where proxies and path cleaners squeeze http:// into http:/.
StatusOr<Url> ParseReplayUrl(std::string_view rest_of_path);
// A whole number of at most `most`; absent: `otherwise`.
StatusOr<uint32_t> CountParam(const HttpServerRequest& request, std::string_view name,
                              uint32_t otherwise, uint32_t most);
// "1", "true", "yes" or an empty value: true.
bool FlagParam(const HttpServerRequest& request, std::string_view name);

Json SnapshotJson(const v1::Snapshot& snapshot);
Json VersionJson(const v1::Version& version);
Json SeedJson(const v1::Seed& seed);
Json JobJson(const v1::RecrawlProgress& job);

}  // namespace signboard::gateway
