#include "deploy/signboard/bench_frontier.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_directory.h"
#include "deploy/signboard/bench_frontier_rig.h"
#include "deploy/signboard/bench_machine.h"
#include "frontier/crawl_queue.h"
#include "storage/kv/floor.h"

namespace signboard::cli {
namespace {

namespace uf = urlfrontier;
using Json = nlohmann::ordered_json;
using Steady = std::chrono::steady_clock;

constexpr size_t kPerWrite = 512;     // About what a stream brings while the disk syncs.
constexpr size_t kPerBatch = 256;     // Of PutDiscovered.
constexpr uint32_t kQueuesPerGet = 100;
constexpr Millis kBetweenGets{50};    // By the frontier's clock, so that hosts are rested.

class FrontierBench {
 public:
  FrontierBench(const FrontierBenchOptions& options, std::string directory)
      : options_(options), directory_(std::move(directory)) {}

  Status Run() {
    RETURN_IF_ERROR(Core());
    RETURN_IF_ERROR(Discovered());
    ASSIGN_OR_RETURN(const auto rig, FrontierRig::Open(directory_ + "/items"));
    RETURN_IF_ERROR(Items(*rig));
    RETURN_IF_ERROR(Gets(*rig));
    RETURN_IF_ERROR(Recrawls(*rig));
    figures_["rss_mib"] = StatusMib("VmRSS");
    return OkStatus();
  }

  Json figures_, floors_, ratios_;

 private:
  // Microseconds of CPU for one of `count`.
  static double Each(double cpu_s, size_t count) {
    return cpu_s * 1e6 / static_cast<double>(count);
  }
  uf::URLItem Item(size_t i) const {
    uf::URLItem item;
    item.mutable_discovered()->mutable_info()->set_url(BenchUrl(i, options_.hosts));
    item.mutable_discovered()->mutable_info()->set_key(BenchHost(i, options_.hosts));
    return item;
  }

  // The core alone, in one thread; then the bytes it wrote, raw.
  Status Core() {
    ASSIGN_OR_RETURN(const auto rig, FrontierRig::Open(directory_ + "/core"));
    const double from = ProcessCpuSeconds();
    for (size_t first = 0; first < options_.urls; first += kPerWrite) {
      std::vector<uf::URLInfo> infos(std::min(kPerWrite, options_.urls - first));
      std::vector<frontier::ClientPut> puts;
      for (size_t i = 0; i < infos.size(); ++i) {
        infos[i].set_url(BenchUrl(first + i, options_.hosts));
        infos[i].set_key(BenchHost(first + i, options_.hosts));
        puts.push_back({.info = &infos[i]});
      }
      const auto statuses = rig->frontier().clients().crawls.Put(puts, rig->now());
      if (std::ranges::count(statuses, uf::AckMessage::OK) != std::ssize(puts)) {
        return base::Internal("a put failed");
      }
    }
    figures_["core_put_cpu_us"] = Each(ProcessCpuSeconds() - from, options_.urls);
    return Raw(rig->space());
  }

  // What the frontier keeps of its URLs, as it lies in its store, in the order in which they were
  // put and in batches of the same size.
  Status Raw(kv::LocalSpace& space) {
    ASSIGN_OR_RETURN(const auto floor, kv::RocksFloor::Open(directory_ + "/floor"));
    double cpu_s = 0;
    for (size_t first = 0; first < options_.urls; first += kPerWrite) {
      std::vector<std::string> kept;
      for (size_t i = first; i < std::min(first + kPerWrite, options_.urls); ++i) {
        RETURN_IF_ERROR(AppendKept(space, i, kept));
      }
      std::vector<std::pair<std::string_view, std::string_view>> entries;
      for (size_t i = 0; i < kept.size(); i += 2) entries.emplace_back(kept[i], kept[i + 1]);
      const double from = ProcessCpuSeconds();
      RETURN_IF_ERROR(floor->Put(entries));
      cpu_s += ProcessCpuSeconds() - from;
    }
    floors_["rocksdb_cpu_us"] = Each(cpu_s, options_.urls);
    ratios_["core_put_over_rocksdb"] = figures_["core_put_cpu_us"].get<double>() /
                                       floors_["rocksdb_cpu_us"].get<double>();
    return OkStatus();
  }

