// What `signboard bench` prints: all that it promises, and nothing that is no number. How large the
// numbers are is not a test's business.
#include <gtest/gtest.h>

#include <signal.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/paths.h"
#include "tests/support/process.h"

namespace signboard::testing {
namespace {

const std::vector<std::string> kStages = {"fetch", "decode", "parse", "extract", "store"};
const std::vector<std::string> kSets = {"20k", "240k", "tls_20k", "tls_240k"};

Finished Bench(const char* name, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(),
                   {std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "bench", name});
  return RunProgram(arguments);
}
Finished BenchCrawl(std::vector<std::string> arguments) {
  return Bench("crawl", std::move(arguments));
}

void ExpectPositive(const nlohmann::json& part, const std::vector<std::string>& names,
                    const std::vector<std::string>& sets = kSets) {
  for (const std::string& name : names) {
    for (const std::string& set : sets) {
      const std::string key = name + "_" + set;
      ASSERT_TRUE(part.contains(key)) << key;
      ASSERT_TRUE(part[key].is_number()) << key << ": " << part[key];
      const double value = part[key].get<double>();
      EXPECT_TRUE(std::isfinite(value)) << key;
      EXPECT_GT(value, 0) << key;
    }
  }
  EXPECT_EQ(part.size(), names.size() * sets.size()) << "not every name is known to this test";
}

// These and no others, each a number above 0.
void ExpectNames(const nlohmann::json& part, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    ASSERT_TRUE(part.contains(name)) << name;
    ASSERT_TRUE(part[name].is_number()) << name << ": " << part[name];
    EXPECT_TRUE(std::isfinite(part[name].get<double>())) << name;
    EXPECT_GT(part[name].get<double>(), 0) << name;
  }
  EXPECT_EQ(part.size(), names.size()) << "not every name is known to this test: " << part;
}

// Each of `firsts` with each of `lasts`.
std::vector<std::string> Names(const std::vector<std::string>& firsts,
                               const std::vector<std::string>& lasts) {
  std::vector<std::string> names;
  for (const std::string& first : firsts)
    for (const std::string& last : lasts) names.push_back(first + last);
  return names;
}

