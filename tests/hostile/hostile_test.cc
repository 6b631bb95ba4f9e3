// Everything a site may do to a crawler, all of it at once, beside a site that is crawled as ever.
#include <gmock/gmock.h>

#include <chrono>
#include <set>
#include <thread>

#include "proto/base/text.h"
#include "tests/hostile/hostile_run.h"

namespace signboard::testing {
namespace {

using Steady = std::chrono::steady_clock;

constexpr int kGoodPages = 300;
constexpr size_t kPeakMiBMax = 600;
// A parse may take 2 s, and a body of 10 MB is decoded, hashed and kept beside it.
constexpr double kCaseCpuSecondsMax = 8;

// Of those whose name holds the value of SIGNBOARD_CASES, to look at a few.
Cases AllCases() {
  Cases all;
  const char* wanted = std::getenv("SIGNBOARD_CASES");
  for (Cases (*make)() : {FramingCases, SlowCases, HeaderCases, StatusCases, CodingCases,
                          CharsetCases, MarkupCases, ScriptCases, RobotsCases, ListCases,
                          TrapCases, TlsCases})
    for (Case& one : make())
      if (wanted == nullptr || one.name.find(wanted) != std::string::npos)
        all.push_back(std::move(one));
  return all;
}

std::string HostOf(const Case& one) { return one.name + ".example"; }
std::string UrlOf(const Case& one) { return one.scheme + "://" + HostOf(one) + one.start; }

bool IsExpected(const Case& one, const std::string& outcome) {
  for (const std::string_view each : base::SplitAscii(one.expected, '|'))
    if (each == outcome) return true;
  return false;
}

class HostileTest : public HostileRun {
 protected:
  void Serve(const Cases& cases) {
    for (const Case& one : cases) {
      FakeSite& site = one.scheme == "https" ? secure_ : site_;
      for (const auto& [path, script] : one.pages) site.Serve(HostOf(one) + path, script);
      if (one.make) site.ServeHost(HostOf(one), one.make);
    }
  }

  // A well-behaved site: one list of pages.
  void ServeGood(const std::string& host) {
    std::string list;
    for (int i = 0; i < kGoodPages; ++i) {
      const std::string path = "/art/" + std::to_string(i) + ".html";
      list += "<li><a href='" + path + "'>" + std::to_string(i) + "</a></li>";
      site_.Serve(host + path, Html("<title>" + std::to_string(i) + "</title><p>" +
                                    Times("全县各部门认真落实。", 50) + "</p>"));
    }
    site_.Serve(host + "/", Html("<ul>" + list + "</ul>"));
  }

  // Seconds until all of it is kept.
  double CrawlGood(const std::string& host) {
    const auto start = Steady::now();
    const auto end = start + std::chrono::seconds(120);
    while (CapturedUrls(host) < kGoodPages + 1 && Steady::now() < end)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(CapturedUrls(host), static_cast<size_t>(kGoodPages + 1)) << host;
    return std::chrono::duration<double>(Steady::now() - start).count();
  }

  // The cases without an outcome after a while.
  std::map<std::string, std::string> WaitForOutcomes(const Cases& cases) {
    std::map<std::string, std::string> outcomes;
    const auto end = Steady::now() + std::chrono::seconds(180);
    while (outcomes.size() < cases.size() && Steady::now() < end) {
      for (const Case& one : cases) {
        if (outcomes.contains(one.name)) continue;
        const std::string outcome = OutcomeOf(UrlOf(one));
        if (!outcome.empty()) outcomes[one.name] = outcome;
      }
    }
    return outcomes;
  }
};

TEST_F(HostileTest, CasesAreManyAndEachHasItsOwnName) {
  const Cases cases = AllCases();
  std::set<std::string> names;
  for (const Case& one : cases) EXPECT_TRUE(names.insert(one.name).second) << one.name;
  EXPECT_GE(cases.size(), 120u);
  std::printf("%zu cases\n", cases.size());
}

TEST_F(HostileTest, AllAtOnceAreSurvivedAndOthersAreCrawledAsEver) {
  const Cases cases = AllCases();
  Serve(cases);
  ServeGood("alone.example");
  ServeGood("beside.example");
  const ForbiddenListener forbidden;
  StartSignboard("\"tls-plain-text.example:443=" + std::string(kSiteAddress) + ":" +
                 std::to_string(site_.port()) + "\", \"tls-shut-port.example:443=" + kSiteAddress +
                 ":" + std::to_string(FreePort()) + "\", ");
  AddSeeds({"http://alone.example/"});
  const double alone = CrawlGood("alone.example");

  std::vector<std::string> seeds;
  for (const Case& one : cases) seeds.push_back(UrlOf(one));
  seeds.insert(seeds.begin() + static_cast<std::ptrdiff_t>(seeds.size() / 2),
               "http://beside.example/");
  AddSeeds(seeds);
  const double beside = CrawlGood("beside.example");
  const auto outcomes = WaitForOutcomes(cases);
  std::printf("%d pages in %.2f s alone, %.2f s beside %zu hostile sites: %.2f of its rate\n",
              kGoodPages, alone, beside, cases.size(), alone / beside);

  for (const Case& one : cases) {
    const auto found = outcomes.find(one.name);
    const std::string outcome = found == outcomes.end() ? "none" : found->second;
    EXPECT_TRUE(IsExpected(one, outcome)) << one.name << ": " << outcome << ", not "
                                          << one.expected;
    if (one.urls_max == 0) continue;
    EXPECT_LE(CapturedUrls(HostOf(one)), one.urls_max) << one.name;
  }
  EXPECT_EQ(forbidden.connections(), 0);
  std::printf("peak memory %zu MiB, CPU %.1f s\n", PeakMiB(), CpuSeconds());
  EXPECT_LT(PeakMiB(), kPeakMiBMax);
  EXPECT_TRUE(signboard_.running());
  site_.Serve("alone.example/after.html", Html("<p>after"));
  const Finished after = Run({"recrawl", "http://alone.example/after.html", "--wait", "20s"});
  EXPECT_EQ(after.exit_code, 0) << after.out << after.err;
}

TEST_F(HostileTest, EachCostsBoundedCpuTime) {
  Cases heavy;
  for (Case& one : AllCases())
    if (one.is_heavy) heavy.push_back(std::move(one));
  ASSERT_GE(heavy.size(), 40u);
  Serve(heavy);
  StartSignboard();
  std::string worst;
  double most = 0;
  for (const Case& one : heavy) {
    const double before = CpuSeconds();
    const Finished fetched = Run({"recrawl", UrlOf(one), "--wait", "60s"});
    const double cost = CpuSeconds() - before;
    EXPECT_EQ(fetched.exit_code, 0) << one.name << fetched.out << fetched.err;
    EXPECT_LT(cost, kCaseCpuSecondsMax) << one.name;
    if (cost <= most) continue;
    most = cost;
    worst = one.name;
  }
  std::printf("%zu heavy cases; the dearest is %s: %.2f s of CPU; peak memory %zu MiB\n",
              heavy.size(), worst.c_str(), most, PeakMiB());
  EXPECT_LT(PeakMiB(), kPeakMiBMax);
}

}  // namespace
}  // namespace signboard::testing
