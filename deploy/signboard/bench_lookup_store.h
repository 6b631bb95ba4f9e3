// The store in which bench archive looks captures up: as many as are asked for, small ones, made by
// number, so that nothing of it need be in memory.
//
// A URL has eight captures in half a year, every second one a 304; a folder has twelve URLs, a host
// fifty folders. Every body is another one, so that the digests in the index are as in an archive,
// where nothing repeats them but revisits.
//
// Threads: one calls; several load.
// Errors:  those of the archive.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "deploy/signboard/bench_archive.h"
#include "deploy/signboard/bench_directory.h"
#include "proto/base/time.h"

namespace signboard::cli {

inline constexpr size_t kCapturesOfUrl = 8;
inline constexpr size_t kUrlsOfFolder = 12;

class BenchLookupStore {
 public:
  // Stores the captures of `options`, settles and closes. Tells what it cost and what it takes.
  static StatusOr<std::unique_ptr<BenchLookupStore>> Load(const ArchiveBenchOptions& options,
                                                          BenchTold* told);

  std::string path() const { return directory_->path() + "/archive"; }
  size_t urls() const { return urls_; }
  // Of URL `url` < urls().
  static std::string UrlOf(size_t url);
  static std::string FolderOf(size_t url);
  static UnixTime TimeOf(size_t url, size_t capture);

 private:
  explicit BenchLookupStore(size_t urls) : urls_(urls) {}

  const size_t urls_;
  std::unique_ptr<BenchDirectory> directory_;
};

}  // namespace signboard::cli
