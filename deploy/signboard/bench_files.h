// The files of a store: how large they are, and out of memory with them.
//
// Threads: safe from any.
// Errors:  kUnavailable names the file.
#pragma once

#include <cstdint>
#include <string>

#include "proto/base/status.h"

namespace signboard::cli {

// Of all tables and blob files below `directory`.
uint64_t StoreBytes(const std::string& directory);

// Tells the system to drop its copies of them.
Status DropFromMemory(const std::string& directory);
// Which share of them it holds in memory.
StatusOr<double> ResidentShare(const std::string& directory);

}  // namespace signboard::cli
