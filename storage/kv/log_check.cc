#include "storage/kv/log_check.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "storage/kv/crc32c.h"
#include "storage/kv/rocks_status.h"

namespace signboard::kv {
namespace {

constexpr uint64_t kBlockBytes = 32768;
constexpr size_t kHeaderBytes = 7;
constexpr unsigned kLastType = 4;

unsigned ByteAt(std::string_view block, size_t at) {
  return static_cast<unsigned char>(block[at]);
}

struct Header {
  uint32_t crc;
  size_t length;
  unsigned type;
};

Header HeaderAt(std::string_view block, size_t at) {
  return {ByteAt(block, at) | ByteAt(block, at + 1) << 8 | ByteAt(block, at + 2) << 16 |
              ByteAt(block, at + 3) << 24,
          ByteAt(block, at + 4) | ByteAt(block, at + 5) << 8, ByteAt(block, at + 6)};
}

bool Fits(std::string_view block, size_t at, const Header& header) {
  if (at + kHeaderBytes + header.length > block.size()) return false;
  const uint32_t crc = Crc32c(block.substr(at + 6, header.length + 1));
  return header.crc == ((crc >> 15 | crc << 17) + 0xa282ead8U);  // LevelDB's mask.
}

// Where the first record that does not fit begins.
std::optional<size_t> FirstMisfit(std::string_view block) {
  size_t at = 0;
  while (at + kHeaderBytes <= block.size()) {
    const Header header = HeaderAt(block, at);
    if (header.type == 0 && header.length == 0) return std::nullopt;  // Set aside, not written.
    if (!Fits(block, at, header)) return at;
    at += kHeaderBytes + header.length;
  }
  return std::nullopt;
}

bool AnyRecordAfter(std::string_view block, size_t at) {
  for (++at; at + kHeaderBytes <= block.size(); ++at) {
    const Header header = HeaderAt(block, at);
    if (header.type >= 1 && header.type <= kLastType && Fits(block, at, header)) return true;
  }
  return false;
}

StatusOr<std::string> ReadFrom(rocksdb::Env* env, const std::string& path, uint64_t offset,
                               size_t count) {
  std::unique_ptr<rocksdb::SequentialFile> file;
  rocksdb::Status s = env->NewSequentialFile(path, &file, rocksdb::EnvOptions());
  if (s.ok()) s = file->Skip(offset);
  std::string bytes(count, '\0');
  rocksdb::Slice read;
  if (s.ok()) s = file->Read(count, &read, bytes.data());
  if (!s.ok()) return FromRocks(s, path);
  return read.ToString();
}

std::vector<std::string> Files(rocksdb::Env* env, const std::string& directory, bool manifests) {
  std::vector<std::string> names, found;
  if (!env->GetChildren(directory, &names).ok()) return found;
  for (const std::string& name : names)
    if (name.ends_with(".log") || (manifests && name.starts_with("MANIFEST-")))
      found.push_back(directory + "/" + name);
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

Status CheckLogEnds(rocksdb::Env* env, const std::string& directory) {
  for (const std::string& path : Files(env, directory, false)) {
    uint64_t size = 0;
    if (const auto s = env->GetFileSize(path, &size); !s.ok()) return FromRocks(s, path);
    if (size == 0) continue;
    const uint64_t start = (size - 1) / kBlockBytes * kBlockBytes;
    ASSIGN_OR_RETURN(const std::string block, ReadFrom(env, path, start, kBlockBytes));
    const std::optional<size_t> misfit = FirstMisfit(block);
    if (!misfit || !AnyRecordAfter(block, *misfit)) continue;
    return base::DataLoss("log " + path + " is damaged at byte " +
                          std::to_string(start + *misfit) + ": records follow one that is broken");
  }
  return OkStatus();
}

Status CheckLog(rocksdb::Env* env, const std::string& path, uint64_t size) {
  for (uint64_t start = 0; start < size; start += kBlockBytes) {
    const size_t count = static_cast<size_t>(std::min(kBlockBytes, size - start));
    ASSIGN_OR_RETURN(const std::string block, ReadFrom(env, path, start, count));
    const std::optional<size_t> misfit = FirstMisfit(block);
    if (!misfit) continue;
    const Header header = HeaderAt(block, *misfit);
    if (start + count == size && *misfit + kHeaderBytes + header.length > block.size() &&
        !AnyRecordAfter(block, *misfit))
      continue;  // Being written, or cut short.
    return base::DataLoss("log " + path + " is damaged at byte " + std::to_string(start + *misfit));
  }
  return OkStatus();
}

std::string FindLogDamage(rocksdb::Env* env, const std::string& directory) {
  for (const std::string& path : Files(env, directory, true)) {
    uint64_t size = 0;
    if (!env->GetFileSize(path, &size).ok()) continue;
    const Status checked = CheckLog(env, path, size);
    if (checked.code() == StatusCode::kDataLoss) return std::string(base::Message(checked));
  }
  return "";
}

}  // namespace signboard::kv
