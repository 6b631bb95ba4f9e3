// signboard import FILE.warc[.gz]...: other people's archives into ours.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "deploy/signboard/archive_verbs.h"
#include "deploy/signboard/import_run.h"
#include "deploy/signboard/place_codes.h"
#include "deploy/signboard/rule_folder.h"
#include "proto/base/rpc_client.h"
#include "proto/base/rpc_status.h"
#include "proto/base/text.h"

namespace signboard::cli {
namespace {

constexpr uint64_t kProblemsShown = 1'000;

struct Options {
  std::vector<std::string> files;
  std::string by;
  std::string place_code;
  std::string rules;
  int threads = 2;
  bool anew = false;
};

Json ProblemJson(const ImportProblem& problem) {
  return {{"file", problem.file},
          {"offset", problem.offset},
          {"why", base::ToValidUtf8(problem.why)}};
}

Json TallyJson(const ImportTally& tally, double seconds) {
  return {{"captures", tally.captures},     {"known", tally.known},
          {"revisits", tally.revisits},     {"unresolved", tally.unresolved},
          {"problems", tally.problems},     {"findings", tally.findings},
          {"announcements", tally.announcements},
          {"outcomes", tally.outcomes},     {"left_aside", tally.left_aside},
          {"bytes", tally.bytes_all},       {"seconds", seconds}};
}

// Rate, how much is done, and how long the rest will take.
class ProgressLine {
 public:
  void Show(const ImportTally& tally) {
    if (isatty(STDERR_FILENO) == 0) return;
    const std::chrono::duration<double> past = std::chrono::steady_clock::now() - begun_;
    if (tally.pass != pass_) began_pass_ = past.count();
    pass_ = tally.pass;
    const double share = tally.bytes_all == 0 ? 0
                                              : static_cast<double>(tally.bytes_done) /
                                                    static_cast<double>(tally.bytes_all);
    const double seconds = past.count() - began_pass_;
    const double left = share > 0 ? seconds / share - seconds : 0;
    const double count = static_cast<double>(tally.captures + tally.known);
    std::fprintf(stderr, "\r%s%3.0f %% of %s, %.0f captures, %.0f/s, %.0f s left   ",
                 tally.pass == 0 ? "" : "revisits: ", 100 * share, Bytes(tally.bytes_all).c_str(),
                 count, past.count() > 0 ? count / past.count() : 0, left);
    shown_ = true;
  }
  void End() {
    if (shown_) std::fprintf(stderr, "\n");
    shown_ = false;
  }

