// What one backup holds: every file of every store of a deployment, with the name under which its
// bytes lie in the target. As text it is JSON; its id ends with the beginning of that text's
// SHA-256, so that it proves itself.
//
// Threads: values.
// Errors:  kDataLoss: the text is not what the id names, or is no such list.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "deploy/signboard/backup_target.h"
#include "proto/base/status.h"
#include "proto/base/time.h"

namespace signboard::cli {

inline constexpr size_t kBackupListBytesMax = size_t{512} << 20;

struct BackupFile {
  std::string store = {};
  std::string path = {};
  uint64_t bytes = 0;
  std::string identity = {};  // As StoreFile.identity.
  std::string sha256 = {};    // Raw.
};

struct BackupList {
  std::string created;  // RFC 3339
  std::string program;  // Its version.
  std::vector<BackupFile> files;
};

// "20251118030405678-0123456789abcdef", which sorts by time.
std::string BackupId(UnixTime created, const std::string& text);
std::string BackupName(const std::string& id);  // backups/<id>.json
std::string FileName(const std::string& sha256);  // files/<2 digits>/<sha256>

std::string ToText(const BackupList& list);
// A path leads nowhere but into the store's own directory.
StatusOr<BackupList> ParseBackupList(const std::string& id, std::string_view text);

// Ids, oldest first.
StatusOr<std::vector<std::string>> ListBackups(BackupTarget& target);
// `id` empty: the newest. kNotFound: there is none.
StatusOr<std::string> ChooseBackup(BackupTarget& target, const std::string& id);
StatusOr<BackupList> ReadBackup(BackupTarget& target, const std::string& id);

// "frontier/shard-000-256/000012.sst" may be made below a directory.
bool IsWithin(const BackupFile& file);

}  // namespace signboard::cli
