// Files that are on the disk when it is said that they are.
//
// Threads: one.
// Errors:  name the file. kResourceExhausted: the disk is full. kUnavailable: it refuses.
#pragma once

#include <string>
#include <string_view>

#include "proto/base/status.h"

namespace signboard::cli {

// A file that is written from its beginning. Unfinished, it stays as far as it came.
class DurableFile {
 public:
  // Replaces what is there.
  static StatusOr<DurableFile> Make(const std::string& path);
  ~DurableFile();
  DurableFile(DurableFile&& other) noexcept;
  DurableFile& operator=(DurableFile&&) = delete;

  Status Write(std::string_view bytes);
  // All of it is on the disk; its directory is not told of.
  Status Finish();

 private:
  DurableFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string path_;
  int fd_;
};

// With its parents; each is on the disk.
Status MakeDurableDirectory(const std::string& path);
// What was made, renamed or removed in it is on the disk.
Status SyncDirectory(const std::string& path);

}  // namespace signboard::cli
