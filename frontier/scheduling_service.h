// SchedulingService: signboard.v1.Scheduling on a Frontier.
//
// Threads: its coroutines run on `executor` (an io_context of one thread, or strands over many);
//          the frontier is called on `pool`, for it waits for disk. Poke is safe from any.
// Time:    `clock` is asked once per call. Waiting is in real time, at most a second at once, so a
//          clock that jumps is followed; whoever moves a ManualClock says Poke.
// Errors:  an overloaded pool: kResourceExhausted.
// Life:    the RpcServer that serves it is stopped first, then Stop is awaited, then it may die;
//          after it the frontier, the pool and the executor.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "frontier/frontier.h"
#include "frontier/work_desk.h"
#include "signboard/v1/scheduling.grpc.pb.h"

namespace signboard::frontier {

inline constexpr size_t kFollowersMax = 10'000;
inline constexpr uint32_t kQueuesPerCallMax = 10'000;

class SchedulingService final : public v1::Scheduling::CallbackService, private FrontierObserver {
 public:
  SchedulingService(Frontier& frontier, base::Pool& pool, const Clock& clock,
                    asio::any_io_executor executor);
  ~SchedulingService() override;

  // The clock has jumped, or something else changed that nobody told: look again.
  void Poke();
  asio::awaitable<void> Stop();

 private:
  using Context = grpc::CallbackServerContext;

  grpc::ServerBidiReactor<v1::WorkRequest, v1::WorkReply>* Work(Context* context) override;
  grpc::ServerWriteReactor<v1::RecrawlProgress>* Recrawl(
      Context* context, const v1::RecrawlRequest* request) override;
  grpc::ServerUnaryReactor* GetJob(Context* context, const v1::GetJobRequest* request,
                                   v1::RecrawlProgress* reply) override;
  grpc::ServerUnaryReactor* AddSeeds(Context* context, const v1::AddSeedsRequest* request,
                                     v1::AddSeedsReply* reply) override;
  grpc::ServerWriteReactor<v1::Seed>* ListSeeds(Context* context,
                                                const v1::ListSeedsRequest* request) override;
  grpc::ServerUnaryReactor* ChangeSeeds(Context* context, const v1::ChangeSeedsRequest* request,
                                        v1::ChangeSeedsReply* reply) override;
  grpc::ServerUnaryReactor* BackfillSeeds(Context* context,
                                          const v1::BackfillSeedsRequest* request,
                                          v1::BackfillSeedsReply* reply) override;
  grpc::ServerWriteReactor<v1::Queue>* ListQueues(Context* context,
                                                  const v1::ListQueuesRequest* request) override;
  grpc::ServerUnaryReactor* GetQueue(Context* context, const v1::GetQueueRequest* request,
                                     v1::Queue* reply) override;
  grpc::ServerUnaryReactor* SetQueueDelay(Context* context,
                                          const v1::SetQueueDelayRequest* request,
                                          v1::Queue* reply) override;
  grpc::ServerUnaryReactor* BlockQueue(Context* context, const v1::BlockQueueRequest* request,
                                       v1::Queue* reply) override;
  grpc::ServerUnaryReactor* ExplainUrl(Context* context, const v1::ExplainUrlRequest* request,
                                       v1::UrlExplanation* reply) override;
  grpc::ServerUnaryReactor* GetFrontierStats(Context* context,
                                             const v1::GetFrontierStatsRequest* request,
                                             v1::FrontierStats* reply) override;

  // A unary call: `ask` on the pool, its result into `reply`.
  template <class Reply>
  grpc::ServerUnaryReactor* Answer(Context* context, Reply* reply,
                                   std::function<StatusOr<Reply>()> ask);

  asio::awaitable<Status> FollowJob(base::ServerWriter<v1::RecrawlProgress>* stream,
                                    const v1::RecrawlRequest* request);
  asio::awaitable<Status> WriteSeeds(base::ServerWriter<v1::Seed>* stream, std::string host);
  asio::awaitable<Status> WriteQueues(base::ServerWriter<v1::Queue>* stream,
                                      const v1::ListQueuesRequest* request);

  void WorkArrived() override { desk_.Wake(); }
  void JobChanged(const std::string& job_id) override;
  class Follower;  // Hears of one job, for as long as it lives.

  Frontier& frontier_;
  base::Pool& pool_;
  const Clock& clock_;
  const asio::any_io_executor executor_;
  WorkDesk desk_;
  base::Mutex mutex_;
  std::map<std::string, std::set<base::Signal*>> followers_ GUARDED_BY(mutex_);
  size_t follower_count_ GUARDED_BY(mutex_) = 0;
};

}  // namespace signboard::frontier
