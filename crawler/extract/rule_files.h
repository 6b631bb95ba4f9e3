// The texts of crawler/extract/data/*.txt, assembled into the library: no file is looked for at run
// time. rules.h reads them.
//
// Threads: Safe from any; constant data.
#pragma once

#include <array>
#include <string_view>

namespace signboard::extract {

std::array<std::string_view, 10> RuleFiles();

}  // namespace signboard::extract
