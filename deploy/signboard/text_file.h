// Whole files that a verb reads or writes.
//
// Threads: safe from any.
// Errors:  name the file. kNotFound: there is none. kInvalidArgument: a folder, or too large.
//          kInternal: it cannot be read or written.
#pragma once

#include <cstddef>
#include <string>

#include "proto/base/status.h"

namespace signboard::cli {

// "-": standard input.
StatusOr<std::string> ReadFile(const std::string& file, size_t bytes_max = ~size_t{0});

// All or nothing, where it is a file or to be one; a pipe or a device is written to as it is.
Status WriteFile(const std::string& file, const std::string& text);

}  // namespace signboard::cli
