// The verbs about the data itself: that it is whole, and kept elsewhere. Each adds its subcommand.
#pragma once

#include "deploy/signboard/cli.h"

namespace signboard::cli {

void AddVerify(CLI::App& app, Context& context);
void AddBackup(CLI::App& app, Context& context);

}  // namespace signboard::cli