  // Keys and values of URL `i`, which only a family tells apart.
  Status AppendKept(kv::LocalSpace& space, size_t i, std::vector<std::string>& kept) const {
    const std::string url = BenchUrl(i, options_.hosts);
    const std::string queue = frontier::NameOf("DEFAULT", BenchHost(i, options_.hosts));
    const kv::Slot slot = frontier::SlotOfQueue(queue);
    const std::string key = frontier::UrlKey(slot, queue, url);
    ASSIGN_OR_RETURN(const auto shard, space.ShardOf(slot));
    ASSIGN_OR_RETURN(std::optional<std::string> value, shard->Get(frontier::kUrlFamily, key));
    if (!value) return base::Internal("the store has not what was put: " + url);
    ASSIGN_OR_RETURN(const auto record, frontier::Decode<frontier::UrlRecord>(key, *value));
    kept.push_back("u" + key);
    kept.push_back(*std::move(value));
    kept.push_back("d" + frontier::DueKey(slot, queue, *frontier::PlaceOf(record), url));
    kept.emplace_back();
    return OkStatus();
  }

  Status Discovered() {
    ASSIGN_OR_RETURN(const auto rig, FrontierRig::Open(directory_ + "/batches"));
    ASSIGN_OR_RETURN(const auto echo, EchoRig::Start());
    const auto url = [this](size_t i) { return BenchUrl(i, options_.hosts); };
    ASSIGN_OR_RETURN(const BenchCost empty,
                     PutBatches(echo->stub(), url, options_.urls, kPerBatch));
    ASSIGN_OR_RETURN(const BenchCost cost,
                     PutBatches(rig->stub(), url, options_.urls, kPerBatch));
    Tell("put_discovered", cost, empty);
    return OkStatus();
  }

  Status Items(FrontierRig& rig) {
    ASSIGN_OR_RETURN(const auto echo, EchoRig::Start());
    const auto item = [this](size_t i) { return Item(i); };
    ASSIGN_OR_RETURN(const BenchCost empty, PutItems(echo->stub(), item, options_.urls));
    ASSIGN_OR_RETURN(const BenchCost cost, PutItems(rig.stub(), item, options_.urls));
    Tell("put", cost, empty);
    return OkStatus();
  }

  void Tell(const std::string& name, const BenchCost& cost, const BenchCost& empty) {
    const auto count = static_cast<double>(options_.urls);
    figures_[name + "_cpu_us"] = Each(cost.cpu_s, options_.urls);
    figures_[name + "s_per_cpu_s"] = count / cost.cpu_s;
    figures_[name + "s_per_s"] = count / cost.wall_s;
    floors_[name + "_echo_cpu_us"] = Each(empty.cpu_s, options_.urls);
    ratios_[name + "_over_echo_rocksdb"] =
        figures_[name + "_cpu_us"].get<double>() /
        (floors_[name + "_echo_cpu_us"].get<double>() + floors_["rocksdb_cpu_us"].get<double>());
  }

