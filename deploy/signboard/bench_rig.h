// The parts of a node that one page passes through, wired as node.h wires them: a crawler's side
// and an archive behind gRPC on a socket, without a frontier between them.
//
// Threads: one calls; BenchCrawler's coroutines run on the one thread that a crawler has.
// Errors:  the first page that did not come to what was asked, with its URL.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "crawler/fetch/fetcher.h"
#include "crawler/robots/robots_cache.h"
#include "crawler/worker/archive_client.h"
#include "deploy/signboard/bench_directory.h"
#include "deploy/signboard/bench_site.h"
#include "proto/base/pool.h"
#include "proto/base/rpc_server.h"
#include "proto/base/time.h"
#include "storage/archive/archive.h"
#include "storage/archive/archive_service.h"
#include "storage/kv/local_space.h"

namespace signboard::cli {

// How many pages are under way at once.
inline constexpr size_t kBenchLanes = 16;

using BenchWork =
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

class BenchArchive {
 public:
  // `clock` must outlive the archive, which has a directory of its own, or one that outlives it.
  static StatusOr<std::unique_ptr<BenchArchive>> Start(const Clock& clock);
  static StatusOr<std::unique_ptr<BenchArchive>> StartIn(const std::string& directory,
                                                         const Clock& clock);
  ~BenchArchive();
  BenchArchive(const BenchArchive&) = delete;
  BenchArchive& operator=(const BenchArchive&) = delete;

  std::string address() const { return "127.0.0.1:" + std::to_string(server_->port()); }
  archive::Archive& archive() { return *archive_; }
  kv::Space& space() { return *space_; }
  boost::asio::any_io_executor executor() { return io_.get_executor(); }
  // Brings what was stored from memory to tables and blob files: the rest of its price.
  Status Settle();

 private:
  BenchArchive() = default;

  std::unique_ptr<BenchDirectory> directory_;  // Where it is its own.
  boost::asio::io_context io_{1};
  BenchWork work_{io_.get_executor()};
  std::unique_ptr<base::Pool> pool_;
  std::unique_ptr<kv::LocalSpace> space_;
  std::unique_ptr<archive::Archive> archive_;
  std::unique_ptr<archive::ArchiveService> service_;
  std::unique_ptr<base::RpcServer> server_;
  std::thread thread_;
};

class BenchCrawler {
 public:
  // Every host is the site. `clock` must outlive the crawler.
  static StatusOr<std::unique_ptr<BenchCrawler>> Start(const BenchSite& site, const Clock& clock);
  ~BenchCrawler();
  BenchCrawler(const BenchCrawler&) = delete;
  BenchCrawler& operator=(const BenchCrawler&) = delete;

  // Each of the following keeps kBenchLanes pages under way until all are done.
  // What came, and the CPU seconds of the thread that fetched it.
  struct Fetched {
    std::vector<fetch::FetchOutcome> pages;
    double cpu_s = 0;
  };
  StatusOr<Fetched> Fetch(const std::vector<std::string>& urls);
  Status Store(const std::string& archive, std::vector<worker::Capture>& captures);
  // The whole story of each URL, as a worker tells it (crawl_url.h).
  Status Crawl(const std::string& archive, const std::vector<std::string>& urls);

 private:
  using OnePage = std::function<boost::asio::awaitable<Status>(size_t)>;
  explicit BenchCrawler(const Clock& clock) : clock_(clock) {}
  // The CPU seconds of the crawler's thread.
  StatusOr<double> ForEach(size_t count, const OnePage& one);

  const Clock& clock_;
  boost::asio::io_context io_{1};
  BenchWork work_{io_.get_executor()};
  std::unique_ptr<base::Pool> pool_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<fetch::Fetcher> fetcher_;
  std::unique_ptr<robots::RobotsCache> robots_;
  std::thread thread_;
};

}  // namespace signboard::cli
