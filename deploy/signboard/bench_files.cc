#include "deploy/signboard/bench_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <vector>

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

// Files that RocksDB removes meanwhile are none.
void ForEachFile(const std::string& directory,
                 const std::function<void(const std::string&, uint64_t)>& give) {
  std::error_code error;
  for (fs::recursive_directory_iterator at(directory, error), end; !error && at != end;
       at.increment(error)) {
    const fs::path extension = at->path().extension();
    if (extension != ".sst" && extension != ".blob") continue;
    std::error_code gone;
    const uint64_t bytes = at->file_size(gone);
    if (!gone) give(at->path().string(), bytes);
  }
}

class OpenFile {
 public:
  explicit OpenFile(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

// Of a file the pages that are in memory.
StatusOr<size_t> PagesInMemory(const std::string& path, uint64_t bytes, size_t page) {
  const OpenFile file(path);
  void* const mapped = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file.fd(), 0);
  if (mapped == MAP_FAILED) return base::Unavailable("map " + path);
  std::vector<unsigned char> pages((bytes + page - 1) / page);
  const bool told = mincore(mapped, bytes, pages.data()) == 0;
  munmap(mapped, bytes);
  if (!told) return base::Unavailable("mincore " + path);
  return static_cast<size_t>(
      std::count_if(pages.begin(), pages.end(), [](unsigned char p) { return (p & 1) != 0; }));
}

}  // namespace

uint64_t StoreBytes(const std::string& directory) {
  uint64_t total = 0;
  ForEachFile(directory, [&](const std::string&, uint64_t bytes) { total += bytes; });
  return total;
}

Status DropFromMemory(const std::string& directory) {
  Status status;
  ForEachFile(directory, [&](const std::string& path, uint64_t) {
    const OpenFile file(path);
    // What is not on the disk yet can not be dropped.
    if (fdatasync(file.fd()) != 0 || posix_fadvise(file.fd(), 0, 0, POSIX_FADV_DONTNEED) != 0)
      status = base::Unavailable("drop " + path + " from memory");
  });
  return status;
}

StatusOr<double> ResidentShare(const std::string& directory) {
  const auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  size_t all = 0;
  size_t resident = 0;
  Status status;
  ForEachFile(directory, [&](const std::string& path, uint64_t bytes) {
    if (bytes == 0) return;
    const auto pages = PagesInMemory(path, bytes, page);
    if (!pages.ok()) {
      status = pages.status();
      return;
    }
    all += (bytes + page - 1) / page;
    resident += *pages;
  });
  RETURN_IF_ERROR(status);
  return all == 0 ? 0 : static_cast<double>(resident) / static_cast<double>(all);
}

}  // namespace signboard::cli
