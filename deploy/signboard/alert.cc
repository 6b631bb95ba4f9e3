// signboard alert add|list|test|pause|resume|remove|deliveries|replay
#include <algorithm>
#include <cstdio>

#include "deploy/signboard/cli.h"
#include "proto/base/rpc_status.h"
#include "proto/base/span.h"
#include "proto/base/text.h"
#include "signboard/v1/register.grpc.pb.h"
#include "storage/gateway/alert_words.h"
#include "storage/gateway/register_filter.h"

namespace signboard::cli {
namespace {

constexpr size_t kSecretFileBytesMax = 4'096;

struct AddOptions {
  std::string target;
  gateway::FilterWords words;
  std::vector<std::string> types;
  std::vector<std::string> urls;
  std::string secret_file;
  std::string interval;
  std::string note;
  uint32_t burst = 0;
  bool every_source = false;
};

struct LogOptions {
  std::string id;
  std::string since;
  uint32_t limit = 100;
  bool payload = false;
};

std::unique_ptr<v1::Register::Stub> Stub(const Context& context) {
  return v1::Register::NewStub(context.Channel("register"));
}

StatusOr<std::string> ReadSecret(const std::string& file) {
  std::FILE* const in = std::fopen(file.c_str(), "rb");
  if (in == nullptr) return base::InvalidArgument("--secret-file: cannot read " + file);
  std::string text(kSecretFileBytesMax, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), in));
  std::fclose(in);
  return gateway::ParseSecret(base::TrimAscii(text));
}

StatusOr<v1::Subscription> Wanted(const AddOptions& options, bool dry_run) {
  v1::Subscription wanted;
  wanted.set_target(options.target);
  ASSIGN_OR_RETURN(*wanted.mutable_filter(),
                   gateway::MakeFilter(options.words, base::SystemClock().Now()));
  for (const std::string& type : options.types) wanted.add_types(type);
  for (const std::string& url : options.urls) wanted.add_urls(url);
  if (!options.secret_file.empty()) {
    ASSIGN_OR_RETURN(*wanted.mutable_secret(), ReadSecret(options.secret_file));
  }
  if (!options.interval.empty()) {
    const auto span = base::ParseSpan(options.interval);
    if (!span.ok()) return base::Annotate(span.status(), "interval");
    *wanted.mutable_interval() = ToProto(*span);
  }
  wanted.set_note(options.note);
  wanted.set_burst(options.burst);
  wanted.set_every_source(options.every_source);
  wanted.set_dry_run(dry_run);
  return wanted;
}

int Put(const Context& context, const v1::Subscription& wanted) {
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::Subscription made;
  if (const auto status = Stub(context)->PutSubscription(&call, wanted, &made); !status.ok())
    return Fail(context, status, "signboard alert add --help has examples");
  if (context.json) {
    Json json = gateway::SubscriptionJson(made, true);
    json["dry_run"] = context.dry_run;
    PrintJson(json);
    return kOk;
  }
  std::printf("%s  %s  %s\n", made.id().empty() ? "(new)" : made.id().c_str(),
              made.state().c_str(), base::EscapeTerminal(made.target()).c_str());
  if (!made.secret().empty()) {
    std::fprintf(stderr, "It signs with the secret below, which is not shown again.\n");
    std::printf("%s\n", gateway::SecretText(made.secret()).c_str());
  }
  return kOk;
}

int Add(const Context& context, const AddOptions& options) {
  const auto wanted = Wanted(options, context.dry_run);
  if (!wanted.ok())
    return Fail(context, wanted.status(), "signboard alert add --help has examples");
  return Put(context, *wanted);
}

StatusOr<std::vector<v1::Subscription>> All(const Context& context) {
  grpc::ClientContext call;
  RETURN_IF_ERROR(context.Prepare(&call));
  const auto stub = Stub(context);
  const auto reader = stub->ListSubscriptions(&call, v1::ListSubscriptionsRequest());
  std::vector<v1::Subscription> all;
  for (v1::Subscription one; reader->Read(&one);) all.push_back(one);
  RETURN_IF_ERROR(base::FromGrpc(reader->Finish()));
  return all;
}

