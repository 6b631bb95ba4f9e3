// ArchiveService speaks signboard.v1.Archive: an Archive over gRPC.
//
// Memory is bounded by a budget, not by a queue: a Store or a Get takes as many bytes of it as its
// bodies are long before it reads the first of them, and is refused (kResourceExhausted) when they
// are not there. What it took is free again when the call ends, however it ends. A StoreWhole,
// which is no longer than a chunk, takes them when it has come.
//
// Who follows the findings is woken by the Store that brings some, and costs one entry at a time.
//
// Search answers UNIMPLEMENTED.
//
// Threads: gRPC's. Bodies of calls run on `executor`, the archive's work on `pool`. Stop is safe
//          from any.
// Errors:  those of archive.h; kInvalidArgument: a stream out of order; kUnavailable: Stop.
// Life:    Stop, then the server that serves it dies; then this; then archive, pool and executor.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>

#include "storage/archive/budget.h"
#include "storage/archive/list_service.h"
#include "storage/archive/redetector.h"
#include "storage/archive/sync_groups.h"

namespace signboard::archive {

inline constexpr size_t kChunkBytesMax = size_t{1} << 20;

// A budget is spent; what was taken is given back soon.
Status Spent(std::string_view what);

struct ArchiveServiceOptions {
  uint64_t body_bytes_max = uint64_t{512} << 20;  // Of all calls together.
  uint64_t stores_max = 256;                      // Store calls at once.
  uint64_t tails_max = 1'000;                     // TailFindings, WatchRedetection calls at once.
  Redetector* redetector = nullptr;               // None: UNIMPLEMENTED. Outlives the service.
};

class ArchiveService final : public ListService {
 public:
  ArchiveService(Archive& archive, base::Pool& pool, boost::asio::any_io_executor executor,
                 ArchiveServiceOptions options);

  // Ends every TailFindings, now and from now on: a server that stops need not wait for them.
  void Stop();

  grpc::ServerReadReactor<v1::StoreRequest>* Store(grpc::CallbackServerContext* context,
                                                   v1::StoreReply* reply) override;
  grpc::ServerUnaryReactor* StoreWhole(grpc::CallbackServerContext* context,
                                       const v1::StoreWholeRequest* request,
                                       v1::StoreReply* reply) override;
  grpc::ServerWriteReactor<v1::GetReply>* Get(grpc::CallbackServerContext* context,
                                              const v1::GetRequest* request) override;
  grpc::ServerWriteReactor<v1::ExportChunk>* Export(grpc::CallbackServerContext* context,
                                                    const v1::ExportRequest* request) override;
  grpc::ServerWriteReactor<v1::TailFindingsReply>* TailFindings(
      grpc::CallbackServerContext* context, const v1::TailFindingsRequest* request) override;
  grpc::ServerUnaryReactor* GetArchiveStats(grpc::CallbackServerContext* context,
                                            const v1::GetArchiveStatsRequest* request,
                                            v1::ArchiveStats* reply) override;
  grpc::ServerUnaryReactor* StartRedetection(grpc::CallbackServerContext* context,
                                             const v1::StartRedetectionRequest* request,
                                             v1::Redetection* reply) override;
  grpc::ServerUnaryReactor* ApplyRedetection(grpc::CallbackServerContext* context,
                                             const v1::ApplyRedetectionRequest* request,
                                             v1::Redetection* reply) override;
  grpc::ServerUnaryReactor* CancelRedetection(grpc::CallbackServerContext* context,
                                              const v1::CancelRedetectionRequest* request,
                                              v1::Redetection* reply) override;
  grpc::ServerWriteReactor<v1::RedetectionEvent>* WatchRedetection(
      grpc::CallbackServerContext* context, const v1::WatchRedetectionRequest* request) override;

 private:
  Done DoStore(grpc::CallbackServerContext* context, base::ServerReader<v1::StoreRequest>* stream,
               v1::StoreReply* reply);
  // Keeps a capture that came whole, and counts it. On a thread of the pool.
  Status Keep(Capture capture, v1::StoreReply* reply);
  // The same, but no thread waits for the disk; `reply` is filled when `finish` is called.
  void KeepSoon(Capture capture, v1::StoreReply* reply, base::FinishCall finish);
  Done DoGet(base::ServerWriter<v1::GetReply>* stream, const v1::GetRequest* request);
  Done DoExport(base::ServerWriter<v1::ExportChunk>* stream, const v1::ExportRequest* request);
  Done DoTailFindings(base::ServerWriter<v1::TailFindingsReply>* stream,
                      const v1::TailFindingsRequest* request);
  Done DoStats(v1::ArchiveStats* reply);
  Done DoWatchRedetection(base::ServerWriter<v1::RedetectionEvent>* stream, uint64_t after);

  // Constant after construction.
  Redetector* const redetector_;
  SyncGroups syncs_;
  // Own synchronization.
  Budget bytes_;
  Budget stores_;
  Budget tails_;
  std::atomic<bool> stopping_{false};
};

}  // namespace signboard::archive
