// SpaceCopy is a Space as it was at one instant, file by file: what a backup takes away. Whatever
// was written before Take began is in it; whoever writes meanwhile waits for nothing.
//
// It lies in a directory of the same file system and shares its tables with the Space, so it costs
// no space until the Space has rewritten them. Its files, put together elsewhere, are a Space.
//
// Life:    the directory is there as long as this. RemoveCopies takes away what a crash left.
// Threads: safe from any, once taken.
// Errors:  as space.h.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "storage/kv/shard_files.h"

namespace signboard::kv {

struct CopiedFile {
  std::string path;  // Within the copy: "SPACE", "shard-000-256/000012.sst".
  uint64_t bytes = 0;
  // Of files that are never written to again: what tells this one from any other that has the same
  // path, in this Space or in one that was restored from it. Empty: its bytes must be looked at.
  std::string identity;
};

class SpaceCopy {
 public:
  // `directory` is made.
  static StatusOr<std::unique_ptr<SpaceCopy>> Take(const Space& space,
                                                   const std::string& directory);
  ~SpaceCopy();
  SpaceCopy(const SpaceCopy&) = delete;
  SpaceCopy& operator=(const SpaceCopy&) = delete;

  // By path. SPACE is among them.
  const std::vector<CopiedFile>& files() const { return files_; }
  // At most `count` bytes of a file; fewer at its end.
  StatusOr<std::string> Read(const CopiedFile& file, uint64_t offset, size_t count) const;

 private:
  explicit SpaceCopy(std::string directory) : directory_(std::move(directory)) {}
  Status List(const std::vector<ShardFile>& tables);

  const std::string directory_;
  std::vector<CopiedFile> files_;
};

// Removes every directory in `parent` whose name begins so.
void RemoveCopies(const std::string& parent, const std::string& prefix);

}  // namespace signboard::kv
