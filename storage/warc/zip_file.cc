#include "storage/warc/zip_file.h"

#include <fcntl.h>
#include <minizip/zip.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "proto/base/digest.h"

namespace signboard::warc {
namespace {

constexpr size_t kWriteBytesMax = size_t{1} << 20;
constexpr uLong kMadeByUnix = 3 << 8 | 45;   // Zip 4.5, which has zip64.
constexpr uLong kUtf8Names = 1 << 11;
constexpr uLong kPlainFile = 0100644UL << 16;

zip_fileinfo InfoOf(UnixTime made) {
  const auto day = std::chrono::floor<std::chrono::days>(made);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(made - day));
  zip_fileinfo info = {};
  info.tmz_date.tm_year = static_cast<int>(date.year());
  info.tmz_date.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  info.tmz_date.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
  info.tmz_date.tm_hour = static_cast<int>(time.hours().count());
  info.tmz_date.tm_min = static_cast<int>(time.minutes().count());
  info.tmz_date.tm_sec = static_cast<int>(time.seconds().count());
  info.external_fa = kPlainFile;
  return info;
}

}  // namespace

struct ZipFile::Handle {
  zipFile zip = nullptr;
  std::string part;  // Where it is until it has its name; empty: nowhere any more.
  bool open = false;
  base::Hasher hasher{base::DigestKind::kSha256};

  ~Handle() {
    if (open) zipCloseFileInZip(zip);
    if (zip != nullptr) zipClose(zip, nullptr);
    if (!part.empty()) ::unlink(part.c_str());
  }
};

ZipFile::ZipFile(std::unique_ptr<Handle> handle, std::string path, UnixTime made)
    : handle_(std::move(handle)), path_(std::move(path)), made_(made) {}

ZipFile::~ZipFile() = default;

StatusOr<std::unique_ptr<ZipFile>> ZipFile::Create(const std::string& path, UnixTime made) {
  auto handle = std::make_unique<Handle>();
  const std::string part = path + ".part";
  handle->zip = zipOpen64(part.c_str(), APPEND_STATUS_CREATE);
  if (handle->zip == nullptr) return base::InvalidArgument("cannot write " + part);
  handle->part = part;
  return std::unique_ptr<ZipFile>(new ZipFile(std::move(handle), path, made));
}

Status ZipFile::Begin(const std::string& path, bool stored) {
  RETURN_IF_ERROR(End());
  const zip_fileinfo info = InfoOf(made_);
  const int method = stored ? 0 : Z_DEFLATED;
  const int result = zipOpenNewFileInZip4_64(
      handle_->zip, path.c_str(), &info, nullptr, 0, nullptr, 0, nullptr, method,
      Z_DEFAULT_COMPRESSION, 0, -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY, nullptr, 0,
      kMadeByUnix, kUtf8Names, 1);
  if (result != ZIP_OK) return base::Unavailable("cannot write " + path_);
  handle_->open = true;
  entries_.push_back({path, 0, ""});
  return OkStatus();
}

Status ZipFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kWriteBytesMax);
    const int result =
        zipWriteInFileInZip(handle_->zip, piece.data(), static_cast<unsigned>(piece.size()));
    if (result != ZIP_OK) return base::Unavailable("cannot write " + path_);
    handle_->hasher.Update(piece);
    entries_.back().bytes += piece.size();
    bytes.remove_prefix(piece.size());
  }
  return OkStatus();
}

Status ZipFile::End() {
  if (!handle_->open) return OkStatus();
  handle_->open = false;
  entries_.back().sha256 = handle_->hasher.Finish();
  if (zipCloseFileInZip(handle_->zip) == ZIP_OK) return OkStatus();
  return base::Unavailable("cannot write " + path_);
}

Status ZipFile::Finish() {
  RETURN_IF_ERROR(End());
  if (zipClose(std::exchange(handle_->zip, nullptr), nullptr) != ZIP_OK)
    return base::Unavailable("cannot write " + path_);
  const int fd = ::open(handle_->part.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!synced || std::rename(handle_->part.c_str(), path_.c_str()) != 0)
    return base::Unavailable("cannot write " + path_);
  handle_->part.clear();
  return OkStatus();
}

}  // namespace signboard::warc
