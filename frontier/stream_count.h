// How many streams of URLFrontier clients there are, so that what they may hold is bounded.
//
// Threads: safe from any. Outlives the streams.
#pragma once

#include <atomic>
#include <cstddef>

namespace signboard::frontier {

inline constexpr size_t kClientStreamsMax = 256;

class StreamCount {
 public:
  // False: there are as many as there may be. Else one Leave belongs to it.
  bool Enter() {
    if (count_.fetch_add(1) < kClientStreamsMax) return true;
    Leave();
    return false;
  }
  void Leave() { count_.fetch_sub(1); }

 private:
  std::atomic<size_t> count_{0};
};

}  // namespace signboard::frontier
