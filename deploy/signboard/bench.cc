// signboard bench: figures of this machine, each beside the floor that the libraries set.
#include <cstdio>

#include "deploy/signboard/bench_archive.h"
#include "deploy/signboard/bench_crawl.h"
#include "deploy/signboard/bench_detect.h"
#include "deploy/signboard/bench_frontier.h"
#include "deploy/signboard/bench_register.h"
#include "deploy/signboard/bench_revisit.h"
#include "deploy/signboard/bench_serve.h"
#include "deploy/signboard/cli.h"
#include "proto/base/log.h"

namespace signboard::cli {
namespace {

constexpr size_t kPagesDefault = 120;
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

int Print(const Context& context, const StatusOr<Json>& measured) {
  if (!measured.ok()) return Fail(context, measured.status());
  context.json || context.ndjson ? PrintJson(*measured) : PrintForPeople(*measured);
  return kOk;
}

// What the options of both verbs say.
struct BenchSettings {
  CrawlBenchOptions options;
  std::vector<std::string> sizes = {"20k", "240k"};
  std::string tls = "both";
};

Status Read(BenchSettings* settings) {
  for (const std::string& text : settings->sizes) {
    ASSIGN_OR_RETURN(const size_t bytes, ParseSize(text));
    settings->options.site.sizes.push_back(bytes);
  }
  settings->options.without_tls = settings->tls != "on";
  settings->options.with_tls = settings->tls != "off";
  return OkStatus();
}

int BenchCrawl(const Context& context, BenchSettings settings) {
  if (const Status read = Read(&settings); !read.ok()) return Fail(context, read);
  base::SetLogLevel(kWarn);
  return Print(context, RunCrawlBench(settings.options));
}

int BenchDetect(const Context& context, BenchSettings settings) {
  if (const Status read = Read(&settings); !read.ok()) return Fail(context, read);
  base::SetLogLevel(kWarn);
  return Print(context, RunDetectBench({settings.options.site, settings.options.seconds}));
}

int BenchServe(const Context& context, BenchSettings settings) {
  if (const Status read = Read(&settings); !read.ok()) return Fail(context, read);
  return ServeBenchSite(context, settings.options.site);
}

void AddSiteOptions(CLI::App* verb, BenchSettings* settings) {
  BenchSiteOptions& site = settings->options.site;
  verb->add_option("--pages", site.pages, "Pages of each set")
      ->check(CLI::Range(size_t{1}, kPagesMax))
      ->capture_default_str();
  verb->add_option("--size", settings->sizes, "Sizes of pages in bytes")
      ->delimiter(',')
      ->expected(1, static_cast<int>(kSizesMax))
      ->capture_default_str();
  verb->add_option("--sites", site.sites, "Folder of the sample sites, which pages are made of")
      ->capture_default_str();
}

void AddCorpusOption(CLI::App* verb, BenchSettings* settings) {
  verb->add_option("--corpus", settings->options.site.corpus,
                   "Folder of real pages, in place of made ones");
}

void AddSecondsOption(CLI::App* verb, BenchSettings* settings) {
  verb->add_option("--seconds", settings->options.seconds, "How long each set is measured")
      ->check(CLI::Range(0.0, kSecondsMax))
      ->capture_default_str();
}

void AddBenchDetect(CLI::App* bench, Context& context, std::shared_ptr<BenchSettings> settings) {
  auto* verb = bench->add_subcommand(
      "detect", "CPU time of looking for announcements, beside decoding and parsing");
  AddSiteOptions(verb, settings.get());
  AddSecondsOption(verb, settings.get());
  verb->footer("Every second page holds a candidate name.\n"
               "Examples:\n  signboard bench detect\n"
               "  signboard bench detect --json --pages 400 --seconds 60");
  verb->callback([&context, settings] {
    context.action = [&context, settings] { return BenchDetect(context, *settings); };
  });
}

void AddBenchFrontier(CLI::App* bench, Context& context) {
  auto options = std::make_shared<FrontierBenchOptions>();
  auto* verb = bench->add_subcommand(
      "frontier", "CPU time of a URL put, leased and acked, beside gRPC and RocksDB alone");
  verb->add_option("--urls", options->urls, "URLs of each store")
      ->check(CLI::Range(100, 100'000'000))
      ->capture_default_str();
  verb->add_option("--hosts", options->hosts, "Hosts they are of")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  verb->add_option("--gets", options->gets, "GetURLs calls, each of 100 hosts and one URL")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  verb->add_option("--recrawls", options->recrawls, "Recrawls while all of those are due")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  verb->footer("Examples:\n  signboard bench frontier\n"
               "  signboard bench frontier --json --urls 10000000 --hosts 100000");
  verb->callback([&context, options] {
    context.action = [&context, options] {
      base::SetLogLevel(kWarn);
      return Print(context, RunFrontierBench(*options));
    };
  });
}

void AddBenchRegister(CLI::App* bench, Context& context) {
  auto options = std::make_shared<RegisterBenchOptions>();
  auto* verb = bench->add_subcommand(
      "register", "CPU time of merging a source, when there are many announcements");
  verb->add_option("--announcements", options->announcements, "Foundings that are told of")
      ->check(CLI::Range(10, 1'000'000))
      ->capture_default_str();
  verb->add_option("--reprints", options->reprints, "Further pages that tell of each")
      ->check(CLI::Range(0, 99))
      ->capture_default_str();
  verb->footer("Each merge is on the disk before the next one begins: this takes its time.\n"
               "Examples:\n  signboard bench register --announcements 1000\n"
               "  signboard bench register --json");
  verb->callback([&context, options] {
    context.action = [&context, options] {
      base::SetLogLevel(kWarn);
      return Print(context, RunRegisterBench(*options));
    };
  });
}

void AddBenchArchive(CLI::App* bench, Context& context) {
  auto options = std::make_shared<ArchiveBenchOptions>();
  options->sites = SIGNBOARD_WORLD_SITES;
  auto* verb = bench->add_subcommand(
      "archive", "Bytes and CPU time of captures kept, read and found, beside RocksDB and WARC");
  const auto count = [&](const char* name, size_t* value, const char* what, size_t min,
                         size_t max) {
    verb->add_option(name, *value, what)->check(CLI::Range(min, max))->capture_default_str();
  };
  count("--pages", &options->pages, "Pages of each kind: articles, hubs, home pages", 1, 1'000);
  count("--versions", &options->versions, "Versions of each page", 2, 365);
  count("--visits", &options->visits, "Unchanged visits after each version", 1, 20);
  count("--ingest", &options->ingest, "Captures of each sort that are stored", 1, 20'000);
  count("--captures", &options->captures, "Captures that are looked up", 100, 100'000'000);
  count("--lookups", &options->lookups, "Lookups of each sort on each way", 100, 1'000'000);
  verb->add_option("--sites", options->sites, "Folder of the sample sites, which pages are made of")
      ->capture_default_str();
  verb->footer("Examples:\n  signboard bench archive\n"
               "  signboard bench archive --json --captures 5000000");
  verb->callback([&context, options] {
    context.action = [&context, options] {
      base::SetLogLevel(kWarn);
      return Print(context, RunArchiveBench(*options));
    };
  });
}

void AddBenchRevisit(CLI::App* bench, Context& context) {
  auto options = std::make_shared<RevisitBenchOptions>();
  auto* verb = bench->add_subcommand(
      "revisit", "How soon new links and announcements are seen, by our policy and by others");
  verb->add_option("--hubs", options->hubs, "List pages of each world")
      ->check(CLI::Range(10, 1'000'000))
      ->capture_default_str();
  verb->add_option("--days", options->days, "Of each world; the second half is measured")
      ->check(CLI::Range(2, 3'650))
      ->capture_default_str();
  verb->add_option("--seeds", options->seeds, "Worlds of each of the three spreads of rates")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  verb->add_option("--rate", options->rate, "Links a day of the median list page")
      ->check(CLI::Range(0.01, 1'000.0))
      ->capture_default_str();
  verb->add_option("--place-share", options->place_share,
                   "Of the visits, the part that every place gets alike")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  verb->footer("Examples:\n  signboard bench revisit --seeds 1\n  signboard bench revisit --json");
  verb->callback([&context, options] {
    context.action = [&context, options] {
      const auto measured = RunRevisitBench(*options);
      context.json || context.ndjson ? PrintJson(measured) : PrintForPeople(measured);
      return static_cast<int>(kOk);
    };
  });
}

}  // namespace

void AddBench(CLI::App& app, Context& context) {
  auto* bench = app.add_subcommand("bench", "Measure, beside the floors of the same run");
  bench->require_subcommand(1);
  auto settings = std::make_shared<BenchSettings>();
  settings->options.site.sites = SIGNBOARD_WORLD_SITES;
  settings->options.site.pages = kPagesDefault;
  auto* crawl = bench->add_subcommand(
      "crawl", "CPU time of a page through fetch, decode, parse, extract and store");
  AddSiteOptions(crawl, settings.get());
  crawl->add_option("--tls", settings->tls, "Whether pages come over TLS: off, on or both")
      ->check(CLI::IsMember({"off", "on", "both"}))
      ->capture_default_str();
  AddCorpusOption(crawl, settings.get());
  AddSecondsOption(crawl, settings.get());
  crawl->footer("Examples:\n  signboard bench crawl\n"
                "  signboard bench crawl --json --pages 400 --size 20k --seconds 60\n"
                "  signboard bench crawl --corpus /usr/share/doc/python3.11/html --tls off");
  crawl->callback([&context, settings] {
    context.action = [&context, settings] { return BenchCrawl(context, *settings); };
  });
  AddBenchDetect(bench, context, settings);
  AddBenchFrontier(bench, context);
  AddBenchRegister(bench, context);
  AddBenchArchive(bench, context);
  AddBenchRevisit(bench, context);
  auto* serve = bench->add_subcommand("serve", "Serve those pages to other crawlers until killed");
  AddSiteOptions(serve, settings.get());
  AddCorpusOption(serve, settings.get());
  serve->footer("Examples:\n  signboard bench serve --pages 2000 --size 20k");
  serve->callback([&context, settings] {
    context.action = [&context, settings] { return BenchServe(context, *settings); };
  });
}

}  // namespace signboard::cli
