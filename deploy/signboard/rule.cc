// signboard rule score --gold FILE.jsonl [--known FILE]: is the detector right on labelled pages?
#include <algorithm>
#include <cstdio>
#include <optional>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/gold_score.h"
#include "deploy/signboard/rule_folder.h"
#include "deploy/signboard/rule_verbs.h"
#include "deploy/signboard/text_file.h"
#include "proto/base/text.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

constexpr size_t kMistakesShown = 1'000;
constexpr size_t kMistakeCharsMax = 60;

struct ScoreOptions {
  std::string gold;
  std::string known;
  std::string rules;
};

StatusOr<std::optional<extract::KnownCentres>> ReadKnown(const std::string& file) {
  if (file.empty()) return std::optional<extract::KnownCentres>();
  ASSIGN_OR_RETURN(const std::string csv, ReadFile(file));
  ASSIGN_OR_RETURN(extract::KnownCentres known, extract::KnownCentres::Parse(csv));
  return std::optional(std::move(known));
}

Json MistakeJson(const GoldScore::Mistake& mistake) {
  return {{"id", mistake.id}, {"what", mistake.what}, {"wanted", mistake.wanted},
          {"found", mistake.found}};
}

std::string Percent(const Json& share) {
  char text[80];
  std::snprintf(text, sizeof text, "%.3f  (%.3f to %.3f)  %zu of %zu",
                share["value"].get<double>(), share["low"].get<double>(),
                share["high"].get<double>(), share["right"].get<size_t>(),
                share["of"].get<size_t>());
  return text;
}

void PrintForPeople(const Json& summary) {
  std::vector<std::vector<std::string>> rows = {
      {"precision", Percent(summary["page"]["precision"])},
      {"recall", Percent(summary["page"]["recall"])},
      {"foundings found", Percent(summary["foundings"])},
      {"fields", Percent(summary["fields"]["accuracy"])}};
  for (const auto& [key, share] : summary["fields"]["by_field"].items())
    rows.push_back({"  " + key, Percent(share)});
  rows.push_back({"pairs precision", Percent(summary["clustering"]["precision"])});
  rows.push_back({"pairs recall", Percent(summary["clustering"]["recall"])});
  for (const auto& [name, share] : summary["classes"].items())
    rows.push_back({"class " + name, Percent(share)});
  PrintTable({"OF " + std::to_string(summary["pages"].get<size_t>()) + " PAGES",
              "VALUE  (95 %)  COUNT"},
             rows);
  const auto shorter = [](const std::string& text) {
    return base::EscapeTerminal(std::string(base::TruncateUtf8(text, kMistakeCharsMax)));
  };
  for (const Json& mistake : summary["mistakes"])
    std::printf("%s  %s  wanted %s  found %s\n", shorter(mistake["id"]).c_str(),
                shorter(mistake["what"]).c_str(), shorter(mistake["wanted"]).c_str(),
                shorter(mistake["found"]).c_str());
}

// With --ndjson: what was found on one page, and what is wrong with it.
void PrintPage(const GoldPage& gold, const JudgedPage& judged,
               const std::vector<GoldScore::Mistake>& mistakes) {
  Json line = {{"id", gold.id}, {"class", gold.page_class}};
  line.update(JudgedJson(judged));
  line["mistakes"] = Json::array();
  for (const GoldScore::Mistake& mistake : mistakes)
    line["mistakes"].push_back(MistakeJson(mistake));
  PrintNdjson(line);
}

int Score(const Context& context, const ScoreOptions& options) {
  const auto known = ReadKnown(options.known);
  if (!known.ok()) return Fail(context, known.status());
  const auto pages = ReadGoldFile(options.gold);
  if (!pages.ok()) return Fail(context, pages.status());
  const auto rules = ReadRuleFolder(options.rules);
  if (!rules.ok()) return Fail(context, rules.status());
  const extract::UseRules use(rules->get());
  GoldScore score;
  Json mistakes = Json::array();
  for (const GoldPage& page : *pages) {
    const JudgedPage judged = JudgePage(page.body, page.terms, *known ? &**known : nullptr);
    const auto wrong = score.Add(page, judged.findings, judged.published);
    if (context.ndjson) PrintPage(page, judged, wrong);
    for (const GoldScore::Mistake& mistake : wrong)
      if (mistakes.size() < kMistakesShown) mistakes.push_back(MistakeJson(mistake));
  }
  if (context.ndjson) return kOk;
  Json summary = score.Summary();
  summary["mistakes"] = std::move(mistakes);
  context.json ? PrintJson(summary) : PrintForPeople(summary);
  return kOk;
}

}  // namespace

void AddRule(CLI::App& app, Context& context) {
  auto* rule = app.add_subcommand("rule", "The detector's rules: how right they are");
  rule->require_subcommand(1);
  auto* verb = rule->add_subcommand("score", "Precision, recall and fields on labelled pages");
  auto options = std::make_shared<ScoreOptions>();
  verb->add_option("--gold", options->gold,
                   "Labelled pages, one JSON object a line, or - (tests/data/gold/README.md)")
      ->required();
  verb->add_option("--known", options->known,
                   "CSV of known centres (name, established): what it has is not announced");
  AddRulesOption(verb, &options->rules);
  verb->footer("With --ndjson: one line a page, with its findings and mistakes.\n"
               "Examples:\n  signboard rule score --gold tests/data/gold/test.jsonl\n"
               "  signboard rule score --json --gold mine.jsonl");
  verb->callback([&context, options] {
    context.action = [&context, options] { return Score(context, *options); };
  });
  AddRuleTest(rule, context);
}

}  // namespace signboard::cli
