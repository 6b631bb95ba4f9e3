// Logistic regression over features that are there or not, held to priors: the weights w with the
// least sum of log losses plus lambda / 2 times the squared distance of w from its priors. The
// minimum is one, whatever the order of the rows; it is found by Newton's method (IRLS), with a
// Cholesky factorization at each step, so that the same rows give the same bytes.
//
// Threads: pure functions.
// Errors:  none: lambda is above 0, so every step has a solution.
// Cost:    some ten steps of rows x features^2.
#pragma once

#include <cstddef>
#include <vector>

namespace signboard::cli {

struct FitRow {
  std::vector<size_t> features;  // Those that are there; each below the count of weights.
  bool is_one = false;
};

// `priors`: of the bias, which every row has, then of the features. Gives as many weights.
std::vector<double> FitLogistic(const std::vector<FitRow>& rows, const std::vector<double>& priors,
                                double lambda);

// The probability that a row is one. Weights as above: feature i is at i + 1.
double Predict(const FitRow& row, const std::vector<double>& weights);
double LogLoss(bool is_one, double probability);

}  // namespace signboard::cli
