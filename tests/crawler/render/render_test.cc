// What a browser makes of an app shell, and that it is the same browser for the next page.
#include <signal.h>

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/crawler/render/render_fixture.h"
#include "tests/support/process.h"

namespace signboard::render {
namespace {

using testing::FakeSite;

constexpr char kShell[] =
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>要闻</title></head><body>"
    "<div id=app></div><script src=/app.js></script></body></html>";
constexpr char kScript[] =
    "fetch('/list.json').then(r => r.json()).then(list => {"
    "  document.getElementById('app').innerHTML ="
    "    list.map(a => `<li><a href='${a.url}'>${a.title}</a></li>`).join('');"
    "});";
constexpr char kList[] =
    R"([{"url":"/xw/202511/t20251118_1.html","title":"靖安县国际传播中心揭牌"},
        {"url":"/xw/202511/t20251117_2.html","title":"秋粮收购有序推进"}])";

// Processes of a group that are not dead and only waiting to be buried by init.
size_t Living(pid_t group) {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string stat = testing::ReadWholeFile(entry.path() / "stat");
    char state = 0;
    int parent = 0;
    int pgrp = 0;
    const size_t name_end = stat.rfind(')');
    if (name_end == std::string::npos) continue;
    std::sscanf(stat.c_str() + name_end + 1, " %c %d %d", &state, &parent, &pgrp);
    if (pgrp == group && state != 'Z' && state != 'X') ++count;
  }
  return count;
}

TEST_F(RenderTest, ShellBecomesTheListItsScriptMakes) {
  site_.Serve("/app.js", FakeSite::Page("200 OK", {"Content-Type: text/javascript"}, kScript));
  site_.Serve("/list.json", FakeSite::Page("200 OK", {"Content-Type: application/json"}, kList));
  const Rendered rendered = Render(kShell);
  ASSERT_TRUE(rendered.ok) << rendered.detail;
  EXPECT_TRUE(Has(rendered, "<a href=\"/xw/202511/t20251118_1.html\">靖安县国际传播中心揭牌</a>"))
      << rendered.document;
  EXPECT_NE(rendered.engine.find("Chrome/"), std::string::npos) << rendered.engine;
  EXPECT_EQ(rendered.requests_made, 2u);
  EXPECT_FALSE(rendered.truncated);
  EXPECT_FALSE(WasAsked("GET /index.html")) << "the page is the bytes that were captured";
  EXPECT_TRUE(WasAsked("User-Agent: Signboard/test")) << "we ask, not the browser";
  EXPECT_FALSE(WasAsked("HeadlessChrome"));
}

TEST_F(RenderTest, OneBrowserServesManyPagesWithoutMemoryBetweenThem) {
  const Rendered first = Render(
      "<script>localStorage.setItem('a', '1'); document.cookie = 'a=1'</script><p>x</p>");
  ASSERT_TRUE(first.ok) << first.detail;
  const pid_t pid = renderer_->browser_pid();
  EXPECT_GT(pid, 0);
  const Rendered second = Render(
      "<p id=p></p><script>p.textContent = `[${localStorage.getItem('a')}|${document.cookie}]`"
      "</script>");
  EXPECT_TRUE(Has(second, "[null|]")) << second.document;
  EXPECT_EQ(renderer_->browser_pid(), pid);
}

TEST_F(RenderTest, RedirectOfADataRequestIsFollowedThroughTheGate) {
  site_.Serve("/list", FakeSite::Page("302 Found", {"Location: /list2"}, ""));
  site_.Serve("/list2", FakeSite::Page("200 OK", {"Content-Type: application/json"}, "[\"甲\"]"));
  const Rendered rendered = Render(
      "<p id=p></p><script>fetch('/list').then(r => r.json()).then(l => p.textContent = l[0])"
      "</script>");
  EXPECT_TRUE(Has(rendered, "<p id=\"p\">甲</p>")) << rendered.document;
  EXPECT_EQ(rendered.requests_made, 2u);
}

TEST_F(RenderTest, PictureStyleAndFontRequestsAreNotMade) {
  const Rendered rendered = Render(
      "<link rel=stylesheet href=/a.css><img src=/a.png><video src=/a.mp4></video><p>x</p>"
      "<style>@font-face{font-family:f;src:url(/a.woff)} p{font-family:f}</style>");
  EXPECT_TRUE(rendered.ok) << rendered.detail;
  EXPECT_EQ(site_.RequestCount(), 0u);
}

