// A program that runs beside us, and is started again when it dies.
//
// Threads: one. (The thread that made it must live: the child is told to end when its parent does.)
// Errors:  Watch: kUnavailable, saying what could not be done.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::cli {

class ChildProcess {
 public:
  struct Command {
    std::vector<std::string> arguments;    // The first is the program.
    std::vector<std::string> environment;  // Added to ours: KEY=value.
    std::string log;                       // Its stdout and stderr are appended there.
  };
  explicit ChildProcess(Command command) : command_(std::move(command)) {}
  ~ChildProcess();
  ChildProcess(ChildProcess&&) = default;
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Starts it, or again if it has died, at most every kRestartPause.
  Status Watch();
  void Signal(int number) const;
  // False: it lives still.
  bool WaitFor(Millis most);

 private:
  static constexpr Millis kRestartPause{100};
  Status Start();

  Command command_;
  pid_t pid_ = 0;
  std::optional<std::chrono::steady_clock::time_point> started_;
};

}  // namespace signboard::cli
