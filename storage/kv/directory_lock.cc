#include "storage/kv/directory_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace signboard::kv {
namespace {

std::string OwnerOf(int fd) {
  std::array<char, 16> text{};
  const ssize_t n = pread(fd, text.data(), text.size() - 1, 0);
  std::string pid;
  for (ssize_t i = 0; i < n && text[static_cast<size_t>(i)] >= '0' &&
                      text[static_cast<size_t>(i)] <= '9'; ++i) {
    pid += text[static_cast<size_t>(i)];
  }
  return pid.empty() ? "(unknown)" : pid;
}

}  // namespace

StatusOr<std::shared_ptr<DirectoryLock>> DirectoryLock::Take(const std::string& directory) {
  const std::string path = directory + "/LOCK";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return base::Unavailable("open " + path + ": " + std::strerror(errno));
  std::shared_ptr<DirectoryLock> lock(new DirectoryLock(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return base::Unavailable("lock " + path + ": " + std::strerror(errno));
    return base::FailedPrecondition("data directory " + directory + " is in use by process " +
                                    OwnerOf(fd));
  }
  // The PID is for people: a full disk must not keep the owner from opening.
  const std::string pid = std::to_string(getpid()) + "\n";
  if (ftruncate(fd, 0) == 0) (void)!pwrite(fd, pid.data(), pid.size(), 0);
  return lock;
}

DirectoryLock::~DirectoryLock() { close(fd_); }

}  // namespace signboard::kv
