// A directory of a benchmark's own, below the system's for temporary files, gone with this.
//
// Threads: a value that stays where it is.
// Errors:  Make: kUnavailable names the directory.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "proto/base/status.h"

namespace signboard::cli {

class BenchDirectory {
 public:
  static StatusOr<std::unique_ptr<BenchDirectory>> Make();
  ~BenchDirectory();
  BenchDirectory(const BenchDirectory&) = delete;
  BenchDirectory& operator=(const BenchDirectory&) = delete;
  const std::string& path() const { return path_; }

 private:
  explicit BenchDirectory(std::string path) : path_(std::move(path)) {}
  const std::string path_;
};

}  // namespace signboard::cli
