// Worker leases URLs, tells the story of each (crawl_url.h), and reports.
//
// It holds one Work stream to the frontier. Credits bound what is in flight: each acknowledged
// report gives one back, several in one message where many pages are under way. A report is kept
// until it is acknowledged; when the stream breaks, the worker comes back with growing waits, says
// Hello again with what it holds (so that the frontier takes back at once what was lost on the way)
// and sends the unacknowledged reports once more (the frontier takes a report of a live lease from
// any stream).
//
// Stop lets what is in flight end and be reported, then half-closes: leases that came too late are
// given back, and the frontier lends them again at once. Abandon gives back what is in flight too.
//
// Threads: Run and everything it starts on one serial executor; Stop and Abandon there too.
// Errors:  none end it: a frontier or an archive that is away is waited for.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "crawler/worker/crawl_url.h"
#include "crawler/worker/work_loop.h"
#include "proto/base/peer.h"
#include "proto/base/rpc_client.h"
#include "proto/base/task_group.h"
#include "signboard/v1/scheduling.grpc.pb.h"

namespace signboard::worker {

struct WorkerOptions {
  std::string id;  // Unique per process.
  size_t leases_max = 64;
  Millis reconnect_min{200};
  Millis reconnect_max{5'000};
};

class Worker final : public WorkLoop {
 public:
  // `services` and what it points to must outlive the worker.
  Worker(boost::asio::any_io_executor executor, base::Peer frontier,
         const Services* services, WorkerOptions options);

  boost::asio::awaitable<void> Run() override;
  void Stop() override;
  void Abandon() override;
  bool connected() const override { return connected_; }

 private:
  using Stream = base::ClientBidi<v1::WorkRequest, v1::WorkReply>;

  // One connection, from Hello to its end.
  boost::asio::awaitable<void> RunStream();
  boost::asio::awaitable<void> Send(std::shared_ptr<Stream> stream);
  boost::asio::awaitable<void> CrawlOne(v1::Lease lease);
  void OnReply(v1::WorkReply reply);
  void OnAck(const v1::ReportAck& ack);
  void Queue(v1::WorkRequest request);
  void GiveBack(const std::string& lease_id);
  // One more lease may come; said together with others, so that the frontier lends together.
  void FreeOne();
  void SayFreed();
  v1::WorkRequest Hello() const;
  bool Idle() const { return crawling_.empty() && unacknowledged_.empty(); }

  boost::asio::any_io_executor executor_;
  const base::Peer frontier_;
  const Services* const services_;
  const WorkerOptions options_;
  base::TaskGroup crawls_;
  boost::asio::steady_timer changed_;  // Cancelled whenever there is something new to send or do.

  std::shared_ptr<Stream> stream_;
  std::deque<v1::WorkRequest> outbox_;             // Of this connection.
  std::map<std::string, v1::Report> unacknowledged_;  // By lease id; outlive connections.
  Millis asked_wait_{0};  // By the frontier, when it ended the last stream.
  std::set<std::string> crawling_;  // Lease ids.
  size_t freed_count_ = 0;          // Leases that may come, and the frontier was not told of.
  std::chrono::steady_clock::time_point credit_due_;  // When it must be told of them.
  std::atomic<bool> connected_ = false;
  bool stopping_ = false;
};

}  // namespace signboard::worker
