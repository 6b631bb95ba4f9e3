// Clients of a server in this process, each in a thread of its own: what those threads spend is
// taken off, so that the rest is the server's.
//
// Threads: one calls.
// Errors:  the first call that failed.
#pragma once

#include <grpcpp/channel.h>

#include <cstddef>
#include <functional>
#include <memory>

#include "proto/base/status.h"

namespace signboard::cli {

// Makes call `number` and waits for its answer.
using BenchCall = std::function<Status(size_t number)>;

struct BenchDrive {
  double server_cpu_s = 0;  // Of all calls.
  double p50_ms = 0;        // What a client waits for.
  double p99_ms = 0;
};

// `connect` makes what one client calls with; its first calls, which connect, are not counted.
// Calls 0..count-1 are spread over the clients.
StatusOr<BenchDrive> Drive(size_t clients, size_t count,
                           const std::function<BenchCall()>& connect);

// To a server of this machine, sharing its connection with no other channel.
std::shared_ptr<grpc::Channel> OwnChannel(int port);

}  // namespace signboard::cli
