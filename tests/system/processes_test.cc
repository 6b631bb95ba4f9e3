// The roles as processes of their own, over sockets, started, stopped and killed as they are in the
// field.
#include <signal.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <thread>

#include "tests/paths.h"
#include "tests/system/demo_run.h"

namespace signboard::testing {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

bool Soak() { return std::getenv("SIGNBOARD_SOAK") != nullptr; }

// The children of a process that still run, by id, with their first argument.
std::map<pid_t, std::string> ChildrenOf(pid_t parent) {
  std::map<pid_t, std::string> children;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = ReadWholeFile(entry.path() / "stat");
    const size_t behind = stat.rfind(')');
    if (behind == std::string::npos) continue;
    std::istringstream fields(stat.substr(behind + 1));
    std::string state;
    pid_t its_parent = 0;
    fields >> state >> its_parent;
    if (its_parent != parent || state == "Z") continue;
    const std::string command = ReadWholeFile(entry.path() / "cmdline");
    const size_t first = command.find('\0');
    if (first == std::string::npos || first + 1 >= command.size()) continue;
    children[std::stoi(name)] = command.c_str() + first + 1;
  }
  return children;
}

// What a demo saw, without what depends on when it looked.
Json Seen(const Json& summary) {
  Json seen = {{"pages", summary["pages"]},
               {"content", summary["content_sha256"]},
               {"blocked", summary["blocked"]},
               {"gone", summary["gone"]},
               {"announcements", Json::object()}};
  for (const Json& announcement : summary["announcements"]) {
    Json one;
    for (const char* field : {"place", "event", "event_date", "lead_organ", "guiding_organ",
                              "operator", "claims", "ordinal", "accounts", "platforms"})
      one[field] = announcement[field];
    std::set<std::string> urls;
    for (const Json& source : announcement["sources"]) urls.insert(source["url"]);
    one["urls"] = urls;
    seen["announcements"][announcement["centre"]["name_zh"].get<std::string>()] = one;
  }
  return seen;
}

class ManyProcessesDemoTest : public DemoRun {};

TEST_F(ManyProcessesDemoTest, SeeTheSameAsOneAndSoDoThoseThatAreKilled) {
  RunDemo("");
  ASSERT_FALSE(HasFatalFailure());
  const Json together = Seen(summary_);
  ASSERT_GE(together["announcements"].size(), 10u);

  const TempDirectory apart;
  const Finished whole = RunProgram({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "demo",
                                     "--once", "--json", "--processes", "--data", apart / "data"});
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_EQ(Seen(Json::parse(whole.out)), together);

  const unsigned seed = std::random_device()();
  std::fprintf(stderr, "random seed %u\n", seed);
  std::mt19937 random(seed);
  const int kills_wanted = Soak() ? 200 : 20;
  std::map<std::string, int> killed;
  int kills = 0;
  while (kills < kills_wanted) {
    const TempDirectory scene;
    const std::string out = scene / "out";
    Process demo({"/bin/sh", "-c",
                  "exec " + std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard demo --once --json "
                  "--processes --data " + (scene / "data") + " 2> " + (scene / "err")},
                 out);
    while (demo.running() && kills < kills_wanted) {
      std::this_thread::sleep_for(milliseconds(std::uniform_int_distribution<>(50, 900)(random)));
      const auto children = ChildrenOf(demo.pid());
      if (children.empty()) continue;
      const auto chosen = std::next(
          children.begin(), std::uniform_int_distribution<long>(
                                0, static_cast<long>(children.size()) - 1)(random));
      if (kill(chosen->first, SIGKILL) != 0) continue;
      ++killed[chosen->second];
      ++kills;
    }
    ASSERT_EQ(demo.Wait(), 0) << ReadWholeFile(scene / "err");
    EXPECT_EQ(Seen(Json::parse(ReadWholeFile(out))), together) << "seed " << seed;
  }
  for (const auto& [role, count] : killed)
    std::fprintf(stderr, "killed %s %d times\n", role.c_str(), count);
}

// frontier, storage, two crawlers and a gateway on the sample site, in real time.
class ProcessesTest : public SiteUnderWatch {
 protected:
  struct Role {
    Process process;
    int health_port = 0;
  };

  void SetUp() override {
    SiteUnderWatch::SetUp();
    storage_port_ = FreePort();
    WriteWholeFile(directory_ / "apart.toml",
                   "[data]\ndirectory = \"" + (directory_ / "data") +
                       "\"\n[frontier]\nlisten = \"127.0.0.1:" + std::to_string(grpc_port_) +
                       "\"\ndelay = \"20ms\"\nlease_time = \"60s\"\nworker_wait = \"1s\"\n"
                       "hub_interval_start = \"1s\"\nhub_interval_min = \"500ms\"\n"
                       "hub_interval_max = \"1s\"\npage_interval_start = \"1s\"\n"
                       "page_interval_min = \"500ms\"\npage_interval_max = \"1s\"\n"
                       "error_wait_start = \"500ms\"\n[storage]\nlisten = \"127.0.0.1:" +
                       std::to_string(storage_port_) + "\"\n[cluster]\nnodes = [\"127.0.0.1:" +
                       std::to_string(grpc_port_) + "\", \"127.0.0.1:" +
                       std::to_string(storage_port_) + "\"]\n[crawler]\nconnect_to = "
                       "[\"*:80=127.0.0.1:" + std::to_string(site_port_) +
                       "\"]\n[crawler.guard]\nallow = [\"127.0.0.1/32\"]\n[gateway]\n"
                       "listen = \"127.0.0.1:" + std::to_string(http_port_) + "\"\n");
  }

