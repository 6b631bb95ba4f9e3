// Bodies in chains: versions of a page one behind the other, the first a keyframe, each other a
// patch against the one before it. A body is read by one scan from the keyframe to its place.
//
// Chains only grow, at their end, and what is in one stays there; a body that was found damaged and
// came again leaves what it was behind. Dictionaries stay for ever. So a reader needs no lock.
//
// Threads: safe from any. Calls wait for disk.
// Errors:  kDataLoss: a member or dictionary is missing or damaged, names the place; the caller
//          names the snapshot. Others are the shard's.
// Cost:    ReadChained decodes as many members as the place is deep, kChainLengthMax at most.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proto/base/status.h"
#include "storage/archive/frames.h"
#include "storage/archive/schema.h"

namespace signboard::archive {

// Patches on patches make small chains and slow reads; 16 bounds the second and costs little of
// the first.
inline constexpr uint8_t kChainLengthMax = 16;

struct ChainPlace {
  uint64_t chain = 0;
  uint8_t position = 0;  // 0: the keyframe.
  friend bool operator==(const ChainPlace&, const ChainPlace&) = default;
};

// A row of the digest family: how long a body is, and where it lies unless in the body family.
struct KeptBody {
  uint64_t bytes = 0;
  std::optional<ChainPlace> chained;
  friend bool operator==(const KeptBody&, const KeptBody&) = default;
};
std::string Encode(const KeptBody& kept);
StatusOr<KeptBody> DecodeKeptBody(std::string_view row);
// nullopt: no such body is kept.
StatusOr<std::optional<KeptBody>> FindBody(kv::Shard& shard, kv::Slot slot, BodyKind kind,
                                           std::string_view sha256,
                                           const kv::View* view = nullptr);

std::string ChainKey(kv::Slot slot, const ChainPlace& place);
std::string DictionaryKey(kv::Slot slot, std::string_view id);

StatusOr<std::string> ReadChained(kv::Shard& shard, kv::Slot slot, const ChainPlace& place,
                                  const kv::View* view = nullptr);
// nullopt: there is no such chain.
StatusOr<std::optional<uint8_t>> LastOfChain(kv::Shard& shard, kv::Slot slot, uint64_t chain);

// Read once and shared by all readers of the process, while it is among the last used.
StatusOr<std::shared_ptr<const Dictionary>> LoadDictionary(kv::Shard& shard, kv::Slot slot,
                                                           std::string_view id);

}  // namespace signboard::archive
