// signboard queues list|show|delay|block|unblock: how long each host rests, and why.
#include <cstdio>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/queue_json.h"
#include "proto/base/span.h"
#include "proto/base/text.h"

namespace signboard::cli {
namespace {

constexpr char kBlockedForDefault[] = "24h";

// Which queue, and what is said of it.
struct QueueOptions {
  std::string key;
  std::string crawl;
  std::string span = kBlockedForDefault;
  std::string why;
  std::string host;
  uint32_t limit = 100;
};

std::string Until(int64_t ms) { return ms == 0 ? "" : "until " + Instant(ms); }

int Print(const Context& context, const grpc::Status& status, const v1::Queue& q) {
  if (!status.ok()) return Fail(context, status);
  if (context.json || context.ndjson) {
    context.json ? PrintJson(QueueJson(q)) : PrintNdjson(QueueJson(q));
    return kOk;
  }
  const auto span = [](const google::protobuf::Duration& s) {
    return base::FormatSpan(base::SpanOf(s));
  };
  std::vector<std::vector<std::string>> rows = {
      {"URLs", std::to_string(q.url_count()) + ", of them " + std::to_string(q.settled_count()) +
                   " settled, " + std::to_string(q.leased_count()) + " leased"},
      {"delay", span(q.delay())}};
  if (q.has_operator_delay()) rows.push_back({"", span(q.operator_delay()) + " by an operator"});
  if (q.has_crawl_delay()) rows.push_back({"", span(q.crawl_delay()) + " by its robots.txt"});
  if (q.crawl_limit() > 0) {
    rows.push_back({"limit", std::to_string(q.crawl_limit()) + " completed URLs"});
  }
  rows.push_back({"rests", Until(q.rests_until_ms())});
  rows.push_back({"blocked", Until(q.blocked_until_ms()) +
                                 (q.blocked_why().empty() ? "" : ": " + q.blocked_why())});
  rows.push_back({"next due", q.next_due_ms() == 0 ? "nothing waits" : Instant(q.next_due_ms())});
  PrintTable({"QUEUE", q.crawl().empty() ? q.key() : q.key() + " of the crawl " + q.crawl()},
             rows);
  return kOk;
}

int List(const Context& context, const QueueOptions& options) {
  const auto stub = v1::Scheduling::NewStub(context.Channel("frontier"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::ListQueuesRequest request;
  request.set_host(options.host);
  request.set_crawl(options.crawl);
  request.set_limit(options.limit);
  const auto reader = stub->ListQueues(&call, request);
  Json all = Json::array();
  std::vector<std::vector<std::string>> rows;
  v1::Queue q;
  while (reader->Read(&q)) {
    if (context.ndjson) PrintNdjson(QueueJson(q));
    all.push_back(QueueJson(q));
    rows.push_back({q.key(), std::to_string(q.url_count()), std::to_string(q.leased_count()),
                    base::FormatSpan(base::SpanOf(q.delay())),
                    Instant(q.next_due_ms()), Instant(q.blocked_until_ms()), q.blocked_why()});
  }
  if (const auto status = reader->Finish(); !status.ok()) return Fail(context, status);
  if (context.json) PrintJson({{"queues", all}});
  if (!context.json && !context.ndjson)
    PrintTable({"QUEUE", "URLS", "LEASED", "DELAY", "NEXT DUE", "BLOCKED UNTIL", "WHY"}, rows);
  return kOk;
}

// A call about one queue, and what it is like then.
template <class Request>
int Ask(const Context& context, const QueueOptions& options, Request request,
        grpc::Status (v1::Scheduling::Stub::*method)(grpc::ClientContext*, const Request&,
                                                     v1::Queue*)) {
  const auto stub = v1::Scheduling::NewStub(context.Channel("frontier"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  request.set_key(options.key);
  request.set_crawl(options.crawl);
  v1::Queue queue;
  const grpc::Status status = (stub.get()->*method)(&call, request, &queue);
  return Print(context, status, queue);
}

int Show(const Context& context, const QueueOptions& options) {
  return Ask(context, options, v1::GetQueueRequest(), &v1::Scheduling::Stub::GetQueue);
}

int SetDelay(const Context& context, const QueueOptions& options) {
  v1::SetQueueDelayRequest request;
  request.set_dry_run(context.dry_run);
  if (options.span != "default") {
    const auto span = base::ParseSpan(options.span);
    if (!span.ok()) return Fail(context, span.status());
    *request.mutable_delay() = base::ToProto(*span);
  }
  return Ask(context, options, request, &v1::Scheduling::Stub::SetQueueDelay);
}

int Block(const Context& context, const QueueOptions& options, bool blocks) {
  v1::BlockQueueRequest request;
  request.set_dry_run(context.dry_run);
  if (blocks) {
    const auto span = base::ParseSpan(options.span);
    if (!span.ok()) return Fail(context, span.status());
    *request.mutable_lasts() = base::ToProto(*span);
    request.set_why(options.why);
  }
  return Ask(context, options, request, &v1::Scheduling::Stub::BlockQueue);
}

CLI::App* AddVerb(CLI::App* queues, Context& context, const std::string& name,
                  const std::string& help, const std::shared_ptr<QueueOptions>& options,
                  std::function<int()> action) {
  CLI::App* const verb = queues->add_subcommand(name, help);
  if (name != "list") {
    verb->add_option("queue", options->key, "The queue's key: host, or host:port")->required();
  }
  verb->add_option("--crawl", options->crawl, "Of this crawl of URLFrontier clients");
  verb->callback([&context, action = std::move(action)] { context.action = action; });
  return verb;
}

}  // namespace

void AddQueues(CLI::App& app, Context& context) {
  auto* queues = app.add_subcommand("queues", "Hosts: how much waits, until when, and why");
  queues->require_subcommand(1);
  const auto options = std::make_shared<QueueOptions>();
  auto* list = AddVerb(queues, context, "list", "All queues, by key", options,
                       [&context, options] { return List(context, *options); });
  list->add_option("--host", options->host, "Only keys that contain this");
  list->add_option("--limit", options->limit, "At most this many")
      ->check(CLI::Range(1u, 10'000u));
  AddVerb(queues, context, "show", "One queue: its delays, rest and block", options,
          [&context, options] { return Show(context, *options); })
      ->footer("Examples:\n  signboard queues show www.jxjaxzf.gov.cn");
  auto* delay = AddVerb(queues, context, "delay", "The least time between two fetches of a host",
                        options, [&context, options] { return SetDelay(context, *options); });
  delay->add_option("span", options->span, "As 500ms, 10s or 2m; default: none of its own")
      ->required();
  delay->footer("The greatest counts of this one, robots.txt's and [frontier] delay.\n"
                "Examples:\n  signboard queues delay www.jxjaxzf.gov.cn 10s\n"
                "  signboard queues delay www.jxjaxzf.gov.cn default");
  auto* block = AddVerb(queues, context, "block", "Fetches nothing of a host for a while", options,
                        [&context, options] { return Block(context, *options, true); });
  block->add_option("--for", options->span, "How long")->capture_default_str();
  block->add_option("--why", options->why, "For whoever asks");
  block->footer("Examples:\n  signboard queues block www.jxjaxzf.gov.cn --for 48h --why moving");
  AddVerb(queues, context, "unblock", "Ends a block, an operator's or a firewall's", options,
          [&context, options] { return Block(context, *options, false); });
}

}  // namespace signboard::cli
