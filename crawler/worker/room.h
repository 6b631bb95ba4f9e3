// Room bounds the bytes of bodies that a worker holds between fetching and the archive's
// acknowledgement: when storage is slow, fetching waits, and memory does not grow.
//
// A fetch enters with what it expects to need and then says what it really holds; it may hold more
// than it entered with (nobody knows a body's size before), which the next ones wait for. Alone, a
// fetch always enters.
//
// Threads: one executor. A Held may be given back from any.
// Errors:  none.
#pragma once

#include <boost/asio/awaitable.hpp>
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
    uint64_t bytes_max = 0;
    base::Bell freed;
  };

 public:
  explicit Room(uint64_t bytes_max) : state_(std::make_shared<State>()) {
    state_->bytes_max = bytes_max;
  }

  class Held {
   public:
    Held(Held&& other) noexcept : state_(std::move(other.state_)), bytes_(other.bytes_) {}
    Held& operator=(Held&&) = delete;
    ~Held() {
      if (state_) Resize(0);
    }
    void Resize(uint64_t bytes) {
      {
        base::MutexLock lock(state_->mutex);
        state_->bytes = state_->bytes - bytes_ + bytes;
        bytes_ = bytes;
      }
      state_->freed.Ring();
    }

   private:
    friend class Room;
    Held(std::shared_ptr<State> state, uint64_t bytes)
        : state_(std::move(state)), bytes_(bytes) {}
    std::shared_ptr<State> state_;
    uint64_t bytes_;
  };

  // Waits until `bytes` fit beside what is held.
  boost::asio::awaitable<Held> Enter(uint64_t bytes) {
    base::Bell::Listener listener(&state_->freed);
    while (!Take(bytes)) co_await listener.Wait();
    co_return Held(state_, bytes);
  }

  // Without waiting; `held` is empty before, and stays so when there is no room.
  void TryEnter(uint64_t bytes, std::optional<Held>* held) {
    if (Take(bytes)) held->emplace(Held(state_, bytes));
  }

  uint64_t bytes() const {
    base::MutexLock lock(state_->mutex);
    return state_->bytes;
  }

 private:
  bool Take(uint64_t bytes) {
    base::MutexLock lock(state_->mutex);
    if (state_->bytes > 0 && state_->bytes + bytes > state_->bytes_max) return false;
    state_->bytes += bytes;
    return true;
  }

  const std::shared_ptr<State> state_;
};

}  // namespace signboard::worker
