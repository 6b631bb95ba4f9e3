// One step of the packer: some captures of a slot whose bodies lie whole, and the batch that puts
// these into chains.
//
// A body goes behind the one that the capture of its URL before it has, as a patch, where that is
// less than half of what it takes alone and the chain is not full; else it begins a chain. Each is
// decoded again and compared before the whole one may go.
//
// Threads: one.
// Errors:  the shard's. A damaged body is counted and stays where it is.
// Cost:    memory for kRoundBytesMax of bodies, and as much again for what they are made of.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "signboard/v1/archive.pb.h"
#include "storage/archive/chains.h"
#include "storage/archive/host_dictionary.h"

namespace signboard::archive {

inline constexpr size_t kRoundBytesMax = size_t{16} << 20;

class PackRound {
 public:
  static StatusOr<PackRound> Begin(kv::Shard& shard, kv::Slot slot);

  // The capture under `key` of the unpacked family.
  Status Add(const std::string& key);
  bool IsFull() const { return bytes_ >= kRoundBytesMax; }
  Status Write();
  // Whose keyframes have grown.
  const std::set<std::string>& hosts() const { return grown_; }

 private:
  // The last body of a chain, which the next one is compared with.
  struct Tail {
    uint8_t position = 0;
    std::string body;
  };
  PackRound(kv::Shard& shard, kv::Slot slot) : shard_(shard), slot_(slot) {}

  Status Pack(const std::string& surt, const std::string& sha256,
              const std::optional<std::string>& before);
  // The digests of the capture before this one, its body and its rendered document.
  StatusOr<std::optional<v1::Snapshot>> Before(const std::string& surt,
                                               const v1::Snapshot& snapshot);
  StatusOr<std::optional<KeptBody>> Find(const std::string& sha256);
  // The chain that ends where a body behind `before` may go.
  StatusOr<std::optional<uint64_t>> OpenChain(const std::string& before);
  StatusOr<HostRecord*> Host(const std::string& host);
  // Adds it if it decodes to `body`.
  bool PutMember(const ChainPlace& place, std::string value, const std::string& body,
                 const Dictionary* dictionary);
  Status BeginChain(const std::string& surt, const std::string& body, ChainPlace* place);

  kv::Shard& shard_;
  kv::Slot slot_;
  kv::Batch batch_;
  size_t bytes_ = 0;
  uint64_t next_chain_ = 0;
  std::map<std::string, KeptBody> moved_;  // By digest; the database does not know yet.
  std::map<uint64_t, Tail> tails_;
  std::map<std::string, HostRecord> hosts_;
  std::set<std::string> grown_;
};

}  // namespace signboard::archive
