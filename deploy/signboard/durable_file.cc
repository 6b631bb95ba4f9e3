#include "deploy/signboard/durable_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

Status Failed(const std::string& what, const std::string& path, int error) {
  const std::string message = what + " " + path + ": " + std::strerror(error);
  return error == ENOSPC || error == EDQUOT ? base::ResourceExhausted(message)
                                            : base::Unavailable(message);
}

}  // namespace

StatusOr<DurableFile> DurableFile::Make(const std::string& path) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Failed("make", path, errno);
  return DurableFile(path, fd);
}

DurableFile::DurableFile(DurableFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}

DurableFile::~DurableFile() {
  if (fd_ >= 0) close(fd_);
}

Status DurableFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return Failed("write", path_, errno);
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return OkStatus();
}

Status DurableFile::Finish() {
  if (fsync(fd_) != 0) return Failed("sync", path_, errno);
  return close(std::exchange(fd_, -1)) == 0 ? OkStatus() : Failed("close", path_, errno);
}

Status MakeDurableDirectory(const std::string& path) {
  std::error_code error;
  if (path.empty() || fs::is_directory(path, error)) return OkStatus();
  const std::string parent = fs::path(path).parent_path().string();
  RETURN_IF_ERROR(MakeDurableDirectory(parent));
  if (!fs::create_directory(path, error) && error)
    return Failed("make directory", path, error.value());
  return SyncDirectory(parent.empty() ? "." : parent);
}

Status SyncDirectory(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return Failed("open directory", path, errno);
  const int failed = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return failed == 0 ? OkStatus() : Failed("sync directory", path, failed);
}

}  // namespace signboard::cli
