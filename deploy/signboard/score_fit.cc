#include "deploy/signboard/score_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "crawler/worker/findings.h"
#include "deploy/signboard/gold_score.h"
#include "proto/base/digest.h"
#include "storage/gateway/register_words.h"

namespace signboard::cli {
namespace {

// The strongest first: of equal losses the one that keeps closest to the priors is chosen.
constexpr std::array<double, 7> kLambdas = {10, 3, 1, 0.3, 0.1, 0.03, 0.01};
// A feature that rarely is there must not count more than the editor would ever say.
constexpr double kRounding = 1'000;
constexpr int kThresholdFirst = 20;  // Hundredths.
constexpr int kThresholdLast = 80;
constexpr int kHalf = 50;
constexpr double kEven = 0.5;

using Weight = extract::Weight;

double Rounded(double value) { return std::round(value * kRounding) / kRounding; }

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", value == 0 ? 0.0 : value);
  return text;
}

std::vector<double> PriorsOf(const extract::Weights& weights) {
  std::vector<double> priors = {weights.bias.prior};
  for (const Weight& weight : weights.of) priors.push_back(weight.prior);
  return priors;
}

size_t FoldOf(const LabelledFinding& row) {
  return static_cast<size_t>(base::Fingerprint64(row.founding) % kFolds);
}

// For each row what weights say that were fitted without its fold.
std::vector<double> LeftOut(const std::vector<LabelledFinding>& rows,
                            const std::vector<double>& priors, double lambda) {
  std::vector<double> said(rows.size());
  for (size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<FitRow> others;
    for (const LabelledFinding& row : rows)
      if (FoldOf(row) != fold) others.push_back(row.row);
    const std::vector<double> weights = FitLogistic(others, priors, lambda);
    for (size_t i = 0; i < rows.size(); ++i)
      if (FoldOf(rows[i]) == fold) said[i] = Predict(rows[i].row, weights);
  }
  return said;
}

double MeanLoss(const std::vector<LabelledFinding>& rows, const std::vector<double>& said) {
  double sum = 0;
  for (size_t i = 0; i < rows.size(); ++i) sum += LogLoss(rows[i].row.is_one, said[i]);
  return sum / static_cast<double>(rows.size());
}

double MeanLossOf(const std::vector<LabelledFinding>& rows, const std::vector<double>& weights) {
  std::vector<double> said;
  for (const LabelledFinding& row : rows) said.push_back(Predict(row.row, weights));
  return MeanLoss(rows, said);
}

void CountAt(double threshold, const std::vector<LabelledFinding>& rows,
             const std::vector<double>& said, ScoreFit* fit) {
  fit->true_positives = fit->false_positives = fit->false_negatives = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool found = said[i] >= threshold;
    if (found) ++(rows[i].row.is_one ? fit->true_positives : fit->false_positives);
    if (!found && rows[i].row.is_one) ++fit->false_negatives;
  }
}

// Where F1 is greatest, the middle of the longest such stretch; of two, the one nearest to a half.
double ChooseThreshold(const std::vector<LabelledFinding>& rows, const std::vector<double>& said) {
  size_t least = rows.size() + 1;  // Errors; with them F1 is least too, where ones are found.
  size_t at_half = 0;
  std::vector<std::pair<int, int>> stretches;
  for (int at = kThresholdFirst; at <= kThresholdLast; ++at) {
    ScoreFit counted;
    CountAt(at / 100.0, rows, said, &counted);
    const size_t wrong = counted.false_positives + counted.false_negatives;
    if (at == kHalf) at_half = wrong;
    if (wrong < least) stretches.clear();
    least = std::min(least, wrong);
    if (wrong > least) continue;
    if (!stretches.empty() && stretches.back().second == at - 1) {
      stretches.back().second = at;
    } else {
      stretches.emplace_back(at, at);
    }
  }
  const auto best = std::max_element(
      stretches.begin(), stretches.end(), [](const auto& a, const auto& b) {
        const auto rank = [](const auto& s) {
          return std::pair(s.second - s.first,
                           -std::abs((s.first + s.second) / 200.0 - kEven));
        };
        return rank(a) < rank(b);
      });
  const int middle = (best->first + best->second) / 2;
  // A half is what people expect, where it is as good or worse by no more than chance (one standard
  // error of the count): the rules know these pages, and those to come say less that is known.
  const double chance = std::sqrt(static_cast<double>(least));
  const bool keep = static_cast<double>(at_half) <= static_cast<double>(least) + chance;
  return (keep ? kHalf : middle) / 100.0;
}

std::string ShareLine(const char* name, size_t right, size_t of) {
  const auto [low, high] = Share{right, of}.Wilson();
  char text[128];
  std::snprintf(text, sizeof text, "| %s | %.3f | %.3f to %.3f | %zu of %zu |\n", name,
                Share{right, of}.value(), low, high, right, of);
  return text;
}

bool IsImplied(const extract::Finding& finding) {
  return std::find(finding.features.begin(), finding.features.end(),
                   extract::Feature::kImplied) != finding.features.end();
}

// `verbs_unknown`: as if its verbs were in no list; then only what is shown makes rows.
void AddReading(const GoldPage& page, bool verbs_unknown, std::vector<LabelledFinding>* rows) {
  PageTerms terms = page.terms;
  terms.with_doubtful = true;
  terms.verbs_unknown = verbs_unknown;
  const JudgedPage judged = JudgePage(page.body, terms, nullptr);
  std::vector<gateway::Json> found;
  std::vector<const extract::Finding*> foundings;
  for (const extract::Finding& finding : judged.findings) {
    const bool counts = finding.unit_type == "centre" || finding.unit_type == "branch";
    if (!counts || finding.features.empty() || (verbs_unknown && !IsImplied(finding))) continue;
    foundings.push_back(&finding);
    found.push_back(gateway::FindingJson(worker::ToProto(finding)));
  }
  const std::vector<std::string> named = PairFoundings(page, found);
  for (size_t i = 0; i < foundings.size(); ++i) {
    LabelledFinding& row = rows->emplace_back();
    row.row.is_one = !named[i].empty();
    row.founding = named[i].empty() ? page.id : named[i];
    for (const extract::Feature feature : foundings[i]->features)
      row.row.features.push_back(static_cast<size_t>(feature));
  }
}

}  // namespace

