#include "tests/hostile/hostile_run.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/paths.h"

namespace signboard::testing {

ForbiddenListener::ForbiddenListener() {
  for (int i = 0; i < 2; ++i) {
    const int family = i == 0 ? AF_INET : AF_INET6;
    sockets_[i] = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int one = 1;
    setsockopt(sockets_[i], SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(kPort);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(kPort);
    if (i == 1) setsockopt(sockets_[i], IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
    const auto* address = i == 0 ? reinterpret_cast<const sockaddr*>(&v4)
                                 : reinterpret_cast<const sockaddr*>(&v6);
    const socklen_t length = i == 0 ? sizeof v4 : sizeof v6;
    if (bind(sockets_[i], address, length) != 0 || listen(sockets_[i], 1'024) != 0) std::abort();
    threads_.emplace_back([this, socket = sockets_[i]] { Listen(socket); });
  }
}

void ForbiddenListener::Listen(int socket) {
  while (!closing_) {
    pollfd ready{socket, POLLIN, 0};
    if (poll(&ready, 1, 50) <= 0) continue;
    const int client = accept4(socket, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) continue;
    ++connections_;
    close(client);
  }
}

ForbiddenListener::~ForbiddenListener() {
  closing_ = true;
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) close(socket);
}

void HostileRun::StartSignboard(const std::string& connect_to_first) {
  grpc_port_ = FreePort();
  const auto to = [](const std::string& from, uint16_t port) {
    return "\"" + from + "=" + kSiteAddress + ":" + std::to_string(port) + "\"";
  };
  WriteWholeFile(
      directory_ / "signboard.toml",
      "[data]\ndirectory = \"" + (directory_ / "data") + "\"\n[frontier]\nlisten = \"127.0.0.1:" +
          std::to_string(grpc_port_) +
          "\"\ndelay = \"5ms\"\nlease_time = \"" + lease_time_ +
          "\"\nbusy_rest = \"1h\"\nblock_start = \"1h\"\n"
          "hub_interval_start = \"1h\"\nhub_interval_min = \"1h\"\nhub_interval_max = \"2h\"\n"
          "error_wait_start = \"1h\"\n[crawler]\n" + crawler_settings_ + "connect_to = [" +
          connect_to_first + to("*:80", site_.port()) + ", " + to("*:443", secure_.port()) +
          "]\n[crawler.limits]\n" + limits_ + "[crawler.guard]\nallow = [\"" + kSiteAddress +
          "/32\"]\n[gateway]\nlisten = \"127.0.0.1:" +
          std::to_string(FreePort()) + "\"\n[log]\nlevel = \"warn\"\n");
  signboard_ = Process({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "run", "--config",
                        directory_ / "signboard.toml"},
                       directory_ / "signboard.log");
  for (int i = 0; i < 300 && Run({"status"}).exit_code != 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
}

void HostileRun::TearDown() {
  if (!HasFailure()) return;
  std::string log = ReadWholeFile(directory_ / "signboard.log");
  if (log.size() > 4'000) log = log.substr(log.size() - 4'000);
  std::fprintf(stderr, "-- signboard.log ends with\n%s\n", log.c_str());
}

Finished HostileRun::Run(std::vector<std::string> arguments, const std::string& in) const {
  std::vector<std::string> command = {std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard",
                                      "--server", "127.0.0.1:" + std::to_string(grpc_port_)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunProgram(command, in);
}

nlohmann::json HostileRun::RunJson(std::vector<std::string> arguments) const {
  arguments.push_back("--json");
  return nlohmann::json::parse(Run(arguments).out, nullptr, false);
}

void HostileRun::AddSeeds(const std::vector<std::string>& urls) const {
  std::string list;
  for (const std::string& url : urls) list += url + "\n";
  const Finished added = Run({"seeds", "add", "-"}, list);
  EXPECT_EQ(added.exit_code, 0) << added.err;
}

std::string HostileRun::OutcomeOf(const std::string& url) const {
  const nlohmann::json explained = RunJson({"explain", url});
  if (!explained.is_object() || !explained.contains("last")) return "";
  const std::string outcome = explained["last"].value("outcome", "");
  const std::string reason = explained["last"].value("reason", "");
  if (outcome.empty() || outcome == "unspecified") return "";
  return reason.empty() || reason == "unspecified" ? outcome : outcome + " " + reason;
}

size_t HostileRun::CapturedUrls(const std::string& host) const {
  const auto listed = Run({"urls", host, "--match", "host", "--ndjson"});
  return static_cast<size_t>(std::count(listed.out.begin(), listed.out.end(), '\n'));
}

double HostileRun::CpuSeconds() const {
  const std::string stat = ReadWholeFile("/proc/" + std::to_string(signboard_.pid()) + "/stat");
  // Behind the name in brackets: state is the first field, utime the 12th, stime the 13th.
  std::istringstream fields(stat.substr(stat.rfind(')') + 2));
  std::string field;
  for (int i = 0; i < 11; ++i) fields >> field;
  long utime = 0, stime = 0;
  fields >> utime >> stime;
  return static_cast<double>(utime + stime) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

size_t HostileRun::MemoryKiB(const std::string& line) const {
  const std::string status = ReadWholeFile("/proc/" + std::to_string(signboard_.pid()) + "/status");
  const size_t at = status.find(line + ":");
  if (at == std::string::npos) return 0;
  return std::strtoul(status.c_str() + at + line.size() + 1, nullptr, 10);
}

}  // namespace signboard::testing
