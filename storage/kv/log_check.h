// Looks into the log files of RocksDB (write-ahead logs and MANIFEST) for damage that RocksDB
// itself passes over or does not name.
//
// RocksDB takes a record that claims to reach beyond the end of the file for a write cut short by
// a crash, and ends the log there without a word. A flipped bit in the length of a record near the
// end looks the same, and the synced records after it would be gone in silence. The difference: a
// write cut short is the last thing in its file. So where such a record is followed by another
// whose checksum fits, the file is damaged, and opening stops.
//
// The format (RocksDB wiki, "Write Ahead Log File Format"): blocks of 32 KiB, in each records of
//   crc:4 length:2 type:1 payload:length     crc32c, masked, of type and payload; little-endian
// A record never crosses a block; a rest of less than seven bytes is padding. We write neither
// compressed nor recycled logs, so types are 1 to 4; 0 is space set aside and not written.
//
// Cost: CheckLogEnds reads the last block of each log; the others read whole files.
#pragma once

#include <rocksdb/env.h>

#include <cstdint>
#include <string>

#include "proto/base/status.h"

namespace signboard::kv {

// kDataLoss names the file and the place of a log whose end was not merely cut short.
Status CheckLogEnds(rocksdb::Env* env, const std::string& directory);

// Checks the records of one log, a live one too: of what was in it when `size` was taken, only the
// last record may be cut short. kDataLoss names the file and the place.
Status CheckLog(rocksdb::Env* env, const std::string& path, uint64_t size);

// What CheckLog says of the first damaged log or MANIFEST of a directory; empty: of none.
std::string FindLogDamage(rocksdb::Env* env, const std::string& directory);

}  // namespace signboard::kv
