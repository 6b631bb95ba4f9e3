// What keeping bytes costs when RocksDB does it alone: the floor that benchmarks put under a Shard.
//
// One family with RocksDB's own settings, but for values in blob files with zstd, which is what a
// family of bodies has (rocks_options.h): the same bytes come to lie in the same form.
//
// Threads: Put and Get are safe from any.
// Errors:  those of rocks_status.h, naming the directory.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/status.h"

namespace signboard::kv {

class RocksFloor {
 public:
  // `directory` is made, and must hold nothing else.
  static StatusOr<std::unique_ptr<RocksFloor>> Open(const std::string& directory);
  ~RocksFloor();
  RocksFloor(const RocksFloor&) = delete;
  RocksFloor& operator=(const RocksFloor&) = delete;

  // One batch, synced: what writers that wait together share.
  Status Put(const std::vector<std::pair<std::string_view, std::string_view>>& entries);
  // kNotFound: there is no such key.
  StatusOr<std::string> Get(std::string_view key);
  // From memory to tables and blob files, as Shard::CompactAll.
  Status CompactAll();

 private:
  struct Store;
  explicit RocksFloor(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

}  // namespace signboard::kv