void AddRows(const GoldPage& page, std::vector<LabelledFinding>* rows) {
  AddReading(page, false, rows);
  AddReading(page, true, rows);
}

StatusOr<ScoreFit> FitScores(const std::vector<LabelledFinding>& rows,
                             const extract::Weights& priors) {
  ScoreFit fit;
  fit.rows = rows.size();
  fit.counts.resize(extract::kFeatureCount);
  std::vector<FitRow> all;
  for (const LabelledFinding& row : rows) {
    all.push_back(row.row);
    fit.ones += row.row.is_one ? 1 : 0;
    for (const size_t feature : row.row.features) ++fit.counts[feature];
  }
  if (fit.ones < kRowsOfAKindMin || fit.rows - fit.ones < kRowsOfAKindMin) {
    return base::FailedPrecondition(
        std::to_string(fit.rows) + " findings, " + std::to_string(fit.ones) +
        " of them announcements: a fit needs " + std::to_string(kRowsOfAKindMin) + " of each kind");
  }
  const std::vector<double> prior = PriorsOf(priors);
  std::vector<double> said;
  double least = 0;
  for (const double lambda : kLambdas) {
    std::vector<double> left_out = LeftOut(rows, prior, lambda);
    const double loss = MeanLoss(rows, left_out);
    fit.losses.emplace_back(lambda, loss);
    if (!said.empty() && loss >= least) continue;
    least = loss;
    fit.lambda = lambda;
    said = std::move(left_out);
  }
  fit.weights = priors;
  fit.weights.threshold = ChooseThreshold(rows, said);
  CountAt(fit.weights.threshold, rows, said, &fit);
  std::vector<double> weights = FitLogistic(all, prior, fit.lambda);
  for (double& weight : weights)
    weight = std::clamp(Rounded(weight), -extract::kWeightMax, extract::kWeightMax);
  fit.weights.bias.value = weights[0];
  for (size_t i = 0; i < extract::kFeatureCount; ++i) fit.weights.of[i].value = weights[i + 1];
  fit.loss = MeanLossOf(rows, weights);
  fit.prior_loss = MeanLossOf(rows, prior);
  return fit;
}

std::string WeightsText(const extract::Weights& weights) {
  std::string text =
      "# What each feature of a finding counts (features.h), in log-odds: `name: weight prior`.\n"
      "# Made by\n"
      "#   signboard label fit --gold tests/data/gold/train.jsonl \\\n"
      "#     -o crawler/extract/data/weights.txt --report crawler/extract/data/weights_report.md\n"
      "# and then to be compiled. Priors are an editor's, who may change them; a fit keeps them.\n";
  char threshold[32];
  std::snprintf(threshold, sizeof threshold, "threshold: %.2f\n", weights.threshold);
  text += threshold;
  const auto line = [&](std::string_view name, const Weight& weight) {
    text += std::string(name) + ": " + Number(weight.value) + " " + Number(weight.prior) + "\n";
  };
  line("bias", weights.bias);
  for (size_t i = 0; i < extract::kFeatureCount; ++i)
    line(extract::InfoOf(static_cast<extract::Feature>(i)).name, weights.of[i]);
  return text;
}

std::string FitReport(const ScoreFit& fit, const std::string& source) {
  std::string text = "# How the weights were fitted\n\n";
  text += "Labels: " + source + ". Findings that may be foundings: " + std::to_string(fit.rows) +
          ", of which announcements: " + std::to_string(fit.ones) + ".\n\n";
  text += "Logistic regression held to priors (lambda " + Number(fit.lambda) +
          ", the least loss of rows left out, in " + std::to_string(kFolds) +
          " parts, pages of one founding in one):\n\n| lambda | mean log loss |\n|---|---|\n";
  for (const auto& [lambda, loss] : fit.losses)
    text += "| " + Number(lambda) + " | " + Number(loss) + " |\n";
  text += "\nMean log loss of all rows: " + Number(fit.loss) + "; with the priors alone: " +
          Number(fit.prior_loss) + ".\n\nOf rows left out, from the score " +
          Number(fit.weights.threshold) + " on:\n\n| | value | 95 % | count |\n|---|---|---|---|\n";
  text += ShareLine("precision", fit.true_positives, fit.true_positives + fit.false_positives);
  text += ShareLine("recall", fit.true_positives, fit.true_positives + fit.false_negatives);
  text += "\n| feature | weight | prior | findings | |\n|---|---|---|---|---|\n";
  text += "| bias | " + Number(fit.weights.bias.value) + " | " + Number(fit.weights.bias.prior) +
          " | " + std::to_string(fit.rows) + " | |\n";
  for (size_t i = 0; i < extract::kFeatureCount; ++i) {
    const auto& info = extract::InfoOf(static_cast<extract::Feature>(i));
    text += "| " + std::string(info.name) + " | " + Number(fit.weights.of[i].value) + " | " +
            Number(fit.weights.of[i].prior) + " | " + std::to_string(fit.counts[i]) + " | " +
            std::string(info.words) + " |\n";
  }
  return text;
}

}  // namespace signboard::cli
