#include "deploy/signboard/bench_client.h"

#include <grpcpp/create_channel.h>

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "deploy/signboard/bench_clock.h"

namespace signboard::cli {
namespace {

using Steady = std::chrono::steady_clock;

constexpr size_t kFirstCalls = 20;

// One client's calls, and what they came to.
struct Client {
  BenchCall call;
  Status failed;
  double cpu_s = 0;
  std::vector<double> waits_ms;

  void Run(size_t first, size_t step, size_t count) {
    const double from = ThreadCpuSeconds();
    for (size_t i = first; i < count && failed.ok(); i += step) {
      const auto asked = Steady::now();
      failed = call(i);
      waits_ms.push_back(
          std::chrono::duration<double, std::milli>(Steady::now() - asked).count());
    }
    cpu_s = ThreadCpuSeconds() - from;
  }
};

}  // namespace

StatusOr<BenchDrive> Drive(size_t clients, size_t count,
                           const std::function<BenchCall()>& connect) {
  std::vector<Client> all(clients);
  for (Client& client : all) {
    client.call = connect();
    for (size_t i = 0; i < kFirstCalls; ++i) RETURN_IF_ERROR(client.call(i));
  }
  const double from = ProcessCpuSeconds();
  std::vector<std::thread> threads;
  for (size_t i = 0; i < clients; ++i)
    threads.emplace_back([&, i] { all[i].Run(i, clients, count); });
  for (std::thread& thread : threads) thread.join();
  BenchDrive drive;
  drive.server_cpu_s = ProcessCpuSeconds() - from;
  std::vector<double> waits_ms;
  for (const Client& client : all) {
    RETURN_IF_ERROR(client.failed);
    drive.server_cpu_s -= client.cpu_s;
    waits_ms.insert(waits_ms.end(), client.waits_ms.begin(), client.waits_ms.end());
  }
  drive.p50_ms = Percentile(waits_ms, 0.5);
  drive.p99_ms = Percentile(waits_ms, 0.99);
  return drive;
}

std::shared_ptr<grpc::Channel> OwnChannel(int port) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(port),
                                   grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace signboard::cli
