#include "crawler/worker/worker.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "proto/base/log.h"
#include "proto/base/probe.h"

namespace signboard::worker {
namespace {

namespace asio = boost::asio;
constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
// Between two looks when nothing was said: bounds what a lost wake-up could cost.
constexpr Millis kLookInterval{500};
constexpr Millis kRetryWait{500};
constexpr size_t kHoldingMax = 10'000;  // What a Hello takes.
// Credit is given in pieces of leases_max / kCreditPieces, but at most kCreditMax leases.
constexpr size_t kCreditPieces = 8;
constexpr size_t kCreditMax = 16;
constexpr Millis kCreditWait{10};  // No longer, whatever is missing of a piece.

struct Probes {
  base::Counter& leases =
      base::MakeCounter("signboard_worker_leases_total", "Leases taken from the frontier.");
  base::Counter& reports =
      base::MakeCounter("signboard_worker_reports_total", "Reports the frontier acknowledged.");
  base::Counter& lost = base::MakeCounter(
      "signboard_worker_leases_lost_total", "Leases that ended before their capture was stored.");
  base::Gauge& crawling =
      base::MakeGauge("signboard_worker_urls_in_flight_count", "URLs being crawled.");
};
Probes& GetProbes() {
  static Probes probes;
  return probes;
}

asio::awaitable<void> Sleep(asio::steady_timer* timer, Millis span) {
  timer->expires_after(span);
  co_await timer->async_wait(kTuple);
}

}  // namespace

Worker::Worker(asio::any_io_executor executor, base::Peer frontier, const Services* services,
               WorkerOptions options)
    : executor_(executor),
      frontier_(std::move(frontier)),
      services_(services),
      options_(std::move(options)),
      crawls_(executor),
      changed_(executor) {}

void Worker::Queue(v1::WorkRequest request) {
  outbox_.push_back(std::move(request));
  changed_.cancel();
}

asio::awaitable<void> Worker::Run() {
  Millis wait = options_.reconnect_min;
  while (!stopping_ || !Idle()) {
    co_await RunStream();
    if (connected_) wait = options_.reconnect_min;
    connected_ = false;
    if (stopping_ && Idle()) break;
    Log(kWarn, "frontier_lost", {{"retry_ms", std::max(wait, asked_wait_).count()}});
    asio::steady_timer timer(executor_);
    co_await Sleep(&timer, stopping_ ? wait : std::max(wait, asked_wait_));
    wait = std::min(wait * 2, options_.reconnect_max);
  }
  co_await crawls_.Join();
}

void Worker::Stop() {
  stopping_ = true;
  freed_count_ = 0;
  changed_.cancel();
}

void Worker::Abandon() { crawls_.Cancel(); }

void Worker::GiveBack(const std::string& lease_id) {
  v1::WorkRequest request;
  request.mutable_release()->set_lease_id(lease_id);
  Queue(std::move(request));
}

v1::WorkRequest Worker::Hello() const {
  v1::WorkRequest request;
  v1::WorkRequest::Hello& hello = *request.mutable_hello();
  hello.set_worker_id(options_.id);
  hello.set_vantage(services_->vantage);
  hello.set_software(services_->software);
  // More than fit are not said, and then nothing is taken back.
  if (crawling_.size() + unacknowledged_.size() > kHoldingMax) return request;
  v1::WorkRequest::Holding& holding = *hello.mutable_holding();
  for (const std::string& id : crawling_) holding.add_lease_ids(id);
  for (const auto& [id, report] : unacknowledged_) holding.add_lease_ids(id);
  return request;
}

asio::awaitable<void> Worker::RunStream() {
  const auto stub = v1::Scheduling::NewStub(frontier_.channel());
  auto stream = std::make_shared<Stream>();
  stream->Start(stub->async(), &v1::Scheduling::Stub::async::Work, std::nullopt);
  stream_ = stream;
  outbox_.clear();
  freed_count_ = 0;  // In what is credited below.
  Queue(Hello());
  for (const auto& [id, report] : unacknowledged_) {
    v1::WorkRequest again;
    *again.mutable_report() = report;
    Queue(std::move(again));
  }
  const size_t busy = crawling_.size() + unacknowledged_.size();
  if (!stopping_ && options_.leases_max > busy) {
    v1::WorkRequest credit;
    credit.mutable_credit()->set_leases(static_cast<uint32_t>(options_.leases_max - busy));
    Queue(std::move(credit));
  }

  base::TaskGroup sending(executor_);
  sending.Spawn("work_send", Send(stream));
  v1::WorkReply reply;
  while (co_await stream->Read(&reply)) OnReply(std::move(reply));
  if (stream_ == stream) stream_.reset();
  changed_.cancel();
  sending.Cancel();
  co_await sending.Join();
  const Status status = co_await stream->Finish();
  asked_wait_ = base::RetryAfter(status).value_or(Millis(0));
  if (!status.ok()) Log(kWarn, "work_stream_ended", {{"status", base::ToString(status)}});
}

asio::awaitable<void> Worker::Send(std::shared_ptr<Stream> stream) {
  while (stream_ == stream) {
    if (!outbox_.empty()) {
      v1::WorkRequest next = std::move(outbox_.front());
      outbox_.pop_front();
      if (!co_await stream->Write(std::move(next))) co_return;
      continue;
    }
    if (stopping_ && Idle()) {
      co_await stream->WritesDone();
      co_return;
    }
    Millis wait = kLookInterval;
    if (freed_count_ > 0) {
      wait = std::chrono::ceil<Millis>(credit_due_ - std::chrono::steady_clock::now());
      if (wait <= Millis(0)) {
        SayFreed();
        continue;
      }
    }
    co_await Sleep(&changed_, wait);
  }
}

void Worker::FreeOne() {
  if (freed_count_ == 0) credit_due_ = std::chrono::steady_clock::now() + kCreditWait;
  ++freed_count_;
  if (freed_count_ >= std::clamp<size_t>(options_.leases_max / kCreditPieces, 1, kCreditMax)) {
    SayFreed();
  } else if (freed_count_ == 1) {
    changed_.cancel();
  }
}

void Worker::SayFreed() {
  v1::WorkRequest credit;
  credit.mutable_credit()->set_leases(static_cast<uint32_t>(std::exchange(freed_count_, 0)));
  Queue(std::move(credit));
}

void Worker::OnReply(v1::WorkReply reply) {
  if (reply.has_welcome()) {
    connected_ = true;
    Log(kInfo, "frontier_joined", {{"epoch", reply.welcome().epoch()}});
  } else if (reply.has_ack()) {
    OnAck(reply.ack());
  } else if (reply.has_lease() && stopping_) {
    GiveBack(reply.lease().lease_id());
  } else if (reply.has_lease()) {
    GetProbes().leases.Add();
    crawling_.insert(reply.lease().lease_id());
    GetProbes().crawling.Set(static_cast<double>(crawling_.size()));
    crawls_.Spawn("crawl_url", CrawlOne(std::move(*reply.mutable_lease())));
  }
}

void Worker::OnAck(const v1::ReportAck& ack) {
  const auto found = unacknowledged_.find(ack.lease_id());
  if (found == unacknowledged_.end()) return;
  if (ack.status() == v1::ReportAck::RETRY) {
    // The frontier's own fault: the same report, a little later.
    crawls_.Spawn("report_again", [](Worker* self, std::string id) -> asio::awaitable<void> {
      asio::steady_timer timer(self->executor_);
      co_await Sleep(&timer, kRetryWait);
      const auto still = self->unacknowledged_.find(id);
      if (still == self->unacknowledged_.end()) co_return;
      v1::WorkRequest again;
      *again.mutable_report() = still->second;
      self->Queue(std::move(again));
    }(this, ack.lease_id()));
    return;
  }
  if (ack.status() == v1::ReportAck::REJECTED)
    Log(kError, "report_rejected", {{"why", ack.message()}});
  unacknowledged_.erase(found);
  GetProbes().reports.Add();
  if (stopping_) {
    changed_.cancel();
    return;
  }
  FreeOne();
}

asio::awaitable<void> Worker::CrawlOne(v1::Lease lease) {
  const std::string id = lease.lease_id();
  std::optional<v1::Report> report;
  ProgressSink progress = [this, id, is_watched = !lease.job_id().empty()](v1::JobState state) {
    if (!is_watched) return;  // No recrawl waits for it.
    v1::WorkRequest request;
    request.mutable_progress()->set_lease_id(id);
    request.mutable_progress()->set_state(state);
    Queue(std::move(request));
  };
  try {
    report = co_await CrawlUrl(services_, std::move(lease), std::move(progress));
  } catch (const std::exception& error) {
    // A cancelled operation; the lease ends by itself.
    Log(kWarn, "crawl_ended", {{"why", error.what()}});
  }
  crawling_.erase(id);
  GetProbes().crawling.Set(static_cast<double>(crawling_.size()));
  if (report) {
    unacknowledged_[id] = *report;
    v1::WorkRequest request;
    *request.mutable_report() = std::move(*report);
    Queue(std::move(request));
  } else {
    GetProbes().lost.Add();
    GiveBack(id);
    if (!stopping_) FreeOne();
  }
  changed_.cancel();
}

}  // namespace signboard::worker
