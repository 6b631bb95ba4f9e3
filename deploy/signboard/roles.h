// Which of the four roles a process plays, and what all of them stand on.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "deploy/signboard/settings.h"
#include "proto/base/pool.h"
#include "storage/kv/local_space.h"

namespace signboard::cli {

struct Roles {
  bool frontier = false;
  bool storage = false;
  bool crawler = false;
  bool gateway = false;

  bool serves_data() const { return frontier || storage; }
};
inline constexpr Roles kAllRoles{true, true, true, true};

// Everything here outlives the roles.
struct Ground {
  const Settings* settings = nullptr;
  const Clock* clock = nullptr;
  boost::asio::io_context* io = nullptr;  // One thread: bodies of calls, the gateway.
  base::Pool* disk = nullptr;             // Many threads, so that synced writes share their syncs.
  std::shared_ptr<kv::KvMemory> memory;
};

}  // namespace signboard::cli