  Role StartRole(const std::string& role, const std::string& name,
                 const std::string& more = "SIGNBOARD_LOG_LEVEL=info") {
    const int port = FreePort();
    return {Process({"/usr/bin/env", more,
                     "SIGNBOARD_METRICS_LISTEN=127.0.0.1:" + std::to_string(port),
                     std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", role, "--config",
                     directory_ / "apart.toml"},
                    directory_ / (name + ".log")),
            port};
  }
  void StartStores() {
    storage_ = StartRole("storage", "storage");
    frontier_ = StartRole("frontier", "frontier");
    WaitUntilUp();
  }

  // The status of /readyz; "000": nobody answers.
  static std::string Ready(const Role& role) {
    return RunProgram({"curl", "-s", "-m", "5", "-o", "/dev/null", "-w", "%{http_code}",
                       "http://127.0.0.1:" + std::to_string(role.health_port) + "/readyz"})
        .out;
  }
  static bool Becomes(const Role& role, const std::string& status) {
    return Eventually([&] { return Ready(role) == status; });
  }
  // Asks the frontier alone, so that a stopped storage does not matter.
  Json Frontier() const {
    return Json::parse(Run({"queues", "list", "--json"}).out, nullptr, false);
  }
  size_t Leased() const {
    size_t leased = 0;
    const Json listed = Frontier();
    for (const Json& queue : listed.value("queues", Json::array()))
      leased += queue.value("leased", size_t{0});
    return leased;
  }
  static size_t ResidentBytes(const Role& role) {
    std::istringstream statm(
        ReadWholeFile("/proc/" + std::to_string(role.process.pid()) + "/statm"));
    size_t all = 0, resident = 0;
    statm >> all >> resident;
    return resident * 4'096;
  }
  bool AllUrlsCaptured(seconds most) {
    return Eventually([&] { return CapturedUrls() >= kSiteUrls; }, most);
  }

  int storage_port_ = 0;
  Role storage_, frontier_;
};

TEST_F(ProcessesTest, AnyNodeTellsWhereTheOthersAre) {
  StartStores();
  const Role gateway = StartRole("gateway", "gateway");
  ASSERT_TRUE(Becomes(gateway, "200"));
  for (const int port : {grpc_port_, storage_port_}) {
    const std::string server = "127.0.0.1:" + std::to_string(port);
    const Finished status = RunProgram({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard",
                                        "--server", server, "status", "--json"});
    ASSERT_EQ(status.exit_code, 0) << status.err << status.out;
    const Json both = Json::parse(status.out);
    EXPECT_TRUE(both.contains("frontier") && both.contains("archive")) << server;
  }
  EXPECT_NE(Http("/").out.find("Signboard"), std::string::npos);
}

TEST_F(ProcessesTest, ReadinessTellsTheTruthAndADrainLosesNoLease) {
  Role crawler = StartRole("crawler", "crawler");
  ASSERT_TRUE(Becomes(crawler, "503")) << "alive, and nobody to work for";
  StartStores();
  ASSERT_TRUE(Becomes(crawler, "200"));
  ASSERT_TRUE(Becomes(frontier_, "200") && Becomes(storage_, "200"));
  ASSERT_EQ(Run({"seeds", "add", std::string(kSite) + "/"}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return CapturedUrls() > 5; }));
  // What is in flight cannot end: the drain takes its whole time and gives the leases back.
  storage_.process.Signal(SIGSTOP);
  ASSERT_TRUE(Eventually([&] { return Leased() > 0; }));
  const auto told = std::chrono::steady_clock::now();
  crawler.process.Signal(SIGTERM);
  EXPECT_TRUE(Eventually([&] {
    return RunProgram({"curl", "-s", "http://127.0.0.1:" + std::to_string(crawler.health_port) +
                                         "/readyz"})
               .out == "draining\n";
  }));
  EXPECT_EQ(crawler.process.Wait(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - told, seconds(10)) << "the promise of the interface";
  EXPECT_EQ(Ready(crawler), "000");
  EXPECT_EQ(Leased(), 0u) << "given back, not left to run out";
  storage_.process.Signal(SIGCONT);
  const Role other = StartRole("crawler", "other");
  EXPECT_TRUE(AllUrlsCaptured(seconds(60)));
  // A frontier that is told to stop says so too, and ends.
  frontier_.process.Signal(SIGTERM);
  EXPECT_EQ(frontier_.process.Wait(), 0);
  EXPECT_EQ(Ready(frontier_), "000");
  EXPECT_TRUE(Becomes(other, "503")) << "without a frontier";
}

