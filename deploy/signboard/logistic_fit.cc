#include "deploy/signboard/logistic_fit.h"

#include <algorithm>
#include <cmath>

namespace signboard::cli {
namespace {

constexpr int kStepsMax = 200;
constexpr double kStepLeast = 1e-10;
// A Newton step may overshoot far from the minimum; then it is halved.
constexpr int kHalvingsMax = 40;
// So that no loss is infinite.
constexpr double kProbabilityLeast = 1e-12;

using Vector = std::vector<double>;

// Solves a * x = b for a symmetric positive definite `a` of n rows, which is destroyed.
Vector SolveCholesky(Vector a, Vector b) {
  const size_t n = b.size();
  for (size_t j = 0; j < n; ++j) {
    for (size_t k = 0; k < j; ++k) a[j * n + j] -= a[j * n + k] * a[j * n + k];
    a[j * n + j] = std::sqrt(a[j * n + j]);
    for (size_t i = j + 1; i < n; ++i) {
      for (size_t k = 0; k < j; ++k) a[i * n + j] -= a[i * n + k] * a[j * n + k];
      a[i * n + j] /= a[j * n + j];
    }
  }
  for (size_t i = 0; i < n; ++i) {
    for (size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (size_t i = n; i-- > 0;) {
    for (size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return b;
}

double Objective(const std::vector<FitRow>& rows, const Vector& weights, const Vector& priors,
                 double lambda) {
  double sum = 0;
  for (const FitRow& row : rows) sum += LogLoss(row.is_one, Predict(row, weights));
  for (size_t i = 0; i < weights.size(); ++i)
    sum += lambda / 2 * (weights[i] - priors[i]) * (weights[i] - priors[i]);
  return sum;
}

// Where a row's weights are: the bias, then its features.
std::vector<size_t> Places(const FitRow& row) {
  std::vector<size_t> places = {0};
  for (const size_t feature : row.features) places.push_back(feature + 1);
  return places;
}

Vector NewtonStep(const std::vector<FitRow>& rows, const Vector& weights, const Vector& priors,
                  double lambda) {
  const size_t n = weights.size();
  Vector gradient(n);
  Vector hessian(n * n, 0.0);
  for (size_t i = 0; i < n; ++i) {
    gradient[i] = lambda * (weights[i] - priors[i]);
    hessian[i * n + i] = lambda;
  }
  for (const FitRow& row : rows) {
    const double p = Predict(row, weights);
    const std::vector<size_t> places = Places(row);
    for (const size_t i : places) {
      gradient[i] += p - (row.is_one ? 1 : 0);
      for (const size_t j : places) hessian[i * n + j] += p * (1 - p);
    }
  }
  return SolveCholesky(std::move(hessian), std::move(gradient));
}

}  // namespace

double Predict(const FitRow& row, const std::vector<double>& weights) {
  double sum = weights[0];
  for (const size_t feature : row.features) sum += weights[feature + 1];
  return 1 / (1 + std::exp(-sum));
}

double LogLoss(bool is_one, double probability) {
  const double right = is_one ? probability : 1 - probability;
  return -std::log(std::max(right, kProbabilityLeast));
}

std::vector<double> FitLogistic(const std::vector<FitRow>& rows, const std::vector<double>& priors,
                                double lambda) {
  Vector weights = priors;
  double objective = Objective(rows, weights, priors, lambda);
  for (int step = 0; step < kStepsMax; ++step) {
    const Vector delta = NewtonStep(rows, weights, priors, lambda);
    double size = 0;
    for (const double d : delta) size = std::max(size, std::abs(d));
    double share = 1;
    for (int halving = 0; halving < kHalvingsMax; ++halving, share /= 2) {
      Vector next = weights;
      for (size_t i = 0; i < next.size(); ++i) next[i] -= share * delta[i];
      const double then = Objective(rows, next, priors, lambda);
      if (then > objective) continue;
      weights = std::move(next);
      objective = then;
      break;
    }
    if (size < kStepLeast) break;
  }
  return weights;
}

}  // namespace signboard::cli
