// Locks by what they protect rather than by where it lies: any number of things (a URL, a capture
// id, a body) share a fixed number of mutexes by hash. Holding the locks of several things at once
// is safe: they are always taken in the same order.
//
// Threads: safe from any. A thread that holds a Held must not ask for another.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "proto/base/mutex.h"

namespace signboard::archive {

class StripeLocks {
 public:
  using Held = std::vector<std::unique_lock<base::Mutex>>;

  // `things` are hashes; until the result dies nobody else holds any of them.
  Held Lock(std::vector<uint64_t> things) {
    for (uint64_t& thing : things) thing %= kMutexes;
    std::sort(things.begin(), things.end());
    things.erase(std::unique(things.begin(), things.end()), things.end());
    Held held;
    held.reserve(things.size());
    for (const uint64_t thing : things) held.emplace_back(mutexes_[thing]);
    return held;
  }

 private:
  static constexpr size_t kMutexes = 1'021;
  std::array<base::Mutex, kMutexes> mutexes_;
};

}  // namespace signboard::archive
