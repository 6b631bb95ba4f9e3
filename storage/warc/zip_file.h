// ZipFile writes a zip, entry after entry, and remembers what a data package says of each: its
// size and its SHA-256. One entry is open at a time.
//
// Threads: one at a time.
// Errors:  kUnavailable: the disk refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/time.h"
#include "storage/warc/source.h"

namespace signboard::warc {

struct ZipEntry {
  std::string path;
  uint64_t bytes = 0;
  std::string sha256;  // Raw.
};

class ZipFile final : public Sink {
 public:
  // All entries say that they were made then.
  static StatusOr<std::unique_ptr<ZipFile>> Create(const std::string& path, UnixTime made);
  ~ZipFile() override;
  ZipFile(const ZipFile&) = delete;
  ZipFile& operator=(const ZipFile&) = delete;

  // Ends the entry before. `stored`: without compression.
  Status Begin(const std::string& path, bool stored);
  Status Write(std::string_view bytes) override;
  Status End();
  // Those that have ended.
  const std::vector<ZipEntry>& entries() const { return entries_; }
  // Durable under its name when it returns; without it nothing is left.
  Status Finish();

 private:
  struct Handle;
  ZipFile(std::unique_ptr<Handle> handle, std::string path, UnixTime made);

  std::unique_ptr<Handle> handle_;
  const std::string path_;
  const UnixTime made_;
  std::vector<ZipEntry> entries_;
};

}  // namespace signboard::warc
