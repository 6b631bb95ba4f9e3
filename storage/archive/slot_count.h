// SlotCount compares what a slot counts with what is in it, as all of it was at one instant: the
// tallies, the URL entries, that each capture has one index entry and one capture id, and that
// every body is reached by a capture.
//
// It is walked in steps, between which anybody may write; it sees none of that.
//
// Threads: one at a time.
// Errors:  kDataLoss, kUnavailable: something can not be read, so nothing is said of counts.
// Cost:    a scan of small records, once for each kPartMax bodies; 8 bytes a body of a part.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proto/base/status.h"
#include "storage/archive/schema.h"
#include "storage/archive/tallies.h"
#include "storage/index/record.h"

namespace signboard::archive {

class SlotCount {
 public:
  static constexpr size_t kPartMax = 4'000'000;
  using Time = std::chrono::steady_clock::time_point;

  // `part_max`: bodies of which it is known at once whether they are reached.
  SlotCount(std::shared_ptr<kv::Shard> shard, kv::Slot slot, size_t part_max = kPartMax);

  // Goes on until `end`. True: all is compared.
  StatusOr<bool> Step(Time end);
  // What does not fit, for people.
  const std::vector<std::string>& found() const { return found_; }

 private:
  enum class Stage { kBodies, kCaptures, kUrls, kIndex, kIds, kDone };
  using Entry = std::function<StatusOr<bool>(std::string_view key, std::string_view value)>;

  // Gives entries behind `place_` to `entry` until it says false. True: there are no more.
  StatusOr<bool> Scan(kv::Family family, Time end, const Entry& entry);
  StatusOr<bool> CountKeys(kv::Family family, Time end);
  StatusOr<bool> TakeBody(std::string_view key, std::string_view value);
  StatusOr<bool> TakeCapture(std::string_view key, std::string_view value);
  Status EndSurt();
  void Reach(BodyKind kind, std::string_view sha256);
  void EndPart();
  Status Next();
  void CompareKeys(kv::Family family);

  struct Part {
    std::vector<uint64_t> heads;  // The first 8 bytes of digests, ascending.
    std::vector<bool> reached;
  };

  const std::shared_ptr<kv::Shard> shard_;
  const kv::Slot slot_;
  const size_t part_max_;
  const std::unique_ptr<kv::View> view_;
  Stage stage_ = Stage::kBodies;
  std::string place_;     // The last key that was seen in this stage.
  bool first_part_ = true;
  bool more_bodies_ = false;
  std::string bodies_at_;  // Where the next part begins.
  std::array<Part, 2> parts_;  // Decoded, wire.
  Tally seen_;
  uint64_t keys_ = 0;  // Of the stage.
  std::string surt_;
  std::map<std::string, index::UrlRecord> urls_;  // Of `surt_`, by exact URL.
  std::vector<std::string> found_;
};

}  // namespace signboard::archive
