#include "deploy/signboard/backup_check.h"

#include <filesystem>
#include <set>
#include <system_error>

#include "deploy/signboard/durable_file.h"
#include "proto/base/digest.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSpaceFile = "SPACE";  // Without it a store is not opened.

// Reads a file's bytes, and compares them with what they are to be.
Status ReadWhole(BackupTarget& target, const BackupFile& file, const BackupTarget::Take& take) {
  base::Hasher sha256(base::DigestKind::kSha256);
  uint64_t bytes = 0;
  const std::string name = FileName(file.sha256);
  const std::string where = name + " (" + file.store + "/" + file.path + ")";
  const Status read = target.Get(name, [&](std::string_view piece) {
    bytes += piece.size();
    if (bytes > file.bytes) return base::DataLoss("it is longer");
    sha256.Update(piece);
    return take(piece);
  });
  if (read.code() == StatusCode::kNotFound) return base::DataLoss(where + " is missing");
  if (!read.ok()) return base::Annotate(read, where);
  if (bytes == file.bytes && sha256.Finish() == file.sha256) return OkStatus();
  return base::DataLoss(where + " is damaged: its bytes have another sha256");
}

Status CheckEmpty(const std::string& directory) {
  std::error_code error;
  if (!fs::exists(directory, error)) return OkStatus();
  if (fs::is_directory(directory, error) && fs::is_empty(directory, error)) return OkStatus();
  return base::FailedPrecondition(directory + " is not an empty directory: nothing is restored");
}

Status RestoreFile(BackupTarget& target, const BackupFile& file, const std::string& directory) {
  const std::string path = directory + "/" + file.store + "/" + file.path;
  ASSIGN_OR_RETURN(DurableFile out, DurableFile::Make(path));
  RETURN_IF_ERROR(ReadWhole(target, file, [&out](std::string_view piece) {
    return out.Write(piece);
  }));
  return out.Finish();
}

}  // namespace

Status VerifyBackups(BackupTarget& target, const std::vector<std::string>& ids,
                     const CheckProgress& progress, BackupCheck* check) {
  std::set<std::string> seen;
  for (const std::string& id : ids) {
    const auto list = ReadBackup(target, id);
    if (list.status().code() == StatusCode::kDataLoss) {
      check->damaged.emplace_back(base::Message(list.status()));
      continue;
    }
    RETURN_IF_ERROR(list.status());
    for (const BackupFile& file : list->files) {
      if (!seen.insert(file.sha256).second) continue;
      const Status status = ReadWhole(target, file, [](std::string_view) { return OkStatus(); });
      if (status.code() == StatusCode::kDataLoss)
        check->damaged.emplace_back(base::Message(status));
      else if (!status.ok())
        return status;
      ++check->files;
      check->bytes += file.bytes;
      progress(*check);
    }
  }
  return OkStatus();
}

Status RestoreBackup(BackupTarget& target, const std::string& id, const std::string& directory,
                     const CheckProgress& progress, BackupCheck* check) {
  RETURN_IF_ERROR(CheckEmpty(directory));
  ASSIGN_OR_RETURN(const BackupList list, ReadBackup(target, id));
  // With shards and no SPACE a store is refused by whoever would open it: so all directories come
  // first, and what makes stores of them last.
  std::set<std::string> folders;
  for (const BackupFile& file : list.files)
    folders.insert(
        fs::path(directory + "/" + file.store + "/" + file.path).parent_path().string());
  for (const std::string& folder : folders) RETURN_IF_ERROR(MakeDurableDirectory(folder));
  for (const bool last : {false, true}) {
    for (const BackupFile& file : list.files) {
      if ((file.path == kSpaceFile) != last) continue;
      RETURN_IF_ERROR(RestoreFile(target, file, directory));
      ++check->files;
      check->bytes += file.bytes;
      progress(*check);
    }
    for (const std::string& folder : folders) RETURN_IF_ERROR(SyncDirectory(folder));
  }
  return OkStatus();
}

}  // namespace signboard::cli
