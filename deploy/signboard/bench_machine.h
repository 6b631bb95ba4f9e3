// Where a figure was measured: without it the figure says little.
//
// Threads: safe from any.
#pragma once

#include <nlohmann/json.hpp>

namespace signboard::cli {

// {"cpu", "cores_count", "memory_mib", "optimized"}: the last is false for a build that was not
// made to be measured.
nlohmann::ordered_json DescribeMachine();

}  // namespace signboard::cli
