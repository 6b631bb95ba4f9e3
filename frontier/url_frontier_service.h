// UrlFrontierService: the public urlfrontier.URLFrontier on a Frontier, for any client of it.
//
// The clients' crawls are theirs: what Signboard itself watches is not among them, is not given
// out by GetURLs and goes with no DeleteCrawl. Differences to the reference service, all of them
// meant: leases, delays, blocks, limits and the active flag survive a restart; counts are those of
// the URLs, however often an ack is repeated; GetURLs reads an empty crawlID as "DEFAULT".
//
// Threads: gRPC's; the frontier is called on `pool`, for it waits for disk.
// Errors:  an overloaded pool, or too many streams: kResourceExhausted.
// Life:    the RpcServer that serves it is stopped first, then it may die; after it the frontier
//          and the pool.
#pragma once

#include <functional>
#include <string>

#include "frontier/frontier.h"
#include "frontier/stream_count.h"
#include "proto/base/mutex.h"
#include "proto/base/pool.h"
#include "proto/base/rpc_serve.h"
#include "urlfrontier.grpc.pb.h"

namespace signboard::frontier {

class UrlFrontierService final : public urlfrontier::URLFrontier::CallbackService {
 public:
  UrlFrontierService(Frontier& frontier, base::Pool& pool, const Clock& clock)
      : frontier_(frontier), pool_(pool), clock_(clock) {}

  // What ListNodes answers.
  void SetAddress(std::string address) {
    base::MutexLock lock(mutex_);
    address_ = std::move(address);
  }

 private:
  using Context = grpc::CallbackServerContext;
  using Unary = grpc::ServerUnaryReactor;

  Unary* ListNodes(Context* context, const urlfrontier::Empty* request,
                   urlfrontier::StringList* reply) override;
  Unary* ListCrawls(Context* context, const urlfrontier::Local* request,
                    urlfrontier::StringList* reply) override;
  Unary* DeleteCrawl(Context* context, const urlfrontier::DeleteCrawlMessage* request,
                     urlfrontier::Long* reply) override;
  Unary* ListQueues(Context* context, const urlfrontier::Pagination* request,
                    urlfrontier::QueueList* reply) override;
  grpc::ServerWriteReactor<urlfrontier::URLInfo>* GetURLs(
      Context* context, const urlfrontier::GetParams* request) override;
  grpc::ServerBidiReactor<urlfrontier::URLItem, urlfrontier::AckMessage>* PutURLs(
      Context* context) override;
  grpc::ServerBidiReactor<urlfrontier::DiscoveredBatch, urlfrontier::BatchAck>* PutDiscovered(
      Context* context) override;
  Unary* GetStats(Context* context, const urlfrontier::QueueWithinCrawlParams* request,
                  urlfrontier::Stats* reply) override;
  Unary* DeleteQueue(Context* context, const urlfrontier::QueueWithinCrawlParams* request,
                     urlfrontier::Long* reply) override;
  Unary* BlockQueueUntil(Context* context, const urlfrontier::BlockQueueParams* request,
                         urlfrontier::Empty* reply) override;
  Unary* SetActive(Context* context, const urlfrontier::Active* request,
                   urlfrontier::Empty* reply) override;
  Unary* GetActive(Context* context, const urlfrontier::Local* request,
                   urlfrontier::Boolean* reply) override;
  Unary* SetDelay(Context* context, const urlfrontier::QueueDelayParams* request,
                  urlfrontier::Empty* reply) override;
  Unary* SetLogLevel(Context* context, const urlfrontier::LogLevelParams* request,
                     urlfrontier::Empty* reply) override;
  Unary* SetCrawlLimit(Context* context, const urlfrontier::CrawlLimitParams* request,
                       urlfrontier::Empty* reply) override;
  Unary* GetURLStatus(Context* context, const urlfrontier::URLStatusRequest* request,
                      urlfrontier::URLItem* reply) override;
  grpc::ServerWriteReactor<urlfrontier::URLItem>* ListURLs(
      Context* context, const urlfrontier::ListUrlParams* request) override;
  Unary* CountURLs(Context* context, const urlfrontier::CountUrlParams* request,
                   urlfrontier::Long* reply) override;
  Unary* PurgeURLs(Context* context, const urlfrontier::PurgeUrlParams* request,
                   urlfrontier::Long* reply) override;

  // A unary call on the pool.
  Unary* Do(Context* context, std::function<Status()> work);

  Frontier& frontier_;
  base::Pool& pool_;
  const Clock& clock_;
  base::Mutex mutex_;
  std::string address_ GUARDED_BY(mutex_);
  StreamCount streams_;
};

}  // namespace signboard::frontier