TEST_F(ProcessesTest, OneTraceIdLeadsFromScheduleToDelivery) {
  const std::string debug = "SIGNBOARD_LOG_LEVEL=debug";
  storage_ = StartRole("storage", "storage", debug);
  frontier_ = StartRole("frontier", "frontier", debug);
  const Role crawler = StartRole("crawler", "crawler", debug);
  WaitUntilUp();
  const Process follower({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "--server",
                          "127.0.0.1:" + std::to_string(grpc_port_), "announcements", "--follow",
                          "--ndjson"},
                         directory_ / "follower.out");
  ASSERT_EQ(Run({"seeds", "add", std::string(kSite) + "/", "--code", "360925"}).exit_code, 0);
  const auto line_with = [&](const std::string& name, const std::string& event,
                             const std::string& what) {
    std::istringstream lines(ReadWholeFile(directory_ / (name + ".log")));
    for (std::string line; std::getline(lines, line);)
      if (line.find(" " + event + " ") != std::string::npos && line.find(what) != std::string::npos)
        return line;
    return std::string();
  };
  ASSERT_TRUE(Eventually([&] {
    return !line_with("storage", "register.delivered", "").empty();
  })) << "nobody was told of the announcement";
  const std::string told = line_with("storage", "register.new", "");
  const size_t at = told.find("trace=");
  ASSERT_NE(at, std::string::npos) << told;
  const std::string trace = told.substr(at, told.find_first_of(" \n", at) - at);
  EXPECT_EQ(trace.size(), std::string("trace=").size() + 32) << told;
  EXPECT_NE(line_with("frontier", "frontier.lent", trace), "") << trace;
  EXPECT_NE(line_with("crawler", "captured", trace), "") << trace;
  EXPECT_NE(line_with("storage", "archive.stored", trace), "") << trace;
  EXPECT_NE(line_with("storage", "register.delivered", trace), "") << trace;
  EXPECT_TRUE(Eventually([&] {
    return !line_with("frontier", "frontier.settled", trace).empty();
  })) << trace;
  // The server has told it; the follower's own process may print it a little later.
  EXPECT_TRUE(Eventually([&] {
    return ReadWholeFile(directory_ / "follower.out").find("靖安国际传播中心") != std::string::npos;
  }));
}

TEST_F(ProcessesTest, AnotherWorkerFetchesWhatADeadOneHeld) {
  StartStores();
  Role dead = StartRole("crawler", "dead");
  ASSERT_TRUE(Becomes(dead, "200"));
  ASSERT_EQ(Run({"seeds", "add", std::string(kSite) + "/"}).exit_code, 0);
  storage_.process.Signal(SIGSTOP);
  ASSERT_TRUE(Eventually([&] { return Leased() > 0; }));
  dead.process.Signal(SIGKILL);
  dead.process.Wait();
  const Role other = StartRole("crawler", "other");
  storage_.process.Signal(SIGCONT);
  // Within the lease: it lasts a minute.
  EXPECT_TRUE(AllUrlsCaptured(seconds(60)));
}

TEST_F(ProcessesTest, StorageThatStandsStillMakesWorkersWaitAndNotGrow) {
  StartStores();
  std::vector<Role> crawlers;
  crawlers.push_back(StartRole("crawler", "crawler-1"));
  crawlers.push_back(StartRole("crawler", "crawler-2"));
  ASSERT_EQ(Run({"seeds", "add", std::string(kSite) + "/"}).exit_code, 0);
  ASSERT_TRUE(AllUrlsCaptured(seconds(60)));
  const size_t before = RunJson({"status"})["archive"]["snapshots"].get<size_t>();
  storage_.process.Signal(SIGSTOP);
  std::this_thread::sleep_for(seconds(10));
  std::vector<size_t> early;
  for (const Role& crawler : crawlers) early.push_back(ResidentBytes(crawler));
  const size_t early_frontier = ResidentBytes(frontier_);
  std::this_thread::sleep_for(seconds(50));
  constexpr size_t kNoise = size_t{8} << 20;
  for (size_t i = 0; i < crawlers.size(); ++i) {
    EXPECT_LT(ResidentBytes(crawlers[i]), early[i] + kNoise);
    EXPECT_EQ(Ready(crawlers[i]), "503") << "it cannot do its work";
  }
  EXPECT_LT(ResidentBytes(frontier_), early_frontier + kNoise);
  storage_.process.Signal(SIGCONT);
  EXPECT_TRUE(Eventually([&] {
    return RunJson({"status"})["archive"]["snapshots"].get<size_t>() > before + 2 * kSiteUrls;
  })) << "they do not catch up";
  for (const Role& crawler : crawlers) EXPECT_TRUE(Becomes(crawler, "200"));
}

}  // namespace
}  // namespace signboard::testing
