// gRPC's status is ours: the codes are equal numbers, so crossing a process is a cast. The hint
// when to try again travels as google.rpc.RetryInfo in google.rpc.Status, as gRPC's richer error
// model has it.
#pragma once

#include <grpcpp/support/status.h>

#include "proto/base/status.h"

namespace signboard::base {

// A message is bounded on the way out: it travels in HTTP/2 headers, whose sum gRPC limits to
// 8 KiB.
inline constexpr size_t kRpcErrorBytesMax = 2'048;

grpc::Status ToGrpc(const Status& status);
Status FromGrpc(const grpc::Status& status);

// Writing to a socket whose other end is gone is an error of that write, not the end of the
// process. Once, first thing in main.
void IgnoreSigpipe();

}  // namespace signboard::base
