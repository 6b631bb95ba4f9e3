// What an archive has logged of the pages in which something was found.
//
// Threads: one.
// Errors:  the server's.
#pragma once

#include <functional>

#include "deploy/signboard/cli.h"

namespace signboard::cli {

// Every entry that there is when it is asked for, in the order of the logs: a later one about a
// snapshot stands instead of an earlier one.
grpc::Status ReadFindingLogs(const Context& context,
                             const std::function<void(v1::LoggedFindings)>& take);

}  // namespace signboard::cli
