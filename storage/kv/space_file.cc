#include "storage/kv/space_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <sstream>

#include "storage/kv/crc32c.h"

namespace signboard::kv {
namespace {

constexpr std::string_view kFirstLine = "signboard space ";
constexpr size_t kSpaceFileBytesMax = 64 << 10;

Status Failed(const std::string& what, const std::string& path) {
  const int error = errno;
  const std::string message = what + " " + path + ": " + std::strerror(error);
  return error == ENOSPC ? base::ResourceExhausted(message) : base::Unavailable(message);
}

template <class Number>
bool ReadNumber(std::string_view text, Number* number, int radix = 10) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), *number, radix);
  return error == std::errc() && end == text.data() + text.size();
}

std::string Checked(const std::string& body) {
  std::array<char, 24> line{};
  std::snprintf(line.data(), line.size(), "crc32c %08x\n", Crc32c(body));
  return body + line.data();
}

Status Sync(const std::string& path, int flags) {
  const int fd = open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return Failed("open", path);
  const int failed = fsync(fd);
  const int error = errno;
  close(fd);
  errno = error;
  return failed != 0 ? Failed("sync", path) : OkStatus();
}

// One line after the first; false: it is not of this format.
bool ReadLine(const std::string& line, SpaceFile* file) {
  std::istringstream words(line);
  std::string name, a, b, more;
  words >> name >> a >> b >> more;
  if (name == "shard") {
    SlotRange range;
    if (!ReadNumber(a, &range.first) || !ReadNumber(b, &range.last) || !more.empty()) return false;
    file->shards.push_back(range);
    return true;
  }
  if (!b.empty()) return false;
  if (name == "kind") {
    file->kind = a;
    return !a.empty();
  }
  if (name == "schema") return ReadNumber(a, &file->schema_version);
  if (name == "state") {
    file->ready = a == "ready";
    return file->ready || a == "unfinished";
  }
  return false;
}

StatusOr<SpaceFile> Parse(const std::string& text, const std::string& path) {
  const auto damaged = [&](std::string_view what) {
    return base::DataLoss(path + " is damaged: " + std::string(what));
  };
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  uint32_t format = 0;
  if (!line.starts_with(kFirstLine) || !ReadNumber(line.substr(kFirstLine.size()), &format))
    return damaged("it does not begin with \"signboard space\"");
  const size_t last = text.rfind("crc32c ");
  if (last == std::string::npos || Checked(text.substr(0, last)) != text)
    return damaged("its checksum does not fit");
  if (format > kSpaceFormat) {
    return base::FailedPrecondition(path + " is of format " + std::to_string(format) +
                                    ", this program reads up to " + std::to_string(kSpaceFormat));
  }
  SpaceFile file;
  while (std::getline(lines, line) && !line.starts_with("crc32c "))
    if (!ReadLine(line, &file)) return damaged("line \"" + line + "\"");
  StatusOr<std::vector<SlotRange>> ranges = CheckedRanges(file.shards);
  if (!ranges.ok()) return damaged(base::Message(ranges.status()));
  file.shards = *std::move(ranges);
  return file;
}

}  // namespace

StatusOr<std::optional<SpaceFile>> ReadSpaceFile(const std::string& directory) {
  const std::string path = directory + "/SPACE";
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (errno == ENOENT) return std::optional<SpaceFile>();
    return Failed("open", path);
  }
  std::string text(kSpaceFileBytesMax, '\0');
  const ssize_t n = read(fd, text.data(), text.size());
  const int error = errno;
  close(fd);
  errno = error;
  if (n < 0) return Failed("read", path);
  text.resize(static_cast<size_t>(n));
  ASSIGN_OR_RETURN(SpaceFile file, Parse(text, path));
  return std::optional<SpaceFile>(std::move(file));
}

Status WriteSpaceFile(const std::string& directory, const SpaceFile& file) {
  std::ostringstream body;
  body << kFirstLine << kSpaceFormat << "\nkind " << file.kind << "\nschema "
       << file.schema_version << "\nstate " << (file.ready ? "ready" : "unfinished") << "\n";
  for (const SlotRange& range : file.shards)
    body << "shard " << range.first << " " << range.last << "\n";
  const std::string text = Checked(body.str());
  const std::string path = directory + "/SPACE";
  const std::string fresh = path + ".new";
  const int fd = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Failed("make", fresh);
  errno = ENOSPC;  // What a short write means.
  const bool written = write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const int error = errno;
  close(fd);
  errno = error;
  if (!written) return Failed("write", fresh);
  RETURN_IF_ERROR(Sync(fresh, O_WRONLY));
  if (rename(fresh.c_str(), path.c_str()) != 0) return Failed("rename to", path);
  return Sync(directory, O_RDONLY | O_DIRECTORY);
}

StatusOr<std::vector<SlotRange>> CheckedRanges(std::vector<SlotRange> ranges) {
  if (ranges.empty()) return base::InvalidArgument("no shards");
  std::sort(ranges.begin(), ranges.end(),
            [](const SlotRange& a, const SlotRange& b) { return a.first < b.first; });
  for (size_t i = 0; i < ranges.size(); ++i) {
    const SlotRange& r = ranges[i];
    const std::string name = "shard " + std::to_string(r.first) + ".." + std::to_string(r.last);
    if (r.first > r.last || r.last > kReservedSlot)
      return base::InvalidArgument(name + " is not a range of slots 0..256");
    if (i > 0 && r.first <= ranges[i - 1].last)
      return base::InvalidArgument(name + " overlaps the shard before it");
  }
  return ranges;
}

std::string ShardDirectory(SlotRange slots) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "shard-%03u-%03u", unsigned{slots.first},
                unsigned{slots.last});
  return name.data();
}

}  // namespace signboard::kv
