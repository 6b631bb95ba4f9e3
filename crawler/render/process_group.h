// ProcessGroup is a program and all that it starts, as one thing: started together, measured
// together, killed together.
//
// Threads: MemoryBytes from any; the rest one at a time.
// Errors:  kUnavailable: the program can not be started.
// Life:    the destructor kills the group and waits for its first process.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::render {

class ProcessGroup {
 public:
  struct Command {
    std::vector<std::string> arguments;    // The first is the program; no shell, no PATH.
    std::vector<std::string> environment;  // All of it.
    int socket = -1;                       // Becomes descriptors 3 and 4; -1: none.
    std::string log;                       // Standard output and error; empty: dropped.
  };
  // Inherits nothing else that is open, and no blocked or ignored signals.
  static StatusOr<std::unique_ptr<ProcessGroup>> Start(const Command& command);
  ~ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  pid_t leader() const { return leader_; }
  // The exit code of the first process; 128 + the signal that killed it. -1: it lives still.
  int WaitFor(Millis most);
  // Memory that is the group's own: private and shared between its processes, without files.
  uint64_t MemoryBytes() const;

 private:
  explicit ProcessGroup(pid_t leader) : leader_(leader) {}

  const pid_t leader_;
  bool ended_ = false;
  int exit_code_ = -1;
};

}  // namespace signboard::render
