// The verbs below `signboard label` that speak to a server.
#pragma once

#include "deploy/signboard/cli.h"

namespace signboard::cli {

void AddLabelExport(CLI::App* label, Context& context);
void AddLabelImport(CLI::App* label, Context& context);

}  // namespace signboard::cli
