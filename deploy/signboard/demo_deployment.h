// What a demo watches the sample world with: one process for all roles, or one for each, two of
// them crawlers.
//
// The processes share a clock by a file and find each other by the addresses in their common
// configuration. One that dies is started again at once, as an init system would, until Stop.
//
// Threads: one.
// Errors:  Start: as Node::Start; a process that cannot be spawned.
#pragma once

#include <grpcpp/channel.h>

#include <cstdint>
#include <memory>
#include <string>

#include "deploy/signboard/settings.h"

namespace signboard::cli {

class DemoDeployment {
 public:
  virtual ~DemoDeployment() = default;

  // There before Start: the world lives by the clock, and the settings need the world's port.
  virtual const Clock& clock() const = 0;
  virtual void SetClock(UnixTime now) = 0;

  virtual Status Start(Settings settings) = 0;
  virtual void Stop(Millis grace) = 0;

  virtual std::shared_ptr<grpc::Channel> frontier() const = 0;
  virtual std::shared_ptr<grpc::Channel> storage() const = 0;
  virtual std::string grpc_address() const = 0;
  virtual uint16_t http_port() const = 0;
};

std::unique_ptr<DemoDeployment> OneProcess();
// `directory`: for the clock, the configuration and a log of each process.
StatusOr<std::unique_ptr<DemoDeployment>> ManyProcesses(const std::string& directory);

}  // namespace signboard::cli
