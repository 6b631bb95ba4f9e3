#include "deploy/signboard/bench_rig.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_future.hpp>
#include <utility>

#include "crawler/decode/content_coding.h"
#include "crawler/worker/crawl_url.h"
#include "deploy/signboard/bench_clock.h"
#include "deploy/signboard/bench_steps.h"
#include "proto/base/rpc_client.h"
#include "proto/base/span.h"
#include "proto/base/task_group.h"
#include "storage/archive/schema.h"

namespace signboard::cli {
namespace {

namespace asio = boost::asio;

constexpr size_t kDiskThreads = 16;
constexpr size_t kParseThreads = 2;
constexpr size_t kQueueMax = 4'096;
constexpr Millis kStoreTimeout{60'000};
constexpr Millis kLeaseTime{120'000};

std::string DecodeStart(std::string_view wire, std::string_view coding, size_t most) {
  decode::DecodeLimits limits;
  limits.decoded_bytes_max = most;
  return decode::DecodeContent(wire, coding, limits).bytes;
}

// What all lanes share.
struct Lanes {
  const std::function<asio::awaitable<Status>(size_t)>* one;
  size_t count = 0;
  size_t next = 0;
  Status failed;
};

asio::awaitable<void> RunLane(Lanes* lanes) {
  while (lanes->next < lanes->count && lanes->failed.ok()) {
    auto work = (*lanes->one)(lanes->next++);
    Status status = co_await std::move(work);
    if (!status.ok()) lanes->failed = std::move(status);
  }
}

// CPU seconds of this thread until all lanes have ended.
asio::awaitable<double> RunLanes(Lanes* lanes) {
  const double from = ThreadCpuSeconds();
  base::TaskGroup group(co_await asio::this_coro::executor);
  for (size_t i = 0; i < kBenchLanes; ++i) group.Spawn("bench_lane", RunLane(lanes));
  co_await group.Join();
  co_return ThreadCpuSeconds() - from;
}

v1::Lease LeaseOf(const std::string& url) {
  v1::Lease lease;
  lease.set_lease_id(url);
  lease.set_url(url);
  *lease.mutable_lasts() = base::ToProto(kLeaseTime);
  const size_t host = url.find("//") + 2;
  lease.mutable_scope()->set_host(url.substr(host, url.find('/', host) - host));
  lease.set_place_code(kBenchPlaceCode);
  return lease;
}

}  // namespace

StatusOr<std::unique_ptr<BenchArchive>> BenchArchive::Start(const Clock& clock) {
  ASSIGN_OR_RETURN(auto directory, BenchDirectory::Make());
  ASSIGN_OR_RETURN(auto made, StartIn(directory->path() + "/archive", clock));
  made->directory_ = std::move(directory);
  return made;
}

StatusOr<std::unique_ptr<BenchArchive>> BenchArchive::StartIn(const std::string& directory,
                                                              const Clock& clock) {
  std::unique_ptr<BenchArchive> made(new BenchArchive());
  kv::LocalSpaceOptions options;
  options.directory = directory;
  options.families = archive::ArchiveFamilies();
  options.schema_version = archive::kSchemaVersion;
  ASSIGN_OR_RETURN(made->space_, kv::LocalSpace::Open(std::move(options)));
  ASSIGN_OR_RETURN(made->archive_, archive::Archive::Open(*made->space_, {}, clock));
  made->pool_ =
      std::make_unique<base::Pool>(base::Pool::Options{"disk", kDiskThreads, kQueueMax});
  made->service_ = std::make_unique<archive::ArchiveService>(
      *made->archive_, *made->pool_, made->io_.get_executor(), archive::ArchiveServiceOptions());
  made->thread_ = std::thread([io = &made->io_] { io->run(); });
  ASSIGN_OR_RETURN(made->server_,
                   base::RpcServer::Start({"127.0.0.1:0", {made->service_.get()}}));
  return made;
}

Status BenchArchive::Settle() {
  for (const auto& shard : space_->Shards()) RETURN_IF_ERROR(shard->CompactAll());
  return OkStatus();
}

BenchArchive::~BenchArchive() {
  if (service_) service_->Stop();
  server_.reset();
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

StatusOr<std::unique_ptr<BenchCrawler>> BenchCrawler::Start(const BenchSite& site,
                                                            const Clock& clock) {
  std::unique_ptr<BenchCrawler> made(new BenchCrawler(clock));
  net::HttpClientOptions http;
  ASSIGN_OR_RETURN(http.connect_to,
                   net::ConnectTo::ParseAll(
                       {"*:80=127.0.0.1:" + std::to_string(site.port()),
                        "*:443=127.0.0.1:" + std::to_string(site.tls_port())}));
  http.ca_file = site.ca_file();
  ASSIGN_OR_RETURN(http.guard, net::AddressGuard::Make({"127.0.0.1/32"}));
  made->http_ = std::make_unique<net::HttpClient>(made->io_, http);
  fetch::FetcherOptions fetching;
  fetching.decode = DecodeStart;
  made->fetcher_ = std::make_unique<fetch::Fetcher>(made->http_.get(), &clock, fetching);
  made->robots_ = std::make_unique<robots::RobotsCache>(made->fetcher_.get(), &clock,
                                                        robots::RobotsCacheOptions());
  made->pool_ =
      std::make_unique<base::Pool>(base::Pool::Options{"parse", kParseThreads, kQueueMax});
  made->thread_ = std::thread([io = &made->io_] { io->run(); });
  return made;
}

BenchCrawler::~BenchCrawler() {
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

StatusOr<double> BenchCrawler::ForEach(size_t count, const OnePage& one) {
  Lanes lanes{&one, count, 0, OkStatus()};
  const double cpu_s = asio::co_spawn(io_, RunLanes(&lanes), asio::use_future).get();
  RETURN_IF_ERROR(lanes.failed);
  return cpu_s;
}

StatusOr<BenchCrawler::Fetched> BenchCrawler::Fetch(const std::vector<std::string>& urls) {
  Fetched fetched;
  fetched.pages.resize(urls.size());
  const OnePage one = [&](size_t at) -> asio::awaitable<Status> {
    fetch::FetchRequest request;
    request.url = urls[at];
    request.judged_later = true;
    auto fetching = fetcher_->Fetch(std::move(request));
    fetch::FetchOutcome outcome = co_await std::move(fetching);
    if (outcome.outcome != v1::OUTCOME_CONTENT)
      co_return base::Unavailable("fetch " + urls[at] + ": " + outcome.detail);
    fetched.pages[at] = std::move(outcome);
    co_return OkStatus();
  };
  ASSIGN_OR_RETURN(fetched.cpu_s, ForEach(urls.size(), one));
  return fetched;
}

Status BenchCrawler::Store(const std::string& archive, std::vector<worker::Capture>& captures) {
  const worker::ArchiveClient client(base::Connect(archive));
  const OnePage one = [&](size_t at) -> asio::awaitable<Status> {
    auto storing = client.Store(&captures[at], kStoreTimeout);
    const StatusOr<v1::StoreReply> stored = co_await std::move(storing);
    co_return base::Annotate(stored.status(), captures[at].header.snapshot().url());
  };
  return ForEach(captures.size(), one).status();
}

Status BenchCrawler::Crawl(const std::string& archive, const std::vector<std::string>& urls) {
  worker::ArchiveClient client(base::Connect(archive));
  worker::Services services;
  services.fetcher = fetcher_.get();
  services.robots = robots_.get();
  services.archive = &client;
  services.pool = pool_.get();
  services.clock = &clock_;
  services.software = "signboard bench";
  const OnePage one = [&](size_t at) -> asio::awaitable<Status> {
    worker::ProgressSink unheard = [](v1::JobState) {};
    auto crawling = worker::CrawlUrl(&services, LeaseOf(urls[at]), std::move(unheard));
    const std::optional<v1::Report> report = co_await std::move(crawling);
    if (!report || report->outcome() != v1::OUTCOME_CONTENT)
      co_return base::Unavailable("crawl " + urls[at] + ": " + (report ? report->detail() : ""));
    co_return OkStatus();
  };
  return ForEach(urls.size(), one).status();
}

}  // namespace signboard::cli
