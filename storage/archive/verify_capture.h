// CaptureCheck proves one capture after the other: its index entry says what its record says, every
// other key leads to it, and the bytes it names are there and have the digests it names.
//
// Threads: one.
// Errors:  the shard's. What is wrong with a capture is none: it is what is looked for.
// Cost:    bytes that many captures of a slot share are read once, while kProvenMax are remembered;
//          in memory are those of one capture, in the forms it has.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "proto/base/status.h"
#include "signboard/v1/archive.pb.h"
#include "signboard/v1/verification.pb.h"
#include "storage/archive/capture_rows.h"
#include "storage/archive/damage_notes.h"
#include "storage/index/nearest.h"

namespace signboard::archive {

class CaptureCheck {
 public:
  static constexpr size_t kProvenMax = 500'000;

  // `wires`: recipes are tried too, which costs more than all else.
  CaptureCheck(std::shared_ptr<kv::Shard> shard, kv::Slot slot, bool wires)
      : shard_(std::move(shard)), slot_(slot), wires_(wires) {}

  // Adds what is damaged to `found`, and what was done to `counts`.
  Status Check(const CaptureRow& row, const kv::View* view, v1::VerifyProgress* counts,
               std::vector<FoundDamage>* found);

 private:
  struct Look;  // What the check of one capture is at.

  void Tell(Look* look, v1::Damage::What what, std::string_view detail,
            const std::string& body_key = "") const;
  // `status` is told of as damage if it is any; what else it is, is returned.
  Status TellOr(Look* look, v1::Damage::What what, const Status& status) const;
  Status Name(Look* look) const;
  Status CheckKeys(Look* look) const;
  Status CheckIndex(Look* look) const;
  Status CheckBytes(Look* look);
  Status CheckDecoded(Look* look);
  Status CheckWire(Look* look, const std::string* decoded);
  Status CheckSize(Look* look, v1::Damage::What what, const std::string& body_key,
                   uint64_t bytes) const;
  bool IsProven(const std::string& thing) const;
  void SetProven(const std::string& thing);

  const std::shared_ptr<kv::Shard> shard_;
  const kv::Slot slot_;
  const bool wires_;
  std::unordered_set<uint64_t> proven_;
};

}  // namespace signboard::archive
