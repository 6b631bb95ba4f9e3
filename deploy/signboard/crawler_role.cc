#include "deploy/signboard/crawler_role.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "crawler/worker/guest_worker.h"
#include "crawler/worker/worker.h"
#include "deploy/signboard/rule_folder.h"
#include "deploy/signboard/version.h"
#include "proto/base/digest.h"
#include "proto/base/log.h"
#include "proto/base/rpc_client.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

std::string WorkerId() {
  char host[256] = "unknown";
  gethostname(host, sizeof host - 1);
  return std::string(host) + "-" + std::to_string(getpid()) + "-" +
         base::ToHex(base::RandomBytes(4));
}

// Every fetch is a socket, and the usual soft limit of 1,024 files is for programs that use select.
void RaiseOpenFiles(int64_t fetches) {
  constexpr rlim_t kOtherFiles = 1'024;  // Kept connections, tables and logs, gRPC.
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return;
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  if (files.rlim_max < static_cast<rlim_t>(fetches) + kOtherFiles) {
    Log(kWarn, "few_open_files",
        {{"files_max", files.rlim_max}, {"why", "[crawler] fetches may need more (ulimit -Hn)"}});
  }
}

// What a page's scripts ask for is asked for as politely as the page.
asio::awaitable<bool> MayFetch(const worker::Services* services, std::string url) {
  const auto parsed = base::Url::Parse(url);
  if (!parsed.ok()) co_return false;
  if (services->without_contact && !services->without_contact(*parsed)) co_return false;
  auto asking = services->robots->Check(std::move(url));
  const robots::RobotsAnswer rules = co_await std::move(asking);
  co_return rules.allowed();
}

}  // namespace

StatusOr<std::unique_ptr<CrawlerRole>> CrawlerRole::Start(const Ground& ground,
                                                          base::Peer frontier,
                                                          base::Peer archive) {
  std::unique_ptr<CrawlerRole> role(new CrawlerRole);
  RETURN_IF_ERROR(role->StartFetching(ground, std::move(archive)));
  role->worker_ = role->MakeLoop(*ground.settings, std::move(frontier));
  auto ended = std::make_shared<std::promise<void>>();
  role->worker_ended_ = ended->get_future();
  asio::co_spawn(role->io_, role->worker_->Run(),
                 [ended](const std::exception_ptr&) { ended->set_value(); });
  role->thread_ = std::thread([io = &role->io_] { io->run(); });
  return role;
}

std::unique_ptr<worker::WorkLoop> CrawlerRole::MakeLoop(const Settings& settings,
                                                        base::Peer frontier) {
  const auto leases_max = static_cast<size_t>(settings.fetches);
  if (settings.urlfrontier.empty()) {
    worker::WorkerOptions options;
    options.id = WorkerId();
    options.leases_max = leases_max;
    return std::make_unique<worker::Worker>(io_.get_executor(), std::move(frontier), &services_,
                                            options);
  }
  policy_.emplace(settings.Frontier());
  worker::GuestWorkerOptions options;
  options.crawl = settings.urlfrontier_crawl;
  options.leases_max = leases_max;
  options.lease_time = settings.frontier.lease_time;
  return std::make_unique<worker::GuestWorker>(io_.get_executor(),
                                               base::Connect(settings.urlfrontier), &services_,
                                               &*policy_, options);
}

Status CrawlerRole::StartFetching(const Ground& ground, base::Peer archive) {
  const Settings& settings = *ground.settings;
  RaiseOpenFiles(settings.fetches);
  ASSIGN_OR_RETURN(fetching_, Fetching::Make(io_, settings, ground.clock));
  parse_pool_ = std::make_unique<base::Pool>(
      base::Pool::Options{"parse", static_cast<size_t>(settings.threads), 4'096});
  archive_client_ = std::make_unique<worker::ArchiveClient>(std::move(archive));
  services_.fetcher = fetching_.fetcher.get();
  services_.robots = fetching_.robots.get();
  services_.archive = archive_client_.get();
  services_.pool = parse_pool_.get();
  services_.clock = ground.clock;
  services_.room = std::make_shared<worker::Room>(settings.crawler_memory.bytes);
  services_.robots_token = settings.robots_token;
  // One thread is left to small pages, where there are two.
  services_.heavy_reads = std::make_shared<worker::Room>(
      static_cast<uint64_t>(std::max<int64_t>(settings.threads - 1, 1)));
  services_.vantage = settings.vantage;
  services_.software = std::string("signboard/") + kVersion;
  services_.decode_ratio_max = settings.ratio_max;
  services_.body_bytes_max = settings.body_max.bytes;
  services_.html_bytes_max = settings.html_max.bytes;
  services_.without_contact = fetching_.without_contact;
  ASSIGN_OR_RETURN(services_.rules, ReadRuleFolder(settings.rules));
  return settings.render == "off" ? OkStatus() : StartRendering(settings);
}

Status CrawlerRole::StartRendering(const Settings& settings) {
  const render::RendererOptions options = settings.Renderer();
  RETURN_IF_ERROR(base::Annotate(render::BrowserProcess::Check(options.browser),
                                 "[crawler] render = \"" + settings.render + "\""));
  if (!options.browser.sandbox) {
    Log(kWarn, "browser_without_sandbox", {{"why", "[crawler.browser] sandbox = false"}});
  }
  render::RequestGateOptions gate;
  gate.user_agent = settings.UserAgent();
  gate.limits = settings.Limits();
  gate.decode = DecodeBody;
  gate.may_fetch = [services = &services_](std::string url) {
    return MayFetch(services, std::move(url));
  };
  gate_ = std::make_unique<render::RequestGate>(fetching_.http.get(), std::move(gate));
  // Threads that wait for a browser to start or to end are no good for parsing.
  render_pool_ = std::make_unique<base::Pool>(base::Pool::Options{"render", 2, 256});
  renderer_ = std::make_unique<render::Renderer>(io_.get_executor(), render_pool_.get(),
                                                 gate_.get(), options);
  services_.renderer = renderer_.get();
  return OkStatus();
}

void CrawlerRole::Drain(Millis most) {
  if (!thread_.joinable()) return;
  asio::post(io_, [worker = worker_.get()] { worker->Stop(); });
  if (worker_ended_.wait_for(most * 3 / 4) != std::future_status::ready) {
    Log(kWarn, "leases_given_back", {{"why", "what is in flight did not end in time"}});
    asio::post(io_, [worker = worker_.get()] { worker->Abandon(); });
    worker_ended_.wait_for(most / 4);
  }
  io_.stop();
  thread_.join();
}

CrawlerRole::~CrawlerRole() { Drain(Millis(0)); }

}  // namespace signboard::cli
