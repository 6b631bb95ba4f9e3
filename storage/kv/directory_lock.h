// DirectoryLock lets one process at a time have a directory: flock on DIR/LOCK, which the kernel
// drops with the process however it ends. The file holds the owner's PID, for the refused one.
//
// Errors: kFailedPrecondition: "data directory DIR is in use by process PID".
#pragma once

#include <memory>
#include <string>

#include "proto/base/status.h"

namespace signboard::kv {

class DirectoryLock {
 public:
  // The directory must exist.
  static StatusOr<std::shared_ptr<DirectoryLock>> Take(const std::string& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace signboard::kv
