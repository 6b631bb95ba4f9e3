#include "proto/base/probe.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <memory>

#include "proto/base/mutex.h"

namespace signboard::base {
namespace {

// Our handle of each probe, found again when it is asked for twice.
template <class Handle, class Probe>
class Handles {
 public:
  Handle& Of(Probe& probe) {
    MutexLock lock(mutex_);
    std::unique_ptr<Handle>& handle = handles_[&probe];
    if (!handle) handle = std::make_unique<Handle>(&probe);
    return *handle;
  }

 private:
  Mutex mutex_;
  std::map<Probe*, std::unique_ptr<Handle>> handles_ GUARDED_BY(mutex_);
};

// Never destroyed: threads may count while the process ends.
struct All {
  // Merge: the same name and help give the family that exists.
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
  Handles<Counter, prometheus::Counter> counters;
  Handles<Gauge, prometheus::Gauge> gauges;
  Handles<Histogram, prometheus::Histogram> histograms;
};

All& Probes() {
  static All* const all = new All;
  return *all;
}

}  // namespace

void Counter::Add(double n) { counter_->Increment(n); }
double Counter::Value() const { return counter_->Value(); }

void Gauge::Set(double value) { gauge_->Set(value); }
void Gauge::Add(double n) { gauge_->Increment(n); }
double Gauge::Value() const { return gauge_->Value(); }

void Histogram::Observe(double value) { histogram_->Observe(value); }
uint64_t Histogram::Count() const { return histogram_->Collect().histogram.sample_count; }

Counter& MakeCounter(const std::string& name, const std::string& help, const ProbeLabels& labels) {
  auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(Probes().registry);
  return Probes().counters.Of(family.Add(labels));
}

Gauge& MakeGauge(const std::string& name, const std::string& help, const ProbeLabels& labels) {
  auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(Probes().registry);
  return Probes().gauges.Of(family.Add(labels));
}

Histogram& MakeHistogram(const std::string& name, const std::string& help,
                         const std::vector<double>& bounds, const ProbeLabels& labels) {
  auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(Probes().registry);
  return Probes().histograms.Of(family.Add(labels, bounds));
}

const std::vector<double>& SecondsBounds() {
  static const std::vector<double> bounds = {.001, .003, .01, .03, .1, .3, 1, 3, 10, 30, 120};
  return bounds;
}

std::string RenderMetrics() {
  return prometheus::TextSerializer().Serialize(Probes().registry.Collect());
}

}  // namespace signboard::base
