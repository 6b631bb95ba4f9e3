// The verbs about the data itself. Each adds its subcommand.
#pragma once

#include "deploy/signboard/cli.h"

namespace signboard::cli {

void AddVerify(CLI::App& app, Context& context);

}  // namespace signboard::cli
