// signboard diff: what changed between two versions of a URL.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>

#include "deploy/signboard/cli.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"
#include "storage/gateway/compare_view.h"
#include "storage/gateway/register_filter.h"

namespace signboard::cli {
namespace {

using Edit = v1::CompareReply::Edit;

struct DiffOptions {
  std::string url;
  std::string from = "previous";
  std::string to = "latest";
  std::string view = "text";
};

// The words differ by sign, so that the answer can be read without colours.
class Writer {
 public:
  explicit Writer(v1::CompareRequest::View view)
      : is_links_(view == v1::CompareRequest::LINKS),
        colours_(isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr) {}

  void Write(const Edit& edit) const {
    if (edit.left_out() > 0) std::printf("  … %u characters the same …\n", edit.left_out());
    if (edit.kind() == Edit::SAME && is_links_) return;
    if (edit.kind() != Edit::CHANGED) {
      Lines(edit);
      return;
    }
    std::string line;
    for (const Edit& word : edit.words()) {
      const std::string text = base::EscapeTerminal(Whole(word.text()));
      if (word.kind() == Edit::SAME) line += text;
      if (word.kind() == Edit::DELETED) line += Coloured(Edit::DELETED, "[-" + text + "-]");
      if (word.kind() == Edit::INSERTED) line += Coloured(Edit::INSERTED, "{+" + text + "+}");
    }
    std::printf("~ %s%s\n", line.c_str(), Address(edit).c_str());
  }

 private:
  static std::string_view Whole(std::string_view text) {
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    return text;
  }
  std::string Coloured(Edit::Kind kind, const std::string& text) const {
    if (!colours_ || kind == Edit::SAME) return text;
    return (kind == Edit::INSERTED ? "\x1b[32m" : "\x1b[31m") + text + "\x1b[0m";
  }
  static std::string Address(const Edit& edit) {
    return edit.url().empty() ? "" : "  " + base::EscapeTerminal(edit.url());
  }
  void Lines(const Edit& edit) const {
    const char* const sign =
        edit.kind() == Edit::INSERTED ? "+ " : edit.kind() == Edit::DELETED ? "- " : "  ";
    for (const std::string_view line : base::SplitAscii(Whole(edit.text()), '\n')) {
      const std::string text = sign + base::EscapeTerminal(Whole(line)) + Address(edit);
      std::printf("%s\n", Coloured(edit.kind(), text).c_str());
    }
  }

