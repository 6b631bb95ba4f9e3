#include "deploy/signboard/bench_crawl.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "crawler/decode/wire_recipe.h"
#include "crawler/worker/page_reader.h"
#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_floors.h"
#include "deploy/signboard/bench_machine.h"
#include "deploy/signboard/bench_rig.h"
#include "deploy/signboard/bench_site.h"
#include "deploy/signboard/bench_steps.h"
#include "proto/base/digest.h"

namespace signboard::cli {
namespace {

using Json = nlohmann::ordered_json;
using Steady = std::chrono::steady_clock;

constexpr size_t kCaptureIdBytes = 16;

// How long the pages of one size are, all together.
struct PageSizes {
  size_t body_bytes = 0;
  size_t wire_bytes = 0;
};

// One page through what worker::ReadPage does with it, step by step. Gives its text.
std::string ReadBySteps(const fetch::FetchOutcome& fetched, const std::string& url, Costs* costs) {
  Costs& cost = *costs;
  const std::string& wire = fetched.http.body;
  BenchRead read = ReadPageBySteps(
      {url, wire, fetched.content_encoding, fetched.content_type}, costs);
  Timed(&cost["digest"], [&] {
    for (const std::string_view bytes : {std::string_view(wire), std::string_view(read.decoded)}) {
      base::Sha256(bytes);
      base::Sha1(bytes);
    }
  });
  Timed(&cost["recipe"],
        [&] { return decode::FindRecipe(wire, read.decoded, fetched.content_encoding); });
  Timed(&cost["detect"], [&] {
    if (!read.extracted.is_hub) DetectIn(read, url);
  });
  return std::move(read.text);
}

// What a worker would store of the page, by the call that a worker makes.
worker::Capture CaptureOf(const std::string& url, fetch::FetchOutcome fetched, Costs* costs,
                          PageSizes* sizes) {
  worker::PageRead page = Timed(&(*costs)["read"], [&] {
    return worker::ReadPage({url, kBenchPlaceCode}, std::move(fetched), {});
  });
  v1::Snapshot* const snapshot = page.capture.header.mutable_snapshot();
  snapshot->set_capture_id(base::RandomBytes(kCaptureIdBytes));
  snapshot->set_vantage("default");
  sizes->body_bytes += snapshot->body_bytes();
  sizes->wire_bytes += snapshot->wire_bytes();
  return std::move(page.capture);
}

// The CPU seconds of all threads that `use` an archive of its own, until the bytes are settled.
template <class Use>
StatusOr<double> WithArchive(const Clock& clock, Use use) {
  ASSIGN_OR_RETURN(const auto archive, BenchArchive::Start(clock));
  const double from = ProcessCpuSeconds();
  RETURN_IF_ERROR(use(archive->address()));
  RETURN_IF_ERROR(archive->Settle());
  return ProcessCpuSeconds() - from;
}

struct Run {
  Costs costs;  // CPU seconds for all pages.
  PageSizes sizes;
};

// One set of pages, in the clear or over TLS.
struct Round {
  const BenchSite& site;
  BenchCrawler& crawler;
  const Clock& clock;
  std::vector<std::string> urls;
  bool tls = false;
};

StatusOr<Run> MeasureRun(const Round& round) {
  const std::vector<std::string>& urls = round.urls;
  BenchCrawler& crawler = round.crawler;
  Run run;
  ASSIGN_OR_RETURN(BenchCrawler::Fetched fetched, crawler.Fetch(urls));
  run.costs["fetch"] = fetched.cpu_s;
  std::vector<std::string> texts;
  std::vector<worker::Capture> captures;
  for (size_t i = 0; i < urls.size(); ++i) {
    texts.push_back(ReadBySteps(fetched.pages[i], urls[i], &run.costs));
    captures.push_back(CaptureOf(urls[i], std::move(fetched.pages[i]), &run.costs,
                                 &run.sizes));
  }
  ASSIGN_OR_RETURN(run.costs["store"], WithArchive(round.clock, [&](const std::string& address) {
                     return crawler.Store(address, captures);
                   }));
  RETURN_IF_ERROR(MeasureFloors({&round.site, round.tls, &urls, &texts, &captures}, &run.costs));
  ASSIGN_OR_RETURN(run.costs["whole"], WithArchive(round.clock, [&](const std::string& address) {
                     return crawler.Crawl(address, urls);
                   }));
  return run;
}

// Stages and what each is made of.
const std::vector<std::pair<std::string, std::vector<std::string>>> kStages = {
    {"fetch", {"fetch"}},
    {"decode", {"coding", "digest", "recipe", "charset"}},
    {"parse", {"parse"}},
    {"extract", {"extract", "detect"}},
    {"store", {"store"}}};
// Under our work these, but for zstd, which is inside of rocksdb.
const std::vector<std::string> kFloors = {"curl", "gumbo", "hash", "grpc", "rocksdb"};

double Sum(const Costs& costs, const std::vector<std::string>& names) {
  double sum = 0;
  for (const std::string& name : names) sum += costs.at(name);
  return sum;
}

void Report(const Costs& costs, const PageSizes& sizes, size_t pages, const std::string& size,
            Json* json) {
  const auto count = static_cast<double>(pages);
  Json& figures = json->at("figures");
  Json& floors = json->at("floors");
  Json& ratios = json->at("ratios");
  const auto put = [&size](Json& into, const std::string& name, double value) {
    into[name + "_" + size] = value;
  };
  const auto us = [&](const std::string& name) { return costs.at(name) / count * 1e6; };
  double staged = 0;
  for (const auto& [stage, parts] : kStages) staged += Sum(costs, parts);

  put(figures, "pages_per_cpu_s", count / costs.at("whole"));
  for (const auto& [stage, parts] : kStages)
    put(figures, stage + "_share", Sum(costs, parts) / staged);
  for (const auto& [stage, parts] : kStages)
    for (const std::string& part : parts) put(figures, part + "_cpu_us", us(part));
  put(figures, "whole_cpu_us", us("whole"));
  put(figures, "body_bytes", static_cast<double>(sizes.body_bytes) / count);
  put(figures, "wire_bytes", static_cast<double>(sizes.wire_bytes) / count);

  const double floor = Sum(costs, kFloors);
  put(floors, "pages_per_cpu_s", count / floor);
  for (const std::string& name : kFloors) put(floors, name + "_cpu_us", us(name));
  put(floors, "zstd_cpu_us", us("zstd"));

  put(ratios, "fetch_over_curl", costs.at("fetch") / costs.at("curl"));
  put(ratios, "parse_over_gumbo", costs.at("parse") / costs.at("gumbo"));
  put(ratios, "digest_over_hash", costs.at("digest") / costs.at("hash"));
  put(ratios, "read_over_steps",
      costs.at("read") / Sum(costs, {"coding", "digest", "recipe", "charset", "parse", "extract",
                                     "detect"}));
  put(ratios, "store_over_grpc_hash_rocksdb",
      costs.at("store") / Sum(costs, {"grpc", "hash", "rocksdb"}));
  put(ratios, "store_over_zstd", costs.at("store") / costs.at("zstd"));
  put(ratios, "whole_over_floors", costs.at("whole") / floor);
  put(ratios, "whole_over_stages", costs.at("whole") / staged);
}

Status MeasureSet(const CrawlBenchOptions& options, const Round& round, const std::string& name,
                  Json* json) {
  ASSIGN_OR_RETURN(const Run warm_up, MeasureRun(round));
  std::vector<Costs> runs;
  const auto end = Steady::now() + std::chrono::duration<double>(options.seconds);
  while (runs.size() < kRunsMin || (runs.size() < kRunsMax && Steady::now() < end)) {
    ASSIGN_OR_RETURN(Run run, MeasureRun(round));
    runs.push_back(std::move(run.costs));
  }
  Report(MedianOf(runs), warm_up.sizes, round.urls.size(), name, json);
  return OkStatus();
}

}  // namespace

StatusOr<Json> RunCrawlBench(const CrawlBenchOptions& options) {
  const auto from = Steady::now();
  ASSIGN_OR_RETURN(const auto site, BenchSite::Start(options.site));
  const base::SystemClock clock;
  ASSIGN_OR_RETURN(const auto crawler, BenchCrawler::Start(*site, clock));
  Json json = {{"name", "crawl"},
               {"machine", DescribeMachine()},
               {"figures", Json::object()},
               {"floors", Json::object()},
               {"ratios", Json::object()}};
  for (const BenchSet& set : site->sets()) {
    for (const bool tls : {false, true}) {
      if (tls ? !options.with_tls : !options.without_tls) continue;
      const Round round{*site, *crawler, clock, BenchSite::UrlsOf(set, tls), tls};
      RETURN_IF_ERROR(MeasureSet(options, round, (tls ? "tls_" : "") + set.name, &json));
    }
  }
  json["seconds"] = std::chrono::duration<double>(Steady::now() - from).count();
  return json;
}

}  // namespace signboard::cli
