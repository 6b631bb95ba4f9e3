// What the parts of AlertBook share: what is about to be written for one subscription.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "storage/register/alert_book.h"
#include "storage/register/subscriptions.h"

namespace signboard::registry {

// Bounds of one grouped message, and of the events it is made of.
inline constexpr size_t kGroupItemsMax = 200;
inline constexpr size_t kGroupBytesMax = size_t{1} << 20;
inline constexpr size_t kGroupEventsMax = 2'000;

struct AlertBook::Draft {
  Draft(const AlertKeys& the_keys, SubscriptionRecord of, UnixTime the_time)
      : keys(the_keys), record(std::move(of)), now(the_time) {}

  const AlertKeys keys;
  SubscriptionRecord record;
  const UnixTime now;
  kv::Batch batch = {};
  std::map<std::string, ToldRecord> told = {};
  bool grouping = false;
  std::vector<std::string> group = {};  // The messages in it, as JSON.
  v1::Delivery first = {};              // Of them.
  size_t group_bytes = 0;
  size_t looked_at = 0;  // Events.

  bool HasRoom() const {
    if (!grouping) return record.window_count() < record.wanted().burst();
    return group.size() < kGroupItemsMax && group_bytes < kGroupBytesMax &&
           looked_at < kGroupEventsMax;
  }
  // One more message; `data` is JSON.
  void Say(const Telling& telling, uint64_t sequence, UnixTime time, const std::string& data);
  // Makes one message of those that were gathered.
  void EndGroup();
  void Append(v1::Delivery delivery);
};

}  // namespace signboard::registry
