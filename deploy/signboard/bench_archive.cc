#include "deploy/signboard/bench_archive.h"

#include <chrono>

#include "deploy/signboard/bench_ingest.h"
#include "deploy/signboard/bench_lookups.h"
#include "deploy/signboard/bench_machine.h"
#include "deploy/signboard/bench_sizes.h"

namespace signboard::cli {

StatusOr<nlohmann::ordered_json> RunArchiveBench(const ArchiveBenchOptions& options) {
  using Steady = std::chrono::steady_clock;
  const auto from = Steady::now();
  ASSIGN_OR_RETURN(const BenchVersions versions, BenchVersions::Open(options.sites));
  BenchTold told;
  RETURN_IF_ERROR(base::Annotate(MeasureIngest(options, versions, &told), "ingest"));
  BenchReads reads;
  RETURN_IF_ERROR(base::Annotate(MeasureSizes(options, versions, &reads, &told), "sizes"));
  reads.Tell(&told);
  RETURN_IF_ERROR(base::Annotate(MeasureLookups(options, &told), "lookups"));
  nlohmann::ordered_json json = {{"name", "archive"}, {"machine", DescribeMachine()}};
  json["figures"] = std::move(told.figures);
  json["floors"] = std::move(told.floors);
  json["ratios"] = std::move(told.ratios);
  json["seconds"] = std::chrono::duration<double>(Steady::now() - from).count();
  return json;
}

}  // namespace signboard::cli
