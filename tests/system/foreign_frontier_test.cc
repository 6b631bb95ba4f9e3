// `signboard crawler --urlfrontier` at a URLFrontier that is not ours: the sample world, as it is
// on its last day, is crawled as completely as with our own frontier, although the other one loses
// acks, asks to be sent things again, and breaks streams off.
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <thread>

#include "tests/paths.h"
#include "tests/support/process.h"
#include "urlfrontier.grpc.pb.h"

namespace signboard::testing {
namespace {

namespace fs = std::filesystem;
namespace uf = urlfrontier;
using Json = nlohmann::json;

const std::string kBin = std::string(SIGNBOARD_BINARY_DIR) + "/bin/";
const std::string kSites = std::string(SIGNBOARD_SOURCE_DIR) + "/deploy/world/sites";
constexpr char kLastDay[] = "2025-12-01T00:00:00Z";

struct Site {
  std::vector<std::string> hosts;
  std::vector<std::string> seeds;
  bool challenges = false;  // Its firewall answers after a while: what came before it is chance.
};

std::vector<Site> Sites() {
  std::vector<Site> sites;
  for (const auto& folder : fs::directory_iterator(kSites)) {
    const Json json = Json::parse(ReadWholeFile(folder.path() / "site.json"));
    Site site{.hosts = json["hosts"], .seeds = {}, .challenges = json.contains("challenge")};
    for (const std::string& path : json.value("seeds", std::vector<std::string>{"/"}))
      site.seeds.push_back("http://" + site.hosts[0] + path);
    sites.push_back(std::move(site));
  }
  return sites;
}

// What a crawl of the world came to: of each URL how it answered last and in how many versions.
struct Summary {
  std::map<std::string, std::string> urls;
  std::set<std::string> announcements;
  bool operator==(const Summary&) const = default;
};

class ForeignFrontierTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // One of the sites asks for five seconds between two pages, which would make minutes of it.
    fs::copy(kSites, directory_ / "sites", fs::copy_options::recursive);
    const std::string robots = directory_ / "sites/shiqian-gov/robots.txt";
    std::string rules = ReadWholeFile(robots);
    rules.replace(rules.find("Crawl-delay: 5"), 14, "Crawl-delay: 0");
    WriteWholeFile(robots, rules);
    world_port_ = FreePort();
    world_ = Process({kBin + "signboard-world", "--listen",
                      "127.0.0.1:" + std::to_string(world_port_), "--sites", directory_ / "sites",
                      "--start", kLastDay, "--speed", "0"},
                     directory_ / "world.log");
  }
  void TearDown() override {
    if (!HasFailure()) return;
    for (const auto& file : fs::directory_iterator(directory_.path())) {
      if (file.path().extension() != ".log") continue;
      std::string log = ReadWholeFile(file.path());
      if (log.size() > 3'000) log = log.substr(log.size() - 3'000);
      std::fprintf(stderr, "-- %s ends with\n%s\n", file.path().c_str(), log.c_str());
    }
  }

  // Nothing is due twice within the test.
  std::string Config(const std::string& name, const std::string& data, int port) const {
    const std::string file = directory_ / (name + ".toml");
    WriteWholeFile(
        file, "[data]\ndirectory = \"" + (directory_ / data) +
                  "\"\n[frontier]\nlisten = \"127.0.0.1:" + std::to_string(port) +
                  "\"\ndelay = \"5ms\"\nlease_time = \"60s\"\nhub_interval_start = \"3h\"\n"
                  "page_interval_start = \"20h\"\nerror_wait_start = \"1h\"\nblock_start = \"1h\"\n"
                  "[crawler]\nconnect_to = [\"*:80=127.0.0.1:" +
                  std::to_string(world_port_) +
                  "\"]\n[crawler.guard]\nallow = [\"127.0.0.1/32\"]\n[storage]\n"
                  "listen = \"127.0.0.1:" + std::to_string(port) +
                  "\"\n[gateway]\nlisten = \"127.0.0.1:0\"\n[cluster]\nnodes = [\"127.0.0.1:" +
                  std::to_string(port) + "\"]\n");
    return file;
  }
  Process Start(const std::string& role, const std::string& config,
                std::vector<std::string> more = {}) {
    std::vector<std::string> command = {kBin + "signboard", role, "--config", config};
    command.insert(command.end(), more.begin(), more.end());
    return {command, directory_ / (role + std::to_string(++started_) + ".log")};
  }

  static Finished Run(int port, std::vector<std::string> arguments) {
    std::vector<std::string> command = {kBin + "signboard", "--server",
                                        "127.0.0.1:" + std::to_string(port)};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return RunProgram(command);
  }
  static Json RunJson(int port, std::vector<std::string> arguments) {
    arguments.push_back("--json");
    return Json::parse(Run(port, std::move(arguments)).out, nullptr, false);
  }
  template <class Condition>
  static bool Eventually(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(120);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return true;
  }

  // Of sites whose firewall answers: what is due there stays due.
  static std::set<std::string> Blocked() {
    std::set<std::string> hosts;
    for (const Site& site : Sites())
      if (site.challenges) hosts.insert(site.hosts.begin(), site.hosts.end());
    return hosts;
  }

