#include "crawler/render/renderer.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <optional>
#include <utility>

#include "proto/base/log.h"
#include "proto/base/probe.h"

namespace signboard::render {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

constexpr Millis kStartTime{20'000};
constexpr Millis kStartPause{5'000};
constexpr Millis kMemoryLook{200};

struct Probes {
  base::Counter& rendered =
      base::MakeCounter("signboard_render_pages_total", "Pages that a browser rendered.");
  base::Counter& failed = base::MakeCounter("signboard_render_pages_failed_total",
                                            "Pages that needed a browser and were not rendered.");
  base::Counter& starts =
      base::MakeCounter("signboard_render_browser_starts_total", "Browsers started.");
  base::Counter& refused = base::MakeCounter("signboard_render_requests_refused_total",
                                             "Requests of pages that were not made.");
};
Probes& Count() {
  static Probes probes;
  return probes;
}

Rendered Failed(std::string why) {
  Rendered rendered;
  rendered.detail = std::move(why);
  return rendered;
}

// A browser and the connection to it.
struct Browser {
  std::shared_ptr<BrowserProcess> process;  // Shared with who measures it.
  std::shared_ptr<DevTools> tools;
  std::string engine;
  size_t pages = 0;
  ~Browser() {
    if (tools) tools->Close();
  }
};

}  // namespace

// What outlives the renderer while a coroutine still stands in it.
struct Renderer::Core : std::enable_shared_from_this<Core> {
  struct Waiting {
    explicit Waiting(const asio::any_io_executor& on) : timer(on) {}
    asio::steady_timer timer;
    bool called = false;
  };
  // The turn, given on at the end of its scope.
  struct Turn {
    explicit Turn(std::shared_ptr<Core> of) : core(std::move(of)) {}
    ~Turn() { core->Leave(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    std::shared_ptr<Core> core;
  };
  // Ends the browser unless the page left it as it found it.
  struct Lent {
    explicit Lent(Core* of) : core(of) {}
    ~Lent() {
      if (!clean) core->EndBrowser();
    }
    Lent(const Lent&) = delete;
    Lent& operator=(const Lent&) = delete;
    Core* core;
    bool clean = false;
  };

  Core(asio::any_io_executor on, base::Pool* p, RequestGate* g, RendererOptions o)
      : executor(std::move(on)), pool(p), gate(g), options(std::move(o)), tasks(executor) {}

  asio::awaitable<bool> Enter(Millis most);
  void Leave();
  asio::awaitable<Status> NeedBrowser();
  asio::awaitable<Status> StartBrowser();
  void EndBrowser();
  static asio::awaitable<void> End(std::shared_ptr<Browser> ending, base::Pool* pool);
  static asio::awaitable<void> WatchMemory(std::shared_ptr<Core> self,
                                           std::shared_ptr<Browser> browser,
                                           std::shared_ptr<PageRun> run);

  const asio::any_io_executor executor;
  base::Pool* const pool;
  RequestGate* const gate;
  const RendererOptions options;
  base::TaskGroup tasks;
  bool busy = false;
  bool closing = false;
  std::deque<std::shared_ptr<Waiting>> line;
  std::shared_ptr<Browser> browser;
  std::optional<Steady::time_point> failed_at;
  std::string failed_why;
};

asio::awaitable<bool> Renderer::Core::Enter(Millis most) {
  if (!busy) {
    busy = true;
    co_return true;
  }
  if (line.size() >= options.waiting_max) co_return false;
  auto waiting = std::make_shared<Waiting>(executor);
  line.push_back(waiting);
  waiting->timer.expires_after(most);
  co_await waiting->timer.async_wait(asio::as_tuple(asio::use_awaitable));
  std::erase(line, waiting);
  co_return waiting->called;
}

void Renderer::Core::Leave() {
  if (line.empty()) {
    busy = false;
    return;
  }
  const std::shared_ptr<Waiting> next = line.front();
  line.pop_front();
  next->called = true;
  next->timer.cancel();
}

asio::awaitable<Status> Renderer::Core::NeedBrowser() {
  if (browser && (!browser->tools->open() || browser->pages >= options.pages_max)) EndBrowser();
  if (browser) co_return OkStatus();
  if (failed_at && Steady::now() - *failed_at < kStartPause) {
    co_return base::Unavailable(failed_why);
  }
  Status started = co_await StartBrowser();
  if (started.ok()) {
    Count().starts.Add();
    failed_at.reset();
    co_return started;
  }
  failed_at = Steady::now();
  failed_why = "the browser does not start: " + std::string(base::Message(started));
  Log(base::kError, "browser_not_started", {{"status", base::ToString(started)}});
  EndBrowser();
  co_return base::Unavailable(failed_why);
}

asio::awaitable<Status> Renderer::Core::StartBrowser() {
  auto start = base::OnPool(*pool, [this] { return BrowserProcess::Start(options.browser); });
  auto process = co_await std::move(start);
  if (!process.ok()) co_return process.status();
  browser = std::make_shared<Browser>();
  browser->process = std::move(process).value();
  browser->tools = DevTools::Open(executor, pool, browser->process->TakeSocket());
  Json none = Json::object();
  auto asking = browser->tools->Call("Browser.getVersion", std::move(none), "", kStartTime);
  const auto version = co_await std::move(asking);
  if (!version.ok()) {
    const std::string words = browser->process->LastWords();
    co_return words.empty() ? version.status() : base::Unavailable(words);
  }
  browser->engine = TextAt(*version, "product");
  // Of every target there is and will be: nothing is asked for without us.
  Json all = {{"patterns", Json::array({{{"urlPattern", "*"}}})}};
  auto stopping = browser->tools->Call("Fetch.enable", std::move(all), "", kStartTime);
  CO_RETURN_IF_ERROR((co_await std::move(stopping)).status());
  Log(base::kInfo, "browser_started",
      {{"engine", browser->engine}, {"pid", int64_t{browser->process->group().leader()}}});
  co_return OkStatus();
}

void Renderer::Core::EndBrowser() {
  if (!browser) return;
  browser->tools->Close();
  std::shared_ptr<Browser> ending = std::move(browser);
  browser.reset();
  if (!closing) tasks.Spawn("browser_end", End(std::move(ending), pool));
}

asio::awaitable<void> Renderer::Core::End(std::shared_ptr<Browser> ending, base::Pool* pool) {
  std::shared_ptr<BrowserProcess> process = std::move(ending->process);
  auto work = base::OnPool(*pool, [&process] { process.reset(); });
  co_await std::move(work);
}

asio::awaitable<void> Renderer::Core::WatchMemory(std::shared_ptr<Core> self,
                                                  std::shared_ptr<Browser> browser,
                                                  std::shared_ptr<PageRun> run) {
  asio::steady_timer timer(self->executor);
  while (browser->process && browser->tools->open()) {
    auto measure = base::OnPool(
        *self->pool, [process = browser->process] { return process->group().MemoryBytes(); });
    const uint64_t bytes = co_await std::move(measure);
    if (bytes > self->options.memory_bytes_max) {
      Log(base::kWarn, "browser_too_large", {{"bytes", bytes}});
      run->GiveUp("the page took more memory than a page may");
      co_return;
    }
    timer.expires_after(kMemoryLook);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

Renderer::Renderer(asio::any_io_executor executor, base::Pool* pool, RequestGate* gate,
                   RendererOptions options)
    : core_(std::make_shared<Core>(std::move(executor), pool, gate, std::move(options))) {}

Renderer::~Renderer() {
  core_->closing = true;
  core_->EndBrowser();
  core_->tasks.Cancel();
}

pid_t Renderer::browser_pid() const {
  return core_->browser ? core_->browser->process->group().leader() : 0;
}

asio::awaitable<Rendered> Renderer::Render(RenderRequest request, Millis most) {
  return RenderIn(core_, std::move(request), most);
}

asio::awaitable<Rendered> Renderer::RenderIn(std::shared_ptr<Core> core, RenderRequest request,
                                             Millis most) {
  const auto end = Steady::now() + most;
  const bool entered = co_await core->Enter(most);
  if (!entered) {
    Count().failed.Add();
    co_return Failed("no browser was free in time");
  }
  const Core::Turn turn(core);
  const Status ready = co_await core->NeedBrowser();
  if (!ready.ok()) {
    Count().failed.Add();
    co_return Failed(std::string(base::Message(ready)));
  }
  Core::Lent lent(core.get());
  const std::shared_ptr<Browser> browser = core->browser;
  ++browser->pages;
  auto run = std::make_shared<PageRun>(browser->tools, core->gate, core->options.page,
                                       std::move(request));
  base::TaskGroup watch(core->executor);
  watch.Spawn("browser_memory", Core::WatchMemory(core, browser, run));
  auto running = PageRun::Run(run, std::min(end, Steady::now() + core->options.page_time));
  Rendered rendered = co_await std::move(running);
  watch.Cancel();
  co_await watch.Join();
  lent.clean = run->clean();
  rendered.engine = browser->engine;
  (rendered.ok ? Count().rendered : Count().failed).Add();
  Count().refused.Add(rendered.requests_refused);
  co_return rendered;
}

}  // namespace signboard::render
