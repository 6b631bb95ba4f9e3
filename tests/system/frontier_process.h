// `signboard frontier` as a process of its own, and a client of its public face. Killed when this
// dies; its data stay until then.
#pragma once

#include <grpcpp/create_channel.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include "tests/paths.h"
#include "tests/support/process.h"
#include "urlfrontier.grpc.pb.h"

namespace signboard::testing {

class FrontierProcess {
 public:
  FrontierProcess() : port_(FreePort()) {
    WriteWholeFile(directory_ / "signboard.toml",
                   "[data]\ndirectory = \"" + (directory_ / "data") +
                       "\"\n[frontier]\nlisten = \"127.0.0.1:" + std::to_string(port_) + "\"\n");
    Start();
  }

  // With the same data; returns once it answers.
  void Start() {
    process_ = Process({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "frontier",
                        "--config", directory_ / "signboard.toml"},
                       directory_ / "log");
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
    channel_ = grpc::CreateCustomChannel(address(), grpc::InsecureChannelCredentials(), arguments);
    channel_->WaitForConnected(std::chrono::system_clock::now() + std::chrono::seconds(60));
    stub_ = urlfrontier::URLFrontier::NewStub(channel_);
  }
  void Kill(int signal) {
    process_.Signal(signal);
    process_.Wait();
  }

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  urlfrontier::URLFrontier::Stub& stub() { return *stub_; }
  std::string Log() const { return ReadWholeFile(directory_ / "log"); }
  bool running() { return process_.running(); }

  // The most it ever had in memory.
  uint64_t PeakMib() const {
    std::ifstream status("/proc/" + std::to_string(process_.pid()) + "/status");
    for (std::string line; std::getline(status, line);)
      if (line.starts_with("VmHWM:")) return std::stoull(line.substr(6)) / 1'024;
    return 0;
  }

 private:
  TempDirectory directory_;
  const int port_;
  Process process_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<urlfrontier::URLFrontier::Stub> stub_;
};

}  // namespace signboard::testing
