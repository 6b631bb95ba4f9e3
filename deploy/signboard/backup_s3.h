// Backups in a bucket: s3://BUCKET/PREFIX. Keys and server come from where other tools of this kind
// have them: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION (or
// AWS_DEFAULT_REGION), AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL), AWS_CA_BUNDLE.
//
// Threads: one.
// Errors:  those of net::S3Client; kInvalidArgument: a variable is missing, named.
#pragma once

#include <memory>
#include <string>

#include "deploy/signboard/backup_target.h"

namespace signboard::cli {

inline constexpr char kS3Scheme[] = "s3://";

StatusOr<std::unique_ptr<BackupTarget>> OpenS3Target(const std::string& where);

}  // namespace signboard::cli
