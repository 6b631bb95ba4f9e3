// What RocksDB says, in our codes.
//
//   NoSpace                  kResourceExhausted
//   Corruption               kDataLoss
//   IOFenced                 Fenced: a file system found that another owner has the files
//   InvalidArgument          kInvalidArgument
//   ShutdownInProgress       Fenced: the shard is being closed
//   all else                 kUnavailable
#pragma once

#include <rocksdb/status.h>

#include <string_view>

#include "proto/base/status.h"

namespace signboard::kv {

// `where` names the shard's directory, and the file or key if known.
Status FromRocks(const rocksdb::Status& status, std::string_view where);

}  // namespace signboard::kv
