#include "deploy/signboard/bench_machine.h"

#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

namespace signboard::cli {
namespace {

// The value after ':' of the first line that begins so; empty: there is none.
std::string ValueOf(const char* file, const std::string& name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const size_t colon = line.find(':');
    if (!line.starts_with(name) || colon == std::string::npos) continue;
    const size_t from = line.find_first_not_of(" \t", colon + 1);
    return from == std::string::npos ? "" : line.substr(from);
  }
  return "";
}

}  // namespace

nlohmann::ordered_json DescribeMachine() {
#ifdef __OPTIMIZE__
  constexpr bool kOptimized = true;
#else
  constexpr bool kOptimized = false;
#endif
  const std::string kib = ValueOf("/proc/meminfo", "MemTotal");
  return {{"cpu", ValueOf("/proc/cpuinfo", "model name")},
          {"cores_count", std::thread::hardware_concurrency()},
          {"memory_mib", std::strtoull(kib.c_str(), nullptr, 10) / 1'024},
          {"optimized", kOptimized}};
}

double StatusMib(const std::string& name) {
  return std::strtod(ValueOf("/proc/self/status", name + ":").c_str(), nullptr) / 1'024;
}

}  // namespace signboard::cli
