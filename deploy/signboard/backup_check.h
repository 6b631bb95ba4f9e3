// Reads backups: proves that each file of one is there with the bytes it had, and puts them back.
//
// Threads: one.
// Errors:  those of the target. Restore: kFailedPrecondition: the directory is not empty;
//          kDataLoss: a file is missing or damaged, and nothing that can be opened was made.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "deploy/signboard/backup_list.h"

namespace signboard::cli {

struct BackupCheck {
  uint64_t files = 0;  // Each once, however many backups have it.
  uint64_t bytes = 0;
  std::vector<std::string> damaged;  // What is wrong, and where.
};
using CheckProgress = std::function<void(const BackupCheck&)>;

// Adds to `check` what `ids` hold.
Status VerifyBackups(BackupTarget& target, const std::vector<std::string>& ids,
                     const CheckProgress& progress, BackupCheck* check);

// `directory` is made, or empty. Only when everything is there can it be opened.
Status RestoreBackup(BackupTarget& target, const std::string& id, const std::string& directory,
                     const CheckProgress& progress, BackupCheck* check);

}  // namespace signboard::cli
