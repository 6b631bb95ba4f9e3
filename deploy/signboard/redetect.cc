// signboard redetect: detection once more over what is kept, shown before it is applied.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/finding_changes.h"
#include "deploy/signboard/rule_folder.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"
#include "signboard/v1/register.grpc.pb.h"
#include "storage/gateway/register_filter.h"

namespace signboard::cli {
namespace {

using Steady = std::chrono::steady_clock;
using Stub = v1::Archive::Stub;

constexpr Millis kRetryPause{500};
constexpr std::chrono::seconds kRetryTime{60};  // Without a word from the server.
constexpr size_t kShownDefault = 10'000;
// What a preview takes (PreviewFindings).
constexpr size_t kPreviewedEntriesMax = 10'000;
constexpr size_t kPreviewedBytesMax = size_t{48} << 20;

struct Options {
  std::string since;
  std::string query;
  std::string host;
  std::string match = "host";
  std::string rules;
  size_t limit = kShownDefault;
  bool apply = false;
  bool watch = false;
  bool cancel = false;
};

// Its words are those of ListUrlsRequest.
StatusOr<v1::ListUrlsRequest::Match> MatchOf(const std::string& word) {
  v1::ListUrlsRequest::Match match{};
  std::string name = word;
  for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  if (v1::ListUrlsRequest::Match_Parse(name, &match)) return match;
  return base::InvalidArgument("--match " + word + ": exact, prefix, host or domain");
}

StatusOr<v1::StartRedetectionRequest> RequestOf(const Options& options) {
  v1::StartRedetectionRequest request;
  if (!options.since.empty()) {
    ASSIGN_OR_RETURN(const int64_t since,
                     gateway::StartOf("--since", options.since, base::SystemClock().Now()));
    request.set_since_ms(since);
  }
  request.set_query(options.host.empty() ? options.query : options.host);
  ASSIGN_OR_RETURN(const auto match, MatchOf(options.match));
  request.set_match(match);
  if (options.rules.empty()) return request;
  // Read here too, so that an error names the folder.
  RETURN_IF_ERROR(ReadRuleFolder(options.rules).status());
  ASSIGN_OR_RETURN(const auto files, ReadRuleFiles(options.rules));
  for (const extract::RuleFile& file : files) {
    v1::RuleFile* const added = request.add_rules();
    added->set_name(file.name);
    added->set_text(file.text);
  }
  return request;
}

void ShowProgress(const v1::Redetection& job) {
  if (isatty(STDERR_FILENO) == 0) return;
  const bool applying = job.state() == v1::Redetection::APPLYING;
  std::fprintf(stderr, "\r%s %llu of %llu, %llu changes   ",
               applying ? "applying" : "looking at",
               static_cast<unsigned long long>(applying ? job.applied_count() : job.seen_count()),
               static_cast<unsigned long long>(applying ? job.change_count() : job.all_count()),
               static_cast<unsigned long long>(job.change_count()));
  const bool rests = job.state() != v1::Redetection::LOOKING && !applying;
  if (rests) std::fprintf(stderr, "\n");
}

class Run {
 public:
  Run(const Context& context, const Options& options)
      : context_(context), options_(options),
        stub_(v1::Archive::NewStub(context.Channel("archive"))) {}

  int Go() {
    Status status = options_.cancel ? Cancel() : Look();
    if (status.ok() && !options_.cancel) status = Preview();
    if (status.ok() && options_.apply) status = Apply();
    if (!status.ok()) return Fail(context_, base::ToGrpc(status));
    Print();
    return job_.state() == v1::Redetection::FAILED ? kFailed : kOk;
  }

 private:
  Status Cancel() {
    RETURN_IF_ERROR(Watch(true));
    v1::CancelRedetectionRequest request;
    request.set_id(job_.id());
    return Call(&Stub::CancelRedetection, request);
  }

  Status Look() {
    if (!options_.watch) {
      ASSIGN_OR_RETURN(const v1::StartRedetectionRequest request, RequestOf(options_));
      RETURN_IF_ERROR(Call(&Stub::StartRedetection, request));
    }
    return Watch(false);
  }

  Status Apply() {
    if (context_.dry_run || job_.change_count() == 0 || job_.state() == v1::Redetection::FAILED)
      return OkStatus();
    v1::ApplyRedetectionRequest request;
    request.set_id(job_.id());
    RETURN_IF_ERROR(Call(&Stub::ApplyRedetection, request));
    return Watch(false);
  }

