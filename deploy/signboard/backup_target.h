// Where backups lie: a directory, or a bucket that speaks S3. It holds objects by name, each whole
// or not at all:
//
//   files/<2 digits>/<sha256>    the bytes of a file, named after them; shared by all backups
//   backups/<id>.json            one backup (backup_list.h), written last
//
// Threads: one.
// Errors:  name the object. kNotFound: there is none. kResourceExhausted: the disk is full.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"

namespace signboard::cli {

class BackupTarget {
 public:
  virtual ~BackupTarget() = default;

  // The names of all objects in a folder ("files/"), in no order.
  virtual StatusOr<std::vector<std::string>> List(const std::string& folder) = 0;
  // Where a file may be made that is to be Put.
  virtual StatusOr<std::string> SpoolDirectory() = 0;
  // Makes an object of a file in the spool directory, whose bytes have this digest, and takes the
  // file away. Durable.
  virtual Status Put(const std::string& name, const std::string& file,
                     const std::string& sha256) = 0;
  // Gives the bytes piece by piece, until `take` fails.
  using Take = std::function<Status(std::string_view bytes)>;
  virtual Status Get(const std::string& name, const Take& take) = 0;
};

// `where`: a directory, which with `create` is made when it is not there; or s3://BUCKET/PREFIX
// (backup_s3.h).
StatusOr<std::unique_ptr<BackupTarget>> OpenBackupTarget(const std::string& where, bool create);

}  // namespace signboard::cli
