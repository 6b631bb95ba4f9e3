// Thousands of sites that take their time, in one worker, beside some that do not: what each holds
// is little and does not grow, and the others are crawled at their pace.
#include <gmock/gmock.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "tests/hostile/drip_server.h"
#include "tests/hostile/hostile_run.h"

namespace signboard::testing {
namespace {

constexpr int kSlowHosts = 3'000;
constexpr int kSlowHostsOfASoak = 3'900;  // [crawler] fetches goes to 4,000.
constexpr int kFastHosts = 8;
constexpr int kFastAnswers = kFastHosts * (DripServer::kPages + 1);
constexpr size_t kHostKiBMax = 96;        // A handle, a connection, a coroutine and a lease.
constexpr size_t kGrownKiBMax = 48 << 10; // Tables in memory and caches of what is crawled beside.
// The others also pay for a few thousand events a second; starved they would come to nothing.
constexpr double kRateShareMin = 0.25;

class SlowHostsTest : public HostileRun {
 protected:
  void SetUp() override {
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    soak_ = std::getenv("SIGNBOARD_SOAK") != nullptr;
    slow_hosts_ = soak_ ? kSlowHostsOfASoak : kSlowHosts;
    // One file on each side of a connection, and those of the stores.
    ASSERT_GE(files.rlim_max, static_cast<rlim_t>(2 * slow_hosts_)) << "ulimit -Hn";
    crawler_settings_ = "fetches = " + std::to_string(slow_hosts_ + 100) + "\n";
    lease_time_ = "10m";
    limits_ = "connect = \"60s\"\nfirst_byte = \"8m\"\ntotal = \"9m\"\n";
    StartSignboard("\"*:80=" + std::string(kSiteAddress) + ":" + std::to_string(drips_.port()) +
                   "\", ");
  }

  static bool Eventually(const std::function<bool()>& condition, int seconds) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return true;
  }

  // The group's hosts from their seeds to their last page.
  DripServer::Pace CrawlFast(const std::string& group) {
    std::vector<std::string> seeds;
    for (int i = 0; i < kFastHosts; ++i)
      seeds.push_back("http://" + group + std::to_string(i) + ".example/");
    AddSeeds(seeds);
    Eventually([&] { return drips_.PaceOf(group).answers >= kFastAnswers; }, 120);
    return drips_.PaceOf(group);
  }

  void Print(const std::string& group, const DripServer::Pace& pace) {
    std::printf("%-7s %d answers, %.0f a second; a host waits %.1f ms for its next request, the "
                "99th of a hundred %.1f ms\n",
                group.c_str(), pace.answers, pace.pages_per_s, pace.wait_ms_p50, pace.wait_ms_p99);
  }

  bool soak_ = false;
  int slow_hosts_ = 0;
  DripServer drips_{kSiteAddress};
};

TEST_F(SlowHostsTest, HoldLittleAndStarveNobody) {
  const DripServer::Pace alone = CrawlFast("alone");
  ASSERT_EQ(alone.answers, kFastAnswers);
  const size_t before_kib = MemoryKiB("VmRSS");

  std::vector<std::string> seeds;
  for (int i = 0; i < slow_hosts_; ++i)
    seeds.push_back("http://slow" + std::to_string(i) + ".example/");
  AddSeeds(seeds);
  ASSERT_TRUE(Eventually([&] { return drips_.hanging() == slow_hosts_; }, 180))
      << drips_.hanging() << " of " << slow_hosts_ << " hang";
  const size_t hanging_kib = MemoryKiB("VmRSS");

  const DripServer::Pace beside = CrawlFast("beside");
  if (soak_) std::this_thread::sleep_for(std::chrono::seconds(120));
  const size_t later_kib = MemoryKiB("VmRSS");
  EXPECT_EQ(drips_.hanging(), slow_hosts_) << "they were to hang all the while";
  EXPECT_EQ(beside.answers, kFastAnswers);
  const size_t host_kib = (hanging_kib - std::min(hanging_kib, before_kib)) /
                          static_cast<size_t>(slow_hosts_);
  std::printf("%zu KiB for each of %d slow hosts; %zu MiB before, %zu with them, %zu later\n",
              host_kib, slow_hosts_, before_kib / 1'024, hanging_kib / 1'024, later_kib / 1'024);
  EXPECT_LE(host_kib, kHostKiBMax);
  EXPECT_LE(later_kib, hanging_kib + kGrownKiBMax);

  // Nor are the slow ones given up: each page is kept when it comes.
  drips_.LetGo();
  const auto kept = [&] {
    const auto status = RunJson({"status"});
    return status.is_object() ? status["archive"].value("urls", 0) : 0;
  };
  EXPECT_TRUE(Eventually([&] { return kept() >= 2 * kFastAnswers + slow_hosts_; }, 180))
      << kept() << " pages are kept";
  EXPECT_EQ(drips_.slow_answers(), slow_hosts_);
  EXPECT_EQ(drips_.slow_lost(), 0);
  EXPECT_TRUE(signboard_.running());

  // Before and after them, as this machine may have other things to do at one of the times.
  const DripServer::Pace after = CrawlFast("after");
  Print("alone", alone);
  Print("beside", beside);
  Print("after", after);
  const double undisturbed = std::min(alone.pages_per_s, after.pages_per_s);
  std::printf("%.2f of the rate without them\n", beside.pages_per_s / undisturbed);
  EXPECT_GE(beside.pages_per_s, kRateShareMin * undisturbed);
}

}  // namespace
}  // namespace signboard::testing
