// Pages that mean harm: to the browser, to the machine, to the house it stands in. After each the
// next page renders, and nobody knocked at the shut door (render_fixture.h).
#include "tests/crawler/render/render_fixture.h"

namespace signboard::render {
namespace {

using testing::FakeSite;

class HostilePageTest : public RenderTest {
 protected:
  RendererOptions Options() override {
    RendererOptions options = RenderTest::Options();
    options.page_time = Millis(6'000);
    options.memory_bytes_max = uint64_t{700} << 20;
    options.browser.heap_bytes_max = uint64_t{128} << 20;
    return options;
  }
  static std::string Script(const std::string& script) {
    return "<html><body><p id=p>before</p><script>" + script + "</script></body></html>";
  }
};

// Every way out of a page that there is, towards a door and a site.
std::string Sieve(const std::string& door, const std::string& site) {
  return "<link rel=preconnect href=http://" + door + "><link rel=dns-prefetch href=//" + door +
      "><link rel=prefetch href=http://" + door + "/p><link rel=preload as=script href=http://" +
      door + "/l.js><link rel=modulepreload href=http://" + door + "/m.js>" +
      "<script type=speculationrules>{\"prerender\":[{\"urls\":[\"http://" + door +
      "/s\"]}]}</script><iframe src=http://" + door + "/f></iframe><img src=http://" + door +
      "/i><object data=http://" + door + "/o></object><embed src=http://" + door + "/e>" +
      "<script src=http://" + door + "/x.js></script>" +
      "<p id=p></p><script>const d = '" + door + "', s = '" + site + "';" + R"JS(
        const seen = [];
        const tell = what => { seen.push(what); p.textContent = seen.join(' '); };
        for (const u of ['http://' + d + '/a', 'http://169.254.169.254/latest/meta-data/',
                         'http://2130706434:' + d.split(':')[1] + '/', 'file:///etc/passwd',
                         'http://[::ffff:127.0.0.2]:' + d.split(':')[1] + '/',
                         'http://0x7f000002:' + d.split(':')[1] + '/', 'ftp://' + d + '/'])
          fetch(u, {mode: 'no-cors'}).then(() => tell('REACHED ' + u), () => tell('no'));
        for (const u of ['ws://' + d + '/', 'ws://' + s + '/ws', 'wss://a.cn/']) {
          try { const w = new WebSocket(u); w.onopen = () => tell('REACHED ' + u);
                w.onerror = () => tell('no'); } catch (e) { tell('no'); }
        }
        try { new EventSource('http://' + d + '/es'); } catch (e) {}
        try { navigator.sendBeacon('http://' + d + '/b', 'x'); } catch (e) {}
        try { new Worker('http://' + d + '/w.js'); } catch (e) {}
        try { new Worker(URL.createObjectURL(new Blob([`fetch('http://${d}/bw')`]))); } catch (e) {}
        try { new SharedWorker('/sw.js'); } catch (e) {}
        try { navigator.serviceWorker.register('/sw.js'); } catch (e) {}
        try { const w = new WebTransport('https://' + d + '/'); w.ready.catch(() => 0); }
        catch (e) {}
        try { const c = new RTCPeerConnection({iceServers: [{urls: 'stun:' + d},
                {urls: 'turn:' + d + '?transport=tcp', username: 'a', credential: 'b'}]});
              c.createDataChannel('x'); c.createOffer().then(o => c.setLocalDescription(o)); }
        catch (e) {}
        fetch('http://' + d + '/post', {method: 'POST', body: 'x', mode: 'no-cors'})
          .then(() => tell('REACHED post'), () => tell('no'));
      )JS" + "</script>";
}

TEST_F(HostilePageTest, NoForbiddenAddressIsReached) {
  const Rendered rendered =
      Render(Sieve(door_.host(), "127.0.0.1:" + std::to_string(site_.port())));
  EXPECT_TRUE(rendered.ok) << rendered.detail;
  EXPECT_FALSE(Has(rendered, ">REACHED") || Has(rendered, " REACHED")) << rendered.document;
  EXPECT_TRUE(Has(rendered, "<p id=\"p\">no no no")) << rendered.document;
  EXPECT_GT(rendered.requests_refused, 0u);
  EXPECT_EQ(site_.RequestCount(), 0u) << site_.Requests()[0];
  NextPageRenders();
}

TEST_F(HostilePageTest, NoForbiddenAddressIsReachedWithoutTheSandboxEither) {
  RendererOptions options = Options();
  options.browser.sandbox = false;
  renderer_ = std::make_unique<Renderer>(io_.get_executor(), pool_.get(), gate_.get(), options);
  const Rendered rendered =
      Render(Sieve(door_.host(), "127.0.0.1:" + std::to_string(site_.port())));
  EXPECT_TRUE(rendered.ok) << rendered.detail;
  EXPECT_TRUE(Has(rendered, "<p id=\"p\">no no no")) << rendered.document;
  EXPECT_FALSE(Has(rendered, ">REACHED") || Has(rendered, " REACHED")) << rendered.document;
  EXPECT_EQ(site_.RequestCount(), 0u) << site_.Requests()[0];
  NextPageRenders();
}

TEST_F(HostilePageTest, WhatAScriptMayReadIsDecidedBeforeItIsFetched) {
  site_.Serve("/private.json", FakeSite::Page("200 OK", {}, "1"));
  RequestGateOptions gate;
  gate.may_fetch = [](std::string url) -> boost::asio::awaitable<bool> {
    co_return url.find("private") == std::string::npos;
  };
  RequestGate strict(client_.get(), gate);
  renderer_ = std::make_unique<Renderer>(io_.get_executor(), pool_.get(), &strict, Options());
  const Rendered rendered =
      Render(Script("fetch('/private.json').catch(() => p.textContent = 'refused')"));
  EXPECT_TRUE(Has(rendered, ">refused<")) << rendered.document;
  EXPECT_EQ(site_.RequestCount(), 0u);
  renderer_.reset();
}

TEST_F(HostilePageTest, EndlessScriptCostsThePageAndNothingElse) {
  const Rendered rendered = Render(Script("while (true) {}"));
  EXPECT_FALSE(rendered.ok);
  EXPECT_LT(rendered.elapsed, Millis(15'000));
  NextPageRenders();
}

TEST_F(HostilePageTest, PageThatIsNeverQuietIsReadInTheEnd) {
  const Rendered rendered = Render(Script(
      "setInterval(() => fetch('/x').catch(() => 0), 50); p.textContent = 'after'"));
  EXPECT_TRUE(rendered.ok) << rendered.detail;
  EXPECT_TRUE(Has(rendered, ">after<"));
  NextPageRenders();
}

TEST_F(HostilePageTest, ScriptHeapIsBounded) {
  const Rendered rendered =
      Render(Script("const a = []; while (true) a.push(new Array(1e5).fill(1.5))"));
  EXPECT_FALSE(rendered.ok);
  NextPageRenders();
}

TEST_F(HostilePageTest, MemoryBesideTheHeapIsBounded) {
  const Rendered rendered = Render(Script(
      "const a = []; for (let i = 0; i < 60; ++i) a.push(new Uint8Array(16 << 20).fill(7));"
      "while (true) {}"));
  EXPECT_FALSE(rendered.ok);
  EXPECT_NE(rendered.detail.find("memory"), std::string::npos) << rendered.detail;
  NextPageRenders();
}

TEST_F(HostilePageTest, TenThousandRequestsAreTwoHundred) {
  const Rendered rendered = Render(
      Script("for (let i = 0; i < 10000; ++i) fetch('/r' + i).catch(() => 0)"));
  EXPECT_TRUE(rendered.ok) << rendered.detail;
  EXPECT_LE(site_.RequestCount(), 200u);
  EXPECT_LE(rendered.requests_made, 200u);
  EXPECT_NE(rendered.detail.find("too much"), std::string::npos) << rendered.detail;
  NextPageRenders();
}

TEST_F(HostilePageTest, EndlessAnswerIsCutAndRefused) {
  site_.Serve("/big", {testing::Send("HTTP/1.1 200 OK\r\n\r\n"),
                       testing::Repeat(std::string(65'536, 'x'))});
  const Rendered rendered = Render(Script(
      "fetch('/big').then(r => r.text()).then(() => p.textContent = 'got', "
      "() => p.textContent = 'refused')"));
  EXPECT_TRUE(Has(rendered, ">refused<")) << rendered.detail << rendered.document;
  NextPageRenders();
}

TEST_F(HostilePageTest, DialogsWindowsAndDownloadsGetNothing) {
  const Rendered rendered = Render(Script(R"JS(
      alert('a'); confirm('b'); prompt('c'); print();
      window.open('/pop'); window.open('about:blank');
      const a = document.createElement('a'); a.href = '/d.zip'; a.download = 'd.zip'; a.click();
      try { navigator.geolocation.getCurrentPosition(() => 0, () => 0); } catch (e) {}
      try { Notification.requestPermission(); } catch (e) {}
      onbeforeunload = () => 'stay';
      p.textContent = 'after')JS"));
  EXPECT_TRUE(rendered.ok) << rendered.detail;
  EXPECT_TRUE(Has(rendered, ">after<")) << rendered.document;
  EXPECT_EQ(site_.RequestCount(), 0u);
  NextPageRenders();
}

TEST_F(HostilePageTest, PageStaysWhereItIs) {
  for (const char* go : {"location = 'http://b.cn/'", "location.replace('/other')",
                         "location.reload()", "document.forms[0].submit()", "history.back()",
                         "location = 'chrome://crash'", "location = 'file:///etc/passwd'",
                         "location = 'view-source:http://a.cn/'", "location = 'data:text/html,x'",
                         "location = 'chrome://version'"}) {
    const Rendered rendered = Render(
        "<form action=/f method=post></form><p>here</p><script>setTimeout(() => {" +
        std::string(go) + "}, 20)</script>");
    EXPECT_TRUE(rendered.ok) << go << ": " << rendered.detail;
    EXPECT_TRUE(Has(rendered, "<p>here</p>")) << go << ": " << rendered.document;
  }
  EXPECT_EQ(site_.RequestCount(), 0u);
  NextPageRenders();
}

TEST_F(HostilePageTest, PageCanNotLieAboutHowADocumentIsRead) {
  const Rendered rendered = Render(Script(
      "Object.defineProperty(Element.prototype, 'outerHTML', {get() { throw 1; }});"
      "String.prototype.slice = () => { throw 1; }; document.title = 'a\\ud800b'"));
  EXPECT_TRUE(rendered.ok) << rendered.detail;
  EXPECT_TRUE(Has(rendered, "before"));
  NextPageRenders();
}

TEST_F(HostilePageTest, HugeDocumentIsCut) {
  // A comment: a browser takes its time to lay out as much text.
  const Rendered rendered =
      Render(Script("document.body.append(document.createComment('国'.repeat(4 << 20)))"));
  EXPECT_TRUE(rendered.ok) << rendered.detail;
  EXPECT_TRUE(rendered.truncated);
  EXPECT_LE(rendered.document.size(), size_t{10} << 20);
  EXPECT_GT(rendered.document.size(), size_t{9} << 20);
  NextPageRenders();
}

TEST_F(HostilePageTest, MessagesTooLargeForUsCostThePage) {
  const Rendered rendered = Render(Script(
      "const big = '<'.repeat(90 << 20); fetch('/x', {method: 'POST', body: big})"
      ".catch(() => 0); alert(big)"));
  EXPECT_EQ(site_.RequestCount(), 0u);
  EXPECT_LE(rendered.document.size(), size_t{10} << 20);
  NextPageRenders();
}

}  // namespace
}  // namespace signboard::render
