// The name of a lease, 26 bytes: slot:2, expires:8, nonce:8, hash of queue and URL:8, all
// big-endian. It survives a restart of the frontier, is opaque to a worker, and a report that names
// another URL's lease, or none, is told so.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/kv/space.h"

namespace signboard::frontier {

struct LeaseId {
  kv::Slot slot = 0;
  int64_t expires_ms = 0;
  uint64_t nonce = 0;
  uint64_t url_hash = 0;

  static uint64_t HashOf(std::string_view queue, std::string_view url);
  // nullopt: these bytes were never a lease of ours.
  static std::optional<LeaseId> Parse(std::string_view bytes);
  std::string Format() const;
};

// 32 hexadecimal digits by which the logs of all roles name one lease and what came of it (as a
// trace-id of W3C Trace Context). Empty: no lease of ours.
std::string TraceOf(std::string_view lease_id);

}  // namespace signboard::frontier
