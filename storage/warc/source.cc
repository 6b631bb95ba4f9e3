#include "storage/warc/source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace signboard::warc {
namespace {

constexpr size_t kPieceBytes = size_t{256} << 10;

Status Refused(const std::string& what, int error) {
  const std::string message = what + ": " + std::strerror(error);
  if (error == ENOENT) return base::NotFound(message);
  if (error == EACCES || error == EISDIR) return base::InvalidArgument(message);
  return base::Unavailable(message);
}

Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Refused("write " + path, errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return OkStatus();
}

// A file in $TMPDIR whose name is gone already.
StatusOr<int> OpenUnnamed() {
  const char* folder = std::getenv("TMPDIR");
  std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/signboard-XXXXXX";
  const int fd = ::mkstemp(path.data());
  if (fd < 0) return Refused("open " + path, errno);
  ::unlink(path.c_str());
  return fd;
}

StatusOr<size_t> ReadAll(int fd, uint64_t offset, char* into, size_t count) {
  size_t done = 0;
  while (done < count) {
    const ssize_t read =
        ::pread(fd, into + done, count - done, static_cast<off_t>(offset + done));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return Refused("read", errno);
    if (read == 0) break;
    done += static_cast<size_t>(read);
  }
  return done;
}

}  // namespace

StatusOr<std::unique_ptr<FileSource>> FileSource::Open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return Refused("open " + path, errno);
  struct stat facts = {};
  const bool is_file = ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
  if (!is_file) {
    ::close(fd);
    return base::InvalidArgument(path + " is no regular file");
  }
  return std::unique_ptr<FileSource>(new FileSource(fd, static_cast<uint64_t>(facts.st_size)));
}

StatusOr<std::unique_ptr<FileSource>> FileSource::OfStandardInput() {
  ASSIGN_OR_RETURN(const int fd, OpenUnnamed());
  std::vector<char> piece(kPieceBytes);
  uint64_t size = 0;
  while (true) {
    const ssize_t count = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    Status status = count < 0 ? Refused("read standard input", errno) : OkStatus();
    if (count == 0) break;
    const auto bytes = static_cast<size_t>(std::max<ssize_t>(count, 0));
    if (status.ok()) status = WriteAll(fd, {piece.data(), bytes}, "a temporary file");
    if (!status.ok()) {
      ::close(fd);
      return status;
    }
    size += bytes;
  }
  return std::unique_ptr<FileSource>(new FileSource(fd, size));
}

FileSource::~FileSource() { ::close(fd_); }

StatusOr<size_t> FileSource::ReadAt(uint64_t offset, char* into, size_t count) {
  return ReadAll(fd_, offset, into, count);
}

StatusOr<std::unique_ptr<Spool>> Spool::Create() {
  ASSIGN_OR_RETURN(const int fd, OpenUnnamed());
  return std::unique_ptr<Spool>(new Spool(fd));
}

Spool::~Spool() { ::close(fd_); }

Status Spool::Write(std::string_view bytes) {
  waiting_.append(bytes);
  return waiting_.size() < kPieceBytes ? OkStatus() : Flush();
}

Status Spool::Flush() {
  RETURN_IF_ERROR(WriteAll(fd_, waiting_, "a temporary file"));
  waiting_.clear();
  return OkStatus();
}

StatusOr<size_t> Spool::ReadAt(uint64_t offset, char* into, size_t count) {
  return ReadAll(fd_, offset, into, count);
}

StatusOr<size_t> TextSource::ReadAt(uint64_t offset, char* into, size_t count) {
  if (offset >= text_.size()) return size_t{0};
  return text_.copy(into, count, offset);
}

StatusOr<std::unique_ptr<FileSink>> FileSink::Create(const std::string& path) {
  std::string part = path + ".part";
  const int fd = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return Refused("open " + part, errno);
  return std::unique_ptr<FileSink>(new FileSink(fd, path, std::move(part)));
}

FileSink::~FileSink() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(part_.c_str());
}

Status FileSink::Write(std::string_view bytes) {
  waiting_.append(bytes);
  if (waiting_.size() < kPieceBytes) return OkStatus();
  RETURN_IF_ERROR(WriteAll(fd_, waiting_, part_));
  waiting_.clear();
  return OkStatus();
}

Status FileSink::Finish() {
  RETURN_IF_ERROR(WriteAll(fd_, waiting_, part_));
  waiting_.clear();
  if (::fsync(fd_) != 0) return Refused("sync " + part_, errno);
  const int closed = ::close(std::exchange(fd_, -1));
  if (closed != 0 || std::rename(part_.c_str(), path_.c_str()) != 0) {
    const Status refused = Refused("write " + path_, errno);
    ::unlink(part_.c_str());
    return refused;
  }
  return OkStatus();
}

}  // namespace signboard::warc
