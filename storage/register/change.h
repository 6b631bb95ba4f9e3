// What the parts of Register share: what one merge is about to write, and what it is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "storage/register/register.h"
#include "storage/register/sources.h"

namespace signboard::registry {

struct Register::Change {
  kv::Batch batch = {};
  uint64_t sequence = 0;  // Of the newest event, those of this change counted in.
  std::string trace_id = {};
  uint64_t new_announcements = 0;
  uint64_t new_centres = 0;
  std::vector<std::pair<std::string, std::string>> told = {};  // Type and id, for the log.
};

struct Register::Report {
  const v1::LoggedFindings& entry;
  kv::Slot slot_first;
  std::string key;                           // Of the centre.
  std::vector<const v1::Finding*> findings;  // At least one.
};

template <class Record>
StatusOr<Record> Register::LoadOrEmpty(kv::Family family, const std::string& id) {
  const std::string key = IdKey(id);
  ASSIGN_OR_RETURN(const std::optional<std::string> value, shard_->Get(family, key));
  if (!value) return Record();
  return Decode<Record>(key, *value);
}

}  // namespace signboard::registry
