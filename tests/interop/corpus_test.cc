// Real documentation on a real server, eight sites at once: the Debian Administrator's Handbook in
// six scripts, Python's and Boost's, 5,000 pages by all sorts of generators. Every page is stored
// once, every link of every page is stored or is the site's own error, and nothing else goes wrong.
// What the sites hold is told by site_truth.py, which shares nothing with us.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "proto/base/percent.h"
#include "proto/base/url.h"
#include "tests/paths.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

constexpr size_t kPagesMin = 5'000;

struct Site {
  std::string host;
  std::string folder;
  std::string start;
};

std::vector<Site> Sites() {
  std::vector<Site> sites;
  for (const char* language : {"ar-MA", "ja-JP", "ko-KR", "ru-RU", "zh-CN", "zh-TW"}) {
    std::string host = std::string(language).substr(0, 2) + language[3] + ".handbook.example";
    std::transform(host.begin(), host.end(), host.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    });
    sites.push_back({host, std::string("/usr/share/doc/debian-handbook/html/") + language,
                     "/index.html"});
  }
  sites.push_back({"python.example", "/usr/share/doc/python3.11/html", "/index.html"});
  sites.push_back({"boost.example", "/usr/share/doc/libboost1.81-doc", "/doc/html/index.html"});
  return sites;
}

// By outcome word, the paths (and queries) that came to it, percent-decoded.
using Outcomes = std::map<std::string, std::set<std::string>>;

size_t CountOf(const Outcomes& outcomes, const std::string& word) {
  const auto found = outcomes.find(word);
  return found == outcomes.end() ? 0 : found->second.size();
}

// As the site is, in the words of our outcomes.
Outcomes TruthOf(const Site& site) {
  static const std::map<std::string, std::string> kWords = {
      {"200", "content"}, {"404", "gone"}, {"301", "redirect"}, {"403", "refused"},
      {"400", "error"}};
  const Finished told =
      RunProgram({"/usr/bin/python3", std::string(SIGNBOARD_SOURCE_DIR) +
                  "/tests/interop/site_truth.py", site.host, site.folder, site.start});
  EXPECT_EQ(told.exit_code, 0) << told.err;
  Outcomes truth;
  std::istringstream lines(told.out);
  for (std::string line; std::getline(lines, line);) {
    const auto word = kWords.find(line.substr(0, 3));
    EXPECT_NE(word, kWords.end()) << line;
    if (word != kWords.end()) truth[word->second].insert(line.substr(4));
  }
  return truth;
}

std::string Difference(const std::set<std::string>& a, const std::set<std::string>& b) {
  std::vector<std::string> only;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(only));
  std::string text = std::to_string(only.size());
  for (size_t i = 0; i < std::min<size_t>(only.size(), 10); ++i) text += "\n  " + only[i];
  return text;
}

class CorpusTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    for (const Site& site : Sites())
      if (!std::filesystem::exists(site.folder + site.start))
        GTEST_SKIP() << "SKIPPED: " << site.folder << " is not installed";
    site_port_ = FreePort();
    grpc_port_ = FreePort();
    http_port_ = FreePort();
    StartNginx();
    StartCrawl();
    WaitUntilUp();
  }

  void StartNginx() {
    const std::string d = directory_.path();
    std::string servers;
    for (const Site& site : Sites())
      servers += " server { listen 127.0.0.1:" + std::to_string(site_port_) + "; server_name " +
                 site.host + "; root " + site.folder + "; index index.html; }\n";
    WriteWholeFile(directory_ / "nginx.conf",
                   "daemon off; master_process off; pid " + d + "/nginx.pid;\nerror_log " + d +
                       "/error.log;\nevents {}\nhttp {\n include /etc/nginx/mime.types;\n"
                       " log_format requests '$host $status $request_uri';\n access_log " + d +
                       "/access.log requests;\n client_body_temp_path " + d +
                       "/t1; proxy_temp_path " + d + "/t2; fastcgi_temp_path " + d +
                       "/t3; uwsgi_temp_path " + d + "/t4; scgi_temp_path " + d +
                       "/t5;\n absolute_redirect on; port_in_redirect off;\n gzip on;\n" +
                       servers + "}\n");
    site_ = Process({"/usr/sbin/nginx", "-e", d + "/error.log", "-c", directory_ / "nginx.conf"},
                    directory_ / "site.log");
  }

  // Nothing is due a second time while the test looks.
  void StartCrawl() {
    WriteWholeFile(
        directory_ / "signboard.toml",
        "[data]\ndirectory = \"" + (directory_ / "data") + "\"\n[frontier]\nlisten = \"127.0.0.1:" +
            std::to_string(grpc_port_) +
            "\"\ndelay = \"1ms\"\nhub_interval_start = \"10h\"\nhub_interval_min = \"10h\"\n"
            "hub_interval_max = \"20h\"\npage_interval_start = \"10h\"\n"
            "page_interval_min = \"10h\"\nerror_wait_start = \"10h\"\n"
            "[crawler]\nconnect_to = [\"*:80=127.0.0.1:" + std::to_string(site_port_) +
            "\"]\n[crawler.guard]\nallow = [\"127.0.0.1/32\"]\n[gateway]\nlisten = \"127.0.0.1:" +
            std::to_string(http_port_) + "\"\n[log]\nlevel = \"warn\"\n");
    signboard_ = Process({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "run", "--config",
                          directory_ / "signboard.toml"},
                         directory_ / "signboard.log");
  }

  // Until nothing is due or lent, and stays so.
  bool WaitUntilDone() {
    int still = 0;
    return Eventually(
        [&] {
          const auto frontier = RunJson({"status"})["frontier"];
          const bool idle = frontier.value("due", 1) == 0 && frontier.value("leased", 1) == 0 &&
                            frontier.value("reports_settled", 0) > 0;
          still = idle ? still + 1 : 0;
          return still >= 5;
        },
        std::chrono::seconds(600));
  }

  Outcomes CrawledOf(const std::string& host) {
    Outcomes crawled;
    const auto listed =
        RunJson({"urls", host, "--match", "host", "--limit", "100000"});
    for (const auto& entry : listed["urls"]) {
      const auto url = base::Url::Parse(entry["url"].get<std::string>());
      EXPECT_EQ(entry["captures"], 1) << entry["url"];
      std::string key = base::PercentDecode(url->path());
      if (url->query()) key += "?" + base::PercentDecode(*url->query());
      EXPECT_TRUE(crawled[entry["last_outcome"].get<std::string>()].insert(key).second)
          << "stored twice: " << entry["url"];
    }
    return crawled;
  }

  // How often each URL was asked for, robots.txt aside.
  std::map<std::string, int> Requests() {
    std::map<std::string, int> asked;
    std::istringstream lines(ReadWholeFile(directory_ / "access.log"));
    for (std::string host, status, uri; lines >> host >> status >> uri;)
      if (uri != "/robots.txt") ++asked[host + uri];
    return asked;
  }
};

TEST_F(CorpusTest, EveryPageIsStoredOnceAndEveryLinkIsResolved) {
  std::map<std::string, Outcomes> truths;
  for (const Site& site : Sites()) truths[site.host] = TruthOf(site);
  std::string seeds;
  for (const Site& site : Sites()) seeds += "http://" + site.host + site.start + "\n";
  const auto from = std::chrono::steady_clock::now();
  ASSERT_EQ(Run({"seeds", "add", "-"}, seeds).exit_code, 0);
  ASSERT_TRUE(WaitUntilDone());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();

  size_t pages = 0, errors = 0;
  for (const auto& [host, truth] : truths) {
    const Outcomes crawled = CrawledOf(host);
    for (const auto& [word, urls] : truth) {
      const auto found = crawled.find(word);
      const std::set<std::string> got = found == crawled.end() ? std::set<std::string>()
                                                               : found->second;
      EXPECT_TRUE(got == urls) << host << " " << word << ": missed " << Difference(urls, got)
                               << "\nmore " << Difference(got, urls);
    }
    for (const auto& [word, urls] : crawled)
      EXPECT_TRUE(truth.contains(word)) << host << " " << word << ": " << *urls.begin();
    pages += CountOf(crawled, "content");
    errors += CountOf(crawled, "gone") + CountOf(crawled, "refused") + CountOf(crawled, "error");
  }
  EXPECT_GE(pages, kPagesMin);
  const auto requests = Requests();
  EXPECT_GE(requests.size(), pages);
  for (const auto& [url, count] : requests) EXPECT_EQ(count, 1) << url;
  std::printf("%zu sites, %zu URLs: %zu pages stored once, %zu of the sites' own errors; %.0f s\n",
              truths.size(), requests.size(), pages, errors, seconds);
}

}  // namespace
}  // namespace signboard::testing
