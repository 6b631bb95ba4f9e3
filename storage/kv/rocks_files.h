// The files that a RocksDB stands on, read one after the other and compared with the checksums that
// were taken when they were written.
//
// Threads: safe from any, beside everything else.
// Errors:  of a file that does not fit or can not be read: in its FileCheck. What is returned is
//          that the list could not be had.
// Cost:    reads each file once, a MiB at a time; its pages push others out of the system's cache.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "storage/kv/rocks_db.h"
#include "storage/kv/shard_files.h"

namespace signboard::kv {

class RocksFiles final : public ShardFiles {
 public:
  // `db` null: the shard is closed, and `closed` is what every call says.
  RocksFiles(std::shared_ptr<OpenDb> db, rocksdb::Env* env, Status closed)
      : db_(std::move(db)), env_(env), closed_(std::move(closed)) {}

  StatusOr<std::vector<ShardFile>> Files() override;
  Status CheckFiles(const std::string& after,
                    const std::function<bool(const FileCheck&)>& told) override;
  std::unique_ptr<View> TakePassingView() override;

 private:
  const std::shared_ptr<OpenDb> db_;
  rocksdb::Env* const env_;
  const Status closed_;
};

}  // namespace signboard::kv