TEST(BenchTest, CrawlGivesEveryFigureFloorAndRatio) {
  const Finished done = BenchCrawl({"--json", "--pages", "6", "--seconds", "0"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto json = nlohmann::json::parse(done.out);
  EXPECT_EQ(json["name"], "crawl");
  EXPECT_FALSE(json["machine"]["cpu"].get<std::string>().empty());
  EXPECT_GT(json["machine"]["cores_count"], 0);
  EXPECT_GT(json["machine"]["memory_mib"], 0);
  EXPECT_TRUE(json["machine"]["optimized"].is_boolean());
  EXPECT_GT(json["seconds"], 0);

  ExpectPositive(json["figures"],
                 {"pages_per_cpu_s", "fetch_share", "decode_share", "parse_share", "extract_share",
                  "store_share", "fetch_cpu_us", "coding_cpu_us", "digest_cpu_us",
                  "recipe_cpu_us", "charset_cpu_us", "parse_cpu_us", "extract_cpu_us",
                  "detect_cpu_us", "store_cpu_us", "whole_cpu_us", "body_bytes", "wire_bytes"});
  ExpectPositive(json["floors"], {"pages_per_cpu_s", "curl_cpu_us", "gumbo_cpu_us", "hash_cpu_us",
                                  "grpc_cpu_us", "rocksdb_cpu_us", "zstd_cpu_us"});
  ExpectPositive(json["ratios"],
                 {"fetch_over_curl", "parse_over_gumbo", "digest_over_hash", "read_over_steps",
                  "store_over_grpc_hash_rocksdb", "store_over_zstd", "whole_over_floors",
                  "whole_over_stages"});
  for (const std::string& set : kSets) {
    double sum = 0;
    for (const std::string& stage : kStages)
      sum += json["figures"][stage + "_share_" + set].get<double>();
    EXPECT_NEAR(sum, 1, 1e-9) << set;
  }
}

TEST(BenchTest, CrawlShowsPeopleATable) {
  const Finished done =
      BenchCrawl({"--pages", "2", "--size", "20k", "--seconds", "0", "--tls", "off"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  EXPECT_NE(done.out.find("pages_per_cpu_s_20k"), std::string::npos) << done.out;
  EXPECT_NE(done.out.find("fetch_over_curl_20k"), std::string::npos) << done.out;
  EXPECT_EQ(done.out.find("tls_20k"), std::string::npos) << done.out;
}

TEST(BenchTest, ACorpusOfRealPagesIsOneSet) {
  const TempDirectory corpus;
  for (const char* name : {"a.html", "b.htm", "c.html"})
    WriteWholeFile(corpus / name, "<title>" + std::string(name) + "</title><p>a page");
  WriteWholeFile(corpus / "d.txt", "no page");
  const Finished done = BenchCrawl({"--json", "--corpus", corpus.path(), "--seconds", "0"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto json = nlohmann::json::parse(done.out);
  EXPECT_NEAR(json["figures"]["body_bytes_corpus"].get<double>(), 29.67, 1);
  EXPECT_GT(json["figures"]["pages_per_cpu_s_tls_corpus"], 0);
  EXPECT_GT(json["ratios"]["whole_over_floors_corpus"], 0);
  EXPECT_FALSE(json["figures"].contains("pages_per_cpu_s_20k"));
}

TEST(BenchTest, DetectMeasuresPagesOfWhichHalfHoldAName) {
  const Finished done =
      Bench("detect", {"--json", "--pages", "12", "--size", "20k", "--seconds", "0"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto json = nlohmann::json::parse(done.out);
  EXPECT_EQ(json["name"], "detect");
  const std::vector<std::string> sets = {"20k", "sample"};
  ExpectPositive(json["figures"],
                 {"pages_per_cpu_s", "decode_parse_detect_pages_per_cpu_s",
                  "detect_share_of_reading", "detect_cpu_us", "gate_cpu_us", "decode_cpu_us",
                  "parse_cpu_us", "extract_cpu_us", "detect_named_cpu_us", "detect_plain_cpu_us",
                  "body_bytes", "named_share", "gate_open_share", "findings_per_page"},
                 sets);
  ExpectPositive(json["floors"], {"gumbo_cpu_us", "memchr_cpu_us"}, sets);
  ExpectPositive(json["ratios"], {"detect_over_decode_parse", "detect_over_gumbo",
                                  "detect_over_memchr", "gate_over_memchr"},
                 sets);
  for (const std::string& set : sets) {
    EXPECT_EQ(json["figures"]["named_share_" + set], 0.5);
    EXPECT_GE(json["figures"]["gate_open_share_" + set], 0.5) << "a page with a name was shut out";
  }
}

TEST(BenchTest, FrontierMeasuresPutsLeasesAndRecrawlsBesideTheirFloors) {
  const Finished done = Bench("frontier", {"--json", "--urls", "3000", "--hosts", "300", "--gets",
                                           "3", "--recrawls", "5"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto json = nlohmann::json::parse(done.out);
  EXPECT_EQ(json["name"], "frontier");
  ExpectNames(json["figures"],
              {"urls_count", "hosts_count", "core_put_cpu_us", "put_discovered_cpu_us",
               "put_discovereds_per_cpu_s", "put_discovereds_per_s", "put_cpu_us",
               "puts_per_cpu_s", "puts_per_s", "get_ack_cpu_us", "get_acks_per_cpu_s",
               "urls_per_get", "get_p50_ms", "get_p99_ms", "recrawl_p50_ms", "recrawl_p95_ms",
               "rss_mib"});
  ExpectNames(json["floors"], {"rocksdb_cpu_us", "put_discovered_echo_cpu_us", "put_echo_cpu_us"});
  ExpectNames(json["ratios"], {"core_put_over_rocksdb", "put_discovered_over_echo_rocksdb",
                               "put_over_echo_rocksdb"});
  EXPECT_EQ(json["figures"]["urls_per_get"], 100) << "all hosts are ready, and each gives one";
}

TEST(BenchTest, ArchiveGivesEveryFigureFloorAndRatio) {
  const Finished done =
      Bench("archive", {"--json", "--pages", "2", "--versions", "20", "--visits", "2", "--ingest",
                        "20", "--captures", "2000", "--lookups", "100"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  auto json = nlohmann::json::parse(done.out);
  EXPECT_EQ(json["name"], "archive");
  EXPECT_GT(json["seconds"], 0);
  const std::vector<std::string> kinds = {"_article", "_hub", "_home"};
  const std::vector<std::string> sorts = {"exact", "closest", "prefix"};
  const std::vector<std::string> classes = {"new", "changed", "unchanged"};
  const std::vector<std::string> rates = {"_cpu_us", "_captures_per_cpu_s", "_mb_per_cpu_s",
                                          "_captures_per_s", "_mb_per_s"};
  const auto all = [](std::vector<std::vector<std::string>> lists) {
    std::vector<std::string> names;
    for (const auto& list : lists) names.insert(names.end(), list.begin(), list.end());
    return names;
  };
  // How much of the files the system still held: nothing, where it does as it is told.
  EXPECT_GE(json["figures"]["cold_resident_share"].get<double>(), 0);
  EXPECT_LE(json["figures"]["cold_resident_share"].get<double>(), 1);
  json["figures"].erase("cold_resident_share");
  ExpectNames(
      json["figures"],
      all({Names(Names({"ingest_"}, classes), rates),
           Names({"page_bytes", "whole_bytes_per_version", "packed_bytes_per_version",
                  "packed_body_bytes_per_version", "pack_cpu_us_per_version",
                  "bytes_per_unchanged"},
                 kinds),
           Names(Names({"warm_read_", "cold_read_"}, {"p50_ms_", "p99_ms_"}),
                 {"age_0", "age_1_3", "age_4_15", "age_16_up", "all"}),
           {"read_cpu_us", "load_captures_per_s", "load_captures_per_cpu_s", "load_rss_mib",
            "captures_count", "index_bytes_per_capture", "index_and_url_bytes_per_capture"},
           Names(Names({"core_", "grpc_", "http_"}, sorts), {"_cpu_us", "_per_cpu_s"}),
           Names(Names({"grpc_", "http_"}, sorts), {"_p50_ms", "_p99_ms"})}));
  ExpectNames(json["floors"],
              all({Names(Names({"raw_"}, classes), rates),
                   Names({"warc_bytes_per_version", "warc_bytes_per_unchanged"}, kinds),
                   {"raw_read_cpu_us"},
                   Names(all({Names({"raw_"}, sorts), {"empty_call", "empty_answer"}}),
                         {"_cpu_us", "_per_cpu_s"})}));
  ExpectNames(json["ratios"],
              all({Names(Names({"ingest_"}, classes), {"_of_raw"}),
                   Names({"whole_over_warc", "packed_over_warc", "all_over_warc_with_revisits"},
                         kinds),
                   {"read_over_raw"},
                   Names(Names({"core_"}, sorts), {"_over_raw"}),
                   Names(Names({"grpc_"}, sorts), {"_over_call_raw"}),
                   Names(Names({"http_"}, sorts), {"_over_answer_raw", "_over_answer_call_raw"})}));
  EXPECT_EQ(json["figures"]["captures_count"], 2'000);
}

TEST(BenchTest, RevisitComparesOurPolicyWithOthersAtEqualFetches) {
  const Finished done = RunProgram({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "bench",
                                    "revisit", "--json", "--seeds", "1", "--hubs", "600",
                                    "--days", "40"});
  ASSERT_EQ(done.exit_code, 0) << done.err;
  const auto json = nlohmann::json::parse(done.out, nullptr, false);
  ASSERT_TRUE(json.is_object()) << done.out;
  const auto& figures = json["figures"];
  const double fetches = figures["nutch_fetches_per_day"];
  for (const char* policy : {"stormcrawler", "uniform", "oracle", "own", "own_true_rates"}) {
    const double spent = figures[std::string(policy) + "_fetches_per_day"];
    EXPECT_NEAR(spent / fetches, 1, 0.01) << policy;
  }
  for (const auto& [name, asked] : json["floors"].items()) {
    const std::string ratio = name.substr(0, name.size() - std::string("_asked").size());
    ASSERT_TRUE(json["ratios"].contains(ratio)) << ratio;
    EXPECT_LE(json["ratios"][ratio].get<double>(), asked.get<double>()) << ratio;
  }
  // The same world and the same policies: not a figure of this machine.
  EXPECT_GT(figures["own_links_mean_h"].get<double>(), 0);
}

TEST(BenchTest, ServeShowsThePagesToOthersUntilItIsEnded) {
  const TempDirectory directory;
  Process server({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "bench", "serve", "--json",
                  "--pages", "9", "--size", "20k"},
                 directory / "out");
  nlohmann::json said;
  for (int i = 0; i < 200 && !said.is_object(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    said = nlohmann::json::parse(ReadWholeFile(directory / "out"), nullptr, false);
  }
  ASSERT_TRUE(said.is_object()) << ReadWholeFile(directory / "out");
  EXPECT_EQ(said["pages"], 9);
  const auto get = [](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"curl", "-sS", "--max-time", "20"});
    return RunProgram(arguments);
  };
  const std::string http = said["http"], https = said["https"], host = said["hosts"][0];
  const Finished all = get({"http://" + http + "/"});
  EXPECT_NE(all.out.find("/20k/8.html"), std::string::npos) << all.out << all.err;
  const Finished of_one = get({"--connect-to", host + ":443:" + https, "--cacert",
                               said["ca_file"], "https://" + host + "/"});
  EXPECT_NE(of_one.out.find("/20k/8.html"), std::string::npos) << of_one.out << of_one.err;
  EXPECT_EQ(of_one.out.find("/20k/7.html"), std::string::npos) << of_one.out;
  const Finished page = get({"--compressed", "http://" + http + "/20k/8.html"});
  EXPECT_GT(page.out.size(), 15'000u) << page.err;
  server.Signal(SIGTERM);
  EXPECT_EQ(server.Wait(), 0);
}

TEST(BenchTest, WhatCannotBeMeasuredIsRefused) {
  for (const char* size : {"20m", "12", "k", "9999999k", ""}) {
    const Finished done = BenchCrawl({"--size", size, "--pages", "1"});
    EXPECT_EQ(done.exit_code, 2) << size << ": " << done.out;
    EXPECT_NE(done.err.find("--size"), std::string::npos) << done.err;
  }
  const Finished done = BenchCrawl({"--sites", "/nonexistent", "--pages", "1"});
  EXPECT_EQ(done.exit_code, 3) << done.err;
  EXPECT_NE(done.err.find("/nonexistent"), std::string::npos) << done.err;
}

}  // namespace
}  // namespace signboard::testing