  // Nothing of another queue is leased or due. Links are there before the page that had them is
  // done with, so it does not look so too early.
  static bool IsDone(int port) {
    const Json queues = RunJson(port, {"queues", "list", "--limit", "10000"});
    if (!queues.is_object()) return false;
    const std::set<std::string> blocked = Blocked();
    const std::time_t now = std::time(nullptr);
    char today[sizeof "2025-11-18T00:00:00"];
    std::strftime(today, sizeof today, "%FT%T", std::gmtime(&now));
    size_t urls = 0;
    for (const Json& queue : queues["queues"]) {
      urls += queue["urls"].get<size_t>();
      if (blocked.contains(queue["key"].get<std::string>())) continue;
      const std::string due = queue["next_due"];
      if (queue["leased"] != 0 || (due != "-" && due.substr(0, sizeof today - 1) <= today))
        return false;
    }
    return urls > 100;
  }

  static std::vector<std::string> SeedVerb() {
    std::vector<std::string> verb = {"seeds", "add"};
    for (const Site& site : Sites())
      verb.insert(verb.end(), site.seeds.begin(), site.seeds.end());
    return verb;
  }

  static Summary Summarize(int port) {
    Summary summary;
    for (const Site& site : Sites()) {
      if (site.challenges) continue;
      for (const std::string& host : site.hosts) {
        std::istringstream lines(Run(port, {"urls", host, "--ndjson"}).out);
        for (std::string line; std::getline(lines, line);) {
          const Json entry = Json::parse(line);
          summary.urls[entry["url"]] = entry.value("last_outcome", "");
        }
      }
    }
    return summary;
  }
  static std::set<std::string> Announcements(int port) {
    std::set<std::string> ids;
    std::istringstream lines(Run(port, {"announcements", "--ndjson"}).out);
    for (std::string line; std::getline(lines, line);)
      if (!line.empty()) ids.insert(Json::parse(line).value("id", ""));
    return ids;
  }

  // What our own frontier makes of the same world.
  Summary WithOurOwn() {
    const int port = FreePort();
    const Process node = Start("run", Config("own", "own", port));
    EXPECT_TRUE(Eventually([&] { return Run(port, SeedVerb()).exit_code == 0; }));
    EXPECT_TRUE(Eventually([&] { return IsDone(port); }));
    EXPECT_TRUE(Eventually([&] {
      const Json status = RunJson(port, {"status"});
      return status.is_object() && status["register"]["findings_behind"] == 0;
    }));
    Summary summary = Summarize(port);
    summary.announcements = Announcements(port);
    return summary;
  }

  // One line for each URL that one of them has otherwise. Empty: they are alike.
  static std::string Differences(const Summary& own, const Summary& guest) {
    std::string lines;
    for (const auto& [url, outcome] : own.urls) {
      const auto found = guest.urls.find(url);
      if (found == guest.urls.end()) lines += "missing: " + url + " (" + outcome + ")\n";
      else if (found->second != outcome) lines += url + ": " + found->second + "\n";
    }
    for (const auto& [url, outcome] : guest.urls)
      if (!own.urls.contains(url)) lines += "more: " + url + " (" + outcome + ")\n";
    return lines;
  }

  // Starts the other frontier and its client.
  std::unique_ptr<uf::URLFrontier::Stub> StartForeign(std::vector<std::string> options) {
    foreign_port_ = FreePort();
    const std::string address = Foreign();
    std::vector<std::string> command = {kBin + "plain-urlfrontier", "--listen", address};
    command.insert(command.end(), options.begin(), options.end());
    foreign_ = Process(command, directory_ / "foreign.log");
    auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
    EXPECT_TRUE(channel->WaitForConnected(std::chrono::system_clock::now() +
                                          std::chrono::seconds(60)));
    return uf::URLFrontier::NewStub(channel);
  }
  std::string Foreign() const { return "127.0.0.1:" + std::to_string(foreign_port_); }

  // All that it keeps of our crawl.
  static std::vector<uf::KnownURLItem> Kept(uf::URLFrontier::Stub& stub) {
    grpc::ClientContext call;
    uf::ListUrlParams params;
    params.set_size(1U << 31 >> 1);
    params.set_crawlid("signboard");
    const auto reader = stub.ListURLs(&call, params);
    std::vector<uf::KnownURLItem> all;
    for (uf::URLItem item; reader->Read(&item);) all.push_back(item.known());
    EXPECT_TRUE(reader->Finish().ok());
    return all;
  }
  // As IsDone.
  static bool IsDone(uf::URLFrontier::Stub& stub, size_t urls_min = 100) {
    const std::set<std::string> blocked = Blocked();
    const auto now = static_cast<uint64_t>(std::time(nullptr));
    const auto kept = Kept(stub);
    return kept.size() > urls_min && std::none_of(kept.begin(), kept.end(), [&](const auto& item) {
      const uint64_t due = item.refetchable_from_date();
      return due != 0 && due <= now && !blocked.contains(item.info().key());
    });
  }

