// What finding keys costs when RocksDB does it alone, in the files of a Space that is closed: the
// floor that benchmarks put under lookups. It has the settings and the cache of a shard, and opens
// it for reading only.
//
// Threads: safe from any.
// Errors:  those of rocks_status.h, naming the directory. kInvalidArgument: no such family.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/status.h"
#include "storage/kv/space.h"

namespace signboard::kv {

class RocksReadFloor {
 public:
  // `space` is the directory of a LocalSpace with one shard for all slots; `families` as there.
  static StatusOr<std::unique_ptr<RocksReadFloor>> Open(const std::string& space,
                                                        const std::vector<FamilySpec>& families,
                                                        size_t block_cache_bytes);
  ~RocksReadFloor();
  RocksReadFloor(const RocksReadFloor&) = delete;
  RocksReadFloor& operator=(const RocksReadFloor&) = delete;

  // One iterator: a seek to `from` and a step for each of the keys before `end`, at most `max`,
  // whose bytes are all looked at. How many there were.
  StatusOr<size_t> Walk(Family family, std::string_view from, std::string_view end, size_t max);

  // The key at `place` or behind it, and the one before it, by one iterator. How many there were.
  StatusOr<size_t> Around(Family family, std::string_view place, std::string_view end);

  // Of the files that a family's keys and values lie in.
  StatusOr<uint64_t> FamilyBytes(Family family) const;

 private:
  struct Store;
  explicit RocksReadFloor(std::unique_ptr<Store> store);
  std::unique_ptr<Store> store_;
};

}  // namespace signboard::kv
