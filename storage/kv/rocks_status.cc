#include "storage/kv/rocks_status.h"

#include <string>

#include "storage/kv/space.h"

namespace signboard::kv {

Status FromRocks(const rocksdb::Status& status, std::string_view where) {
  if (status.ok()) return OkStatus();
  if (status.IsIOFenced() || status.IsShutdownInProgress()) return Fenced(where);
  const std::string message = std::string(where) + ": " + status.ToString();
  if (status.IsNoSpace() || status.subcode() == rocksdb::Status::kNoSpace)
    return base::ResourceExhausted(message);
  if (status.IsCorruption()) return base::DataLoss(message);
  if (status.IsInvalidArgument()) return base::InvalidArgument(message);
  return base::Unavailable(message);
}

}  // namespace signboard::kv
