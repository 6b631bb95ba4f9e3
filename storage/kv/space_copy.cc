#include "storage/kv/space_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "proto/base/digest.h"
#include "storage/kv/space_file.h"

namespace signboard::kv {
namespace {

namespace fs = std::filesystem;

// "shard-000-256/000012.sst" of a table's whole path.
std::string WithinSpace(const SlotRange& slots, const std::string& path) {
  return ShardDirectory(slots) + "/" + fs::path(path).filename().string();
}

// With the shard's directory in front, as in a copy.
Status AddTables(const Space& space, std::vector<ShardFile>* tables) {
  for (const std::shared_ptr<Shard>& shard : space.Shards()) {
    ASSIGN_OR_RETURN(std::vector<ShardFile> files, FilesOf(*shard)->Files());
    for (ShardFile& file : files) {
      file.path = WithinSpace(shard->slots(), file.path);
      tables->push_back(std::move(file));
    }
  }
  return OkStatus();
}

}  // namespace

StatusOr<std::unique_ptr<SpaceCopy>> SpaceCopy::Take(const Space& space,
                                                     const std::string& directory) {
  const std::vector<std::shared_ptr<Shard>> shards = space.Shards();
  if (shards.empty()) return Fenced("copy to " + directory);
  std::error_code error;
  if (fs::exists(directory, error))
    return base::InvalidArgument("copy to " + directory + ": there is something");
  std::unique_ptr<SpaceCopy> copy(new SpaceCopy(directory));
  // A table of the copy was there before, or is there afterwards, unless it came and went between.
  std::vector<ShardFile> tables;
  RETURN_IF_ERROR(AddTables(space, &tables));
  for (const std::shared_ptr<Shard>& shard : shards)
    RETURN_IF_ERROR(shard->Checkpoint(directory));
  RETURN_IF_ERROR(AddTables(space, &tables));
  RETURN_IF_ERROR(copy->List(tables));
  return copy;
}

SpaceCopy::~SpaceCopy() {
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

Status SpaceCopy::List(const std::vector<ShardFile>& tables) {
  std::map<std::string, const ShardFile*> known;
  for (const ShardFile& table : tables) known[table.path] = &table;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory_, error), end; !error && it != end;
       it.increment(error)) {
    if (!it->is_regular_file(error) || it->path().filename() == "LOCK") continue;
    CopiedFile file;
    file.path = it->path().lexically_relative(directory_).string();
    file.bytes = it->file_size(error);
    const auto table = known.find(file.path);
    if (table != known.end() && table->second->bytes == file.bytes &&
        !table->second->checksum.empty())
      file.identity = "crc32c:" + base::ToHex(table->second->checksum);
    files_.push_back(std::move(file));
  }
  if (error) return base::Unavailable("list " + directory_ + ": " + error.message());
  std::sort(files_.begin(), files_.end(),
            [](const CopiedFile& a, const CopiedFile& b) { return a.path < b.path; });
  return OkStatus();
}

StatusOr<std::string> SpaceCopy::Read(const CopiedFile& file, uint64_t offset,
                                      size_t count) const {
  const std::string path = directory_ + "/" + file.path;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  std::string bytes(count, '\0');
  const ssize_t n = fd < 0 ? -1 : pread(fd, bytes.data(), count, static_cast<off_t>(offset));
  const int failed = errno;
  if (fd >= 0) close(fd);
  if (n < 0) return base::Unavailable("read " + path + ": " + std::strerror(failed));
  bytes.resize(static_cast<size_t>(n));
  return bytes;
}

void RemoveCopies(const std::string& parent, const std::string& prefix) {
  std::error_code error;
  std::vector<fs::path> found;
  for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error))
    if (it->path().filename().string().starts_with(prefix)) found.push_back(it->path());
  for (const fs::path& path : found) fs::remove_all(path, error);
}

}  // namespace signboard::kv
