// The list of known centres as text, compiled in from data/icc_known.csv by CMakeLists.txt.
#pragma once

#include <string_view>

namespace signboard::registry {

extern const std::string_view kKnownList;

}  // namespace signboard::registry
