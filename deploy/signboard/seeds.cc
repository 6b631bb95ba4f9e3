// signboard seeds add|list|check|pause|resume|remove|export|backfill
#include <cstdio>
#include <optional>

#include "deploy/signboard/answers.h"
#include "deploy/signboard/cli.h"
#include "deploy/signboard/guest_seeds.h"
#include "deploy/signboard/seed_list.h"

namespace signboard::cli {
namespace {

constexpr int kSeedsPerCall = 1'000;

struct AddOptions {
  std::vector<std::string> arguments;
  std::string kind;
  std::string code;
  // Of the scope; any of them says the whole scope.
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  std::optional<uint32_t> depth;
  std::optional<std::string> path;
  bool subdomains = false;
  std::string urlfrontier;  // Of somebody else; empty: our own frontier.
  std::string crawl = "signboard";

  bool SaysScope() const {
    return subdomains || depth || path || !include.empty() || !exclude.empty();
  }
};

v1::Scope ScopeOf(const AddOptions& options) {
  v1::Scope scope;
  for (const auto& rule : options.include) scope.add_include(rule);
  for (const auto& rule : options.exclude) scope.add_exclude(rule);
  scope.set_depth_max(options.depth.value_or(0));
  scope.set_subdomains(options.subdomains);
  scope.set_path_prefix(options.path.value_or(""));
  return scope;
}

// In a few words, for a table.
std::string ScopeText(const v1::Scope& scope) {
  std::string text = scope.subdomains() ? "*." + scope.host() : scope.host();
  text += scope.path_prefix();
  if (scope.depth_max() > 0) text += ", depth " + std::to_string(scope.depth_max());
  for (const auto& rule : scope.include()) text += " +" + rule;
  for (const auto& rule : scope.exclude()) text += " -" + rule;
  return text;
}

using gateway::SeedJson;

StatusOr<std::vector<v1::Seed>> Gather(const AddOptions& options) {
  std::vector<v1::Seed> all;
  for (const auto& argument : options.arguments) {
    ASSIGN_OR_RETURN(auto seeds, ReadSeeds(argument));
    for (auto& seed : seeds) {
      if (!options.kind.empty()) seed.set_kind(options.kind);
      if (!options.code.empty()) seed.set_code(options.code);
      if (options.SaysScope()) *seed.mutable_scope() = ScopeOf(options);
      all.push_back(std::move(seed));
    }
  }
  return all;
}

struct Tally {
  int added = 0;
  int known = 0;
  int refused = 0;
  Json rows = Json::array();
};

void Count(const v1::AddSeedsReply& reply, const Context& context, Tally* tally) {
  for (const auto& result : reply.results()) {
    if (!result.error().empty()) {
      ++tally->refused;
      if (!context.json)
        std::fprintf(stderr, "refused: %s\n", result.error().c_str());
    } else {
      ++(result.added() ? tally->added : tally->known);
    }
    tally->rows.push_back(
        {{"url", result.url()}, {"added", result.added()}, {"error", result.error()}});
  }
}

// To our own frontier.
Status Send(const Context& context, const std::vector<v1::Seed>& seeds, bool dry_run,
            Tally* tally) {
  const auto stub = v1::Scheduling::NewStub(context.Channel("frontier"));
  for (size_t first = 0; first < seeds.size(); first += kSeedsPerCall) {
    v1::AddSeedsRequest request;
    request.set_dry_run(dry_run);
    for (size_t i = first; i < std::min(seeds.size(), first + kSeedsPerCall); ++i)
      *request.add_seeds() = seeds[i];
    grpc::ClientContext call;
    RETURN_IF_ERROR(context.Prepare(&call));
    v1::AddSeedsReply reply;
    if (const auto status = stub->AddSeeds(&call, request, &reply); !status.ok())
      return StatusOf(context, status);
    Count(reply, context, tally);
  }
  return OkStatus();
}

int Add(const Context& context, const AddOptions& options, bool dry_run) {
  auto seeds = Gather(options);
  if (!seeds.ok()) return Fail(context, seeds.status());
  if (seeds->empty()) return Fail(context, base::InvalidArgument("no seeds given"));
  Tally tally;
  Status sent;
  if (options.urlfrontier.empty()) {
    sent = Send(context, *seeds, dry_run, &tally);
  } else {
    const auto reply =
        PutSeeds({options.urlfrontier, options.crawl, context.Deadline()}, *seeds, dry_run);
    sent = reply.ok() ? OkStatus() : base::Annotate(reply.status(), options.urlfrontier);
    if (reply.ok()) Count(*reply, context, &tally);
  }
  if (!sent.ok()) return Fail(context, sent);
  if (context.json) {
    PrintJson({{"added", tally.added},
               {"known", tally.known},
               {"refused", tally.refused},
               {"dry_run", dry_run},
               {"seeds", tally.rows}});
  } else {
    std::printf("%s%d new, %d known before, %d refused\n", dry_run ? "would add: " : "",
                tally.added, tally.known, tally.refused);
  }
  if (tally.refused == 0) return kOk;
  return tally.added + tally.known > 0 ? kPartly : kUsage;
}

int List(const Context& context, const std::string& host, bool as_csv) {
  const auto stub = v1::Scheduling::NewStub(context.Channel("frontier"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::ListSeedsRequest request;
  request.set_host(host);
  const auto reader = stub->ListSeeds(&call, request);
  Json all = Json::array();
  std::vector<std::vector<std::string>> rows;
  if (as_csv) {
    std::printf("url,kind,code,state,added,note,include,exclude,depth,subdomains,path\n");
  }
  v1::Seed seed;
  while (reader->Read(&seed)) {
    if (context.ndjson) {
      PrintNdjson(SeedJson(seed));
    } else if (context.json) {
      all.push_back(SeedJson(seed));
    } else if (as_csv) {
      std::printf("%s,%s,%s,%s,%s,%s", CsvField(seed.url()).c_str(),
                  CsvField(seed.kind()).c_str(), CsvField(seed.code()).c_str(),
                  CsvField(seed.state()).c_str(), Instant(seed.added_ms()).c_str(),
                  CsvField(seed.note()).c_str());
      for (const auto& field : ScopeFields(seed.scope()))
        std::printf(",%s", CsvField(field).c_str());
      std::printf("\n");
    } else {
      rows.push_back({seed.url(), seed.kind(), seed.code(), seed.state(),
                      Instant(seed.added_ms()), ScopeText(seed.scope())});
    }
  }
  if (const auto status = reader->Finish(); !status.ok()) return Fail(context, status);
  if (context.json) PrintJson({{"seeds", all}});
  if (!context.json && !context.ndjson && !as_csv)
    PrintTable({"URL", "KIND", "CODE", "STATE", "ADDED", "SCOPE"}, rows);
  return kOk;
}

struct BackfillOptions {
  std::vector<std::string> urls;
  std::string since;
  bool stop = false;
  bool status = false;
};

void PrintBackfills(const v1::BackfillSeedsReply& reply) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& seed : reply.seeds()) {
    const v1::Backfill& past = seed.backfill();
    rows.push_back({seed.url(), past.state().empty() ? "-" : past.state(),
                    past.since().empty() ? "-" : past.since(), std::to_string(past.done()),
                    std::to_string(past.waiting()), std::to_string(past.held())});
  }
  PrintTable({"SEED", "BACKFILL", "SINCE", "DONE", "WAITING", "ASIDE"}, rows);
  for (const auto& url : reply.unknown()) std::fprintf(stderr, "no such seed: %s\n", url.c_str());
}

int Backfill(const Context& context, const BackfillOptions& options) {
  v1::BackfillSeedsRequest request;
  request.set_since(options.since);
  request.set_stop(options.stop);
  // With --status nothing is changed: it is told how things stand.
  request.set_dry_run(options.status || context.dry_run);
  for (const auto& url : options.urls) request.add_urls(url);
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::BackfillSeedsReply reply;
  const auto stub = v1::Scheduling::NewStub(context.Channel("frontier"));
  if (const auto status = stub->BackfillSeeds(&call, request, &reply); !status.ok())
    return Fail(context, status);
  if (context.json) {
    Json seeds = Json::array();
    for (const auto& seed : reply.seeds()) seeds.push_back(SeedJson(seed));
    PrintJson({{"seeds", seeds},
               {"unknown", std::vector<std::string>(reply.unknown().begin(),
                                                    reply.unknown().end())},
               {"dry_run", request.dry_run()}});
  } else {
    PrintBackfills(reply);
  }
  if (reply.unknown().empty()) return kOk;
  return reply.seeds().empty() ? kNotFound : kPartly;
}

int Change(const Context& context, v1::ChangeSeedsRequest::Change change,
           const std::vector<std::string>& urls) {
  v1::ChangeSeedsRequest request;
  request.set_change(change);
  request.set_dry_run(context.dry_run);
  for (const auto& url : urls) request.add_urls(url);
  const auto stub = v1::Scheduling::NewStub(context.Channel("frontier"));
  grpc::ClientContext call;
  if (const Status ready = context.Prepare(&call); !ready.ok()) return Fail(context, ready);
  v1::ChangeSeedsReply reply;
  if (const auto status = stub->ChangeSeeds(&call, request, &reply); !status.ok())
    return Fail(context, status);
  if (context.json) {
    PrintJson(
        {{"changed", std::vector<std::string>(reply.changed().begin(), reply.changed().end())},
         {"unknown", std::vector<std::string>(reply.unknown().begin(), reply.unknown().end())},
         {"dry_run", context.dry_run}});
  } else {
    for (const auto& url : reply.changed()) std::printf("%s\n", url.c_str());
    for (const auto& url : reply.unknown())
      std::fprintf(stderr, "no such seed: %s\n", url.c_str());
  }
  if (reply.unknown().empty()) return kOk;
  return reply.changed().empty() ? kNotFound : kPartly;
}

void AddBackfill(CLI::App& seeds, Context& context) {
  auto* verb = seeds.add_subcommand(
      "backfill", "Fetches a site's past: the later pages of its lists and what they link to");
  auto options = std::make_shared<BackfillOptions>();
  verb->add_option("url", options->urls, "The seed's URL")->required();
  verb->add_option("--since", options->since,
                   "Lists are followed until all they show is older: 2018-01-01");
  auto* stop = verb->add_flag("--stop", options->stop, "Ends it; what was fetched stays");
  verb->add_flag("--status", options->status, "Only says how far it is")->excludes(stop);
  verb->callback([&context, options] {
    context.action = [&context, options] { return Backfill(context, *options); };
  });
  verb->footer("It goes behind everything else that its hosts have to give, and over restarts.");
}

}  // namespace

void AddSeeds(CLI::App& app, Context& context) {
  auto* seeds = app.add_subcommand("seeds", "The sites that are watched");
  seeds->require_subcommand(1);
  auto options = std::make_shared<AddOptions>();
  for (const bool check : {false, true}) {
    auto* verb = seeds->add_subcommand(check ? "check" : "add",
                                       check ? "Says what `add` would do, and why not"
                                             : "Adds sites: URLs, files, or - for stdin");
    verb->add_option("seed", options->arguments, "URL, FILE (a list or CSV with a url column) or -")
        ->required();
    verb->add_option("--kind", options->kind,
                     "government, convergence_media, news_portal or wechat");
    verb->add_option("--code", options->code, "GB/T 2260 code of the place");
    verb->add_flag("--subdomains", options->subdomains, "Hosts below the seed's belong to it");
    verb->add_option("--path", options->path, "Only pages whose path begins so");
    verb->add_option("--depth", options->depth, "At most so many links away from the seed")
        ->check(CLI::Range(1u, 1'000u));
    verb->add_option("--include", options->include,
                     "Only pages whose path and query a rule matches: /news/*, *.html$; again for "
                     "more");
    verb->add_option("--exclude", options->exclude,
                     "No pages that such a rule matches; it beats --include");
    verb->add_option("--urlfrontier", options->urlfrontier,
                     "HOST:PORT of a URLFrontier that is not Signboard's, for `signboard crawler "
                     "--urlfrontier`");
    verb->add_option("--crawl", options->crawl, "The crawlID there")->capture_default_str();
    verb->callback([&context, options, check] {
      context.action = [&context, options, check] {
        return Add(context, *options, check || context.dry_run);
      };
    });
    if (!check)
      verb->footer(
          "Any of --subdomains, --path, --depth, --include and --exclude says the whole scope of\n"
          "the seed; with none of them a known seed keeps its own.\n"
          "Example: signboard seeds add https://www.jxjaxzf.gov.cn/ --code 360925");
  }
  auto host = std::make_shared<std::string>();
  for (const bool as_csv : {false, true}) {
    auto* verb = seeds->add_subcommand(as_csv ? "export" : "list",
                                       as_csv ? "All seeds as CSV" : "All seeds");
    verb->add_option("--host", *host, "Only those whose host contains this");
    verb->callback([&context, host, as_csv] {
      context.action = [&context, host, as_csv] { return List(context, *host, as_csv); };
    });
  }
  AddBackfill(*seeds, context);
  auto urls = std::make_shared<std::vector<std::string>>();
  const std::tuple<const char*, const char*, v1::ChangeSeedsRequest::Change> changes[] = {
      {"pause", "Stops fetching a site; nothing is forgotten", v1::ChangeSeedsRequest::PAUSE},
      {"resume", "Goes on with a paused site", v1::ChangeSeedsRequest::RESUME},
      {"remove", "Forgets a seed; what was captured stays", v1::ChangeSeedsRequest::REMOVE}};
  for (const auto& [name, help, change] : changes) {
    auto* verb = seeds->add_subcommand(name, help);
    verb->add_option("url", *urls, "The seed's URL")->required();
    verb->callback([&context, urls, change = change] {
      context.action = [&context, urls, change] { return Change(context, change, *urls); };
    });
  }
}

}  // namespace signboard::cli
