#include "deploy/signboard/backup_target.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "deploy/signboard/backup_s3.h"
#include "deploy/signboard/durable_file.h"
#include "storage/kv/directory_lock.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kReadBytes = size_t{1} << 20;

class DirectoryTarget final : public BackupTarget {
 public:
  explicit DirectoryTarget(std::string directory) : directory_(std::move(directory)) {}

  StatusOr<std::vector<std::string>> List(const std::string& folder) override {
    std::vector<std::string> names;
    const std::string place = directory_ + "/" + folder;
    std::error_code error;
    if (!fs::exists(place, error)) return names;
    for (fs::recursive_directory_iterator it(place, error), end; !error && it != end;
         it.increment(error)) {
      if (it->is_regular_file(error))
        names.push_back(it->path().lexically_relative(directory_).string());
    }
    if (error) return base::Unavailable("list " + place + ": " + error.message());
    return names;
  }

  // Beside the objects, so that each is put in its place by its name alone. Who has it is the only
  // one that writes here.
  StatusOr<std::string> SpoolDirectory() override {
    const std::string spool = directory_ + "/spool";
    if (lock_) return spool;
    RETURN_IF_ERROR(MakeDurableDirectory(spool));
    auto lock = kv::DirectoryLock::Take(spool);
    if (!lock.ok()) return base::Annotate(lock.status(), "another backup is being made");
    lock_ = *std::move(lock);
    std::error_code error;
    for (fs::directory_iterator it(spool, error), end; !error && it != end; it.increment(error))
      if (it->path().filename() != "LOCK") fs::remove(it->path(), error);  // A crash left it.
    return error ? base::Unavailable("clear " + spool + ": " + error.message())
                 : StatusOr<std::string>(spool);
  }

  Status Put(const std::string& name, const std::string& file, const std::string&) override {
    const std::string path = directory_ + "/" + name;
    const std::string folder = fs::path(path).parent_path().string();
    RETURN_IF_ERROR(MakeDurableDirectory(folder));
    std::error_code error;
    fs::rename(file, path, error);
    if (error) return base::Unavailable("put " + path + ": " + error.message());
    return SyncDirectory(folder);
  }

  Status Get(const std::string& name, const Take& take) override {
    const std::string path = directory_ + "/" + name;
    std::error_code error;
    if (!fs::exists(path, error)) return base::NotFound("no " + path);
    std::ifstream in(path, std::ios::binary);
    std::string block(kReadBytes, '\0');
    while (in.read(block.data(), static_cast<std::streamsize>(block.size())) || in.gcount() > 0)
      RETURN_IF_ERROR(take(std::string_view(block).substr(0, static_cast<size_t>(in.gcount()))));
    return in.eof() ? OkStatus() : base::Unavailable(path + " can not be read");
  }

 private:
  const std::string directory_;
  std::shared_ptr<kv::DirectoryLock> lock_;
};

}  // namespace

StatusOr<std::unique_ptr<BackupTarget>> OpenBackupTarget(const std::string& where, bool create) {
  if (where.starts_with(kS3Scheme)) return OpenS3Target(where);
  std::error_code error;
  if (!fs::is_directory(where, error)) {
    if (!create) return base::NotFound("no directory " + where);
    RETURN_IF_ERROR(MakeDurableDirectory(where));
  }
  return std::unique_ptr<BackupTarget>(new DirectoryTarget(where));
}

}  // namespace signboard::cli