  TempDirectory directory_;
  int world_port_ = 0;
  int foreign_port_ = 0;
  int started_ = 0;
  Process world_;
  Process foreign_;
};

TEST_F(ForeignFrontierTest, TheSampleWorldIsComplete) {
  const Summary own = WithOurOwn();
  ASSERT_GT(own.urls.size(), 100u);
  ASSERT_FALSE(own.announcements.empty());

  const auto stub =
      StartForeign({"--rest-unit-ms", "20", "--fail-every", "9", "--break-every", "70"});
  const int port = FreePort();
  const std::string config = Config("guest", "guest", port);
  const Process storage = Start("storage", config);
  Process crawler = Start("crawler", config, {"--urlfrontier", Foreign()});
  auto seeds = SeedVerb();
  seeds.insert(seeds.end(), {"--urlfrontier", Foreign()});
  const Finished added = Run(port, seeds);
  EXPECT_NE(added.out.find("0 refused"), std::string::npos) << added.out << added.err;

  EXPECT_TRUE(Eventually([&] { return IsDone(*stub); }));
  EXPECT_TRUE(Eventually([&] { return Announcements(port) == own.announcements; }));
  const Summary guest = Summarize(port);
  EXPECT_EQ(Differences(own, guest), "");
  EXPECT_EQ(Announcements(port), own.announcements);

  // What our worker says of a URL stays with it.
  const auto kept = Kept(*stub);
  const auto now = static_cast<uint64_t>(std::time(nullptr));
  for (const auto& item : kept) {
    if (item.refetchable_from_date() <= now) continue;  // Done with, or behind a block.
    EXPECT_TRUE(item.info().metadata().contains("signboard")) << item.info().url();
  }

  // Told to stop, it lets nothing lie.
  crawler.Signal(SIGTERM);
  EXPECT_EQ(crawler.Wait(), 0);
}

TEST_F(ForeignFrontierTest, KilledWorkersAndFrontiersThatComeLateLoseNothing) {
  const int port = FreePort();
  const std::string config = Config("guest", "guest", port);
  const Process storage = Start("storage", config);
  foreign_port_ = FreePort();
  const std::string address = Foreign();
  // Before anything is there to lend.
  Process crawler = Start("crawler", config, {"--urlfrontier", address});
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  foreign_ = Process({kBin + "plain-urlfrontier", "--listen", address, "--rest-unit-ms", "20"},
                     directory_ / "foreign.log");
  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  ASSERT_TRUE(channel->WaitForConnected(std::chrono::system_clock::now() +
                                        std::chrono::seconds(60)));
  const auto stub = uf::URLFrontier::NewStub(channel);

  // Put by another client, without a word of ours: a seed all the same.
  uf::URLItem item;
  uf::URLInfo& info = *item.mutable_discovered()->mutable_info();
  info.set_url("http://www.jingan-gov.example/");
  info.set_key("www.jingan-gov.example");
  info.set_crawlid("signboard");
  (*info.mutable_metadata())["of-others"].add_values("stays");
  grpc::ClientContext call;
  const auto stream = stub->PutURLs(&call);
  ASSERT_TRUE(stream->Write(item));
  stream->WritesDone();
  uf::AckMessage ack;
  ASSERT_TRUE(stream->Read(&ack));
  EXPECT_TRUE(stream->Finish().ok());

  // In the middle of it, with what it holds; its leases end by themselves.
  ASSERT_TRUE(Eventually([&] { return Kept(*stub).size() > 8; }));
  crawler.Signal(SIGKILL);
  crawler.Wait();
  crawler = Start("crawler", config, {"--urlfrontier", address});
  EXPECT_TRUE(Eventually([&] { return IsDone(*stub, 20); }));
  EXPECT_GE(Summarize(port).urls.size(), 30u);
  for (const auto& kept : Kept(*stub)) {
    if (kept.info().url() == "http://www.jingan-gov.example/") {
      EXPECT_EQ(kept.info().metadata().at("of-others").values(0), "stays");
    }
  }
}

TEST_F(ForeignFrontierTest, WhatItCannotBeAskedIsRefusedInWords) {
  const auto stub = StartForeign({});
  for (const std::vector<std::string>& verb :
       {std::vector<std::string>{"explain", "http://a.example/"},
        {"recrawl", "http://a.example/"},
        {"seeds", "list"},
        {"queues", "list"},
        {"status"}}) {
    const Finished asked = Run(foreign_port_, verb);
    EXPECT_EQ(asked.exit_code, 1) << verb[0] << asked.out;
    EXPECT_NE(asked.err.find("none of Signboard's"), std::string::npos) << verb[0] << asked.err;
    EXPECT_NE(asked.err.find("--urlfrontier"), std::string::npos) << verb[0] << asked.err;
  }
  const std::string config = Config("node", "node", FreePort());
  const Finished node = RunProgram({"env", "SIGNBOARD_CRAWLER_URLFRONTIER=" + Foreign(),
                                    kBin + "signboard", "run", "--config", config});
  EXPECT_EQ(node.exit_code, 2);
  EXPECT_NE(node.err.find("signboard crawler"), std::string::npos) << node.err;
}

}  // namespace
}  // namespace signboard::testing