int List(const Context& context) {
  const auto all = All(context);
  if (!all.ok()) return Fail(context, base::ToGrpc(all.status()));
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const v1::Subscription& one : *all) {
    if (context.ndjson) PrintNdjson(gateway::SubscriptionJson(one, true));
    json.push_back(gateway::SubscriptionJson(one, true));
    std::string types;
    for (const std::string& type : one.types()) types += (types.empty() ? "" : " ") + type;
    std::string trouble;
    if (one.failing_since_ms() != 0)
      trouble = "since " + Instant(one.failing_since_ms()) + ": " + one.last_error();
    rows.push_back({one.id(), one.state(), one.target(), types, std::to_string(one.pending()),
                    Instant(one.last_delivered_ms()), trouble.empty() ? "-" : trouble});
  }
  if (context.json) PrintJson({{"subscriptions", json}});
  if (!context.json && !context.ndjson)
    PrintTable({"ID", "STATE", "TARGET", "TYPES", "PENDING", "DELIVERED", "FAILS"}, rows);
  return kOk;
}

// Paused, or taken up again: also after its target was given up.
int SetPaused(const Context& context, const std::string& id, bool paused) {
  const auto all = All(context);
  if (!all.ok()) return Fail(context, base::ToGrpc(all.status()));
  for (v1::Subscription one : *all) {
    if (one.id() != id) continue;
    one.set_paused(paused);
    one.set_dry_run(context.dry_run);
    return Put(context, one);
  }
  return Fail(context, base::NotFound("no subscription " + id), "signboard alert list");
}

int Remove(const Context& context, const std::string& id) {
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::DeleteSubscriptionRequest request;
  request.set_id(id);
  request.set_dry_run(context.dry_run);
  v1::DeleteSubscriptionReply reply;
  if (const auto status = Stub(context)->DeleteSubscription(&call, request, &reply); !status.ok())
    return Fail(context, status, "signboard alert list");
  if (context.json) PrintJson({{"removed", id}, {"dry_run", context.dry_run}});
  return kOk;
}

