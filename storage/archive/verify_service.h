// VerifyService speaks signboard.v1.Verification: that what an Archive keeps is as it was kept.
//
// Threads: gRPC's. Bodies of calls run on `executor`; what they do, on a thread of its own that
//          has the lowest priority. Stop is safe from any.
// Errors:  those of verifier.h; kResourceExhausted: too many calls; kUnavailable: Stop.
// Life:    Stop, then the server that serves it dies; then this; then archive and executor.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <string>
#include <utility>

#include "proto/base/pool.h"
#include "proto/base/rpc_serve.h"
#include "signboard/v1/verification.grpc.pb.h"
#include "storage/archive/archive.h"
#include "storage/archive/budget.h"

namespace signboard::archive {

class VerifyService final : public v1::Verification::CallbackService {
 public:
  // `calls_max`: Verify calls at once; they take turns.
  VerifyService(Archive& archive, boost::asio::any_io_executor executor, uint64_t calls_max = 2)
      : archive_(archive), executor_(std::move(executor)), calls_(calls_max) {}

  // Ends every Verify, now and from now on: a server that stops need not wait for them.
  void Stop() { stopping_ = true; }

  grpc::ServerWriteReactor<v1::VerifyEvent>* Verify(grpc::CallbackServerContext* context,
                                                    const v1::VerifyRequest* request) override;
  grpc::ServerUnaryReactor* GetDamage(grpc::CallbackServerContext* context,
                                      const v1::GetDamageRequest* request,
                                      v1::DamageSummary* reply) override;

 private:
  using Done = boost::asio::awaitable<Status>;
  Done DoVerify(base::ServerWriter<v1::VerifyEvent>* stream, std::string after);

  // Constant after construction.
  Archive& archive_;
  const boost::asio::any_io_executor executor_;
  // Own synchronization.
  Budget calls_;
  std::atomic<bool> stopping_{false};
  base::Pool pool_{{.name = "verify", .threads = 1}};
};

}  // namespace signboard::archive
