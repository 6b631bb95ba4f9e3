// signboard: one program for every role and every verb. This file only routes.
#include <malloc.h>

#include <cstdio>

#include "deploy/signboard/archive_verbs.h"
#include "deploy/signboard/cli.h"
#include "deploy/signboard/data_verbs.h"
#include "proto/base/text.h"

namespace {

using signboard::cli::Context;

void AddGlobals(CLI::App& app, Context& context) {
  app.add_flag("--json", context.json, "One JSON document on stdout, errors too");
  app.add_flag("--ndjson", context.ndjson, "One JSON document a line, as they come");
  app.add_flag("--dry-run", context.dry_run, "Say what would be written, write nothing");
  app.add_option("--server", context.server, "gRPC address of the server")
      ->envname("SIGNBOARD_SERVER")
      ->capture_default_str();
  app.add_option("--token-file", context.token_file, "File with the bearer token");
  app.add_option("--timeout", context.timeout, "How long a call may take (30s, 5m)")
      ->check([](const std::string& text) {
        const auto span = signboard::base::ParseSpan(text);
        return span.ok() ? std::string() : signboard::base::ToString(span.status());
      })
      ->capture_default_str();
}

void AddVerbs(CLI::App& app, Context& context) {
  signboard::cli::AddRun(app, context);
  signboard::cli::AddRoles(app, context);
  signboard::cli::AddDemo(app, context);
  signboard::cli::AddCheck(app, context);
  signboard::cli::AddSeeds(app, context);
  signboard::cli::AddRecrawl(app, context);
  signboard::cli::AddSubmit(app, context);
  signboard::cli::AddImport(app, context);
  signboard::cli::AddExport(app, context);
  signboard::cli::AddLookup(app, context);
  signboard::cli::AddVersions(app, context);
  signboard::cli::AddDiff(app, context);
  signboard::cli::AddUrls(app, context);
  signboard::cli::AddAnnouncements(app, context);
  signboard::cli::AddAnnouncement(app, context);
  signboard::cli::AddCentres(app, context);
  signboard::cli::AddAlert(app, context);
  signboard::cli::AddCoverage(app, context);
  signboard::cli::AddShow(app, context);
  signboard::cli::AddDetect(app, context);
  signboard::cli::AddRule(app, context);
  signboard::cli::AddLabel(app, context);
  signboard::cli::AddRedetect(app, context);
  signboard::cli::AddStatus(app, context);
  signboard::cli::AddVerify(app, context);
  signboard::cli::AddBackup(app, context);
  signboard::cli::AddExplain(app, context);
  signboard::cli::AddQueues(app, context);
  signboard::cli::AddConfig(app, context);
  signboard::cli::AddBench(app, context);
  signboard::cli::AddVersionVerb(app, context);
  signboard::cli::AddCompletion(app, context);
}

// The deepest verb that was understood: where the words went wrong.
const CLI::App* Deepest(const CLI::App* app) {
  for (const auto chosen = app->get_subcommands(); !chosen.empty();)
    return Deepest(chosen.front());
  return app;
}

// "did you mean `lookup`?" for a word that is no verb or option.
std::string Suggest(const CLI::App& app, const std::vector<std::string>& words) {
  const CLI::App* deepest = Deepest(&app);
  std::vector<std::string> names;
  for (const CLI::App* sub : deepest->get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(sub->get_name());
  for (const CLI::App* level : {&app, deepest})
    for (const CLI::Option* option : level->get_options())
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
  for (const auto& word : words) {
    const auto nearest = signboard::base::NearestName(word.substr(0, word.find('=')), names);
    if (!nearest.empty()) return "Did you mean `" + nearest + "`?";
  }
  return "`signboard --help` lists the verbs.";
}

}  // namespace

int main(int argc, char** argv) {
  // glibc's own threshold grows with the first large body, and what is then freed stays in the
  // arena of the thread that had it. Fixed, what is large goes back to the system at once.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  Context context;
  CLI::App app("Signboard watches sites for new international communication centres, keeps every "
               "version of every page, and tells who must know.",
               "signboard");
  app.require_subcommand(0, 1);
  app.fallthrough();
  AddGlobals(app, context);
  AddVerbs(app, context);
  app.footer("First steps:\n  signboard run\n  signboard seeds add URL\n  signboard status");

  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForAllHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    // The words that fit nowhere are the ones worth a suggestion.
    std::vector<std::string> words = app.remaining(true);
    for (int i = 1; words.empty() && i < argc; ++i) words.emplace_back(argv[i]);
    const std::string hint = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ||
                                     dynamic_cast<const CLI::RequiredError*>(&error) != nullptr
                                 ? Suggest(app, words)
                                 : "`signboard --help` lists verbs and options.";
    for (int i = 1; i < argc; ++i)
      if (std::string_view(argv[i]) == "--json") context.json = true;
    signboard::cli::Fail(context, signboard::base::InvalidArgument(error.what()), hint);
    return signboard::cli::kUsage;
  }
  if (!context.action) {
    std::printf("%s", app.help().c_str());
    return signboard::cli::kUsage;
  }
  const int code = context.action();
  // A full disk or a closed pipe must not pass for success.
  if (std::fflush(stdout) != 0 && code == signboard::cli::kOk) return signboard::cli::kFailed;
  return code;
}