  const bool is_links_;
  const bool colours_;
};

// The newest capture with content, until the end of the time that the option `name` gives.
StatusOr<v1::Snapshot> NewestUntil(const Context& context, v1::Archive::Stub* stub,
                                   const std::string& url, const char* name,
                                   const std::string& time) {
  v1::GetRequest request;
  request.set_url(url);
  request.set_with_body_only(true);
  if (!time.empty()) {
    ASSIGN_OR_RETURN(const int64_t end_ms, gateway::EndOf(name, time));
    request.set_at_ms(end_ms);
    request.set_nearest(v1::NEAREST_AT);
  }
  grpc::ClientContext call;
  RETURN_IF_ERROR(context.Prepare(&call));
  const auto reader = stub->Get(&call, request);
  v1::Snapshot newest;
  v1::GetReply reply;
  while (reader->Read(&reply))
    if (reply.has_snapshot()) newest = std::move(*reply.mutable_snapshot());
  RETURN_IF_ERROR(base::FromGrpc(reader->Finish()));
  return newest;
}

// The last two versions that changed something, until that instant. Only the end of the history is
// read, as much of it as is needed.
StatusOr<std::deque<std::string>> LastChanges(const Context& context, v1::Archive::Stub* stub,
                                              const std::string& url, int64_t until_ms) {
  v1::ListVersionsRequest request;
  request.set_url(url);
  request.set_limit(100'000);
  request.set_to_ms(until_ms);
  for (Millis span = std::chrono::hours(24 * 32);; span *= 8) {
    request.set_from_ms(std::max<int64_t>(0, until_ms - span.count()));
    grpc::ClientContext call;
    RETURN_IF_ERROR(context.Prepare(&call));
    const auto reader = stub->ListVersions(&call, request);
    std::deque<std::string> last;
    v1::Version version;
    while (reader->Read(&version)) {
      last.push_back(version.snapshot().id());
      if (last.size() > 2) last.pop_front();
    }
    RETURN_IF_ERROR(base::FromGrpc(reader->Finish()));
    if (last.size() == 2 || request.from_ms() == 0) return last;
  }
}

StatusOr<v1::CompareRequest> Resolved(const Context& context, v1::Archive::Stub* stub,
                                      const DiffOptions& options) {
  v1::CompareRequest request;
  ASSIGN_OR_RETURN(const v1::CompareRequest::View view, gateway::ParseView(options.view));
  request.set_view(view);
  const std::string to = options.to == "latest" ? "" : options.to;
  ASSIGN_OR_RETURN(const v1::Snapshot newest,
                   NewestUntil(context, stub, options.url, "--to", to));
  ASSIGN_OR_RETURN(const std::deque<std::string> last,
                   LastChanges(context, stub, options.url, newest.captured_ms()));
  if (last.empty()) return base::NotFound("no version of " + options.url + " until then");
  request.set_to_id(last.back());
  if (options.from != "previous") {
    ASSIGN_OR_RETURN(const v1::Snapshot from,
                     NewestUntil(context, stub, options.url, "--from", options.from));
    request.set_from_id(from.id());
  } else if (last.size() < 2) {
    return base::NotFound("there is one version of " + options.url + " only");
  } else {
    request.set_from_id(last.front());
  }
  return request;
}

int Diff(const Context& context, const DiffOptions& options) {
  const auto stub = v1::Archive::NewStub(context.Channel("archive"));
  const auto request = Resolved(context, stub.get(), options);
  if (!request.ok())
    return Fail(context, base::ToGrpc(request.status()),
                request.status().code() == StatusCode::kNotFound
                    ? "signboard versions '" + options.url + "' shows what is kept"
                    : "");
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::CompareReply reply;
  if (const auto status = stub->Compare(&call, *request, &reply); !status.ok())
    return Fail(context, status);
  if (context.json || context.ndjson) {
    const Json document = gateway::CompareJson(reply, request->view());
    if (context.json) {
      PrintJson(document);
    } else {
      for (const Json& edit : document["edits"]) PrintNdjson(edit);
    }
    return kOk;
  }
  std::fprintf(stderr, "--- %s  %s\n+++ %s  %s\n%.1f %% differs\n",
               Instant(reply.from().captured_ms()).c_str(),
               base::EscapeTerminal(reply.from().id()).c_str(),
               Instant(reply.to().captured_ms()).c_str(),
               base::EscapeTerminal(reply.to().id()).c_str(), reply.change_degree() * 100);
  const Writer writer(request->view());
  for (const Edit& edit : reply.edits()) writer.Write(edit);
  if (reply.cut()) std::fprintf(stderr, "there is more, which an answer does not hold\n");
  return kOk;
}

}  // namespace

void AddDiff(CLI::App& app, Context& context) {
  auto o = std::make_shared<DiffOptions>();
  auto* verb = app.add_subcommand("diff", "What changed between two versions of a URL");
  verb->add_option("url", o->url, "The URL")->required();
  verb->add_option("--from", o->from, "A day or instant (2025-11-18), or previous")
      ->capture_default_str();
  verb->add_option("--to", o->to, "A day or instant, or latest")->capture_default_str();
  verb->add_option("--view", o->view, "text, by sentence and word; links; or source, by line")
      ->check(CLI::IsMember({"text", "links", "source"}))
      ->capture_default_str();
  verb->footer("Examples:\n"
               "  signboard diff http://www.jxjaxzf.gov.cn/\n"
               "  signboard diff http://www.jxjaxzf.gov.cn/ --from 2025-11-18 --to 2025-11-20 "
               "--view links");
  verb->callback([&context, o] { context.action = [&context, o] { return Diff(context, *o); }; });
}

}  // namespace signboard::cli
