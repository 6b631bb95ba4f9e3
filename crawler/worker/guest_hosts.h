// GuestHosts keeps a worker polite whatever a foreign frontier lends it: one fetch of a host at a
// time, and a rest after each. It is of this worker alone; between workers the frontier's own
// delays count, which the worker sets.
//
// Threads: one serial executor.
// Cost:    hosts that neither rest nor are being fetched are forgotten beyond kHostsMax.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>

#include "crawler/worker/guest_policy.h"

namespace signboard::worker {

class GuestHosts {
 public:
  using Steady = std::chrono::steady_clock;
  static constexpr size_t kHostsMax = 100'000;

  struct Host {
    GuestHost known{};
    bool busy = false;
    Steady::time_point rests_until{};
    std::optional<uint32_t> told_delay_s{};  // What the frontier was last told.
  };

  // Made when missing. Valid until the next call.
  Host& Find(const std::string& name);
  // True: it is the caller's until Leave.
  bool Enter(const std::string& name);
  void Leave(const std::string& name);
  // From now on, and at least as long as it was to rest anyway.
  void Rest(const std::string& name, Millis rest);
  // How long it still rests.
  Millis RestOf(const std::string& name);

 private:
  std::unordered_map<std::string, Host> hosts_;
};

}  // namespace signboard::worker