  template <class Method, class Request>
  Status Call(Method method, const Request& request) {
    grpc::ClientContext call;
    RETURN_IF_ERROR(context_.Prepare(&call));
    return base::FromGrpc((stub_.get()->*method)(&call, request, &job_));
  }

  // Until the job rests; `once`: until it is known. A server that is started again goes on.
  Status Watch(bool once) {
    auto heard = Steady::now();
    while (true) {
      grpc::ClientContext call;
      RETURN_IF_ERROR(context_.Prepare(&call));
      call.set_deadline(std::chrono::system_clock::time_point::max());
      v1::WatchRedetectionRequest request;
      request.set_after_number(after_);
      const auto reader = stub_->WatchRedetection(&call, request);
      v1::RedetectionEvent event;
      bool known = false;
      while (reader->Read(&event)) {
        heard = Steady::now();
        if (event.has_progress()) {
          job_ = event.progress();
          known = true;
          if (!once) ShowProgress(job_);
        } else {
          Take(std::move(*event.mutable_change()));
        }
        if (once && known) call.TryCancel();
      }
      const grpc::Status status = reader->Finish();
      if (status.ok() || (once && known)) return OkStatus();
      if (status.error_code() != grpc::StatusCode::UNAVAILABLE ||
          Steady::now() - heard > kRetryTime)
        return base::FromGrpc(status);
      std::this_thread::sleep_for(kRetryPause);
    }
  }

  void Take(v1::RedetectionChange change) {
    after_ = change.number();
    bytes_ += change.ByteSizeLong();
    if (entries_.size() < kPreviewedEntriesMax && bytes_ < kPreviewedBytesMax)
      entries_.push_back(change.entry());
    if (options_.limit > shown_.size()) {
      change.mutable_entry()->clear_text();
      shown_.push_back(std::move(change));
    }
  }

  // What the register would make of it.
  Status Preview() {
    if (entries_.empty() || job_.state() != v1::Redetection::READY) return OkStatus();
    const auto stub = v1::Register::NewStub(context_.Channel("register"));
    grpc::ClientContext call;
    RETURN_IF_ERROR(context_.Prepare(&call));
    const auto writer = stub->PreviewFindings(&call, &preview_);
    for (const v1::LoggedFindings& entry : entries_)
      if (!writer->Write(entry)) break;
    writer->WritesDone();
    return base::FromGrpc(writer->Finish());
  }

  void Print() {
    const bool in_part = entries_.size() < job_.change_count();
    if (!context_.json && !context_.ndjson) {
      PrintRedetection(job_, shown_, preview_, in_part);
      return;
    }
    Json json = RedetectionJson(job_, shown_, preview_);
    json["announcements"]["in_part"] = in_part;
    PrintJson(json);
  }

  const Context& context_;
  const Options& options_;
  const std::unique_ptr<Stub> stub_;
  v1::Redetection job_;
  uint64_t after_ = 0;
  size_t bytes_ = 0;
  std::vector<v1::RedetectionChange> shown_;
  std::vector<v1::LoggedFindings> entries_;
  v1::PreviewReply preview_;
};

}  // namespace

void AddRedetect(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* verb = app.add_subcommand(
      "redetect", "Search what is kept once more, by today's rules; show what would change");
  verb->add_option("query", o->query, "Only these URLs: a host, a prefix, a domain");
  verb->add_option("--match", o->match, "How the URLs are meant: exact, prefix, host, domain")
      ->capture_default_str();
  verb->add_option("--host", o->host, "Only this host");
  verb->add_option("--since", o->since, "Only captures since: 7d, 2025-11-18");
  AddRulesOption(verb, &o->rules);
  verb->add_option("--limit", o->limit, "Show at most so many changes")->capture_default_str();
  auto* apply = verb->add_flag("--apply", o->apply, "Make it so, after showing it");
  auto* watch = verb->add_flag("--watch", o->watch, "Follow the newest search, start none");
  verb->add_flag("--cancel", o->cancel, "End the search that is under way")
      ->excludes(apply)
      ->excludes(watch);
  verb->footer("The search goes on in the server when this is ended, and after a restart of it.\n"
               "Examples:\n  signboard redetect\n"
               "  signboard redetect --since 90d --apply\n"
               "  signboard redetect www.a.gov.cn --rules my-rules/\n"
               "  signboard redetect --watch --apply");
  verb->callback(
      [&context, o] { context.action = [&context, o] { return Run(context, *o).Go(); }; });
}

}  // namespace signboard::cli
