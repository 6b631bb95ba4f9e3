// Room bounds the bytes of bodies that a worker holds between fetching and the archive's
// acknowledgement: when storage is slow, fetching waits, and memory does not grow.
//
// What is read enters with what it expects to need and then says what it really holds; it may hold
// more than it entered with (nobody knows a page's size before), which the next ones wait for.
// Alone, it always enters. What is still coming holds its bytes as they come (BodyRoom), and in all
// no more than a quarter: however many slow bodies there are, what has come is read and stored.
//
// Threads: one executor. A Held may be given back from any.
// Errors:  none.
#pragma once

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "proto/base/mutex.h"
#include "proto/base/signal.h"

namespace signboard::worker {

class Room {
  struct State {
    base::Mutex mutex;
    uint64_t bytes GUARDED_BY(mutex) = 0;
    uint64_t coming GUARDED_BY(mutex) = 0;  // Those of bodies that are coming, among them.
    uint64_t bytes_max = 0;
    base::Bell freed;
  };

 public:
  explicit Room(uint64_t bytes_max) : state_(std::make_shared<State>()) {
    state_->bytes_max = bytes_max;
  }

  class Held {
   public:
    Held(Held&& other) noexcept
        : state_(std::move(other.state_)), bytes_(other.bytes_), coming_(other.coming_) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (state_) Resize(0);
    }
    void Resize(uint64_t bytes) {
      {
        base::MutexLock lock(state_->mutex);
        state_->bytes = state_->bytes - bytes_ + bytes;
        if (coming_) state_->coming = state_->coming - bytes_ + bytes;
        bytes_ = bytes;
      }
      state_->freed.Ring();
    }

   private:
    friend class Room;
    Held(std::shared_ptr<State> state, uint64_t bytes, bool coming = false)
        : state_(std::move(state)), bytes_(bytes), coming_(coming) {}
    std::shared_ptr<State> state_;
    uint64_t bytes_;
    bool coming_;
  };

  // Waits until `bytes` fit beside what others hold; what `own` holds becomes part of them.
  boost::asio::awaitable<Held> Enter(uint64_t bytes, std::optional<Held>* own = nullptr) {
    base::Bell::Listener listener(&state_->freed);
    Held* const held = own != nullptr && own->has_value() ? &**own : nullptr;
    while (!Take(bytes, held)) co_await listener.Wait();
    co_return Held(state_, bytes);
  }

  // Without waiting; `held` is empty before, and stays so when there is no room.
  void TryEnter(uint64_t bytes, std::optional<Held>* held) {
    if (Take(bytes, nullptr)) held->emplace(Held(state_, bytes));
  }

  // For a body that is coming, without waiting: `held`, if it is not empty, becomes `bytes`.
  bool TryHold(uint64_t bytes, std::optional<Held>* held) {
    const uint64_t before = held->has_value() ? (*held)->bytes_ : 0;
    {
      base::MutexLock lock(state_->mutex);
      const uint64_t others = state_->bytes - before;
      const uint64_t coming = state_->coming - before + bytes;
      const bool fits = others + bytes <= state_->bytes_max && coming <= state_->bytes_max / 4;
      if (others > 0 && !fits) return false;
      state_->bytes = others + bytes;
      state_->coming = coming;
    }
    if (held->has_value()) {
      (*held)->bytes_ = bytes;
    } else {
      held->emplace(Held(state_, bytes, true));
    }
    return true;
  }

  uint64_t bytes_max() const { return state_->bytes_max; }
  uint64_t bytes() const {
    base::MutexLock lock(state_->mutex);
    return state_->bytes;
  }

 private:
  // What `own` holds is taken over.
  bool Take(uint64_t bytes, Held* own) {
    base::MutexLock lock(state_->mutex);
    const uint64_t before = own != nullptr ? own->bytes_ : 0;
    const uint64_t others = state_->bytes - before;
    if (others > 0 && others + bytes > state_->bytes_max) return false;
    state_->bytes = others + bytes;
    if (own == nullptr) return true;
    if (own->coming_) state_->coming -= before;
    own->bytes_ = 0;
    return true;
  }

  const std::shared_ptr<State> state_;
};

// The room of one body while it comes: the first bytes are free, as their number is bounded by that
// of the leases, so that a host that sends next to nothing keeps nobody waiting; then it doubles,
// until it is large and needs room for all that it may become.
class BodyRoom {
 public:
  static constexpr size_t kFreeBytes = size_t{32} << 10;
  static constexpr size_t kLargeBytes = size_t{1} << 20;

  BodyRoom(std::shared_ptr<Room> room, std::shared_ptr<Room> large)
      : room_(std::move(room)), large_(std::move(large)) {}

  // As net::HttpRequest::grow.
  size_t Grow(size_t needed, size_t most) {
    if (all_) return most;
    if (needed > kLargeBytes) {
      large_->TryEnter(most, &all_);
      return all_ ? most : 0;
    }
    const size_t step = std::min({std::max(2 * needed, 4 * kFreeBytes), kLargeBytes, most});
    return room_->TryHold(step, &held_) ? step : 0;
  }

  // All of it came: waits for what it takes to be read. Room for a large body stays.
  boost::asio::awaitable<Room::Held> EnterToBeRead(uint64_t bytes) {
    return room_->Enter(std::min(bytes, room_->bytes_max() / 2), &held_);
  }

 private:
  const std::shared_ptr<Room> room_;
  const std::shared_ptr<Room> large_;
  std::optional<Room::Held> held_, all_;
};

}  // namespace signboard::worker
