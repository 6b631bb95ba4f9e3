// The verbs below `signboard rule`.
#pragma once

#include "deploy/signboard/cli.h"

namespace signboard::cli {

void AddRuleTest(CLI::App* rule, Context& context);

}  // namespace signboard::cli
