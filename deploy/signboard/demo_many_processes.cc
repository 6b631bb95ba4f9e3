#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>
#include <utility>
#include <vector>

#include "deploy/signboard/child_process.h"
#include "deploy/signboard/demo_deployment.h"
#include "deploy/signboard/file_clock.h"
#include "proto/base/log.h"
#include "proto/base/rpc_client.h"

namespace signboard::cli {
namespace {

constexpr Millis kWatchPause{20};

// A port that nobody listens on now. Who restarts on it must find it free, so it is chosen here and
// not by the process that listens.
StatusOr<int> FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return base::Unavailable("no socket");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool ok = bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  close(fd);
  if (!ok) return base::Unavailable("no free port");
  return ntohs(address.sin_port);
}

// Fills in a port where the address asks for any.
Status ChoosePort(std::string* address) {
  if (!address->ends_with(":0")) return OkStatus();
  ASSIGN_OR_RETURN(const int port, FreePort());
  address->replace(address->size() - 1, 1, std::to_string(port));
  return OkStatus();
}

class Apart final : public DemoDeployment {
 public:
  Apart(std::string directory, std::unique_ptr<FileClock> clock)
      : directory_(std::move(directory)), clock_(std::move(clock)) {}
  ~Apart() override { Stop(Millis(0)); }

  const Clock& clock() const override { return *clock_; }
  void SetClock(UnixTime now) override { clock_->Set(now); }
  Status Start(Settings settings) override;
  void Stop(Millis grace) override;
  std::shared_ptr<grpc::Channel> frontier() const override { return frontier_; }
  std::shared_ptr<grpc::Channel> storage() const override { return storage_; }
  std::string grpc_address() const override { return settings_.listen; }
  uint16_t http_port() const override { return http_port_; }

 private:
  void Watch();
  Status WriteConfig();
  Status Spawn(const char* role, const std::string& name);

  const std::string directory_;
  const std::unique_ptr<FileClock> clock_;
  Settings settings_;
  uint16_t http_port_ = 0;
  std::shared_ptr<grpc::Channel> frontier_;
  std::shared_ptr<grpc::Channel> storage_;
  std::vector<ChildProcess> processes_;
  Millis grace_{0};  // Set before `stopping_`.
  std::atomic<bool> stopping_{false};
  // Spawns and watches them: a child is told to end when the thread that made it ends.
  std::thread watcher_;
};

Status Apart::Start(Settings settings) {
  settings_ = std::move(settings);
  RETURN_IF_ERROR(ChoosePort(&settings_.listen));
  settings_.storage_listen = "127.0.0.1:0";
  RETURN_IF_ERROR(ChoosePort(&settings_.storage_listen));
  RETURN_IF_ERROR(ChoosePort(&settings_.gateway_listen));
  const std::string& http = settings_.gateway_listen;
  http_port_ = static_cast<uint16_t>(std::stoi(http.substr(http.rfind(':') + 1)));
  settings_.clock_file = directory_ + "/clock";
  settings_.cluster_nodes = {settings_.listen, settings_.storage_listen};
  RETURN_IF_ERROR(WriteConfig());
  frontier_ = base::Connect(settings_.listen);
  storage_ = base::Connect(settings_.storage_listen);
  for (const auto& [role, name] : {std::pair<const char*, std::string>{"storage", "storage"},
                                   {"frontier", "frontier"},
                                   {"crawler", "crawler-1"},
                                   {"crawler", "crawler-2"},
                                   {"gateway", "gateway"}})
    RETURN_IF_ERROR(Spawn(role, name));
  watcher_ = std::thread([this] { Watch(); });
  return OkStatus();
}

void Apart::Watch() {
  while (!stopping_) {
    for (ChildProcess& process : processes_) {
      const Status status = process.Watch();
      if (!status.ok()) Log(kError, "not_started", {{"why", base::ToString(status)}});
    }
    std::this_thread::sleep_for(kWatchPause);
  }
  // Who asks goes before who answers.
  for (size_t i = processes_.size(); i-- > 0;) {
    processes_[i].Signal(SIGTERM);
    if (!processes_[i].WaitFor(grace_)) Log(kWarn, "killed", {{"process", i}});
  }
  processes_.clear();
}

Status Apart::WriteConfig() {
  base::ConfigSchema schema;
  BindSettings(&settings_, &schema);
  std::ofstream file(directory_ + "/signboard.toml");
  file << schema.PrintEffective();
  file.close();
  if (!file) return base::Unavailable("cannot write " + directory_ + "/signboard.toml");
  return OkStatus();
}

Status Apart::Spawn(const char* role, const std::string& name) {
  char program[4'096] = {};
  if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
    return base::Unavailable("/proc/self/exe cannot be read");
  ASSIGN_OR_RETURN(const int health, FreePort());
  ChildProcess::Command command;
  command.arguments = {program, role, "--config", directory_ + "/signboard.toml"};
  command.environment = {"SIGNBOARD_METRICS_LISTEN=127.0.0.1:" + std::to_string(health),
                         "SIGNBOARD_CRAWLER_VANTAGE=" + settings_.vantage};
  command.log = directory_ + "/" + name + ".log";
  processes_.emplace_back(std::move(command));
  return OkStatus();
}

void Apart::Stop(Millis grace) {
  if (!stopping_) grace_ = grace;
  stopping_ = true;
  if (watcher_.joinable()) watcher_.join();
}

}  // namespace

StatusOr<std::unique_ptr<DemoDeployment>> ManyProcesses(const std::string& directory) {
  ASSIGN_OR_RETURN(auto clock, FileClock::Make(directory + "/clock", FromMillis(0)));
  return std::unique_ptr<DemoDeployment>(new Apart(directory, std::move(clock)));
}

}  // namespace signboard::cli
