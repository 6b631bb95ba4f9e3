#include "frontier/scheduling_service.h"

#include <algorithm>

#include "proto/base/span.h"

namespace signboard::frontier {
namespace {

constexpr size_t kPageMax = 500;
// Positions in the queue move without an event: a follower looks that often, too.
constexpr Millis kFollowNap{1'000};

std::optional<Millis> SpanIf(bool has, const google::protobuf::Duration& span) {
  return has ? std::optional<Millis>(SpanOf(span)) : std::nullopt;
}

Status Overloaded() {
  return base::TryAfter(base::ResourceExhausted("the frontier is overloaded; try later"),
                        Millis(1'000));
}

template <class Reply>
asio::awaitable<Status> AnswerOnPool(base::Pool* pool, Reply* reply,
                                     std::function<StatusOr<Reply>()> ask) {
  if (pool->overloaded()) co_return Overloaded();
  StatusOr<Reply> answer = co_await base::OnPool(*pool, std::move(ask));
  if (!answer.ok()) co_return answer.status();
  *reply = *std::move(answer);
  co_return OkStatus();
}

}  // namespace

class SchedulingService::Follower {
 public:
  Follower(SchedulingService& service, std::string job_id)
      : service_(service), job_id_(std::move(job_id)) {
    base::MutexLock lock(service_.mutex_);
    service_.followers_[job_id_].insert(&signal_);
    ++service_.follower_count_;
  }
  ~Follower() {
    base::MutexLock lock(service_.mutex_);
    const auto found = service_.followers_.find(job_id_);
    found->second.erase(&signal_);
    if (found->second.empty()) service_.followers_.erase(found);
    --service_.follower_count_;
  }
  Follower(const Follower&) = delete;
  Follower& operator=(const Follower&) = delete;
  base::Signal& signal() { return signal_; }

 private:
  SchedulingService& service_;
  const std::string job_id_;
  base::Signal signal_;
};

SchedulingService::SchedulingService(Frontier& frontier, base::Pool& pool, const Clock& clock,
                                     asio::any_io_executor executor)
    : frontier_(frontier),
      pool_(pool),
      clock_(clock),
      executor_(std::move(executor)),
      desk_(frontier, pool, clock, executor_, frontier.options().worker_wait) {
  frontier_.Observe(this);
}

SchedulingService::~SchedulingService() { frontier_.Observe(nullptr); }

void SchedulingService::Poke() {
  desk_.Wake();
  base::MutexLock lock(mutex_);
  for (const auto& [job, signals] : followers_) {
    for (base::Signal* signal : signals) signal->Set();
  }
}

asio::awaitable<void> SchedulingService::Stop() { return desk_.Stop(); }

void SchedulingService::JobChanged(const std::string& job_id) {
  base::MutexLock lock(mutex_);
  const auto found = followers_.find(job_id);
  if (found == followers_.end()) return;
  for (base::Signal* signal : found->second) signal->Set();
}

template <class Reply>
grpc::ServerUnaryReactor* SchedulingService::Answer(Context* context, Reply* reply,
                                                    std::function<StatusOr<Reply>()> ask) {
  return base::ServeUnary(context, executor_, [this, reply, ask = std::move(ask)] {
    return AnswerOnPool<Reply>(&pool_, reply, ask);
  });
}

grpc::ServerBidiReactor<v1::WorkRequest, v1::WorkReply>* SchedulingService::Work(
    Context* context) {
  return base::ServeBidi<v1::WorkRequest, v1::WorkReply>(
      context, executor_, [this](WorkStream* stream) { return desk_.Serve(stream); });
}

grpc::ServerWriteReactor<v1::RecrawlProgress>* SchedulingService::Recrawl(
    Context* context, const v1::RecrawlRequest* request) {
  return base::ServeWrites<v1::RecrawlProgress>(
      context, executor_, [this, request](base::ServerWriter<v1::RecrawlProgress>* stream) {
        return FollowJob(stream, request);
      });
}

asio::awaitable<Status> SchedulingService::FollowJob(
    base::ServerWriter<v1::RecrawlProgress>* stream, const v1::RecrawlRequest* request) {
  {
    base::MutexLock lock(mutex_);
    if (follower_count_ >= kFollowersMax) {
      co_return base::ResourceExhausted(std::to_string(kFollowersMax) +
                                        " recrawls are being followed already");
    }
  }
  if (pool_.overloaded()) co_return Overloaded();
  StatusOr<v1::RecrawlProgress> started = co_await base::OnPool(pool_, [this, request] {
    return frontier_.recrawls().Start(request->url(), SpanOf(request->max_age()), clock_.Now());
  });
  if (!started.ok()) co_return started.status();
  v1::RecrawlProgress now = *std::move(started);
  const std::string job_id = now.job_id();
  Follower follower(*this, job_id);
  follower.signal().Set();  // It may have moved before we listened.
  std::string told;
  while (true) {
    // The wait shrinks by itself; only the rest is news.
    v1::RecrawlProgress compared = now;
    compared.clear_expected_wait();
    std::string news = compared.SerializeAsString();
    if (news != told) {
      told = std::move(news);
      const bool sent = co_await stream->Write(now);
      if (!sent) co_return base::Cancelled("the caller is gone");
    }
    if (IsFinal(now.state())) co_return OkStatus();
    co_await follower.signal().Wait(kFollowNap);
    StatusOr<v1::RecrawlProgress> next = co_await base::OnPool(
        pool_, [this, &job_id] { return frontier_.recrawls().Get(job_id, clock_.Now()); });
    if (!next.ok()) co_return next.status();
    now = *std::move(next);
  }
}

grpc::ServerUnaryReactor* SchedulingService::GetJob(Context* context,
                                                    const v1::GetJobRequest* request,
                                                    v1::RecrawlProgress* reply) {
  return Answer<v1::RecrawlProgress>(context, reply, [this, request] {
    return frontier_.recrawls().Get(request->job_id(), clock_.Now());
  });
}

grpc::ServerUnaryReactor* SchedulingService::AddSeeds(Context* context,
                                                      const v1::AddSeedsRequest* request,
                                                      v1::AddSeedsReply* reply) {
  return Answer<v1::AddSeedsReply>(context, reply, [this, request] {
    return frontier_.seeds().Add(*request, clock_.Now());
  });
}

grpc::ServerWriteReactor<v1::Seed>* SchedulingService::ListSeeds(
    Context* context, const v1::ListSeedsRequest* request) {
  return base::ServeWrites<v1::Seed>(
      context, executor_, [this, request](base::ServerWriter<v1::Seed>* stream) {
        return WriteSeeds(stream, request->host());
      });
}

asio::awaitable<Status> SchedulingService::WriteSeeds(base::ServerWriter<v1::Seed>* stream,
                                                      std::string host) {
  std::string after;
  while (true) {
    const std::vector<v1::Seed> page = co_await base::OnPool(
        pool_, [this, &host, &after] { return frontier_.seeds().List(host, after, kPageMax); });
    for (const v1::Seed& seed : page) {
      const bool sent = co_await stream->Write(seed);
      if (!sent) co_return base::Cancelled("the caller is gone");
    }
    if (page.size() < kPageMax) co_return OkStatus();
    after = page.back().url();
  }
}

grpc::ServerUnaryReactor* SchedulingService::ChangeSeeds(Context* context,
                                                         const v1::ChangeSeedsRequest* request,
                                                         v1::ChangeSeedsReply* reply) {
  return Answer<v1::ChangeSeedsReply>(
      context, reply, [this, request] { return frontier_.seeds().Change(*request); });
}

grpc::ServerUnaryReactor* SchedulingService::BackfillSeeds(
    Context* context, const v1::BackfillSeedsRequest* request, v1::BackfillSeedsReply* reply) {
  return Answer<v1::BackfillSeedsReply>(context, reply, [this, request] {
    return frontier_.seeds().Backfill(*request, clock_.Now());
  });
}

grpc::ServerWriteReactor<v1::Queue>* SchedulingService::ListQueues(
    Context* context, const v1::ListQueuesRequest* request) {
  return base::ServeWrites<v1::Queue>(
      context, executor_, [this, request](base::ServerWriter<v1::Queue>* stream) {
        return WriteQueues(stream, request);
      });
}

asio::awaitable<Status> SchedulingService::WriteQueues(base::ServerWriter<v1::Queue>* stream,
                                                       const v1::ListQueuesRequest* request) {
  if (request->limit() > kQueuesPerCallMax) {
    co_return base::InvalidArgument("limit " + std::to_string(request->limit()) + "; at most " +
                                    std::to_string(kQueuesPerCallMax));
  }
  size_t left = request->limit() == 0 ? 100 : request->limit();
  std::string after = request->after();
  while (left > 0) {
    const size_t count = std::min(left, kPageMax);
    const StatusOr<std::vector<v1::Queue>> page =
        co_await base::OnPool(pool_, [this, request, &after, count] {
          return frontier_.queues().List({after, request->crawl()}, request->host(), count,
                                         clock_.Now());
        });
    if (!page.ok()) co_return page.status();
    for (const v1::Queue& queue : *page) {
      const bool sent = co_await stream->Write(queue);
      if (!sent) co_return base::Cancelled("the caller is gone");
    }
    if (page->size() < count) co_return OkStatus();
    left -= count;
    after = page->back().key();
  }
  co_return OkStatus();
}

grpc::ServerUnaryReactor* SchedulingService::GetQueue(Context* context,
                                                      const v1::GetQueueRequest* request,
                                                      v1::Queue* reply) {
  return Answer<v1::Queue>(context, reply, [this, request] {
    return frontier_.queues().Get({request->key(), request->crawl()}, clock_.Now());
  });
}

grpc::ServerUnaryReactor* SchedulingService::SetQueueDelay(Context* context,
                                                           const v1::SetQueueDelayRequest* request,
                                                           v1::Queue* reply) {
  return Answer<v1::Queue>(context, reply, [this, request] {
    return frontier_.queues().SetDelay({request->key(), request->crawl()},
                                       SpanIf(request->has_delay(), request->delay()),
                                       clock_.Now(), request->dry_run());
  });
}

grpc::ServerUnaryReactor* SchedulingService::BlockQueue(Context* context,
                                                        const v1::BlockQueueRequest* request,
                                                        v1::Queue* reply) {
  return Answer<v1::Queue>(context, reply, [this, request] {
    return frontier_.queues().Block({request->key(), request->crawl()},
                                    SpanIf(request->has_lasts(), request->lasts()),
                                    request->why(), clock_.Now(), request->dry_run());
  });
}

grpc::ServerUnaryReactor* SchedulingService::ExplainUrl(Context* context,
                                                        const v1::ExplainUrlRequest* request,
                                                        v1::UrlExplanation* reply) {
  return Answer<v1::UrlExplanation>(context, reply, [this, request] {
    return frontier_.Explain(request->url(), clock_.Now());
  });
}

grpc::ServerUnaryReactor* SchedulingService::GetFrontierStats(
    Context* context, const v1::GetFrontierStatsRequest* /*request*/, v1::FrontierStats* reply) {
  return Answer<v1::FrontierStats>(context, reply, [this]() -> StatusOr<v1::FrontierStats> {
    ASSIGN_OR_RETURN(v1::FrontierStats stats, frontier_.Stats(clock_.Now()));
    stats.set_workers(desk_.worker_count());
    return stats;
  });
}

}  // namespace signboard::frontier
