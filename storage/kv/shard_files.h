// The files that a shard stands on, for those who go through all of it once: to prove it, to take
// it away. Apart from space.h, because hardly anybody does.
//
// Threads: safe from any.
// Errors:  as space.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/kv/space.h"

namespace signboard::kv {

struct ShardFile {
  std::string path;
  uint64_t bytes = 0;
  std::string checksum;  // CRC-32C, taken when it was written. Empty: a log, which still grows.
};

// What reading one file came to.
struct FileCheck {
  std::string path;
  uint64_t bytes = 0;
  Status status;  // kDataLoss: it is damaged or missing.
};

class ShardFiles {
 public:
  virtual ~ShardFiles() = default;

  // Tables, blob files and live logs, by path.
  virtual StatusOr<std::vector<ShardFile>> Files() = 0;
  // Reads the files behind `after`, in the order of their paths, and compares each with the
  // checksums taken when it was written; until `told` returns false.
  virtual Status CheckFiles(const std::string& after,
                            const std::function<bool(const FileCheck&)>& told) = 0;
  // As Shard::TakeView; what is read by it leaves the cache to others.
  virtual std::unique_ptr<View> TakePassingView() = 0;
};

// Every shard of a Space has them. They may outlive it: then each call says Fenced.
std::unique_ptr<ShardFiles> FilesOf(Shard& shard);

}  // namespace signboard::kv
