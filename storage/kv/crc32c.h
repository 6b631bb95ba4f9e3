// CRC-32C (RFC 3720 appendix B.4), by which RocksDB tells its files.
//
// Threads: a function; a sum belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace signboard::kv {

uint32_t Crc32c(std::string_view bytes);

// The same, piece by piece.
class Crc32cSum {
 public:
  Crc32cSum();
  ~Crc32cSum();
  Crc32cSum(const Crc32cSum&) = delete;
  Crc32cSum& operator=(const Crc32cSum&) = delete;

  void Update(std::string_view bytes);
  // Four bytes, big-endian, as ShardFile::checksum. Once, last of all.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace signboard::kv
