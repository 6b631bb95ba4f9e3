// What [alerts] says, as the sender of messages takes it. One place checks what no single key can
// say, for a start, a reload and `config check` alike.
//
// Threads: pure functions; files named in the settings are read.
// Errors:  kInvalidArgument names the key.
#pragma once

#include "deploy/signboard/settings.h"
#include "storage/register/alert_sender.h"

namespace signboard::cli {

StatusOr<registry::AlertSenderOptions> AlertSending(const Settings& settings);

}  // namespace signboard::cli
