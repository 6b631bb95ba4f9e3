// What answering costs when Beast does it alone: the floor that benchmarks put under HttpServer.
//
// Every request is answered with an empty 200 on a connection that is kept; nothing is looked at,
// bounded or timed. Nothing but a benchmark has use for it.
//
// Threads: one calls; its own one answers.
// Errors:  Start: kUnavailable, no port.
#pragma once

#include <cstdint>
#include <memory>

#include "proto/base/status.h"

namespace signboard::net {

class BeastFloor {
 public:
  // On 127.0.0.1.
  static StatusOr<std::unique_ptr<BeastFloor>> Start();
  ~BeastFloor();
  BeastFloor(const BeastFloor&) = delete;
  BeastFloor& operator=(const BeastFloor&) = delete;

  uint16_t port() const;

 private:
  struct Server;
  explicit BeastFloor(std::unique_ptr<Server> server);
  const std::unique_ptr<Server> server_;
};

}  // namespace signboard::net