  // Each call's URLs are completed before the next, on a stream of their own.
  Status Gets(FrontierRig& rig) {
    std::vector<double> waits_ms;
    size_t count = 0;
    double client_s = 0;
    const double from = ProcessCpuSeconds();
    for (size_t i = 0; i < options_.gets; ++i) {
      rig.Pass(kBetweenGets);
      std::vector<uf::URLInfo> leased;
      uf::GetParams params;
      params.set_max_queues(kQueuesPerGet);
      params.set_max_urls_per_queue(1);
      const auto asked = Steady::now();
      RETURN_IF_ERROR(Timed(&client_s, [&] { return Get(rig, params, leased); }));
      waits_ms.push_back(
          std::chrono::duration<double, std::milli>(Steady::now() - asked).count());
      RETURN_IF_ERROR(Timed(&client_s, [&] { return Ack(rig, leased); }));
      count += leased.size();
    }
    if (count == 0) return base::Internal("no URL was leased");
    const double cpu_s = ProcessCpuSeconds() - from - client_s;
    figures_["get_ack_cpu_us"] = Each(cpu_s, count);
    figures_["get_acks_per_cpu_s"] = static_cast<double>(count) / cpu_s;
    figures_["urls_per_get"] = static_cast<double>(count) / static_cast<double>(options_.gets);
    figures_["get_p50_ms"] = Percentile(waits_ms, 0.5);
    figures_["get_p99_ms"] = Percentile(waits_ms, 0.99);
    return OkStatus();
  }

  static Status Get(FrontierRig& rig, const uf::GetParams& params,
                    std::vector<uf::URLInfo>& leased) {
    grpc::ClientContext context;
    const auto stream = rig.stub().GetURLs(&context, params);
    for (uf::URLInfo info; stream->Read(&info);) leased.push_back(info);
    return base::FromGrpc(stream->Finish());
  }
  static Status Ack(FrontierRig& rig, const std::vector<uf::URLInfo>& leased) {
    grpc::ClientContext context;
    const auto stream = rig.stub().PutURLs(&context);
    for (const uf::URLInfo& info : leased) {
      uf::URLItem item;
      *item.mutable_known()->mutable_info() = info;
      stream->Write(item, grpc::WriteOptions().set_buffer_hint());
    }
    stream->WritesDone();
    for (uf::AckMessage ack; stream->Read(&ack);) {
      if (ack.status() != uf::AckMessage::OK) return base::Internal("an ack is not OK");
    }
    return base::FromGrpc(stream->Finish());
  }

  // From the request to the lease that serves it, of hosts that are rested.
  Status Recrawls(FrontierRig& rig) {
    std::vector<double> waits_ms;
    for (size_t i = 0; i < options_.recrawls; ++i) {
      const std::string url = "https://recrawl-" + std::to_string(i) + ".example/";
      const auto asked = Steady::now();
      ASSIGN_OR_RETURN(const auto progress,
                       rig.frontier().recrawls().Start(url, Millis(0), rig.now()));
      ASSIGN_OR_RETURN(const auto leases, rig.frontier().lending().Lend(1, "bench", rig.now()));
      waits_ms.push_back(
          std::chrono::duration<double, std::milli>(Steady::now() - asked).count());
      if (leases.size() != 1 || leases[0].job_id() != progress.job_id()) {
        return base::Internal("a recrawl was not lent at once");
      }
    }
    figures_["recrawl_p50_ms"] = Percentile(waits_ms, 0.5);
    figures_["recrawl_p95_ms"] = Percentile(waits_ms, 0.95);
    return OkStatus();
  }

  const FrontierBenchOptions options_;
  const std::string directory_;
};

}  // namespace

StatusOr<Json> RunFrontierBench(const FrontierBenchOptions& options) {
  const auto from = Steady::now();
  ASSIGN_OR_RETURN(const std::unique_ptr<BenchDirectory> directory, BenchDirectory::Make());
  FrontierBench bench(options, directory->path());
  RETURN_IF_ERROR(bench.Run());
  Json json = {{"name", "frontier"}, {"machine", DescribeMachine()}};
  json["figures"] = {{"urls_count", options.urls}, {"hosts_count", options.hosts}};
  json["figures"].update(bench.figures_);
  json["floors"] = bench.floors_;
  json["ratios"] = bench.ratios_;
  json["seconds"] = std::chrono::duration<double>(Steady::now() - from).count();
  return json;
}

}  // namespace signboard::cli