 private:
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  int pass_ = 0;
  double began_pass_ = 0;
  bool shown_ = false;
};

void PrintTally(const ImportTally& tally, bool dry_run) {
  std::printf("%s%llu captures new, %llu known before; %llu of them revisits\n",
              dry_run ? "would import: " : "", static_cast<unsigned long long>(tally.captures),
              static_cast<unsigned long long>(tally.known),
              static_cast<unsigned long long>(tally.revisits));
  for (const auto& [word, count] : tally.outcomes)
    std::printf("  %-12s %llu\n", word.c_str(), static_cast<unsigned long long>(count));
  for (const auto& [why, count] : tally.left_aside)
    std::printf("  left aside   %llu (%s)\n", static_cast<unsigned long long>(count),
                base::EscapeTerminal(why).c_str());
  std::printf("%llu findings, %llu announcements\n",
              static_cast<unsigned long long>(tally.findings),
              static_cast<unsigned long long>(tally.announcements));
  if (tally.unresolved > 0) {
    std::printf("%llu revisits of captures that are not kept: import those, then this again\n",
                static_cast<unsigned long long>(tally.unresolved));
  }
  if (tally.problems > 0) {
    std::printf("%llu records are bad\n", static_cast<unsigned long long>(tally.problems));
  }
}

Status CheckFiles(const std::vector<std::string>& files) {
  const bool has_stdin = std::find(files.begin(), files.end(), "-") != files.end();
  if (has_stdin && files.size() > 1)
    return base::InvalidArgument("- is standard input, and goes with no other file");
  return OkStatus();
}

StatusOr<Bringing> MakeBringing(const Context& context, const Options& options,
                                extract::SiteTemplates* templates) {
  Bringing bringing;
  bringing.who = options.by;
  bringing.templates = templates;
  if (!options.rules.empty()) {
    ASSIGN_OR_RETURN(bringing.limits.rules, ReadRuleFolder(options.rules));
  }
  const auto codes = std::make_shared<PlaceCodes>();
  if (options.place_code.empty() && !context.dry_run) {
    const Status loaded = codes->Load(context);
    if (loaded.code() == StatusCode::kUnavailable) return loaded;
    if (!loaded.ok()) std::fprintf(stderr, "signboard: the seeds' places are not known: %s\n",
                                   base::ToString(loaded).c_str());
  }
  bringing.place_code = [codes, code = options.place_code](const std::string& url) {
    return code.empty() ? codes->Of(url) : code;
  };
  return bringing;
}

int Import(const Context& context, const Options& options) {
  if (const Status good = CheckFiles(options.files); !good.ok()) return Fail(context, good);
  extract::SiteTemplates templates;
  auto bringing = MakeBringing(context, options, &templates);
  if (!bringing.ok()) return Fail(context, base::ToGrpc(bringing.status()));
  // Nobody is asked where nothing is written.
  CaptureStore store(context.dry_run ? base::Connect(context.server)
                                     : context.Channel("archive"));
  ImportRun run({options.files, std::move(*bringing), options.threads, context.dry_run,
                 options.anew},
                &store, context.server);
  ProgressLine line;
  Json problems = Json::array();
  uint64_t told = 0;
  run.on_problem = [&](const ImportProblem& problem) {
    if (context.ndjson) return PrintNdjson({{"problem", ProblemJson(problem)}});
    if (++told > kProblemsShown) return;
    if (context.json) return problems.push_back(ProblemJson(problem));
    line.End();
    std::fprintf(stderr, "%s:%llu: %s\n", base::EscapeTerminal(problem.file).c_str(),
                 static_cast<unsigned long long>(problem.offset),
                 base::EscapeTerminal(problem.why).c_str());
    if (told == kProblemsShown) std::fprintf(stderr, "signboard: further ones are only counted\n");
  };
  run.on_progress = [&](const ImportTally& tally) { line.Show(tally); };
  run.on_resume = [&](const ImportPlace& place) {
    std::fprintf(stderr, "signboard: goes on in %s at %llu; --anew begins again\n",
                 base::EscapeTerminal(options.files[place.file]).c_str(),
                 static_cast<unsigned long long>(place.offset));
  };
  const auto begun = std::chrono::steady_clock::now();
  const Status status = run.Go();
  line.End();
  if (!status.ok()) {
    return Fail(context, base::ToGrpc(status),
                status.code() == StatusCode::kNotFound
                    ? ""
                    : "What was acknowledged is kept; the same command goes on from there.");
  }
  const ImportTally& tally = run.tally();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  Json document = TallyJson(tally, took.count());
  document["dry_run"] = context.dry_run;
  if (context.ndjson) PrintNdjson({{"summary", document}});
  if (context.json) {
    document["bad_records"] = std::move(problems);
    PrintJson(document);
  }
  if (!context.json && !context.ndjson) PrintTally(tally, context.dry_run);
  return tally.problems + tally.unresolved > 0 ? kPartly : kOk;
}

}  // namespace

void AddImport(CLI::App& app, Context& context) {
  auto o = std::make_shared<Options>();
  auto* verb = app.add_subcommand("import", "WARC files into the archive, read as if fetched");
  verb->add_option("file", o->files, "FILE.warc, .warc.gz, .warc.zst; - is standard input")
      ->required();
  verb->add_option("--by", o->by, "Who brings them; stored and shown with each capture");
  verb->add_option("--code", o->place_code, "Place of the sites (GB/T 2260); else that of seeds");
  verb->add_option("--rules", o->rules, "Changed files of crawler/extract/data");
  verb->add_option("--threads", o->threads, "Pages read at once")->check(CLI::Range(1, 64));
  verb->add_flag("--anew", o->anew, "From the beginning, whatever an earlier import did");
  verb->footer("Examples:\n  signboard import crawl-2024.warc.gz\n"
               "  signboard import *.warc.gz --by 'Li Wei' --code 360925");
  verb->callback([&context, o] { context.action = [&context, o] { return Import(context, *o); }; });
}

}  // namespace signboard::cli
