// What the working thread of a Redetector made of a few captures, before it is kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/archive/redetector.h"

namespace signboard::archive {

struct Redetector::Round {
  std::vector<v1::RedetectionChange> changes;
  std::string place;
  bool at_end = false;
  uint64_t seen = 0;
  uint64_t searched = 0;
  uint64_t applied = 0;
  uint64_t outdated = 0;
  uint64_t damaged = 0;
};

}  // namespace signboard::archive
