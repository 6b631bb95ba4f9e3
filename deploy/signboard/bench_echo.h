// gRPC alone: the messages by which captures are stored (archive_client.h) over a socket, to a
// service that reads and drops them. Both sides use gRPC's callback API as it comes; a client's
// messages are made before.
//
// Threads: one calls Send; gRPC's own do the rest.
// Errors:  Send: the first call that failed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crawler/worker/archive_client.h"
#include "proto/base/rpc_server.h"
#include "signboard/v1/archive.grpc.pb.h"

namespace signboard::cli {

class BenchEcho {
 public:
  // One StoreWhole, or, where there are chunks, the messages of one Store.
  struct Call {
    v1::StoreWholeRequest whole;
    std::vector<v1::StoreRequest> chunks;
  };
  static std::vector<Call> CallsOf(const std::vector<worker::Capture>& captures);

  static StatusOr<std::unique_ptr<BenchEcho>> Start();
  ~BenchEcho();
  BenchEcho(const BenchEcho&) = delete;
  BenchEcho& operator=(const BenchEcho&) = delete;

  // Makes every call, kBenchLanes at a time.
  Status Send(const std::vector<Call>& calls);

 private:
  class Service;
  BenchEcho();
  std::unique_ptr<Service> service_;
  std::unique_ptr<base::RpcServer> server_;
  std::unique_ptr<v1::Archive::Stub> stub_;
};

}  // namespace signboard::cli
