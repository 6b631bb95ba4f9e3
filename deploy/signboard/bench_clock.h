// CPU time, the one measure a busy machine does not spoil much.
//
// Threads: safe from any.
#pragma once

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace signboard::cli {

inline double CpuSeconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}
// Of all threads of this process, and of the calling one.
inline double ProcessCpuSeconds() { return CpuSeconds(CLOCK_PROCESS_CPUTIME_ID); }
inline double ThreadCpuSeconds() { return CpuSeconds(CLOCK_THREAD_CPUTIME_ID); }

// CPU seconds of one run, by what they were spent on.
using Costs = std::map<std::string, double>;

// Cost by cost; all runs have the same.
inline Costs MedianOf(const std::vector<Costs>& runs) {
  Costs medians;
  for (const auto& [name, unused] : runs.front()) {
    std::vector<double> values;
    for (const Costs& run : runs) values.push_back(run.at(name));
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    medians[name] = *middle;
  }
  return medians;
}

// Of `values`, which are not empty: the one that the share of them does not exceed.
inline double Percentile(std::vector<double> values, double share) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(
                                       share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// Runs `work` and adds what its thread spent on it to `*cost`.
template <class Work>
auto Timed(double* cost, Work work) {
  struct Stop {
    double* cost;
    double from = ThreadCpuSeconds();
    ~Stop() { *cost += ThreadCpuSeconds() - from; }
  } const stop{cost};
  return work();
}

}  // namespace signboard::cli
