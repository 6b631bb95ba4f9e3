// signboard label fit: weights for the detector's features, from labelled pages.
#include <cstdio>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "crawler/extract/features.h"
#include "deploy/signboard/cli.h"
#include "deploy/signboard/label_verbs.h"
#include "deploy/signboard/rule_folder.h"
#include "deploy/signboard/score_fit.h"
#include "deploy/signboard/text_file.h"
#include "proto/base/digest.h"

namespace signboard::cli {
namespace {

struct FitOptions {
  std::vector<std::string> gold;
  std::string rules;
  std::string out;
  std::string report;
};

Json FitJson(const ScoreFit& fit) {
  Json json = {{"rows", fit.rows},
               {"announcements", fit.ones},
               {"lambda", fit.lambda},
               {"threshold", fit.weights.threshold},
               {"log_loss", fit.loss},
               {"prior_log_loss", fit.prior_loss},
               {"left_out", {{"true_positives", fit.true_positives},
                             {"false_positives", fit.false_positives},
                             {"false_negatives", fit.false_negatives}}},
               {"weights", {{"bias", fit.weights.bias.value}}}};
  for (size_t i = 0; i < extract::kFeatureCount; ++i) {
    const auto feature = static_cast<extract::Feature>(i);
    json["weights"][std::string(extract::InfoOf(feature).name)] = fit.weights.Of(feature);
  }
  return json;
}

// The fit, and what its labels are.
StatusOr<std::pair<ScoreFit, std::string>> FitFrom(const FitOptions& options) {
  ASSIGN_OR_RETURN(const auto rules, ReadRuleFolder(options.rules));
  const extract::UseRules use(rules.get());
  std::vector<LabelledFinding> rows;
  std::string source;
  size_t pages = 0;
  for (const std::string& file : options.gold) {
    ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
    std::istringstream in(text);
    ASSIGN_OR_RETURN(const std::vector<GoldPage> set, ReadGoldSet(in, file));
    for (const GoldPage& page : set) AddRows(page, &rows);
    pages += set.size();
    source += "SHA-256 " + base::ToHex(base::Sha256(text)).substr(0, 16) + "…, ";
  }
  source += std::to_string(pages) + " pages";
  ASSIGN_OR_RETURN(ScoreFit fit, FitScores(rows, extract::WeightsInForce()));
  return std::pair(std::move(fit), std::move(source));
}

int Fit(const Context& context, const FitOptions& options) {
  const auto made = FitFrom(options);
  if (!made.ok()) return Fail(context, made.status());
  const auto& [fit, source] = *made;
  const std::string report = FitReport(fit, source);
  if (!context.dry_run) {
    Status written;
    if (!options.out.empty()) written = WriteFile(options.out, WeightsText(fit.weights));
    if (written.ok() && !options.report.empty()) written = WriteFile(options.report, report);
    if (!written.ok()) return Fail(context, written);
  }
  if (context.json || context.ndjson) {
    PrintJson(FitJson(fit));
  } else if (options.out.empty()) {
    std::printf("%s", WeightsText(fit.weights).c_str());
  } else {
    std::printf("%s", report.c_str());
  }
  return kOk;
}

}  // namespace

void AddLabel(CLI::App& app, Context& context) {
  auto* label = app.add_subcommand("label", "What people say of findings, and scores made of it");
  label->require_subcommand(1);
  AddLabelExport(label, context);
  AddLabelImport(label, context);
  auto* verb = label->add_subcommand(
      "fit", "Fit the weights of the detector's score to labelled pages; needs no server");
  auto options = std::make_shared<FitOptions>();
  verb->add_option("--gold", options->gold,
                   "Labelled pages, one JSON object a line (tests/data/gold/README.md)")
      ->required();
  verb->add_option("-o,--out", options->out,
                   "Write the weights here (weights.txt); else to stdout");
  verb->add_option("--report", options->report, "Write how they came about here");
  AddRulesOption(verb, &options->rules);
  verb->footer("The same labels and rules give the same bytes. A folder with the weights is tried\n"
               "by --rules; compiled in, they are crawler/extract/data/weights.txt.\n"
               "Examples:\n  signboard label fit --gold mine.jsonl -o my-rules/weights.txt\n"
               "  signboard rule score --gold others.jsonl --rules my-rules/");
  verb->callback([&context, options] {
    context.action = [&context, options] { return Fit(context, *options); };
  });
}

}  // namespace signboard::cli
