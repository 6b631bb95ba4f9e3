// The dictionaries of a host: when one is due, what it is trained from, and which keyframes are
// made again with it. zstd's own trainer makes it (ZDICT).
//
//   meta   slot:2 "host" host   keyframes:8 trained:8 [dictionary:8]
//     keyframes    how many the host has
//     trained      how many it had when it was trained last
//
// A host gets its first when it has kFirstTraining keyframes, and those are made again with it; a
// new one whenever it has four times as many as before. Keyframes keep the dictionary they were
// made with.
//
// Threads: one at a time a slot. Calls wait for disk.
// Errors:  the shard's. Damaged samples are passed over.
// Cost:    Train reads kSamplesMax bodies, and takes some 100 ms of a thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "storage/archive/chains.h"

namespace signboard::archive {

inline constexpr uint64_t kFirstTraining = 32;
inline constexpr size_t kSamplesMax = 128;

struct HostRecord {
  uint64_t keyframes = 0;
  uint64_t trained = 0;
  std::string dictionary;  // Its id; empty: none yet.
  bool IsDue() const {
    return keyframes >= kFirstTraining && (trained == 0 || keyframes / 4 >= trained);
  }
};
StatusOr<HostRecord> LoadHost(kv::Shard& shard, kv::Slot slot, std::string_view host);
void PutHost(kv::Slot slot, std::string_view host, const HostRecord& record, kv::Batch* batch);

// "cn,gov,jxja)" of "cn,gov,jxja)/xwzx/1.html": what SURTs of one host begin with.
std::string_view HostOfSurt(std::string_view surt);

// Trains a dictionary of the host if its record says so, and writes it.
Status TrainIfDue(kv::Shard& shard, kv::Slot slot, std::string_view host);

}  // namespace signboard::archive
