// Where a figure was measured: without it the figure says little.
//
// Threads: safe from any.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace signboard::cli {

// {"cpu", "cores_count", "memory_mib", "optimized"}: the last is false for a build that was not
// made to be measured.
nlohmann::ordered_json DescribeMachine();

// Of this process, by proc(5): VmRSS is what it holds, VmHWM the most so far. 0: it does not say.
double StatusMib(const std::string& name);

}  // namespace signboard::cli
