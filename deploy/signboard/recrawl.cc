// signboard recrawl URL... [--wait 60s]: on-demand recrawls, followed to their end.
#include <cstdio>

#include "deploy/signboard/cli.h"
#include "proto/base/digest.h"
#include "proto/base/span.h"
#include "proto/base/text.h"
#include "storage/gateway/backend.h"

namespace signboard::cli {
namespace {

struct Options {
  std::vector<std::string> urls;
  std::string wait;
  std::string max_age;
};

using gateway::IsEnd;

void Talk(const v1::RecrawlProgress& job) {
  const std::string state = JobStateWord(job.state());
  if (job.state() == v1::JOB_QUEUED) {
    std::fprintf(stderr, "queued      %s  job %s, %u before it, about %.1f s\n",
                 base::EscapeTerminal(job.url()).c_str(), job.job_id().c_str(), job.position(),
                 Seconds(job.expected_wait()));
  } else if (!IsEnd(job.state())) {
    std::fprintf(stderr, "%-11s %s\n", state.c_str(), base::EscapeTerminal(job.url()).c_str());
  }
}

void PrintEnd(const v1::RecrawlProgress& job) {
  std::printf("%-11s %s", JobStateWord(job.state()).c_str(),
              base::EscapeTerminal(job.url()).c_str());
  if (job.reason() != v1::REASON_UNSPECIFIED)
    std::printf("  (%s)", ReasonWord(job.reason()).c_str());
  std::printf("\n");
  if (!job.detail().empty())
    std::printf("  why       %s\n", base::EscapeTerminal(job.detail()).c_str());
  if (!job.has_fetched()) return;
  const auto& f = job.fetched();
  std::printf("  fetched   status %d, %s, %s in %.3f s, outcome %s\n", f.http_status(),
              f.charset().empty() ? "no charset" : f.charset().c_str(),
              Bytes(f.body_bytes()).c_str(), Seconds(f.elapsed()),
              OutcomeWord(job.outcome()).c_str());
  if (!f.title().empty()) std::printf("  title     %s\n", base::EscapeTerminal(f.title()).c_str());
  if (!f.redirect_to().empty())
    std::printf("  redirect  %s\n", base::EscapeTerminal(f.redirect_to()).c_str());
  if (!f.snapshot_id().empty())
    std::printf("  snapshot  %s\n", base::EscapeTerminal(f.snapshot_id()).c_str());
  if (!f.body_sha256().empty())
    std::printf("  sha256    %s\n", base::ToHex(f.body_sha256()).c_str());
  std::printf("  links     %u new, %u known\n", job.links_new(), job.links_known());
  if (job.outcome() == v1::OUTCOME_CONTENT) PrintFindings(f);
  std::printf("  next      signboard lookup '%s'   signboard versions '%s'\n",
              base::EscapeTerminal(job.url()).c_str(), base::EscapeTerminal(job.url()).c_str());
}

// Follows one job; without waiting, until it is accepted.
int Follow(const Context& context, const Options& options, const std::string& url,
           Json* all) {
  const auto stub = v1::Scheduling::NewStub(context.Channel("frontier"));
  v1::RecrawlRequest request;
  request.set_url(url);
  if (!options.max_age.empty()) {
    const auto age = base::ParseSpan(options.max_age);
    if (!age.ok()) return Fail(context, base::Annotate(age.status(), "--max-age"));
    *request.mutable_max_age() = base::ToProto(*age);
  }
  const bool waits = !options.wait.empty();
  Context timed = context;
  if (waits) timed.timeout = options.wait;
  grpc::ClientContext call;
  if (const Status ready = timed.Prepare(&call); !ready.ok()) return Fail(context, ready);
  const auto reader = stub->Recrawl(&call, request);
  v1::RecrawlProgress job;
  bool any = false;
  while (reader->Read(&job)) {
    any = true;
    if (context.ndjson) PrintNdjson(gateway::JobJson(job));
    if (!context.json && !context.ndjson) Talk(job);
    if (!waits || IsEnd(job.state())) call.TryCancel();
    if (!waits || IsEnd(job.state())) break;
  }
  const auto status = reader->Finish();
  if (!any) return Fail(context, status);
  if (context.json) all->push_back(gateway::JobJson(job));
  if (!waits) {
    if (!context.json && !context.ndjson) std::printf("%s\n", job.job_id().c_str());
    return kOk;
  }
  if (!IsEnd(job.state())) {
    if (status.error_code() != grpc::StatusCode::DEADLINE_EXCEEDED) return Fail(context, status);
    std::fprintf(stderr, "signboard: still %s after %s; the job goes on as %s\n",
                 JobStateWord(job.state()).c_str(), options.wait.c_str(), job.job_id().c_str());
    return kPartly;
  }
  if (!context.json && !context.ndjson) PrintEnd(job);
  if (job.state() == v1::JOB_DONE || job.state() == v1::JOB_REUSED) return kOk;
  return job.state() == v1::JOB_REFUSED || job.reason() == v1::REASON_BLOCKED ? kRefused : kFailed;
}

int Recrawl(const Context& context, const Options& options) {
  if (!options.wait.empty()) {
    const auto span = base::ParseSpan(options.wait);
    if (!span.ok()) return Fail(context, base::Annotate(span.status(), "--wait"));
  }
  Json all = Json::array();
  int worst = kOk;
  int good = 0;
  for (const auto& url : options.urls) {
    const int code = Follow(context, options, url, &all);
    if (code == kOk) ++good;
    if (worst == kOk) worst = code;
    if (code == kUnreachable) return code;
  }
  if (context.json && !all.empty()) PrintJson({{"jobs", all}});
  return worst != kOk && good > 0 ? kPartly : worst;
}

}  // namespace

void AddRecrawl(CLI::App& app, Context& context) {
  auto options = std::make_shared<Options>();
  auto* verb = app.add_subcommand("recrawl", "Fetches URLs now, before everything but politeness");
  verb->add_option("url", options->urls, "What to fetch")->required();
  verb->add_option("--wait", options->wait, "Follow it to its end, at most this long (60s)");
  verb->add_option("--max-age", options->max_age, "A capture younger than this will do (10m)");
  verb->footer("Example: signboard recrawl https://www.jxjaxzf.gov.cn/ --wait 60s");
  verb->callback([&context, options] {
    context.action = [&context, options] { return Recrawl(context, *options); };
  });
}

}  // namespace signboard::cli
