#include "deploy/signboard/file_clock.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace signboard::cli {
namespace {

constexpr size_t kBytes = sizeof(std::atomic<int64_t>);

}  // namespace

StatusOr<std::unique_ptr<FileClock>> FileClock::Make(const std::string& file, UnixTime now) {
  const int fd = open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, kBytes) != 0) {
    const std::string why = std::strerror(errno);
    if (fd >= 0) close(fd);
    return base::Unavailable("clock " + file + ": " + why);
  }
  close(fd);
  ASSIGN_OR_RETURN(auto clock, Open(file));
  clock->Set(now);
  return clock;
}

StatusOr<std::unique_ptr<FileClock>> FileClock::Open(const std::string& file) {
  const int fd = open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return base::NotFound("clock " + file + ": " + std::strerror(errno));
  struct stat facts;
  if (fstat(fd, &facts) != 0 || facts.st_size != static_cast<off_t>(kBytes)) {
    close(fd);
    return base::InvalidArgument("clock " + file + ": not a file of 8 bytes");
  }
  void* const mapped = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  const std::string why = std::strerror(errno);
  close(fd);
  if (mapped == MAP_FAILED) return base::Unavailable("clock " + file + ": " + why);
  return std::unique_ptr<FileClock>(new FileClock(static_cast<std::atomic<int64_t>*>(mapped)));
}

FileClock::~FileClock() { munmap(now_, kBytes); }

}  // namespace signboard::cli
