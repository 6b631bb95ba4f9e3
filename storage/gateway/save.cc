// Save Page Now, the Internet Archive's dialect of a recrawl on demand:
//
//   POST /save          url=, and what else its form has  -> {"url","job_id"}
//   POST GET /save/<url>  the same; who does not accept JSON waits, and is led to the capture
//   GET /save/status/<job_id>   pending, success or error
//   GET /save/status/user /save/status/system   how busy we are
//
// JSON is compact, because clients look for "job_id":" in it. A job has the id of our own
// (/api/v1/jobs) in the shape that clients expect: spn2-, its 24 digits, 16 of their digest.
#include "proto/base/span.h"
#include "proto/base/text.h"
#include "storage/gateway/memento.h"
#include "storage/gateway/save_words.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"
#include "storage/gateway/writers.h"

namespace signboard::gateway {
namespace {

constexpr std::string_view kSavePath = "/save/";
constexpr std::string_view kStatusPath = "/save/status/";
constexpr Millis kSynchronousWait{45'000};
constexpr Millis kStatsTimeout{2'000};

HttpServerResponse Refused(int status, std::string_view word, std::string_view message) {
  HttpServerResponse response = JsonAnswer({{"status", "error"},
                                            {"status_ext", "error:" + std::string(word)},
                                            {"message", message}},
                                           status);
  if (status == 401) response.SetHeader("WWW-Authenticate", "Bearer realm=\"signboard\"");
  return response;
}

// "Authorization: LOW key:secret" of the dialect: the secret is the write token.
HttpServerRequest WithBearer(HttpServerRequest request) {
  constexpr std::string_view kLow = "LOW ";
  for (auto& [name, value] : request.headers) {
    if (!base::EqualsIgnoreCaseAscii(name, "Authorization") ||
        !base::EqualsIgnoreCaseAscii(std::string_view(value).substr(0, kLow.size()), kLow))
      continue;
    const size_t colon = value.find(':');
    if (colon != std::string::npos) value = "Bearer " + value.substr(colon + 1);
  }
  return request;
}

// A page of somebody else's in a browser here can send a GET and a form unasked. Browsers say so.
bool IsSentByOthersPage(const HttpServerRequest& request) {
  const auto site = request.Header("Sec-Fetch-Site");
  return site && *site != "none" && *site != "same-origin";
}

std::optional<HttpServerResponse> RefuseSaver(const GatewayOptions& options,
                                              const HttpServerRequest& request) {
  if (auto refused = RefuseWriter(options, request))
    return Refused(refused->status, refused->status == 401 ? "unauthorized" : "no-access",
                   refused->detail);
  if (options.write_token.empty() && IsSentByOthersPage(request))
    return Refused(403, "no-access", "a page of another site asks");
  return std::nullopt;
}

bool WantsJson(const HttpServerRequest& request) {
  return request.Header("Accept").value_or("").find("application/json") != std::string_view::npos;
}

HttpServerResponse Started(const v1::RecrawlProgress& job, const std::string& note) {
  Json json = {{"url", job.url()}, {"job_id", SaveIdOf(job.job_id())}};
  if (!note.empty()) json["message"] = note;
  return JsonAnswer(json);
}

// What a browser, or a client of before there were jobs, is told at the end.
HttpServerResponse Ended(const HttpServerRequest& request, const v1::RecrawlProgress& job) {
  const auto saved = SavedAt(job);
  if (!saved) {
    const SaveError error = SaveErrorOf(job);
    return Refused(error.http_status, error.word, error.message);
  }
  HttpServerResponse response;
  response.status = 302;
  const std::string place = ViewPath(*saved, job.url());
  response.SetHeader("Location", place);
  response.SetHeader("Content-Location", place);
  response.SetHeader("Link", "<" + LinkTarget(job.url()) + ">; rel=\"original\", " +
                                 MementoLink(SelfOf(request), *saved, job.url(), "memento"));
  response.SetHeader("X-Page-Cache", job.state() == v1::JOB_REUSED ? "HIT" : "MISS");
  response.SetHeader("Cache-Control", "no-store");
  return response;
}

AnswerLater Save(Services* services, HttpServerRequest request, SaveForm form) {
  if (auto refused = RefuseSaver(services->options, request)) co_return std::move(*refused);
  v1::RecrawlRequest job;
  job.set_url(form.url);
  *job.mutable_max_age() = base::ToProto(form.max_age);
  const bool waits = !WantsJson(request);
  const auto progress =
      co_await services->backend.Recrawl(std::move(job), waits ? kSynchronousWait : Millis(0));
  if (!progress.ok()) co_return ProblemOf(progress.status(), "frontier");
  if (waits && IsEnd(progress->state())) co_return Ended(request, *progress);
  co_return Started(*progress, form.note);
}

}  // namespace

AnswerLater SavePost(Services* services, HttpServerRequest request) {
  request = WithBearer(std::move(request));
  auto form = ParseSaveForm(request.body);
  if (!form.ok()) co_return Refused(400, "invalid-url-syntax", base::Message(form.status()));
  co_return co_await Save(services, std::move(request), *std::move(form));
}

AnswerLater SaveUrl(Services* services, HttpServerRequest request) {
  if (request.path == kSavePath) co_return co_await SavePost(services, std::move(request));
  // No site is called so: whoever asks for the state of a job, and names none, saves nothing.
  if ((request.path + "/").starts_with(kStatusPath))
    co_return Refused(404, "not-found", "no job is named: GET /save/status/<job id>");
  request = WithBearer(std::move(request));
  auto url = ParseReplayUrl(std::string_view(request.target).substr(kSavePath.size()));
  if (!url.ok()) co_return Refused(400, "invalid-url-syntax", base::Message(url.status()));
  auto form = ParseSaveForm(request.body, url->href());
  if (!form.ok()) co_return Refused(400, "invalid-url-syntax", base::Message(form.status()));
  co_return co_await Save(services, std::move(request), *std::move(form));
}

AnswerLater SaveStatus(Services* services, HttpServerRequest request) {
  const std::string_view word = std::string_view(request.path).substr(kStatusPath.size());
  if (word == "user" || word == "system") {
    const auto stats = co_await services->backend.GetFrontierStats(kStatsTimeout);
    if (!stats.ok()) co_return ProblemOf(stats.status(), "frontier");
    co_return JsonAnswer(word == "user" ? UserJson(*stats) : SystemJson(*stats));
  }
  const std::string id = JobIdOfSaveId(word);
  if (id.empty()) co_return Refused(404, "not-found", "this is no job id");
  const auto job = co_await services->backend.Job(id);
  if (job.status().code() == StatusCode::kNotFound)
    co_return Refused(404, "not-found", "no such job; settled ones are forgotten after a while");
  if (!job.ok()) co_return ProblemOf(job.status(), "frontier");
  co_return JsonAnswer(SaveJobJson(*job));
}

}  // namespace signboard::gateway
