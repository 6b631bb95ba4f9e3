// Makes a backup of a running deployment: takes a copy of every store, brings into the target the
// files that are not there yet, and last of all the list of what it holds.
//
// A file is known again by its identity in the newest backup, without being read, or by its SHA-256
// when it has come. Each table that comes is compared with its checksum: one that is damaged where
// it comes from is named, and not taken for whole by the next backup.
//
// Threads: one. Calls servers, and waits.
// Errors:  those of the servers and of the target. What was brought so far stays, and the next
//          backup need not bring it again.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "deploy/signboard/backup_list.h"
#include "deploy/signboard/cli.h"
#include "signboard/v1/backup.grpc.pb.h"

namespace signboard::cli {

struct BackupReport {
  std::string id;
  uint64_t files = 0;
  uint64_t bytes = 0;
  uint64_t copied_files = 0;  // Into the target.
  uint64_t copied_bytes = 0;
  uint64_t fetched_bytes = 0;  // From the servers.
  std::vector<std::string> damaged;  // Files that are so where they come from; copied as they are.
};

class BackupCreation {
 public:
  using Progress = std::function<void(const BackupReport&)>;
  BackupCreation(const Context& context, BackupTarget& target, Progress progress)
      : context_(context), target_(target), progress_(std::move(progress)) {}

  StatusOr<BackupReport> Run();

 private:
  using Stream = grpc::ClientReaderWriter<v1::CopyRequest, v1::CopyReply>;
  // One server's stores.
  struct Source {
    grpc::ClientContext call;
    std::unique_ptr<v1::Backup::Stub> stub;
    std::unique_ptr<Stream> stream;
    std::vector<v1::StoreFile> files;
    std::set<std::string> stores;
  };

  Status LookAtTarget();
  Status TakeCopies();
  Status Take(const std::string& role);
  Status CopyAll(Source* source);
  StatusOr<BackupFile> CopyOne(Source* source, uint32_t number);
  // Into the spool; fills `file->sha256`.
  Status Fetch(Source* source, uint32_t number, const std::string& spool, BackupFile* file);
  Status PutList(const std::string& spool);

  const Context& context_;
  BackupTarget& target_;
  const Progress progress_;
  std::set<std::string> there_;                // Names of files in the target.
  std::map<std::string, BackupFile> known_;    // Of the newest backup, by store and path.
  std::vector<std::unique_ptr<Source>> sources_;
  BackupList list_;
  BackupReport report_;
};

}  // namespace signboard::cli
