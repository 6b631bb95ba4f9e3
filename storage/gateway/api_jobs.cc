// /api/v1/jobs: the recrawl on demand, asked for and followed.
#include <charconv>

#include "proto/base/span.h"
#include "proto/base/text.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"
#include "storage/gateway/writers.h"

namespace signboard::gateway {
namespace {

constexpr Millis kWaitMax{60'000};
constexpr size_t kJobIdBytesMax = 256;
constexpr std::string_view kJobsPath = "/api/v1/jobs/";

// The whole of {"url": ..., "max_age": ...}.
StatusOr<v1::RecrawlRequest> ParseJob(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  if (json.is_discarded() || !json.is_object())
    return base::InvalidArgument("the body is no JSON object");
  v1::RecrawlRequest job;
  for (const auto& [key, value] : json.items()) {
    if (key == "url" && value.is_string()) {
      auto url = ParseWebUrl(value.get<std::string>());
      if (!url.ok()) return base::Annotate(url.status(), "url");
      job.set_url(url->href());
    } else if (key == "max_age" && (value.is_string() || value.is_number_unsigned())) {
      auto span = base::ParseSpan(value.is_string() ? value.get<std::string>() : value.dump());
      if (!span.ok()) return base::Annotate(span.status(), "max_age");
      *job.mutable_max_age() = base::ToProto(*span);
    } else {
      return base::InvalidArgument("'" + key + "' is unknown or of the wrong type");
    }
  }
  if (job.url().empty()) return base::InvalidArgument("url is missing");
  return job;
}

// RFC 7240: Prefer: respond-async, wait=30. What is not understood is ignored.
std::optional<Millis> WantedWait(const HttpServerRequest& request) {
  const std::string_view prefer = request.Header("Prefer").value_or("");
  for (const std::string_view part : base::SplitAscii(prefer, ',')) {
    const std::string_view word = base::TrimAscii(part);
    if (!base::EqualsIgnoreCaseAscii(word.substr(0, 5), "wait=")) continue;
    uint32_t seconds = 0;
    if (std::from_chars(word.data() + 5, word.data() + word.size(), seconds).ec == std::errc())
      return std::min(kWaitMax, Millis(uint64_t{seconds} * 1'000));
  }
  return std::nullopt;
}

}  // namespace

AnswerLater ApiPostJob(Services* services, HttpServerRequest request) {
  if (auto refused = RefuseWriter(services->options, request)) co_return std::move(*refused);
  if (auto refused = RefuseBody(request)) co_return std::move(*refused);
  auto job = ParseJob(request.body);
  if (!job.ok())
    co_return BadParameter("body", base::Message(job.status()),
                           R"(send {"url": "http://...", "max_age": "10m"})");
  const auto wait = WantedWait(request);
  const auto progress =
      co_await services->backend.Recrawl(std::move(*job), wait.value_or(Millis(0)));
  if (!progress.ok()) co_return ProblemOf(progress.status(), "frontier");
  const int status = IsEnd(progress->state()) ? 200 : 202;
  HttpServerResponse response = JsonAnswer(JobJson(*progress), status);
  response.SetHeader("Location", std::string(kJobsPath) + EncodeQuery(progress->job_id()));
  if (wait)
    response.SetHeader("Preference-Applied", "wait=" + std::to_string(wait->count() / 1'000));
  co_return response;
}

AnswerLater ApiGetJob(Services* services, HttpServerRequest request) {
  std::string id = request.path.substr(kJobsPath.size());
  if (id.empty() || id.size() > kJobIdBytesMax || !base::IsValidUtf8(id))
    co_return BadParameter("id", "this is no job id");
  const auto job = co_await services->backend.Job(std::move(id));
  if (job.status().code() == StatusCode::kNotFound) {
    co_return Problem{404, "not_found", "no such job",
                      "settled jobs are forgotten after a while; look the URL up", {}};
  }
  if (!job.ok()) co_return ProblemOf(job.status(), "frontier");
  co_return JsonAnswer(JobJson(*job));
}

}  // namespace signboard::gateway
