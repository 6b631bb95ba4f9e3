// What the process counts, for /metrics and for tests: counters, gauges, histograms.
//
// Names are signboard_<folder>_<noun>_<unit|total>. Label sets are small and fixed: never a host,
// never a URL. A component makes its probes once, in one struct, and keeps the references.
//
//   struct Probes {
//     Counter& fetches = MakeCounter("signboard_fetch_requests_total", "Requests sent.");
//   };
//
// Asking for a name and labels that exist gives the one that exists. Probes live as long as the
// process.
//
// Threads: safe from any.
// Errors:  a name that Prometheus forbids, or one used for another kind, is a bug: it throws
//          std::invalid_argument where the probe is made, that is, at the start.
// Cost:    one atomic addition; a histogram also takes a lock.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace signboard::base {

using ProbeLabels = std::map<std::string, std::string>;

// Only grows.
class Counter {
 public:
  explicit Counter(prometheus::Counter* counter) : counter_(counter) {}
  void Add(double n = 1);  // Negative: ignored.
  double Value() const;

 private:
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge* gauge) : gauge_(gauge) {}
  void Set(double value);
  void Add(double n);  // May be negative.
  double Value() const;

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram* histogram) : histogram_(histogram) {}
  void Observe(double value);
  uint64_t Count() const;

 private:
  prometheus::Histogram* histogram_;
};

Counter& MakeCounter(const std::string& name, const std::string& help,
                     const ProbeLabels& labels = {});
Gauge& MakeGauge(const std::string& name, const std::string& help, const ProbeLabels& labels = {});
// `bounds` ascend: the upper ends of the buckets.
Histogram& MakeHistogram(const std::string& name, const std::string& help,
                         const std::vector<double>& bounds, const ProbeLabels& labels = {});

// 1 ms to 120 s: what a request, a fetch or a disk write takes, in seconds.
const std::vector<double>& SecondsBounds();

// Everything, in Prometheus text exposition format 0.0.4.
std::string RenderMetrics();

}  // namespace signboard::base
