// CrawlerRole: one worker with its fetcher, robots cache and parse pool, on an io thread of its own
// (curl's transfers belong to one thread).
//
// Life:    Start; Drain, once, ends it: what is in flight is finished and reported, and what is not
//          finished in time is given back to the frontier.
// Threads: Start and Drain from one thread; connected from any.
// Errors:  Start: a setting that does not hold, named.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <memory>
#include <optional>
#include <thread>

#include "crawler/render/renderer.h"
#include "crawler/worker/crawl_url.h"
#include "crawler/worker/work_loop.h"
#include "deploy/signboard/fetching.h"
#include "deploy/signboard/frontier_policy.h"
#include "deploy/signboard/roles.h"
#include "proto/base/peer.h"

namespace signboard::cli {

class CrawlerRole {
 public:
  static StatusOr<std::unique_ptr<CrawlerRole>> Start(const Ground& ground, base::Peer frontier,
                                                      base::Peer archive);
  ~CrawlerRole();
  CrawlerRole(const CrawlerRole&) = delete;
  CrawlerRole& operator=(const CrawlerRole&) = delete;

  // The frontier answers.
  bool connected() const { return worker_->connected(); }
  void Drain(Millis most);

 private:
  CrawlerRole() = default;
  Status StartFetching(const Ground& ground, base::Peer archive);
  Status StartRendering(const Settings& settings);
  std::unique_ptr<worker::WorkLoop> MakeLoop(const Settings& settings, base::Peer frontier);

  using Work = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

  boost::asio::io_context io_{1};
  Work work_{io_.get_executor()};
  std::unique_ptr<base::Pool> parse_pool_;
  Fetching fetching_;
  std::unique_ptr<worker::ArchiveClient> archive_client_;
  worker::Services services_;
  std::unique_ptr<base::Pool> render_pool_;
  std::unique_ptr<render::RequestGate> gate_;
  std::unique_ptr<render::Renderer> renderer_;
  std::optional<FrontierPolicy> policy_;  // Of a frontier that is not ours.
  std::unique_ptr<worker::WorkLoop> worker_;
  std::future<void> worker_ended_;
  std::thread thread_;
};

}  // namespace signboard::cli
