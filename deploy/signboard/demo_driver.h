// DemoDriver moves the clock of a demo, so that days pass in seconds and nothing is left behind.
//
// The clock stands still while anything is under way: a lease that is lent, a URL that could be
// lent now, a finding of the archive that the register has not merged. Then it jumps to the next
// instant at which something is due, never past what the caller allows.
//
// Everything is asked over gRPC (GetFrontierStats, GetRegisterStats, TailFindings), so the roles
// may be threads of this process or processes of their own; how they come to share one clock is
// the caller's business (SetClock).
//
// Threads: one.
// Errors:  Step: kDeadlineExceeded when nothing has moved for kStuckAfter, saying what is awaited.
//          A role that does not answer is waited for in the same way.
// Cost:    one or two small calls a step.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "proto/base/status.h"
#include "proto/base/time.h"
#include "signboard/v1/archive.grpc.pb.h"
#include "signboard/v1/register.grpc.pb.h"
#include "signboard/v1/scheduling.grpc.pb.h"

namespace signboard::cli {

class DemoDriver {
 public:
  static constexpr Millis kStuckAfter{120'000};

  // Sets the clock that all roles share, and wakes who sleeps by it.
  using SetClock = std::function<void(UnixTime)>;

  // `clock` must outlive the driver.
  DemoDriver(const std::shared_ptr<grpc::Channel>& frontier,
             const std::shared_ptr<grpc::Channel>& storage, const Clock* clock,
             SetClock set_clock);

  enum class Look {
    kBusy,   // Something is under way.
    kMoved,  // Nothing was; the clock jumped to what is due next.
    kLevel,  // Nothing is due up to `most`, where the clock stands now.
  };
  StatusOr<Look> Step(UnixTime most);

 private:
  // Empty: nothing is under way. Else what is, for people.
  std::string UnderWay(const v1::FrontierStats& stats);
  std::string RegisterBehind();
  StatusOr<Look> Busy(std::string why);

  const std::unique_ptr<v1::Scheduling::Stub> frontier_;
  const std::unique_ptr<v1::Archive::Stub> archive_;
  const std::unique_ptr<v1::Register::Stub> register_;
  const Clock* const clock_;
  const SetClock set_clock_;
  uint64_t epoch_ = 0;     // Of the frontier, at the last look.
  uint64_t level_at_ = 0;  // Reports settled when the register was last found level, plus one.
  uint64_t settled_ = 0;   // At the last look.
  std::chrono::steady_clock::time_point moved_ = std::chrono::steady_clock::now();
};

}  // namespace signboard::cli
