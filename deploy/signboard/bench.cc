// signboard bench: figures of this machine, each beside the floor that the libraries set.
#include <cstdio>

#include "deploy/signboard/bench_crawl.h"
#include "deploy/signboard/cli.h"
#include "proto/base/log.h"

namespace signboard::cli {
namespace {

constexpr size_t kPagesMax = 10'000;
constexpr size_t kSizeMin = 4'000;
constexpr size_t kSizeMax = 4'000'000;
constexpr size_t kSizesMax = 8;
constexpr double kSecondsMax = 3'600;

// "20k" or "20000".
StatusOr<size_t> ParseSize(const std::string& text) {
  const bool thousands = text.ends_with('k');
  const std::string digits = text.substr(0, text.size() - (thousands ? 1 : 0));
  const bool number = !digits.empty() && digits.size() < 8 &&
                      digits.find_first_not_of("0123456789") == std::string::npos;
  const size_t bytes = number ? std::stoul(digits) * (thousands ? 1'000 : 1) : 0;
  if (bytes >= kSizeMin && bytes <= kSizeMax) return bytes;
  return base::InvalidArgument("--size " + text + ": write bytes, or thousands as 20k, from " +
                               std::to_string(kSizeMin) + " to " + std::to_string(kSizeMax));
}

std::string Rounded(double value) {
  char text[32];
  std::snprintf(text, sizeof text, value < 10 ? "%.3f" : "%.1f", value);
  return text;
}

void PrintForPeople(const Json& json) {
  std::vector<std::vector<std::string>> rows;
  for (const char* part : {"figures", "floors", "ratios"})
    for (const auto& [name, value] : json[part].items())
      rows.push_back({part, name, Rounded(value.get<double>())});
  PrintTable({"", "NAME", "VALUE"}, rows);
  std::printf("%s, %d cores, %d MiB%s; %.0f s\n",
              json["machine"]["cpu"].get<std::string>().c_str(),
              json["machine"]["cores_count"].get<int>(),
              json["machine"]["memory_mib"].get<int>(),
              json["machine"]["optimized"].get<bool>() ? "" : "; a build without optimization",
              json["seconds"].get<double>());
}

int BenchCrawl(const Context& context, CrawlBenchOptions options,
               const std::vector<std::string>& sizes) {
  if (!sizes.empty()) options.sizes.clear();
  for (const std::string& text : sizes) {
    const auto bytes = ParseSize(text);
    if (!bytes.ok()) return Fail(context, bytes.status());
    options.sizes.push_back(*bytes);
  }
  base::SetLogLevel(kWarn);
  const auto measured = RunCrawlBench(options);
  if (!measured.ok()) return Fail(context, measured.status());
  context.json || context.ndjson ? PrintJson(*measured) : PrintForPeople(*measured);
  return kOk;
}

}  // namespace

void AddBench(CLI::App& app, Context& context) {
  auto* bench = app.add_subcommand("bench", "Measure, beside the floors of the same run");
  bench->require_subcommand(1);
  auto* verb = bench->add_subcommand(
      "crawl", "CPU time of a page through fetch, decode, parse, extract and store");
  auto options = std::make_shared<CrawlBenchOptions>();
  auto sizes = std::make_shared<std::vector<std::string>>();
  options->sites = SIGNBOARD_WORLD_SITES;
  verb->add_option("--pages", options->pages, "Pages of each size")
      ->check(CLI::Range(size_t{1}, kPagesMax))
      ->capture_default_str();
  verb->add_option("--size", *sizes, "Sizes of pages in bytes (default 20k,240k)")
      ->delimiter(',')
      ->expected(1, static_cast<int>(kSizesMax));
  verb->add_option("--seconds", options->seconds, "How long each size is measured")
      ->check(CLI::Range(0.0, kSecondsMax))
      ->capture_default_str();
  verb->add_option("--sites", options->sites, "Folder of the sample sites")
      ->capture_default_str();
  verb->footer("Examples:\n  signboard bench crawl\n"
               "  signboard bench crawl --json --pages 400 --size 20k --seconds 60");
  verb->callback([&context, options, sizes] {
    context.action = [&context, options, sizes] { return BenchCrawl(context, *options, *sizes); };
  });
}

}  // namespace signboard::cli
