// GuestWorker leases URLs from a URLFrontier that is not ours, tells the story of each
// (crawl_url.h), and puts back what came of it, with nothing but urlfrontier.URLFrontier.
//
// One URL of a queue at a time (GetURLs), for as long as a lease of ours. What a crawl found is
// put in this order, each step once the one before is acknowledged: its links as discovered; the
// rest that its host asked for (SetDelay, BlockQueueUntil); the URL itself as known, with the date
// of its next visit and what the visit taught (guest_record.h), which ends the lease. A crash in
// between fetches a page twice and loses none. A crawl that could not be stored, or that is
// abandoned, is put back as it was and due at once.
//
// What a foreign frontier cannot be asked: why a URL is or is not due, recrawls with progress,
// seeds that change, backfills.
//
// Threads: Run, Stop and Abandon on one serial executor.
// Errors:  none end it: a frontier or an archive that is away is waited for.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>

#include "crawler/worker/crawl_url.h"
#include "crawler/worker/guest_hosts.h"
#include "crawler/worker/guest_policy.h"
#include "crawler/worker/url_puts.h"
#include "crawler/worker/work_loop.h"
#include "proto/base/task_group.h"

namespace signboard::worker {

struct GuestWorkerOptions {
  std::string crawl;  // The crawlID.
  size_t leases_max = 64;
  Millis lease_time{300'000};
  // Between two GetURLs that gave nothing, doubled each time in a row.
  Millis idle_min{100};
  Millis idle_max{500};
  Millis reconnect_max{5'000};
  UrlPuts::Options puts;
};

class GuestWorker final : public WorkLoop {
 public:
  // `services`, what it points to and `policy` must outlive the worker.
  GuestWorker(boost::asio::any_io_executor executor, std::shared_ptr<grpc::Channel> frontier,
              const Services* services, GuestPolicy* policy, GuestWorkerOptions options);

  boost::asio::awaitable<void> Run() override;
  void Stop() override;
  void Abandon() override;
  bool connected() const override { return connected_; }

 private:
  using UrlInfo = urlfrontier::URLInfo;

  boost::asio::awaitable<void> TakeAll();
  // Spawns a crawl for each URL of one GetURLs; how many.
  boost::asio::awaitable<StatusOr<size_t>> Take(size_t most);
  boost::asio::awaitable<void> CrawlOne(UrlInfo info);
  // False: the host is fetched or rests for longer than a lease can wait.
  boost::asio::awaitable<bool> EnterHost(std::string host);
  boost::asio::awaitable<std::optional<v1::Report>> Crawl(UrlInfo info, v1::GuestRecord record,
                                                          std::string host);
  boost::asio::awaitable<void> Settle(UrlInfo info, v1::GuestRecord record, std::string host,
                                      v1::Report report);
  boost::asio::awaitable<size_t> PutLinks(UrlInfo info, v1::GuestRecord record,
                                          v1::Report report);
  boost::asio::awaitable<void> PutKnown(UrlInfo info, UnixTime due, bool never);
  boost::asio::awaitable<void> PutBack(UrlInfo info, Millis wait);
  boost::asio::awaitable<void> TellDelay(UrlInfo info, std::string host);
  boost::asio::awaitable<void> TellBlock(UrlInfo info, Millis rest);
  boost::asio::awaitable<void> Pause(Millis span);

  boost::asio::any_io_executor executor_;
  const std::shared_ptr<grpc::Channel> frontier_;
  const std::unique_ptr<urlfrontier::URLFrontier::Stub> stub_;
  const Services* const services_;
  GuestPolicy* const policy_;
  const GuestWorkerOptions options_;
  UrlPuts puts_;
  GuestHosts hosts_;
  base::TaskGroup crawls_;     // Abandon ends them.
  base::TaskGroup put_backs_;  // What it does not end.
  boost::asio::steady_timer changed_;  // Cancelled when a lease comes free, or at Stop.
  size_t in_flight_ = 0;
  uint64_t last_lease_ = 0;
  std::atomic<bool> connected_ = false;
  bool stopping_ = false;
};

}  // namespace signboard::worker
