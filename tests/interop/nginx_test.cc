// A real site tree on a real server: the Debian Administrator's Handbook in Chinese, served by
// nginx, is crawled whole, every page once, every internal link followed.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>

#include "proto/base/url.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

constexpr char kBook[] = "/usr/share/doc/debian-handbook/html/zh-CN";
constexpr char kHost[] = "handbook.example";

class NginxTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kBook))
      GTEST_SKIP() << "SKIPPED: debian-handbook is not installed";
    site_port_ = FreePort();
    grpc_port_ = FreePort();
    http_port_ = FreePort();
    const std::string d = directory_.path();
    WriteWholeFile(directory_ / "nginx.conf",
                   "daemon off; master_process off; pid " + d + "/nginx.pid;\nerror_log " + d +
                       "/error.log;\nevents {}\nhttp {\n include /etc/nginx/mime.types;\n"
                       " access_log " + d + "/access.log;\n client_body_temp_path " + d +
                       "/t1; proxy_temp_path " + d + "/t2; fastcgi_temp_path " + d +
                       "/t3; uwsgi_temp_path " + d + "/t4; scgi_temp_path " + d +
                       "/t5;\n gzip on; gzip_types text/html; gzip_min_length 1;\n"
                       " server { listen 127.0.0.1:" + std::to_string(site_port_) + "; root " +
                       kBook + "; index index.html; }\n}\n");
    site_ = Process({"/usr/sbin/nginx", "-e", d + "/error.log", "-c", directory_ / "nginx.conf"},
                    directory_ / "site.log");
    frontier_settings_ = "";
    StartSignboard();
    WaitUntilUp();
  }

  // The pages that can be reached from index.html, by the links in the files themselves.
  static std::set<std::string> Reachable() {
    static const std::regex kLink("<a [^>]*href=\"([^\"#]+)");
    std::set<std::string> found = {"/index.html"};
    std::vector<std::string> next = {"/index.html"};
    while (!next.empty()) {
      const std::string path = next.back();
      next.pop_back();
      const std::string text = ReadWholeFile(kBook + path);
      const auto base = base::Url::Parse("http://" + std::string(kHost) + path).value();
      for (auto it = std::sregex_iterator(text.begin(), text.end(), kLink);
           it != std::sregex_iterator(); ++it) {
        const auto url = base::Url::Parse((*it)[1].str(), &base);
        if (!url.ok() || url->host() != kHost) continue;
        if (!std::filesystem::is_regular_file(kBook + url->path())) continue;
        if (found.insert(url->path()).second && url->path().ends_with(".html"))
          next.push_back(url->path());
      }
    }
    return found;
  }
};

TEST_F(NginxTest, WholeBookIsCrawledEveryPageOnceEveryLinkFollowed) {
  const auto expected = Reachable();
  ASSERT_GT(expected.size(), 100u);
  ASSERT_EQ(Run({"seeds", "add", std::string("http://") + kHost + "/index.html"}).exit_code, 0);
  const auto captured = [&] {
    std::set<std::string> paths;
    const auto listed = RunJson({"urls", kHost, "--limit", "10000"});
    for (const auto& entry : listed["urls"]) {
      if (entry["last_outcome"] != "content" && entry["last_outcome"] != "unchanged") continue;
      const auto url = base::Url::Parse(entry["url"].get<std::string>());
      EXPECT_TRUE(paths.insert(url->path()).second) << "twice: " << entry["url"];
    }
    return paths;
  };
  std::set<std::string> paths;
  ASSERT_TRUE(Eventually(
      [&] {
        paths = captured();
        return std::includes(paths.begin(), paths.end(), expected.begin(), expected.end());
      },
      std::chrono::seconds(300)))
      << paths.size() << " of " << expected.size();
  // Byte for byte, a sample.
  int checked = 0;
  for (const auto& path : expected) {
    if (++checked % 17 != 0) continue;
    EXPECT_EQ(Run({"lookup", "http://" + std::string(kHost) + path}).out,
              ReadWholeFile(kBook + path))
        << path;
  }
  // A page that did not change is kept once, however often it was fetched.
  const auto status = RunJson({"status"});
  EXPECT_LE(status["archive"]["bodies"].get<size_t>(), paths.size() + 2);
  std::fprintf(stderr, "%zu pages of the book captured\n", expected.size());
}

}  // namespace
}  // namespace signboard::testing
