// Weights for the detector's features (crawler/extract/features.h), fitted from labelled pages.
//
// A row is a finding that the detector takes for a founding; it is one when the label of its page
// has the announcement. Each page is read twice, the second time as if no list had its verbs: the
// pages to come have verbs that these have not, and then what shows (extract/implied.h) must do.
// How strongly weights are held to their priors, and from which score on a finding is an
// announcement, is chosen by cross-validation in kFolds parts, pages of one founding
// in one part. The same pages, rules and priors give the same bytes: nothing depends on the day,
// the machine or chance.
//
// Threads: one.
// Errors:  kFailedPrecondition: too few rows of either kind.
#pragma once

#include <string>
#include <vector>

#include "crawler/extract/features.h"
#include "deploy/signboard/gold_set.h"
#include "deploy/signboard/logistic_fit.h"
#include "proto/base/status.h"

namespace signboard::cli {

inline constexpr size_t kFolds = 10;
inline constexpr size_t kRowsOfAKindMin = 10;

struct LabelledFinding {
  FitRow row;
  std::string founding;  // Or the page's own id: what is kept in one fold.
};

// Adds the rows of a page, as the rules in force find them.
void AddRows(const GoldPage& page, std::vector<LabelledFinding>* rows);

struct ScoreFit {
  extract::Weights weights;
  double lambda = 0;
  std::vector<std::pair<double, double>> losses;  // Lambda, mean log loss of rows left out.
  size_t ones = 0;
  size_t rows = 0;
  std::vector<size_t> counts;  // Of rows with each feature.
  // Of rows left out, at the threshold.
  size_t true_positives = 0;
  size_t false_positives = 0;
  size_t false_negatives = 0;
  double loss = 0;        // Mean, of all rows, fitted with all.
  double prior_loss = 0;  // The same with the priors alone.
};
StatusOr<ScoreFit> FitScores(const std::vector<LabelledFinding>& rows,
                             const extract::Weights& priors);

// The two files. `source`: what the labels are, for the report.
std::string WeightsText(const extract::Weights& weights);
std::string FitReport(const ScoreFit& fit, const std::string& source);

}  // namespace signboard::cli
