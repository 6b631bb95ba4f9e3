// A real `signboard run` against hosts that are all one scripted server on loopback.
//
// Every host name is sent to 127.0.0.9, the one address that the guard lets through; every other
// address of this machine is forbidden, and ForbiddenListener hears who connects to one.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/hostile/hostile_case.h"
#include "tests/support/process.h"

namespace signboard::testing {

inline constexpr char kSiteAddress[] = "127.0.0.9";

// Listens on port 8081 of every address but kSiteAddress's ports; counts connections.
class ForbiddenListener {
 public:
  static constexpr uint16_t kPort = 8'081;
  ForbiddenListener();
  ~ForbiddenListener();
  ForbiddenListener(const ForbiddenListener&) = delete;
  ForbiddenListener& operator=(const ForbiddenListener&) = delete;
  int connections() const { return connections_; }

 private:
  void Listen(int socket);
  int sockets_[2] = {-1, -1};
  std::atomic<bool> closing_{false};
  std::atomic<int> connections_{0};
  std::vector<std::thread> threads_;
};

class HostileRun : public ::testing::Test {
 protected:
  // With the settings below; `connect_to_first` is for rules that come before the sites' own.
  void StartSignboard(const std::string& connect_to_first = "");
  void TearDown() override;

  Finished Run(std::vector<std::string> arguments, const std::string& in = "") const;
  nlohmann::json RunJson(std::vector<std::string> arguments) const;
  void AddSeeds(const std::vector<std::string>& urls) const;
  // What `explain` says of a URL: "error timeout", "content"; empty: nothing yet.
  std::string OutcomeOf(const std::string& url) const;
  // Distinct URLs captured of a host.
  size_t CapturedUrls(const std::string& host) const;
  double CpuSeconds() const;
  size_t PeakMiB() const { return MemoryKiB("VmHWM") / 1'024; }
  // A line of /proc/<pid>/status: VmHWM is the most so far, VmRSS what is held.
  size_t MemoryKiB(const std::string& line) const;

  FakeSite site_{false, false, kSiteAddress};
  FakeSite secure_{true, false, kSiteAddress};
  TempDirectory directory_;
  std::string lease_time_ = "60s";
  std::string crawler_settings_;  // More lines for [crawler].
  std::string limits_ = "connect = \"2s\"\nfirst_byte = \"2s\"\ntotal = \"10s\"\n";
  int grpc_port_ = 0;
  Process signboard_;
};

}  // namespace signboard::testing