TEST_F(RenderTest, BrowserThatDiedIsReplaced) {
  NextPageRenders();
  const pid_t pid = renderer_->browser_pid();
  ASSERT_GT(pid, 0);
  kill(pid, SIGKILL);
  // Whether its end is known before or while the next page is opened: at most that page is lost.
  Render("<p>x</p>");
  NextPageRenders();
  EXPECT_NE(renderer_->browser_pid(), pid);
}

TEST_F(RenderTest, PagesWaitForTheirTurn) {
  std::vector<Rendered> all;
  for (int i = 0; i < 4; ++i) {
    RenderRequest request{kPage, "<p>" + std::to_string(i) + "</p>", "text/html"};
    boost::asio::co_spawn(io_, renderer_->Render(std::move(request), Millis(30'000)),
                          [&all](const std::exception_ptr&, Rendered r) { all.push_back(r); });
  }
  while (all.size() < 4 && io_.run_one() > 0) {
  }
  ASSERT_EQ(all.size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(all[i].ok) << all[i].detail;
    EXPECT_TRUE(Has(all[i], "<p>" + std::to_string(i) + "</p>")) << all[i].document;
  }
}

TEST_F(RenderTest, NothingOfTheBrowserIsLeft) {
  NextPageRenders();
  const pid_t pid = renderer_->browser_pid();
  const std::string command =
      testing::ReadWholeFile("/proc/" + std::to_string(pid) + "/cmdline");
  const size_t at = command.find("--user-data-dir=") + std::string("--user-data-dir=").size();
  const std::string profile = command.substr(at, command.find('\0', at) - at);
  ASSERT_TRUE(std::filesystem::exists(profile)) << profile;
  ASSERT_GT(Living(pid), 1u);
  renderer_.reset();
  // Its processes were all told to go; the kernel takes its time with the last.
  for (int i = 0; i < 1000 && Living(pid) > 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(Living(pid), 0u);
  EXPECT_FALSE(std::filesystem::exists(profile)) << profile;
}

TEST_F(RenderTest, ProfileThatAKilledProcessLeftIsRemovedAndOneInUseIsNot) {
  const auto left = std::filesystem::temp_directory_path() / "signboard-render-left-by-test";
  std::filesystem::create_directories(left / "Default");
  NextPageRenders();
  EXPECT_FALSE(std::filesystem::exists(left));
  Renderer other(io_.get_executor(), pool_.get(), gate_.get(), Options());
  RenderRequest request{kPage, "<p>other</p>", "text/html"};
  EXPECT_TRUE(testing::Await(io_, other.Render(std::move(request), Millis(30'000))).ok);
  NextPageRenders();
}

TEST_F(RenderTest, PagesBeyondTheBrowsersShareGetANewOne) {
  RendererOptions options = Options();
  options.pages_max = 2;
  renderer_ = std::make_unique<Renderer>(io_.get_executor(), pool_.get(), gate_.get(), options);
  NextPageRenders();
  const pid_t first = renderer_->browser_pid();
  NextPageRenders();
  EXPECT_EQ(renderer_->browser_pid(), first);
  NextPageRenders();
  EXPECT_NE(renderer_->browser_pid(), first);
}

TEST_F(RenderTest, MissingBrowserIsSaidAndNotAskedForAgainAtOnce) {
  RendererOptions options = Options();
  options.browser.program = "/bin/false";
  renderer_ = std::make_unique<Renderer>(io_.get_executor(), pool_.get(), gate_.get(), options);
  const Rendered rendered = Render("<p>x</p>");
  EXPECT_FALSE(rendered.ok);
  EXPECT_NE(rendered.detail.find("does not start"), std::string::npos) << rendered.detail;
  EXPECT_EQ(Render("<p>x</p>").detail, rendered.detail);
}

TEST_F(RenderTest, TheWholeBrowserRendersToo) {
  RendererOptions options = Options();
  options.browser.program = "/usr/lib/chromium/chromium";
  if (!std::filesystem::exists(options.browser.program)) GTEST_SKIP() << "chromium is not here";
  renderer_ = std::make_unique<Renderer>(io_.get_executor(), pool_.get(), gate_.get(), options);
  NextPageRenders();
}

}  // namespace
}  // namespace signboard::render