int Test(const Context& context, const std::string& id) {
  if (context.dry_run)
    return Fail(context, base::InvalidArgument("a test that sends nothing tests nothing"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::TestSubscriptionRequest request;
  request.set_id(id);
  v1::TestSubscriptionReply reply;
  if (const auto status = Stub(context)->TestSubscription(&call, request, &reply); !status.ok())
    return Fail(context, status, "signboard alert list");
  if (context.json) {
    PrintJson({{"delivered", reply.delivered()},
               {"id", reply.message_id()},
               {"seconds", Seconds(reply.elapsed())},
               {"error", reply.error().empty() ? Json(nullptr) : Json(reply.error())}});
  } else {
    std::printf("%s  %s  %s\n", reply.message_id().c_str(),
                reply.delivered() ? "delivered" : "failed",
                base::EscapeTerminal(reply.error()).c_str());
  }
  return reply.delivered() ? kOk : kFailed;
}

int Replay(const Context& context, const LogOptions& options) {
  const auto since = gateway::StartOf("--since", options.since, base::SystemClock().Now());
  if (!since.ok()) return Fail(context, since.status());
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::ReplayDeliveriesRequest request;
  request.set_subscription_id(options.id);
  request.set_since_ms(*since);
  request.set_dry_run(context.dry_run);
  v1::ReplayDeliveriesReply reply;
  if (const auto status = Stub(context)->ReplayDeliveries(&call, request, &reply); !status.ok())
    return Fail(context, status, "signboard alert list");
  if (context.json) {
    PrintJson({{"replayed", reply.count()}, {"dry_run", context.dry_run}});
  } else {
    std::printf("%llu messages%s\n", static_cast<unsigned long long>(reply.count()),
                context.dry_run ? " would be sent again" : " are sent again");
  }
  return kOk;
}

int Deliveries(const Context& context, const LogOptions& options) {
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::ListDeliveriesRequest request;
  request.set_subscription_id(options.id);
  request.set_limit(options.limit);
  request.set_with_payload(options.payload);
  const auto stub = Stub(context);
  const auto reader = stub->ListDeliveries(&call, request);
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (v1::Delivery one; reader->Read(&one);) {
    if (context.ndjson) PrintNdjson(gateway::DeliveryJson(one));
    if (context.json) json.push_back(gateway::DeliveryJson(one));
    rows.push_back({std::to_string(one.number()), Instant(one.created_ms()), one.type(),
                    one.state(), std::to_string(one.attempt_count()),
                    Instant(one.delivered_ms()), one.last_error().empty() ? "-" : one.last_error(),
                    one.id()});
  }
  if (const auto status = reader->Finish(); !status.ok())
    return Fail(context, status, "signboard alert list");
  if (context.json) PrintJson({{"deliveries", json}});
  if (!context.json && !context.ndjson)
    PrintTable({"NUMBER", "MADE", "TYPE", "STATE", "ATTEMPTS", "DELIVERED", "ERROR", "ID"}, rows);
  return kOk;
}

void AddAdd(CLI::App& alert, Context& context) {
  auto o = std::make_shared<AddOptions>();
  auto* verb = alert.add_subcommand("add", "Subscribes a target to what is found from now on");
  verb->add_option("target", o->target,
                   "https://… (Standard Webhooks) or mailto:who@example.org")
      ->required();
  verb->add_option("--since", o->words.since, "Also what was found since: 7d, 2025-11-18");
  verb->add_option("--province", o->words.province, "江西, 江西省, Jiangxi or 360000");
  verb->add_option("--place", o->words.place, "A place and all below it: 宜春, 360900");
  verb->add_option("--level", o->words.level, "province, prefecture, county or other");
  verb->add_option("--min-score", o->words.min_score, "At least this sure, 0 to 1");
  verb->add_option("--type", o->types,
                   "announcement.new, .updated, .merged, .retracted; site.silent, .blocked,\n"
                   ".recovered; ops; a first word for all of them; page.changed, .gone of\n"
                   "each --url; again for more. Without: new, merged and retracted announcements");
  verb->add_option("--url", o->urls, "A page whose page.changed and page.gone are wanted");
  verb->add_flag("--every-source", o->every_source, "A message for each page that reports it, too");
  verb->add_option("--burst", o->burst, "So many messages an interval, the rest in one")
      ->check(CLI::Range(1u, 1'000u));
  verb->add_option("--interval", o->interval,
                   "That interval: 10m; of mail, how often a digest comes: 1h, 1d (default), 7d");
  verb->add_option("--secret-file", o->secret_file,
                   "File with the whsec_… secret that signs; without, one is made");
  verb->add_option("--note", o->note, "For people");
  verb->footer("Examples:\n"
               "  signboard alert add https://hooks.example/signboard --province 江西\n"
               "  signboard alert add https://hooks.example/desk --level county --interval 1d\n"
               "  signboard alert add mailto:desk@example.org --place 宜春 --interval 7d\n"
               "  signboard alert add https://hooks.example/ops --type ops");
  verb->callback([&context, o] { context.action = [&context, o] { return Add(context, *o); }; });
}

}  // namespace

void AddAlert(CLI::App& app, Context& context) {
  auto* alert =
      app.add_subcommand("alert", "Who is told of what is found, and what they were told");
  alert->require_subcommand(1);
  AddAdd(*alert, context);
  alert->add_subcommand("list", "All subscriptions")->callback([&context] {
    context.action = [&context] { return List(context); };
  });
  auto o = std::make_shared<LogOptions>();
  const auto with_id = [&](const char* name, const char* help, std::function<int()> action) {
    auto* verb = alert->add_subcommand(name, help);
    verb->add_option("id", o->id, "The subscription")->required();
    verb->callback([&context, action = std::move(action)] { context.action = action; });
    return verb;
  };
  with_id("test", "Sends one message at once and says what came of it",
          [&context, o] { return Test(context, o->id); });
  with_id("pause", "Tells it nothing until it is resumed",
          [&context, o] { return SetPaused(context, o->id, true); });
  with_id("resume", "Goes on where it stood; also with a target that was given up",
          [&context, o] { return SetPaused(context, o->id, false); });
  with_id("remove", "Forgets it and what it still had to be told",
          [&context, o] { return Remove(context, o->id); });
  auto* deliveries = with_id("deliveries", "What it was told, newest first; kept 30 days",
                             [&context, o] { return Deliveries(context, *o); });
  deliveries->add_option("--limit", o->limit, "At most this many")
      ->check(CLI::Range(1u, 10'000u))
      ->capture_default_str();
  deliveries->add_flag("--payload", o->payload, "With what was sent (--json)");
  auto* replay = with_id("replay", "Sends once more what it was told, with the same ids",
                         [&context, o] { return Replay(context, *o); });
  replay->add_option("--since", o->since, "Since: 7d, 2025-11-18, 2025-11-18T08:00:00Z")
      ->required();
}

}  // namespace signboard::cli
