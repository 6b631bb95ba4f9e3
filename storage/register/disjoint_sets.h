// DisjointSets: numbers from 0 on, in sets that are joined one after the other.
//
// Threads: of one thread.
// Cost:    Root and Join are nearly constant: each look shortens the way of the next.
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

namespace signboard::registry {

class DisjointSets {
 public:
  // Each by itself.
  explicit DisjointSets(size_t count) : parents_(count) {
    std::iota(parents_.begin(), parents_.end(), size_t{0});
  }

  // The same for all of one set; one of them.
  size_t Root(size_t i) {
    while (parents_[i] != i) i = parents_[i] = parents_[parents_[i]];
    return i;
  }
  void Join(size_t a, size_t b) { parents_[Root(a)] = Root(b); }

 private:
  std::vector<size_t> parents_;
};

}  // namespace signboard::registry
