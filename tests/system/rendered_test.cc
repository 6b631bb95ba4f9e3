// A site whose pages are empty without their scripts, watched by `signboard run` with a browser:
// its links are followed, its announcement is found, and its bytes are kept as they came.
#include <signal.h>
#include <stdlib.h>

#include <atomic>

#include "crawler/render/browser_process.h"
#include "tests/support/fake_site.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

constexpr char kHost[] = "http://www.app-gov.example";
constexpr char kShell[] =
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>靖安县人民政府</title></head><body>"
    "<noscript>请启用JavaScript</noscript><div id=app></div><script src=/app.js></script>"
    "</body></html>";
constexpr char kScript[] = R"JS(
    const app = document.getElementById('app');
    fetch('/api' + location.pathname).then(r => r.json()).then(page => {
      if (page.list) {
        app.innerHTML = '<ul>' + page.list.map(a =>
            `<li><a href='${a.url}'>${a.title}</a><span>${a.date}</span></li>`).join('') + '</ul>';
        return;
      }
      document.title = page.title;
      for (const [name, content] of [['ArticleTitle', page.title], ['PubDate', page.date]])
        document.head.append(Object.assign(document.createElement('meta'), {name, content}));
      app.innerHTML = `<h1>${page.title}</h1><div class=TRS_Editor><p>${page.text}</p></div>`;
    });)JS";
constexpr char kArticle[] =
    R"({"title":"靖安县国际传播中心揭牌成立","date":"2025-11-18 09:00",
        "text":"11月18日，靖安县国际传播中心揭牌成立。该中心由靖安县委宣传部主管。"})";

class RenderedTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    if (render::FindBrowser().empty()) {
      GTEST_SKIP() << "NO BROWSER IS INSTALLED: apt-get install chromium-headless-shell";
    }
    SiteUnderWatch::SetUp();
    const std::vector<std::string> html = {"Content-Type: text/html", "ETag: \"shell\""};
    apps_.ServeWith([this, html](const std::string& head) {
      const std::string path = head.substr(4, head.find(' ', 4) - 4);
      if (path == "/robots.txt") {
        return FakeSite::Page("200 OK", {"Content-Type: text/plain"},
                              "User-agent: *\nDisallow: /private\n");
      }
      if (path == "/app.js")
        return FakeSite::Page("200 OK", {"Content-Type: text/javascript"}, kScript);
      if (path == "/api/") return FakeSite::Page("200 OK", {"Content-Type: text/json"}, List());
      if (path == "/api/xw/202511/t20251118_1.html")
        return FakeSite::Page("200 OK", {"Content-Type: application/json"}, kArticle);
      if (head.find("If-None-Match") != std::string::npos)
        return FakeSite::Page("304 Not Modified", {"ETag: \"shell\""}, "");
      if (path == "/" || path.starts_with("/xw/")) return FakeSite::Page("200 OK", html, kShell);
      return FakeSite::Page("404 Not Found", {}, "");
    });
    site_port_ = apps_.port();
    setenv("SIGNBOARD_CRAWLER_RENDER", "auto", 1);
    StartSignboard();
    unsetenv("SIGNBOARD_CRAWLER_RENDER");
    WaitUntilUp();
  }
  std::string List() const {
    std::string list = R"({"list":[)";
    for (int i = 1; i <= items_; ++i) {
      if (i > 1) list += ",";
      list += R"({"url":"/xw/202511/t20251118_)" + std::to_string(i) +
              R"(.html","title":"靖安县国际传播中心揭牌成立","date":"2025-11-18"})";
    }
    return list + "]}";
  }
  // What the newest capture that was rendered says.
  nlohmann::json Newest(const std::string& path) const {
    return RunJson({"lookup", kHost + path});
  }

  std::atomic<int> items_{1};
  FakeSite apps_;
};

TEST_F(RenderedTest, AppSiteIsFollowedReadAndKeptBothWays) {
  ASSERT_EQ(Run({"seeds", "add", std::string(kHost) + "/"}).exit_code, 0);
  const std::string article = std::string(kHost) + "/xw/202511/t20251118_1.html";
  ASSERT_TRUE(Eventually([&] { return Versions(article, false) > 0; }))
      << "the link that a script made is followed";

  const Finished shell = Run({"lookup", article});
  EXPECT_EQ(shell.out, kShell) << "what came is what is kept";
  EXPECT_EQ(Run({"lookup", article, "--raw"}).out, kShell);
  const Finished document = Run({"lookup", article, "--rendered"});
  EXPECT_EQ(document.exit_code, 0) << document.err;
  EXPECT_NE(document.out.find("<h1>靖安县国际传播中心揭牌成立</h1>"), std::string::npos)
      << document.out;
  EXPECT_NE(Run({"lookup", article, "--rendered", "--text"}).out.find("委宣传部主管"),
            std::string::npos);
  const auto facts = Newest("/xw/202511/t20251118_1.html");
  EXPECT_EQ(facts["title"], "靖安县国际传播中心揭牌成立");
  EXPECT_EQ(facts["rendered"]["requests_made"], 2) << facts;
  EXPECT_NE(facts["sha256"], facts["rendered"]["sha256"]);
  EXPECT_TRUE(Eventually([&] {
    return Run({"announcements"}).out.find("靖安") != std::string::npos;
  })) << "an announcement that only a script shows is found";

  // The shell stays, byte for byte, and so does its ETag; what it shows changes.
  const size_t before = Versions(std::string(kHost) + "/", false);
  items_ = 2;
  EXPECT_TRUE(Eventually([&] { return Versions(std::string(kHost) + "/", false) > before; }));
  for (const std::string& head : apps_.Requests())
    EXPECT_EQ(head.find("HeadlessChrome"), std::string::npos) << head;
  KillSignboard(SIGTERM);
}

}  // namespace
}  // namespace signboard::testing
