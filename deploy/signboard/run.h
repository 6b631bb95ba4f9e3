// Runs a process of some roles until it is told to stop by SIGTERM or SIGINT; SIGHUP reloads.
//
// Threads: the main one, before any other is made.
#pragma once

#include <string>

#include "deploy/signboard/cli.h"
#include "deploy/signboard/roles.h"

namespace signboard::cli {

struct RunOptions {
  Roles roles = kAllRoles;
  std::string config;
  std::string data;
  std::string urlfrontier;  // Of a crawler; overrides the configuration.
  std::string crawl;        // Likewise.
};

int RunRoles(const Context& context, const RunOptions& options);

}  // namespace signboard::cli
