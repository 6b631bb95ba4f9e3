// A gRPC server on one address, with the health and reflection services beside ours.
//
// Threads: Stop is safe from any thread that no body needs: it waits for the bodies to end.
// Errors:  kUnavailable: the address cannot be listened on; the message names it and says why.
//          kInvalidArgument: it is not host:port.
// Life:    the server dies (or is stopped) before its services and before the io_contexts on which
//          their bodies run; those contexts run until then.
#pragma once

#include <grpcpp/server.h>

#include <memory>
#include <string>
#include <vector>

#include "proto/base/rpc_serve.h"
#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::base {

inline constexpr int kRpcMessageBytesMax = 4 << 20;

class RpcServer {
 public:
  struct Options {
    std::string address{};  // "127.0.0.1:7070"; port 0: any free one; ":7070": all.
    std::vector<grpc::Service*> services{};  // Outlive the server.
  };
  static StatusOr<std::unique_ptr<RpcServer>> Start(const Options& options);
  ~RpcServer();
  RpcServer(const RpcServer&) = delete;
  RpcServer& operator=(const RpcServer&) = delete;

  int port() const { return port_; }
  // What grpc.health.v1 answers. True after Start.
  void SetServing(bool serving);
  // Refuses new calls, gives running ones `grace`, then cancels them and waits for their end.
  void Stop(Millis grace);

 private:
  RpcServer(std::unique_ptr<grpc::Server> server, int port);

  std::unique_ptr<grpc::Server> server_;
  const int port_;
};

}  // namespace signboard::base
