#include "deploy/signboard/bench_detect.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "crawler/extract/detector.h"
#include "crawler/extract/names.h"
#include "crawler/parse/floor.h"
#include "deploy/signboard/bench_crawl.h"
#include "deploy/signboard/bench_machine.h"
#include "deploy/signboard/bench_pages.h"
#include "deploy/signboard/bench_steps.h"

namespace signboard::cli {
namespace {

using Json = nlohmann::ordered_json;
using Steady = std::chrono::steady_clock;

constexpr char kUrl[] = "http://www.site.example/xwzx/202511/t20251119_1234567.html";
// Hardly in any page: the pass goes to the end.
constexpr int kRareByte = 0xFF;

struct DetectSet {
  std::string name;
  std::vector<BenchPage> pages;  // Those with odd numbers hold a name.
};

bool HoldsName(size_t number) { return number % 2 == 1; }

struct Run {
  Costs costs;  // CPU seconds for all pages.
  size_t decoded_bytes = 0;
  size_t open_count = 0;     // Pages that the gate lets through.
  size_t finding_count = 0;
};

// How many of the texts have what `look` looks for.
template <class Look>
size_t MeasurePass(const std::vector<std::string>& texts, double* cost, Look look) {
  size_t seen = 0;
  Timed(cost, [&] {
    for (const std::string& text : texts) seen += look(text) ? 1 : 0;
  });
  return seen;
}

bool PassMemchr(std::string_view bytes) {
  return !bytes.empty() && std::memchr(bytes.data(), kRareByte, bytes.size()) != nullptr;
}

Run MeasureRun(const DetectSet& set) {
  Run run;
  Costs& costs = run.costs;
  costs = {{"detect_named", 0}, {"detect_plain", 0}};
  const std::string url = kUrl;
  std::vector<std::string> bodies;
  std::vector<std::string> texts;
  for (size_t i = 0; i < set.pages.size(); ++i) {
    const BenchPage& page = set.pages[i];
    const std::string type =
        page.charset.empty() ? "text/html" : "text/html; charset=" + page.charset;
    BenchRead read =
        ReadPageBySteps({url, page.wire, page.gzipped ? "gzip" : "", type}, &costs);
    run.decoded_bytes += read.decoded.size();
    run.finding_count += Timed(&costs[HoldsName(i) ? "detect_named" : "detect_plain"],
                               [&] { return DetectIn(read, url); });
    Timed(&costs["gumbo"], [&] { parse::ParseBare(read.text); });
    texts.push_back(DetectorInputOf(read, url).text);
    bodies.push_back(std::move(read.decoded));
  }
  run.open_count = MeasurePass(texts, &costs["gate"], extract::MayHoldName);
  MeasurePass(bodies, &costs["memchr"], PassMemchr);
  costs["decode"] = costs["coding"] + costs["charset"];
  costs["detect"] = costs["detect_named"] + costs["detect_plain"];
  return run;
}

void Report(const Costs& costs, const Run& run, const DetectSet& set, Json* json) {
  const auto count = static_cast<double>(set.pages.size());
  const auto put = [&](const char* part, const std::string& name, double value) {
    json->at(part)[name + "_" + set.name] = value;
  };
  const auto us = [&](const std::string& name, double of) { return costs.at(name) / of * 1e6; };
  const double named = static_cast<double>(set.pages.size() / 2);
  const double whole =
      costs.at("decode") + costs.at("parse") + costs.at("extract") + costs.at("detect");
  put("figures", "pages_per_cpu_s", count / costs.at("detect"));
  put("figures", "decode_parse_detect_pages_per_cpu_s",
      count / (costs.at("decode") + costs.at("parse") + costs.at("detect")));
  put("figures", "detect_share_of_reading", costs.at("detect") / whole);
  for (const char* name : {"detect", "gate", "decode", "parse", "extract"})
    put("figures", std::string(name) + "_cpu_us", us(name, count));
  put("figures", "detect_named_cpu_us", us("detect_named", named));
  put("figures", "detect_plain_cpu_us", us("detect_plain", count - named));
  put("figures", "body_bytes", static_cast<double>(run.decoded_bytes) / count);
  put("figures", "named_share", named / count);
  put("figures", "gate_open_share", static_cast<double>(run.open_count) / count);
  put("figures", "findings_per_page", static_cast<double>(run.finding_count) / count);
  put("floors", "gumbo_cpu_us", us("gumbo", count));
  put("floors", "memchr_cpu_us", us("memchr", count));
  put("ratios", "detect_over_decode_parse",
      costs.at("detect") / (costs.at("decode") + costs.at("parse")));
  put("ratios", "detect_over_gumbo", costs.at("detect") / costs.at("gumbo"));
  put("ratios", "detect_over_memchr", costs.at("detect") / costs.at("memchr"));
  put("ratios", "gate_over_memchr", costs.at("gate") / costs.at("memchr"));
}

void MeasureSet(const DetectBenchOptions& options, const DetectSet& set, Json* json) {
  const Run warm_up = MeasureRun(set);
  std::vector<Costs> runs;
  const auto end = Steady::now() + std::chrono::duration<double>(options.seconds);
  while (runs.size() < kRunsMin || Steady::now() < end) runs.push_back(MeasureRun(set).costs);
  Report(MedianOf(runs), warm_up, set, json);
}

std::vector<DetectSet> MakeSets(const BenchPages& from, const BenchSiteOptions& options) {
  const size_t pages = std::max<size_t>(options.pages + options.pages % 2, 2);  // Half and half.
  std::vector<DetectSet> sets;
  for (const size_t bytes : options.sizes) {
    DetectSet& set = sets.emplace_back(DetectSet{BenchSizeName(bytes), {}});
    for (size_t i = 0; i < pages; ++i) set.pages.push_back(from.Make(i, bytes, HoldsName(i)));
  }
  DetectSet& sample = sets.emplace_back(DetectSet{"sample", {}});
  for (size_t i = 0; i < pages; ++i) sample.pages.push_back(from.Sample(i, HoldsName(i)));
  return sets;
}

}  // namespace

StatusOr<Json> RunDetectBench(const DetectBenchOptions& options) {
  const auto from = Steady::now();
  ASSIGN_OR_RETURN(const BenchPages pages, BenchPages::Open(options.site.sites));
  Json json = {{"name", "detect"},
               {"machine", DescribeMachine()},
               {"figures", Json::object()},
               {"floors", Json::object()},
               {"ratios", Json::object()}};
  for (const DetectSet& set : MakeSets(pages, options.site)) MeasureSet(options, set, &json);
  json["seconds"] = std::chrono::duration<double>(Steady::now() - from).count();
  return json;
}

}  // namespace signboard::cli
