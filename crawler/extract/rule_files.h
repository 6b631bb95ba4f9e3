// The texts of crawler/extract/data/*.txt, assembled into the library: no file is looked for at run
// time. rules.h reads them, rule_set.h what may stand in for them.
//
// Threads: Safe from any; constant data.
#pragma once

#include <string_view>
#include <vector>

namespace signboard::extract {

struct CompiledRules {
  std::string_view name;  // verbs.txt
  std::string_view text;
};
const std::vector<CompiledRules>& CompiledRuleFiles();

}  // namespace signboard::extract
