// kill -9 of `signboard run` at twenty random moments: what was acknowledged is still there and
// right, and nothing is half there.
#include <signal.h>

#include <chrono>
#include <map>
#include <random>
#include <thread>

#include "proto/base/digest.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

constexpr int kKills = 20;

// The snapshots of a URL that a client was told about, by id, with the digest it was told.
using Acknowledged = std::map<std::string, std::string>;

class KillTest : public SiteUnderWatch {
 protected:
  void CheckAcknowledged(const Acknowledged& acknowledged) {
    for (const auto& [id, digest] : acknowledged)
      ASSERT_EQ(RunJson({"lookup", id}).value("sha256", ""), digest) << "lost " << id;
  }

  // Every version the server lists; each is read whole and compared with its digest.
  void CheckEverythingListedIsWhole(const std::vector<std::string>& urls) {
    for (const auto& url : urls) {
      const auto listed = RunJson({"versions", url, "--all"});
      if (!listed.contains("versions")) continue;
      for (const auto& version : listed["versions"]) {
        const std::string id = version["id"];
        const auto body = Run({"lookup", id});
        ASSERT_EQ(body.exit_code, 0) << id << ": " << body.err;
        ASSERT_EQ(base::ToHex(base::Sha256(body.out)), version["sha256"]) << id;
      }
    }
  }
};

TEST_F(KillTest, TwentyKillsLoseNothingAcknowledged) {
  const unsigned seed = std::random_device()();
  std::fprintf(stderr, "random seed %u\n", seed);
  std::mt19937 random(seed);
  const std::vector<std::string> urls = {
      std::string(kSite) + "/zjja/lsyg.html", std::string(kSite) + "/zjja/xzqh.html",
      std::string(kSite) + "/xwzx/jryw/202511/t20251117_5209877.html"};
  Acknowledged acknowledged;
  int seeds_acknowledged = 0;
  size_t stored = 0;

  for (int round = 0; round < kKills; ++round) {
    StartSignboard();
    WaitUntilUp();
    ASSERT_NO_FATAL_FAILURE(CheckAcknowledged(acknowledged)) << "round " << round;
    ASSERT_EQ(RunJson({"seeds", "list"})["seeds"].size(),
              static_cast<size_t>(seeds_acknowledged))
        << "round " << round;
    const size_t now = RunJson({"status"})["archive"]["snapshots"].get<size_t>();
    ASSERT_GE(now, stored) << "round " << round;
    stored = now;

    // The site is crawled all the while; a client asks on top of that until the kill cuts it off.
    std::thread killer([this, wait = std::uniform_int_distribution<>(30, 1'500)(random)] {
      std::this_thread::sleep_for(std::chrono::milliseconds(wait));
      signboard_.Signal(SIGKILL);
    });
    const std::string new_seed = std::string(kSite) + "/?round=" + std::to_string(round);
    if (Run({"seeds", "add", round == 0 ? std::string(kSite) + "/" : new_seed}).exit_code == 0)
      ++seeds_acknowledged;
    while (true) {
      const auto& url = urls[random() % urls.size()];
      const auto answer = Run({"recrawl", url, "--wait", "10s", "--json"});
      if (answer.exit_code != 0) break;
      const auto job = nlohmann::json::parse(answer.out)["jobs"][0];
      const std::string id = job.value("snapshot_id", "");
      ASSERT_TRUE(id.ends_with("/" + url)) << job;
      const auto kept = Run({"lookup", id, "--json"});
      if (kept.exit_code != 0) break;  // Killed between the two.
      acknowledged[id] = nlohmann::json::parse(kept.out)["sha256"];
    }
    killer.join();
    EXPECT_EQ(signboard_.Wait(), 128 + SIGKILL);
    // A seed that was not acknowledged may have arrived all the same.
    StartSignboard();
    WaitUntilUp();
    seeds_acknowledged = std::max(
        seeds_acknowledged, static_cast<int>(RunJson({"seeds", "list"})["seeds"].size()));
    KillSignboard(SIGKILL);
  }

  StartSignboard();
  WaitUntilUp();
  CheckEverythingListedIsWhole(urls);
  EXPECT_TRUE(Eventually([&] { return CapturedUrls() >= kSiteUrls; })) << CapturedUrls();
  std::fprintf(stderr, "%zu captures acknowledged to the client over %d kills, none lost\n",
               acknowledged.size(), kKills);
  EXPECT_FALSE(acknowledged.empty());
}

}  // namespace
}  // namespace signboard::testing
