// The verbs that bring archives in and out.
//
// Threads: one.
#pragma once

#include "deploy/signboard/cli.h"

namespace signboard::cli {

void AddSubmit(CLI::App& app, Context& context);
void AddImport(CLI::App& app, Context& context);
void AddExport(CLI::App& app, Context& context);

}  // namespace signboard::cli
